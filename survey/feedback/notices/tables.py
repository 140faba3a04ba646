"""What was said of the time of a case, and up to when each person has read it. No words."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class Notice(Base):
    """A step that a clock of a case has reached; one for each clock and step.

    tells : whom, see steps.TELLS. Not a person: whoever has the case when the notice is read.
    ended_at : the clock has ended, or was given more time; None: it holds.
    """

    __tablename__ = "feedback_notice"
    __table_args__ = (Index("ix_feedback_notice_ended_at_at", "ended_at", "at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), primary_key=True)
    clock_from: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    step: Mapped[str] = mapped_column(String(10), primary_key=True)
    tells: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class NoticesRead(Base):
    """What was said before `at` is not new to this person."""

    __tablename__ = "feedback_notices_read"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
