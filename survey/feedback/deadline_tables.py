"""Rules of deadlines that an installation or a unit made."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class DeadlineRule(Base):
    """How long a stage may take, for clocks that begin from `valid_from` on and before `ended_on`.

    It is never changed: another takes its place, so that past clocks keep theirs. What is None of
    unit, kind, topic, severity and anonymous holds for every case; a unit's for all below it.
    """

    __tablename__ = "feedback_deadline_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str | None] = mapped_column(String(12))
    topic: Mapped[str | None] = mapped_column(String(40))
    severity: Mapped[str | None] = mapped_column(String(8))
    anonymous: Mapped[bool | None]
    amount: Mapped[int]
    counted: Mapped[str] = mapped_column(String(14))  # hours, days: an Allowance's unit
    source: Mapped[str] = mapped_column(String(200))  # where the number is from
    valid_from: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Moment)
