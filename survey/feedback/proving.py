"""Whether somebody holds the code of a case: one slow hash an asking, whatever the answer.

A code that is right is looked at before anything is counted, so that whoever holds one gets in
while others guess; only how many are looked at in one moment is bounded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore, Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import lazy_gettext as _l

from survey.crypto import ALPHABET
from survey.errors import SurveyError
from survey.feedback.code import VERIFIER

# 23 ms on the machine of docs/benchmarks.md: little for one person, much for who guesses 54 bits.
HASHER = PasswordHasher(time_cost=2, memory_cost=24 * 1024, parallelism=1)
AT_ONCE = 2
WAITING = 8  # threads that may wait for their turn; the others have citizens to serve
PATIENCE = 5.0  # seconds, some two hundred askings


class TooBusy(SurveyError):
    status = 503
    title = _l("Many people follow their feedback at this moment")
    remedy = _l("Nothing was lost. Please wait a few seconds and press the button again.")
    retry_after = 5


@cache
def _nobody() -> str:
    """The hash that is looked at when no case has the selector."""
    return HASHER.hash(ALPHABET[-VERIFIER:])


def hashed(verifier: str) -> str:
    """What is stored of a verifier: Argon2id with a salt of its own."""
    return HASHER.hash(verifier)


def fits(stored: str | None, verifier: str) -> bool:
    """Whether `verifier` is the one of `stored`; None, of no case: never, after the same time."""
    try:
        HASHER.verify(_nobody() if stored is None else stored, verifier)
    except VerificationError:
        return False
    return stored is not None


class Turnstile:
    """Lets in a few at once; a few more wait, the rest are told to come again."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._inside = BoundedSemaphore(at_once)
        self._here = Semaphore(at_once + waiting)

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """Raises TooBusy when too many wait, or one's turn does not come."""
        if not self._here.acquire(blocking=False):
            raise TooBusy
        try:
            if not self._inside.acquire(timeout=patience):
                raise TooBusy
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._here.release()
