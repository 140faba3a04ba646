"""The opening of a form, signed: what the page carries instead of a session.

It holds the submission's id, so that a page sent twice is stored once, and the key of a comment,
which is random and no part of the submission.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from survey.calendar import local_day
from survey.crypto import SealError, derive, sign, unsign
from survey.respond.submission import SubmissionFault, uuid4_of

DAY = timedelta(days=1)
MIDNIGHT_GRACE = timedelta(hours=1)
TEN_YEARS = 10 * 366 * 24 * 3600  # a signature has no age of its own: `opened` is compared with now


@dataclass(frozen=True)
class Stamp:
    """One opening of a form. counter: the counter's code, where it was opened from its poster."""

    id: UUID
    comment: UUID
    round: str
    counter: str | None
    mode: str
    opened: datetime

    def is_stale(self, now: datetime) -> bool:
        """Open for more than a day, or from a clock that ran ahead."""
        return not timedelta(0) <= now - self.opened <= DAY

    def same_day(self, now: datetime) -> bool:
        """Whether the day of the opening lasts still, with an hour after midnight."""
        return local_day(now - MIDNIGHT_GRACE) <= local_day(self.opened)

    def again(self, now: datetime) -> "Stamp":
        """The same form, opened anew: its ids stay."""
        return replace(self, opened=now)

    def signed(self, secret: bytes) -> str:
        parts = (str(self.id), str(self.comment), self.round, self.counter, self.mode)
        return sign(_key(secret), [*parts, int(self.opened.timestamp())])


def new_stamp(round_: str, counter: str | None, mode: str, *, now: datetime, id: str = "") -> Stamp:
    """A first opening; a sound `id` of a page whose stamp cannot be read is kept."""
    try:
        kept = uuid4_of("id", id)
    except SubmissionFault:
        kept = uuid4()
    return Stamp(kept, uuid4(), round_, counter, mode, now)


def read_stamp(secret: bytes, text: str) -> Stamp | None:
    """The stamp of `signed`; None when it was not made here."""
    try:
        parts: Any = unsign(_key(secret), text, max_age=TEN_YEARS)
        id, comment, round_, counter, mode, opened = parts
    except (SealError, ValueError):  # ValueError: signed by a version with other parts
        return None
    moment = datetime.fromtimestamp(opened, UTC)
    return Stamp(UUID(id), UUID(comment), round_, counter, mode, moment)


def _key(secret: bytes) -> bytes:
    return derive(secret, "opening")
