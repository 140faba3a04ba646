"""Passwords: Argon2id, twelve characters or more, no words that everybody would try first.

After NIST SP 800-63B-4 (2025), 3.1.1: length and a list of refused words, no rules of composition.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from survey.crypto import random_code
from survey.text import fold

SHORTEST = 12
LONGEST = 200  # hashing a novel would cost the server more than its reader
OWN_PART = 6  # characters that must remain when the well-known words are taken out
DIFFERENT = 5  # different characters
# OWASP, Password Storage Cheat Sheet: as strong as 46 MiB in one pass, and many at once still fit.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

REFUSED = (Path(__file__).parent / "data" / "refused.txt").read_text("utf-8").split()


def hashed(password: str) -> str:
    """What is stored of `password`."""
    return HASHER.hash(_same(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one of `stored`; None, an unknown account, costs the same work."""
    try:
        HASHER.verify(stored or _nobody(), _same(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def faults(password: str, words: Iterable[str] = ()) -> list[str]:
    """Sentences that say why `password` is refused; empty when it is good.

    words : what belongs to this person or place (login, name, provinces), refused like REFUSED.
    """
    length = len(_same(password))
    if length < SHORTEST:
        return [_("Use at least %(n)d characters; several words are easy to keep.", n=SHORTEST)]
    if length > LONGEST:
        return [_("Use at most %(n)d characters.", n=LONGEST)]
    plain = _letters(password)
    if len(set(plain)) < DIFFERENT:
        return [_("Use more different characters.")]
    for word in sorted({*map(_letters, REFUSED), *map(_letters, words)}, key=len, reverse=True):
        if len(word) > 2:
            plain = plain.replace(word, "")
    if len(plain) < OWN_PART:
        return [_("This is easy to guess: it is made of a name or of words that many people use.")]
    return []


def first_password() -> str:
    """A random password to be handed over and changed: four groups of four."""
    return "-".join(random_code(4) for _part in range(4))


def _same(password: str) -> str:
    """One form for what keyboards write in two (composed or decomposed Vietnamese letters)."""
    return unicodedata.normalize("NFC", password)


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


@cache
def _nobody() -> str:
    return HASHER.hash(random_code(24))
