"""Whether somebody holds the code of a case: one slow hash an asking, whatever the answer.

A code that is right is looked at before anything is counted, so that whoever holds one gets in
while others guess; only how many are looked at in one moment is bounded.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from survey.crypto import ALPHABET
from survey.feedback.code import VERIFIER
from survey.feedback.turnstile import Turnstile

# 23 ms on the machine of docs/benchmarks.md: little for one person, much for who guesses 54 bits.
HASHER = PasswordHasher(time_cost=2, memory_cost=24 * 1024, parallelism=1)
TURNSTILE = Turnstile(at_once=2, waiting=8)


@cache
def _nobody() -> str:
    """The hash that is looked at when no case has the selector."""
    return HASHER.hash(ALPHABET[-VERIFIER:])


def hashed(verifier: str) -> str:
    """What is stored of a verifier: Argon2id with a salt of its own."""
    return HASHER.hash(verifier)


def fits(stored: str | None, verifier: str) -> bool:
    """Whether `verifier` is the one of `stored`; None, of no case: never, after the same time.

    Raises TooBusy when too many are being looked at.
    """
    with TURNSTILE.turn():
        try:
            HASHER.verify(_nobody() if stored is None else stored, verifier)
        except VerificationError:
            return False
        return stored is not None
