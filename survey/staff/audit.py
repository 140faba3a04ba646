"""The audit chain: each event is hashed onto the one before, so that a change cannot hide.

After Schneier & Kelsey (1999), Secure audit logs to support computer forensics. The chain shows
what was altered or taken out of the middle; what was cut off at the end shows only against a copy
of an earlier `newest`, which is why pages and reports print it.
"""

from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash
from survey.staff.keys import key
from survey.staff.tables import AuditEvent

GENESIS = "0" * 64
LOCK = 0x51_5A_5A_01  # PostgreSQL's advisory lock of the one appender
PAGE = 5000
CANONICAL = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def record(
    session: Session, *, actor: str, act: str, object: str, now: datetime, detail: str = ""
) -> None:
    """Append one event; it is stored when the caller commits.

    actor : `staff:<id>`, `command` or `system`. `act` and `object` name things by id, never people.
    detail : what changed; only its keyed digest is kept.
    On SQLite the caller's session holds the write lock; on PostgreSQL an advisory lock is taken
    until the end of the transaction. A second appender would break the unique `previous`.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    previous = newest(session)
    digest = keyed_hash(key(session, "audit"), detail.encode()) if detail else ""
    fields = (now, actor, act, object, digest)
    session.add(
        AuditEvent(
            at=now,
            actor=actor,
            act=act,
            object=object,
            digest=digest,
            previous=previous,
            hash=_hash(previous, *fields),
        )
    )
    session.flush()


def newest(session: Session) -> str:
    """Hash of the last event, or of nothing."""
    last = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    return session.scalar(last) or GENESIS


def verify(session: Session) -> int | None:
    """Id of the first event that was altered or stands where another is missing; None if intact."""
    columns = (
        AuditEvent.id,
        AuditEvent.previous,
        AuditEvent.hash,
        AuditEvent.at,
        AuditEvent.actor,
        AuditEvent.act,
        AuditEvent.object,
        AuditEvent.digest,
    )
    previous = GENESIS
    query = select(*columns).order_by(AuditEvent.id)
    with session.execute(query, execution_options={"yield_per": PAGE}) as events:
        for event in events:
            fields = (event.at, event.actor, event.act, event.object, event.digest)
            if event.previous != previous or event.hash != _hash(previous, *fields):
                return int(event.id)
            previous = event.hash
    return None


def _hash(previous: str, at: datetime, actor: str, act: str, object: str, digest: str) -> str:
    event = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "act": act,
        "object": object,
        "digest": digest,
    }
    return sha256(f"{previous}\n{CANONICAL(event)}".encode()).hexdigest()
