"""What an installation forgets when its time is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Delete, delete, func, select
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.fieldwork.devices.enrolment import KEPT as CODES
from survey.fieldwork.devices.tables import Device, EnrolmentCode
from survey.respond.review.store import forget_until
from survey.respond.sealing import forget_keys
from survey.respond.tables import Receipt
from survey.staff.sessions import KEPT as SESSIONS_KEPT
from survey.staff.tables import PasswordReset, SignInAttempt, StaffSession

RECEIPTS = timedelta(days=90)  # longer than any kiosk stays without a network
ATTEMPTS = timedelta(days=1)
RESETS = timedelta(days=7)
REVIEWED = timedelta(days=90)  # after a decision: no resend comes later
WAITING = timedelta(days=365)  # for one


@dataclass(frozen=True)
class Tidied:
    """Counts of what was deleted."""

    receipts: int
    attempts: int
    sessions: int
    resets: int
    keys: int
    codes: int
    reviewed: int


def tidy(session: Session, *, now: datetime) -> Tidied:
    """Delete what is past its time; the caller commits.

    After 90 days a resend would be taken as new: queues on devices are shorter than that.
    """
    _settle(session, before=local_day(now - RECEIPTS))
    forgotten = StaffSession.started_at < now - SESSIONS_KEPT
    return Tidied(
        receipts=_gone(session, delete(Receipt).where(Receipt.day < local_day(now - RECEIPTS))),
        attempts=_gone(session, delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS)),
        sessions=_gone(session, delete(StaffSession).where(forgotten)),
        resets=_gone(session, delete(PasswordReset).where(PasswordReset.made_at < now - RESETS)),
        keys=forget_keys(session, now=now),
        codes=_gone(session, delete(EnrolmentCode).where(EnrolmentCode.made_at < now - CODES)),
        reviewed=forget_until(session, decided=now - REVIEWED, waiting=local_day(now - WAITING)),
    )


def _settle(session: Session, *, before: date) -> None:
    """Remember of each device the greatest number whose receipt goes: below it what is missing
    can no longer be told from what is forgotten."""
    rows = session.execute(
        select(Device, func.max(Receipt.seq))
        .join(Receipt, Receipt.device == Device.id)
        .where(Receipt.day < before)
        .group_by(Device.id)
    )
    for device, seq in rows.all():
        if seq is not None:
            device.settled_seq = max(seq, device.settled_seq or 0)
    session.flush()


def _gone(session: Session, statement: Delete) -> int:
    done: CursorResult[Any] = session.connection().execute(statement)
    return done.rowcount
