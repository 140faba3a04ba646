"""How many codes that nobody was given are told to be unknown in a minute; the rest must wait.

In memory, of each process, and of no address: a commune's offices share one. A code that is known
is never asked about, so whoever holds one gets in while somebody else tries thousands.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError

KEPT = "sipas.guesses"
MINUTE = timedelta(minutes=1)
MISSES = 60  # of a minute: more than people mistype, and of 59 bits nothing


class TooManyGuesses(SurveyError):
    status = 429
    title = _l("This code is not known")
    remedy = _l(
        "Many wrong codes are coming in at present. Please check the letters on your receipt, "
        "letter or slip and type them again: the right code opens at once."
    )

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.retry_after = seconds


class Guesses:
    """The misses of the last minute, and how many there were in all."""

    def __init__(self, most: int = MISSES) -> None:
        self.total = 0
        self._lock = Lock()
        self._missed: deque[datetime] = deque(maxlen=most)

    def miss(self, *, now: datetime) -> None:
        """Note a code that is not known. Raises TooManyGuesses, which says when there is room."""
        with self._lock:
            self.total += 1
            if len(self._missed) == self._missed.maxlen:
                since = now - self._missed[0]
                if timedelta() <= since < MINUTE:
                    raise TooManyGuesses(max(1, int((MINUTE - since).total_seconds())))
            self._missed.append(now)


def guesses(door: str) -> Guesses:
    """Those at one door: who guesses there makes nobody wait at another."""
    found: Guesses = current_app.extensions[KEPT][door]
    return found


def totals() -> dict[str, int]:
    """By door, how many unknown codes came since the process began."""
    return {door: of_door.total for door, of_door in current_app.extensions[KEPT].items()}


def install(app: Flask) -> None:
    app.extensions[KEPT] = defaultdict(Guesses)
