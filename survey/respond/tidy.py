"""What an installation forgets when its time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Delete, delete
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.respond.tables import Receipt
from survey.staff.sessions import KEPT as SESSIONS_KEPT
from survey.staff.tables import PasswordReset, SignInAttempt, StaffSession

RECEIPTS = timedelta(days=90)  # longer than any kiosk stays without a network
ATTEMPTS = timedelta(days=1)
RESETS = timedelta(days=7)


@dataclass(frozen=True)
class Tidied:
    """Counts of what was deleted."""

    receipts: int
    attempts: int
    sessions: int
    resets: int


def tidy(session: Session, *, now: datetime) -> Tidied:
    """Delete what is past its time; the caller commits.

    After 90 days a resend would be taken as new: queues on devices are shorter than that.
    """
    forgotten = StaffSession.started_at < now - SESSIONS_KEPT
    return Tidied(
        receipts=_gone(session, delete(Receipt).where(Receipt.day < local_day(now - RECEIPTS))),
        attempts=_gone(session, delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS)),
        sessions=_gone(session, delete(StaffSession).where(forgotten)),
        resets=_gone(session, delete(PasswordReset).where(PasswordReset.made_at < now - RESETS)),
    )


def _gone(session: Session, statement: Delete) -> int:
    done: CursorResult[Any] = session.connection().execute(statement)
    return done.rowcount
