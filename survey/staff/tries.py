"""One try of a password or a code: written down, checked outside the write lock, then forgiven."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request

from survey.database import Database
from survey.staff import accounts, audit, passwords, sessions, throttle, totp
from survey.staff.tables import Staff
from survey.staff.throttle import SourceLimit

SOURCES = "sipas.sign_in_sources"


@dataclass(frozen=True)
class Tried:
    """What came of a try. `staff` is set when it was right; `wait_until` when it was not allowed.

    closed : right, but the account is disabled or past its last day.
    """

    staff: Staff | None = None
    wait_until: datetime | None = None
    closed: bool = False


def try_password(database: Database, login: str, password: str, *, now: datetime) -> Tried:
    """Whether `password` is that of `login`. An unknown login does the same work and answers alike.

    A right try stays counted until `forgive`: a second factor may still be wanting.
    """
    with database.read() as store:
        account = throttle.account_key(store, login)
    if _sources().refuses(_address(), account, now=now):
        return Tried(wait_until=now + throttle.WINDOW)
    with database.write() as store:
        wait_until = throttle.reserve(store, account, now=now)
        staff = accounts.by_login(store, login)
    if wait_until is not None:
        return Tried(wait_until=wait_until)
    if not passwords.matches(staff.password_hash if staff else None, password):
        _note_failure(database, staff, login, now)
        return Tried()
    if staff is None or not sessions.usable(staff, now):
        return Tried(closed=True)
    return Tried(staff=staff)


def try_code(database: Database, staff: Staff, code: str, *, now: datetime) -> Tried:
    """Whether `code` is the next code of the person's app; it is then used up."""
    with database.write() as store:
        account = throttle.account_key(store, staff.login)
        wait_until = throttle.reserve(store, account, now=now)
        right = wait_until is None and totp.use(
            store, accounts.account(store, staff.id), code, now=now
        )
    if wait_until is not None:
        return Tried(wait_until=wait_until)
    if not right:
        _note_failure(database, staff, staff.login, now)
        return Tried()
    return Tried(staff=staff)


def forgive(database: Database, staff: Staff, *, now: datetime) -> None:
    """The person is who they say: forget the tries, remember the address."""
    with database.write() as store:
        account = throttle.account_key(store, staff.login)
        throttle.forgive(store, account)
    _sources().succeeded(_address(), account)


def _note_failure(database: Database, staff: Staff | None, login: str, now: datetime) -> None:
    _sources().failed(_address(), now=now)
    with database.write() as store:
        audit.record(
            store,
            actor="system",
            act="sign-in.failed",
            object=f"staff:{staff.id}" if staff else "staff:unknown",
            now=now,
            detail=accounts.clean_login(login),
        )


def _sources() -> SourceLimit:
    found: SourceLimit = current_app.extensions[SOURCES]
    return found


def _address() -> str:
    return request.remote_addr or ""
