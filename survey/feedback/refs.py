"""What other systems call a case: an id that opens nothing and tells no order or number of cases.

The id of the case is encrypted under a key of the installation (AES, one block), so that it is
found without a table. Eight bytes are always zero: a ref made up by somebody is none.
"""

from base64 import b32decode, b32encode
from binascii import Error

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from sqlalchemy.orm import Session

from survey.addresses import GREATEST
from survey.staff.keys import key

CASE = "feedback-ref"  # what a ref is for: one of another purpose is none
TOKEN = "feedback-token"
ZEROS = bytes(8)
LENGTH = 26


def _cipher(session: Session, purpose: str) -> Cipher[ECB]:
    """One block alone, each id once: there is no pattern for ECB to show."""
    return Cipher(AES(key(session, purpose)), ECB())


def ref(session: Session, case_id: int, purpose: str = CASE) -> str:
    """26 letters and digits."""
    encryptor = _cipher(session, purpose).encryptor()
    block = encryptor.update(ZEROS + case_id.to_bytes(8)) + encryptor.finalize()
    return b32encode(block).decode().rstrip("=").lower()


def case_id_of(session: Session, text: str, purpose: str = CASE) -> int | None:
    """The id of the case that is called so; None when none can be."""
    try:
        block = b32decode(text.upper() + "=" * 6)
    except (Error, ValueError):
        return None
    if len(text) != LENGTH or len(block) != 16:
        return None
    decryptor = _cipher(session, purpose).decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    found = int.from_bytes(plain[8:])
    real = plain.startswith(ZEROS) and found <= GREATEST and ref(session, found, purpose) == text
    return found if real else None
