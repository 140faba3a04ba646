"""Tries of passwords and codes: five per account in a quarter of an hour, known or unknown alike.

A try is written down before it is checked and forgiven when it succeeds, so that a thousand
guesses at the same moment are still five.
"""

import hmac
import secrets
from collections import deque
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash
from survey.staff.keys import key
from survey.staff.tables import SignInAttempt
from survey.text import fold, normal

TRIES = 5
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
SOURCE_TRIES = 300  # a whole province's office behind one address stays below
SOURCES = 10_000  # addresses remembered at once


def account_key(session: Session, login: str) -> str:
    """What the table keeps of a login that was typed: people type passwords there by mistake."""
    return keyed_hash(key(session, "attempt"), fold(normal(login)).encode())


def reserve(session: Session, account: str, *, now: datetime) -> datetime | None:
    """None: the try may go on and counts as failed until forgiven. Else when to try again."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(81, hashtext(:account))")
        session.execute(lock, {"account": account})
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEPT))
    tries = session.scalars(
        select(SignInAttempt.at)
        .where(SignInAttempt.login == account, SignInAttempt.at > now - WINDOW)
        .order_by(SignInAttempt.at.desc())
        .limit(TRIES)
    ).all()
    if len(tries) >= TRIES:
        return tries[-1] + WINDOW
    session.add(SignInAttempt(login=account, at=now))
    session.flush()
    return None


def forgive(session: Session, account: str) -> None:
    """Forget the tries of an account: it was its owner."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.login == account))


class SourceLimit:
    """Failed tries by network address, in memory only and under a key of this process.

    Accounts that have signed in from an address are never refused there: a guesser in an office
    cannot lock out the office.
    """

    def __init__(self, tries: int = SOURCE_TRIES) -> None:
        self._tries = tries
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._failed: dict[str, deque[datetime]] = {}
        self._known: dict[str, set[str]] = {}

    def refuses(self, address: str, account: str, *, now: datetime) -> bool:
        source = self._source(address)
        with self._lock:
            if account in self._known.get(source, ()):
                return False
            failed = self._failed.get(source, deque())
            while failed and failed[0] <= now - WINDOW:
                failed.popleft()
            return len(failed) >= self._tries

    def failed(self, address: str, *, now: datetime) -> None:
        source = self._source(address)
        with self._lock:
            if source not in self._failed and len(self._failed) >= SOURCES:
                self._failed.pop(next(iter(self._failed)))
            self._failed.setdefault(source, deque(maxlen=self._tries)).append(now)

    def succeeded(self, address: str, account: str) -> None:
        source = self._source(address)
        with self._lock:
            if source not in self._known and len(self._known) >= SOURCES:
                self._known.pop(next(iter(self._known)))
            self._known.setdefault(source, set()).add(account)

    def _source(self, address: str) -> str:
        return hmac.new(self._key, address.encode(), sha256).hexdigest()
