"""Accounts of staff, what they may do and where, their sessions, and the audit chain."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

ROLES = (
    "officer",
    "head",
    "supervisor",
    "analyst",
    "fieldwork",
    "auditor",
    "administrator",
)


class Staff(Base):
    """One person with an account. Never joined to a response."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)  # folded, lower case
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(255))  # Argon2id
    must_change: Mapped[bool] = mapped_column(default=True)
    totp_sealed: Mapped[str | None] = mapped_column(Text)  # sealed with the installation's key
    totp_last_step: Mapped[int | None]  # a code is used once
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


class Grant(Base):
    """A role of a person in an area and everything below it; no area: the whole installation."""

    __tablename__ = "staff_grant"
    __table_args__ = (UniqueConstraint("staff_id", "role", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))


class StaffSession(Base):
    """A signed-in browser. The cookie holds the token, the table its hash."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    browser: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    second_factor: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """A failed sign-in, for throttling by account; kept a day."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class PasswordReset(Base):
    """A one-time link that an administrator hands over; the table keeps its hash."""

    __tablename__ = "password_reset"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class AuditEvent(Base):
    """Who did what to which object: ids and digests only, each event hashed onto the one before."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(80))  # staff:<id>, command, system
    act: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), default="")  # keyed digest of what changed
    previous: Mapped[str] = mapped_column(String(64), unique=True)  # one chain, no forks
    hash: Mapped[str] = mapped_column(String(64))
