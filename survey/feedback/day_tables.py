"""Days that units added to their calendars."""

from datetime import date, datetime, timedelta

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment
from survey.feedback.clock.calendars import Day


class UnitDay(Base):
    """A day that differs, in a unit and all below it, from their week and from the days above.

    stands_for : the ISO weekday whose hours are worked; None: a day off.
    name, reason : what the desk shows of it. They name nobody.
    """

    __tablename__ = "feedback_unit_day"
    __table_args__ = (UniqueConstraint("unit_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    day: Mapped[date] = mapped_column(Date)
    stands_for: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def told(self) -> Day:
        """As clocks read it."""
        if self.stands_for is None:
            return Day("holiday")
        weekday = timedelta(days=self.stands_for - self.day.isoweekday())
        return Day("makeup", stands_for=self.day + weekday)
