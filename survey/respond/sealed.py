"""Submissions that were sealed on a device, so that a stolen one tells nothing.

AES-256-GCM under a fresh key, which is wrapped by RSA-OAEP (SHA-256) to a key of the installation.
Opening is slow (a private operation of RSA), so it is done before the writer's turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import SealError, unseal
from survey.respond.submission import SubmissionFault, read_json, uuid4_of
from survey.respond.tables import SealingKey
from survey.signing import decoded
from survey.staff.keys import key

ALGORITHM = "RSA-OAEP-256+A256GCM"
PURPOSE = "sealing"
PARTS = ("id", "key_id", "alg", "wrapped_key", "iv", "ciphertext")
MARK = b'"ciphertext"'
PADDING = OAEP(MGF1(SHA256()), SHA256(), None)
KEY_BYTES, IV_BYTES = 32, 12


@dataclass(frozen=True)
class Item:
    """One element of a batch. body: its bytes as sent, which are hashed and compared.

    plain: what is to be read: the body itself, or what was sealed in it. fault: why it cannot be
    opened. id: the one that a sealed item carries outside.
    """

    body: bytes
    plain: bytes
    fault: str = ""
    id: UUID | None = None


def opened(session: Session, bodies: list[bytes]) -> list[Item]:
    """Each item, opened where it is sealed, in the same order. One that cannot be is no error."""
    return [_opened(session, body) if MARK in body else Item(body, body) for body in bodies]


def _opened(session: Session, body: bytes) -> Item:
    id = None
    try:
        table = read_json(body)
        if not isinstance(table, dict) or "ciphertext" not in table:
            return Item(body, body)
        parts = _parts(table)
        id = uuid4_of("id", parts["id"])
        plain = _plain(_private(session, parts["key_id"]), parts)
        inner = read_json(plain)
        if not isinstance(inner, dict) or str(inner.get("id")).lower() != str(id):
            raise SubmissionFault("id: another one is sealed inside")
    except SubmissionFault as fault:
        return Item(body, b"", str(fault), id)
    return Item(body, plain, id=id)


def _parts(table: Mapping[str, Any]) -> dict[str, str]:
    for name in PARTS:
        if not isinstance(table.get(name), str):
            raise SubmissionFault(f"{name}: a sealed item has it as a text")
    for name in table:
        if name not in PARTS:
            raise SubmissionFault(f"{name[:40]}: unknown key of a sealed item")
    if table["alg"] != ALGORITHM:
        raise SubmissionFault(f"alg: write {ALGORITHM}")
    return dict(table)


def readable(session: Session, row: SealingKey) -> bool:
    """Whether the private part of a key can be had, and is that of its public part."""
    try:
        found = _loaded(row.private_sealed, key(session, PURPOSE))
    except (SealError, ValueError):
        return False
    return found.public_key().public_numbers().n == int.from_bytes(decoded(row.public["n"]), "big")


def _private(session: Session, key_id: str) -> RSAPrivateKey:
    row = session.scalar(select(SealingKey).where(SealingKey.id == key_id.replace("\x00", "")))
    if row is None:
        raise SubmissionFault("key_id: there is no such key here, or it is forgotten")
    try:
        return _loaded(row.private_sealed, key(session, PURPOSE))
    except SealError as error:
        raise SubmissionFault("key_id: this key was sealed with another secret") from error


@lru_cache(maxsize=8)
def _loaded(private_sealed: str, secret: bytes) -> RSAPrivateKey:
    """Reading a key and testing it takes longer than using it."""
    found = load_pem_private_key(unseal(secret, private_sealed).encode(), None)
    if not isinstance(found, RSAPrivateKey):
        raise SealError("not an RSA key")
    return found


def _plain(private: RSAPrivateKey, parts: Mapping[str, str]) -> bytes:
    try:
        wrapped, iv, ciphertext = (decoded(parts[n]) for n in ("wrapped_key", "iv", "ciphertext"))
        if len(iv) != IV_BYTES:
            raise ValueError("iv")
        key_ = private.decrypt(wrapped, PADDING)
        if len(key_) != KEY_BYTES:
            raise ValueError("key")
        return AESGCM(key_).decrypt(iv, ciphertext, None)
    except (ValueError, InvalidTag) as error:
        raise SubmissionFault("ciphertext: cannot be opened, or was altered") from error
