"""Keys to which devices seal: made when first needed, replaced once a year, kept 180 days more.

A device that was without a network for half a year can still be read; after that its answers are
kept for review as they came, and only a backup with the old key opens them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import random_code, seal
from survey.database import Database
from survey.respond.sealed import PURPOSE
from survey.respond.tables import SealingKey
from survey.signing import encoded
from survey.staff import audit
from survey.staff.keys import key

BITS, EXPONENT = 3072, 65537
ID_LENGTH = 12
LIVES = timedelta(days=365)
KEPT = timedelta(days=180)  # after the next key took its place


@dataclass(frozen=True)
class Sealing:
    """What a device is told: the id of the key and its public part, as WebCrypto imports it."""

    key_id: str
    jwk: dict[str, str]


def current(session: Session) -> SealingKey | None:
    """The key to which devices seal now; None before the first."""
    rows = select(SealingKey).where(SealingKey.retired_at.is_(None))
    return session.scalar(rows.order_by(SealingKey.made_at.desc(), SealingKey.id).limit(1))


def sealing_key(database: Database, *, now: datetime) -> Sealing:
    """The present key, made here when there is none."""
    with database.read() as session:
        found = current(session)
    if found is None:
        found = rotate(database, by="system", now=now, only_first=True)
    return Sealing(found.id, found.public)


def rotate(database: Database, *, by: str, now: datetime, only_first: bool = False) -> SealingKey:
    """A new key; the one before opens what was sealed to it for KEPT more.

    only_first: not when another process made one meanwhile.
    """
    private = rsa.generate_private_key(EXPONENT, BITS)  # slow: before the lock is taken
    with database.write() as session:
        before = current(session)
        if only_first and before is not None:
            return before
        for row in session.scalars(select(SealingKey).where(SealingKey.retired_at.is_(None))):
            row.retired_at = now
        made = _row(session, private, now)
        session.add(made)
        thing = f"key:{made.id}"
        audit.record(session, actor=by, act="sealing.rotate", object=thing, now=now)
    return made


def rotate_due(database: Database, *, now: datetime) -> bool:
    """Replace a key that has served its year; whether it was. Without devices there is none."""
    with database.read() as session:
        found = current(session)
    if found is None or now - found.made_at < LIVES:
        return False
    rotate(database, by="system", now=now)
    return True


def forget_keys(session: Session, *, now: datetime) -> int:
    """Delete the keys that nothing is sealed to any more; their number. The caller commits."""
    gone = list(session.scalars(select(SealingKey).where(SealingKey.retired_at < now - KEPT)))
    for row in gone:
        session.delete(row)
    return len(gone)


def _row(session: Session, private: rsa.RSAPrivateKey, now: datetime) -> SealingKey:
    numbers = private.public_key().public_numbers()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SealingKey(
        id=random_code(ID_LENGTH),
        public={
            "kty": "RSA",
            "alg": "RSA-OAEP-256",
            "n": encoded(numbers.n.to_bytes(BITS // 8, "big")),
            "e": encoded(numbers.e.to_bytes(3, "big")),
        },
        private_sealed=seal(key(session, PURPOSE), pem),
        made_at=now,
        retired_at=None,
    )
