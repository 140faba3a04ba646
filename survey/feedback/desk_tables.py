"""What the page of a case keeps for those who work on it. No part of the case, and no event."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class Unsent(Base):
    """What one person typed for an act of a case and did not send yet; read by that person alone.

    Deleted when the act is done, with the words of the case, and some days after it was saved.
    """

    __tablename__ = "feedback_unsent"

    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    act: Mapped[str] = mapped_column(String(20), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Presence(Base):
    """Somebody has the page of a case open. Of no use, and deleted, seconds after `seen_at`."""

    __tablename__ = "feedback_presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    writing: Mapped[bool]
