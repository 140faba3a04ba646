"""Cases of feedback and what happened to them.

Events hold ids and salted digests and are never changed. Words, pictures, contact and the code
live in tables of their own, which can be erased. Columns of `feedback_case` under "derived" follow
from its events: `sipas feedback rebuild` makes them again.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

KINDS = ("suggestion", "report", "petition")  # góp ý, phản ánh, kiến nghị
SEVERITIES = ("urgent", "normal", "complex")
CHANNELS = ("survey", "qr", "kiosk", "web", "phone", "paper", "api")
BY_STAFF = ("phone", "paper")  # entered for somebody
IS_OPEN = "answered_at IS NULL AND closed_at IS NULL"  # what is to be answered, of any state


def _partial(name: str, *columns: str, where: str, sqlite: str = "") -> Index:
    """An index of those rows alone that `where` names, as each database is asked for them."""
    return Index(
        f"ix_feedback_case_{name}",
        *columns,
        sqlite_where=text(sqlite or where),
        postgresql_where=text(where),
    )


class Case(Base):
    """One piece of feedback (phiếu phản ánh, góp ý) with its own code and clock."""

    __tablename__ = "feedback_case"
    __table_args__ = (
        Index("ix_feedback_case_state_due_at", "state", "due_at"),
        Index("ix_feedback_case_unit_id_state", "unit_id", "state"),
        Index("ix_feedback_case_officer_id_state", "officer_id", "state"),
        Index("ix_feedback_case_unit_id_received_at", "unit_id", "received_at", "state"),
        _partial("open_due_at", "due_at", "id", where=IS_OPEN),
        _partial("open_unit_id", "unit_id", "officer_id", "state", "due_at", where=IS_OPEN),
        _partial("outstanding", "unit_id", where="outstanding", sqlite="outstanding = 1"),
        _partial("sealed", "officer_id", where="sealed", sqlite="sealed = 1"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(64), unique=True)  # keyed hash of the form's id
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    shown_at: Mapped[datetime] = mapped_column(Moment)  # when the unit it is about may see it
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8))
    anonymous: Mapped[bool]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)  # what it is about
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))

    # derived from the events
    version: Mapped[int]  # number of events: who acts on an older one is told
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Moment)  # of this state
    kind: Mapped[str] = mapped_column(String(12))
    topic: Mapped[str | None] = mapped_column(String(40), index=True)
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    severity: Mapped[str] = mapped_column(String(8))
    unit_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # who handles it
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[datetime | None] = mapped_column(Moment)  # of the running clock
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    reopened: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("feedback_case.id"), index=True)
    split_from: Mapped[int | None] = mapped_column(ForeignKey("feedback_case.id"), index=True)
    outstanding: Mapped[bool] = mapped_column(default=False)  # answered, an action is still owed
    sealed: Mapped[bool] = mapped_column(default=False)  # a tố cáo: only the named receiver reads
    first_answered_at: Mapped[datetime | None] = mapped_column(Moment)  # opened again or not
    first_due_at: Mapped[datetime | None] = mapped_column(Moment)  # when that answer was due
    extended_until: Mapped[datetime | None] = mapped_column(Moment)  # that clock, by somebody
    pauses: Mapped[list[Any]] = mapped_column(JSON)  # of that answer's clock, [[begun, ended], …]
    satisfied: Mapped[int | None]  # with the reply, 1 to 5
    as_template: Mapped[bool | None]  # the reply is a template, only its variables filled in
    published_at: Mapped[datetime | None] = mapped_column(Moment, index=True)

    @property
    def number(self) -> str:
        """What officers call it; no secret, and no way in."""
        return f"PA-{self.id:06d}"


class Event(Base):
    """One act on a case: ids and salted digests only, hashed onto the one before."""

    __tablename__ = "feedback_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(80))  # sender, system, staff:<id>, command
    act: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class CaseText(Base):
    """Words of a case. Erasing empties `sealed`, `shown` and `salt`, and dates it.

    role : original, question, answer, reply, note, reason, comment, change (what was changed).
    sealed : the words as written, for who may read the original; logged when read.
    shown : personal data masked, by suggestion until somebody confirmed them; None: not made.
    marks : what is masked, [[start, end, kind], …] into the original.
    """

    __tablename__ = "feedback_text"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)
    salt: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[str] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text)
    marks: Mapped[list[Any]] = mapped_column(JSON)
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)


class CasePicture(Base):
    """A picture of a case, made anew from what was sent, sealed."""

    __tablename__ = "feedback_picture"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: erased
    erased_at: Mapped[datetime | None] = mapped_column(Moment)


class CaseContact(Base):
    """How to reach the sender, with the consent that allows it. Erasing deletes the row."""

    __tablename__ = "feedback_contact"

    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)  # JSON of name, phone, email
    notice: Mapped[str] = mapped_column(String(20))  # version of the words consented to
    notice_digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of them
    consented_at: Mapped[datetime] = mapped_column(Moment)
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # keyed: finds the cases
    email_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # of who asks for them


class CaseCode(Base):
    """The code a sender follows with: found by its selector, proved by its verifier's hash."""

    __tablename__ = "feedback_code"

    selector: Mapped[str] = mapped_column(String(8), primary_key=True)
    verifier_hash: Mapped[str] = mapped_column(String(120))  # Argon2id
    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_case.id"), index=True)
