"""Signatures with ECDSA P-256 and SHA-256, as WebCrypto makes and checks them.

A signature is the two numbers in 64 bytes (IEEE P1363), a public key a JWK (RFC 7517); both travel
in base64url without padding.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from survey.crypto import derive

Jwk = dict[str, str]
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ALGORITHM = ec.ECDSA(SHA256())
HALF = 32  # bytes of a number of P-256


class KeyFault(ValueError):
    """Not a public key of P-256: the sentence says why."""


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of `encoded`; the other alphabet and padding are read too. Raises ValueError."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = plain.encode("ascii")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error


def own_key(secret: bytes, purpose: str) -> ec.EllipticCurvePrivateKey:
    """The installation's key for `purpose` alone: the same as long as its secret is."""
    number = int.from_bytes(derive(secret, purpose), "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, CURVE)


def jwk_of(key: ec.EllipticCurvePublicKey) -> Jwk:
    """The key as a browser imports it."""
    numbers = key.public_numbers()
    x, y = (number.to_bytes(HALF, "big") for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y)}


def read_jwk(table: object) -> Jwk:
    """The four parts of a public key, written one way. Raises KeyFault."""
    if not isinstance(table, Mapping):
        raise KeyFault("a public key is a JSON object (JWK)")
    if "d" in table:
        raise KeyFault("this is a private key: send the public one alone")
    return jwk_of(public_key(table))


def public_key(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    """The key of a JWK. Raises KeyFault."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise KeyFault("the key must be of kty EC and crv P-256")
    try:
        x, y = (decoded(jwk[name]) for name in ("x", "y"))
        if len(x) != HALF or len(y) != HALF:
            raise ValueError("x and y have 32 bytes")
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), CURVE
        )
        return numbers.public_key()
    except (KeyError, AttributeError, ValueError) as error:
        raise KeyFault("x and y are no point of P-256") from error


def signed(key: ec.EllipticCurvePrivateKey, message: bytes) -> str:
    """The signature of `message`."""
    r, s = decode_dss_signature(key.sign(message, ALGORITHM))
    return encoded(r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big"))


def is_signed(jwk: Mapping[str, Any], signature: str, message: bytes) -> bool:
    """Whether `signature` is of `message` and of the owner of `jwk`. Raises KeyFault."""
    key = public_key(jwk)
    try:
        raw = decoded(signature)
    except ValueError:
        return False
    if len(raw) != 2 * HALF:
        return False
    r, s = int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, ALGORITHM)
    except InvalidSignature:
        return False
    return True
