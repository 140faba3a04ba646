"""Requests of people about what is kept of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

KINDS = ("see", "correct", "erase", "withdraw")
CHANNELS = ("code", "phone", "paper", "person")  # code: by its sender, on the page of a case
PROOFS = ("code", "contact", "shown")  # how it was known who asks; papers are looked at, not kept


class PrivacyRequest(Base):
    """Somebody wants to see, correct or erase what is kept of them, or withdraw their consent."""

    __tablename__ = "feedback_privacy"
    __table_args__ = (Index("ix_feedback_privacy_ended_at_due_at", "ended_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    proof: Mapped[str] = mapped_column(String(10))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)  # who answers it
    processor: Mapped[bool]  # somebody else processes the data for us
    received_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str] = mapped_column(Text)  # JSON of name, phone, email, words; "": destroyed
    reply_due_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    extended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(8))  # done, refused

    @property
    def number(self) -> str:
        return f"DL-{self.id:05d}"


class PrivacyCase(Base):
    """A case that a request is about."""

    __tablename__ = "feedback_privacy_case"

    request_id: Mapped[int] = mapped_column(ForeignKey("feedback_privacy.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("feedback_case.id"), primary_key=True, index=True
    )


class PrivacyAct(Base):
    """What was done about a request, and the words that went out; `sealed` is destroyed in time."""

    __tablename__ = "feedback_privacy_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("feedback_privacy.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[str] = mapped_column(Text)
