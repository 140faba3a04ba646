"""From an acknowledged submission to an anonymous response. Keys are random, rows keep no order."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

OF_DEVICES: Any = {
    "sqlite_where": text("device IS NOT NULL"),
    "postgresql_where": text("device IS NOT NULL"),
}
UNORDERED = {"sqlite_with_rowid": False}  # rows lie in the order of their random key


class Intake(Base):
    """A submission as it came, acknowledged after the commit. Deleted when released."""

    __tablename__ = "intake"
    __table_args__ = (UNORDERED,)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # made by the sender
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    version: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime] = mapped_column(Moment)  # by our clock; received_at if not told
    signals: Mapped[list[str]] = mapped_column(JSON)  # rules of flags that its arrival met
    device: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int | None]
    seconds: Mapped[float | None]
    mode: Mapped[str] = mapped_column(String(8))
    assisted: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    residence_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    answers: Mapped[dict[str, int]] = mapped_column(JSON)


class Receipt(Base):
    """That a submission was taken, for 90 days, so that a resend is recognised.

    `hash` is keyed (HMAC of the SHA-256 of the bytes sent): without the secret it cannot be
    compared with guessed answers.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_device_seq", "device", "seq", **OF_DEVICES),  # to see what is missing
        UNORDERED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int | None]
    day: Mapped[date] = mapped_column(index=True)


class KeptForReview(Base):
    """A submission that cannot be taken as it is (same id and another body, faulty answers)."""

    __tablename__ = "kept_for_review"
    __table_args__ = (UNORDERED,)

    key: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID | None] = mapped_column(index=True)
    hash: Mapped[str] = mapped_column(String(64))
    round: Mapped[str | None] = mapped_column(String(40))
    device: Mapped[str | None] = mapped_column(String(64))  # that signed it
    seq: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(200))
    day: Mapped[date]
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))  # whom it concerns
    skew: Mapped[float | None]  # seconds by which the clock of its device was behind
    decision: Mapped[str | None] = mapped_column(String(12))  # taken, set-aside
    because: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class SealingKey(Base):
    """A key to which devices seal what waits on them. The private part is sealed with the
    installation's secret; it is kept for a while after the next key took its place."""

    __tablename__ = "sealing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public: Mapped[dict[str, str]] = mapped_column(JSON)  # as JWK
    private_sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class Response(Base):
    """One released questionnaire. Never changed; holds no person, address or exact time."""

    __tablename__ = "response"
    __table_args__ = (Index("ix_response_round_day", "round", "day"), UNORDERED)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # random and new at release
    round: Mapped[str] = mapped_column(ForeignKey("round.code"))
    version: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]  # the last day of its batch: an hour at a small counter points at someone
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))  # where the figure belongs
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    mode: Mapped[str] = mapped_column(String(8))
    assisted: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    answers: Mapped[dict[str, int]] = mapped_column(JSON)


class ResponseFlag(Base):
    """A quality flag computed at intake with exact times; kept without them."""

    __tablename__ = "response_flag"
    __table_args__ = (UNORDERED,)

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]


class FlagDecision(Base):
    """What a supervisor decided of the flagged answers of a counter's day: keep or exclude."""

    __tablename__ = "flag_decision"

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(Moment)


class Weight(Base):
    """The frozen weight of one response in one set, in millionths."""

    __tablename__ = "weight"
    __table_args__ = (UNORDERED,)

    set_id: Mapped[int] = mapped_column(ForeignKey("weight_set.id"), primary_key=True)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)  # 2,147 persons are too few for 32 bits


class Traffic(Base):
    """Counts of a counter's hour; the only place where hours live."""

    __tablename__ = "traffic"

    round: Mapped[str] = mapped_column(ForeignKey("round.code"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    offered: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)
    timed_out: Mapped[int] = mapped_column(default=0)  # begun, and nobody went on
    given_up: Mapped[int] = mapped_column(default=0)  # begun, and ended by who had begun
    served: Mapped[int] = mapped_column(default=0)


class ServedImport(Base):
    """One import of how many people counters served, with what is needed to undo it."""

    __tablename__ = "served_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[int]
    before: Mapped[list[Any]] = mapped_column(JSON)  # [round, counter, day, {hour: counts}, after]
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class PendingComment(Base):
    """A comment that waits for its batch. question: what it answers; None at the end of a form."""

    __tablename__ = "pending_comment"
    __table_args__ = (UNORDERED,)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # random, not the submission's
    round: Mapped[str] = mapped_column(ForeignKey("round.code"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    month: Mapped[date]
    question: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class Comment(Base):
    """A free text, by place, field and month; shown in shuffled batches, joined to nothing.

    question: what it answers, where it was asked in words; None for the comment at the end.
    """

    __tablename__ = "comment"
    __table_args__ = (UNORDERED,)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    month: Mapped[date]
    question: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
