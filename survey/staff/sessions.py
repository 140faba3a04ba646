"""Signed-in browsers: the cookie holds a token, the table its hash; ended on the server."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from flask_login import UserMixin
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from survey.staff.roles import OWN, PERMISSIONS, SECOND_FACTOR
from survey.staff.tables import Grant, Staff, StaffSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # `seen_at` is written at most this often
KEPT = timedelta(days=30)  # after this a session is forgotten


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """One person in one browser, as read at this request."""

    id: int
    login: str
    name: str
    must_change: bool
    has_totp: bool
    grants: tuple[Grant, ...]
    token: str = field(repr=False)
    second_factor: bool
    started_at: datetime
    seen_at: datetime

    @property
    def token_hash(self) -> str:
        return hash_of(self.token)

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return self.token

    @property
    def actor(self) -> str:
        """The name of this person in audit events and `by` columns."""
        return f"staff:{self.id}"

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role may see contact data."""
        return any(grant.role in SECOND_FACTOR for grant in self.grants)

    def holds(self, permission: str) -> bool:
        """Whether any grant, wherever it is, gives `permission`."""
        return permission == OWN or bool(self.grants_for(permission))

    def grants_for(self, permission: str) -> list[Grant]:
        """Grants whose role has `permission`. Raises KeyError for an unknown one."""
        roles = PERMISSIONS[permission]
        return [grant for grant in self.grants if grant.role in roles]


def hash_of(token: str) -> str:
    """What the table keeps of a token. Tokens are random: a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def start(
    session: Session,
    staff_id: int,
    *,
    browser: str,
    second_factor: bool,
    now: datetime,
    since: datetime | None = None,
) -> str:
    """The token of a new session; `since`: when the one began that it continues."""
    forgotten = StaffSession.started_at < now - KEPT
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, forgotten))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=hash_of(token),
            staff_id=staff_id,
            browser=browser[:120],
            started_at=since or now,
            seen_at=now,
            second_factor=second_factor,
        )
    )
    session.flush()
    return token


def usable(staff: Staff, now: datetime) -> bool:
    """Whether an account is neither disabled nor past its last day."""
    return staff.disabled_at is None and (staff.expires_at is None or now < staff.expires_at)


def _live(now: datetime) -> list[ColumnElement[bool]]:
    return [
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > now - IDLE,
        StaffSession.started_at > now - LONGEST,
    ]


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Who holds `token`: None when it ended, was idle or too long, or the account is not usable."""
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == hash_of(token), *_live(now))
    ).one_or_none()
    if found is None or not usable(found[1], now):
        return None
    row, staff = found
    grants = session.scalars(select(Grant).where(Grant.staff_id == staff.id).order_by(Grant.id))
    return SignedIn(
        id=staff.id,
        login=staff.login,
        name=staff.name,
        must_change=staff.must_change,
        has_totp=staff.totp_sealed is not None,
        grants=tuple(grants),
        token=token,
        second_factor=row.second_factor,
        started_at=row.started_at,
        seen_at=row.seen_at,
    )


def seen(session: Session, token_hash: str, *, now: datetime) -> None:
    """Note that the browser was here."""
    session.execute(
        update(StaffSession).where(StaffSession.token_hash == token_hash).values(seen_at=now)
    )


def live_sessions(session: Session, staff_id: int, *, now: datetime) -> list[StaffSession]:
    """Browsers in which a person is signed in, the last seen first."""
    return list(
        session.scalars(
            select(StaffSession)
            .where(StaffSession.staff_id == staff_id, *_live(now))
            .order_by(StaffSession.seen_at.desc())
        )
    )


def end(session: Session, staff_id: int, token_hash: str, *, now: datetime) -> bool:
    """End one session of a person; False when there was none to end."""
    ended = session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.token_hash == token_hash,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(StaffSession.token_hash)
    )
    return ended.first() is not None


def end_all(session: Session, staff_id: int, *, now: datetime, but: str = "") -> None:
    """End every session of a person except the one whose hash is `but`."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.token_hash != but,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
