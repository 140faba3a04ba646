"""Templates that a unit, or the installation, wrote."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class Template(Base):
    """Words with variables for one act; of a unit and all below it, without one of every unit.

    kind, topic : of the cases it is offered for first; None: of any.
    shipped : key of the template of the program in whose place it stands; archived, that is
        offered no more either.
    """

    __tablename__ = "feedback_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    act: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str | None] = mapped_column(String(12))
    topic: Mapped[str | None] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    shipped: Mapped[str | None] = mapped_column(String(40))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
