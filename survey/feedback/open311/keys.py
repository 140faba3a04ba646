"""Keys: made once and shown once, found by their keyed hash, ended."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash
from survey.errors import NotFound
from survey.feedback.open311.tables import ApiKey
from survey.staff import audit
from survey.staff.keys import key

PURPOSE = "open311-key"


def _hash(session: Session, secret: str) -> str:
    return keyed_hash(key(session, PURPOSE), secret.encode())


def make(
    session: Session, *, name: str, area_id: int | None, by: str, now: datetime
) -> tuple[ApiKey, str]:
    """The key, and the text that proves it, which nothing shows again. The caller commits."""
    secret = secrets.token_urlsafe(32)
    made = ApiKey(
        name=name,
        hash=_hash(session, secret),
        area_id=area_id,
        made_at=now,
        made_by=by,
        ended_at=None,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor=by, act="key.make", object=f"key:{made.id}", now=now, detail=name)
    return made, secret


def known(session: Session, secret: str) -> ApiKey | None:
    """The key that `secret` proves; None when it proves none, or one that ended."""
    found = session.scalar(select(ApiKey).where(ApiKey.hash == _hash(session, secret)))
    return found if found is not None and found.ended_at is None else None


def keys(session: Session) -> list[ApiKey]:
    return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def end(session: Session, key_id: int, *, by: str, now: datetime) -> ApiKey:
    """Raises NotFound."""
    found = session.get(ApiKey, key_id)
    if found is None:
        raise NotFound
    if found.ended_at is None:
        found.ended_at = now
        audit.record(session, actor=by, act="key.end", object=f"key:{key_id}", now=now)
    return found
