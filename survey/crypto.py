"""Keys of the installation: each use has its own, derived from one secret (HKDF, RFC 5869)."""

import base64
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, URLSafeTimedSerializer

from survey.errors import SurveyError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud and typed by hand

NONCE = 12  # bytes, random for each content: far fewer than 2**32 are sealed with a key


class SealError(SurveyError):
    """Something sealed or signed here cannot be opened: another secret, or tampered with."""


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for `purpose` alone."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def keyed_hash(key: bytes, data: bytes) -> str:
    """Hex HMAC-SHA-256: recognises `data` again, tells nothing without the key."""
    return hmac.digest(key, data, "sha256").hex()


def seal(key: bytes, text: str) -> str:
    """`text` encrypted and authenticated (Fernet)."""
    return Fernet(base64.urlsafe_b64encode(key)).encrypt(text.encode()).decode()


def unseal(key: bytes, sealed: str) -> str:
    """The text of `seal`. Raises SealError."""
    try:
        return Fernet(base64.urlsafe_b64encode(key)).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealError("cannot be unsealed with this installation's secret") from error


def seal_bytes(key: bytes, content: bytes) -> bytes:
    """`content` encrypted and authenticated (AES-256-GCM), 28 bytes longer."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, None)


def unseal_bytes(key: bytes, sealed: bytes) -> bytes:
    """The content of `seal_bytes`. Raises SealError."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise SealError("cannot be unsealed with this installation's secret") from error


def sign(key: bytes, value: object) -> str:
    """`value` (JSON) as a signed text with the time of signing."""
    return str(URLSafeTimedSerializer(key).dumps(value))


def unsign(key: bytes, text: str, *, max_age: int) -> object:
    """The value of `sign`, at most `max_age` seconds old. Raises SealError."""
    try:
        return URLSafeTimedSerializer(key).loads(text, max_age=max_age)
    except BadData as error:
        raise SealError(str(error)) from error


def random_code(length: int) -> str:
    """A code for people: `length` letters and digits that are not mistaken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
