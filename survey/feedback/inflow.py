"""How many pieces of feedback are taken in a minute, at one place and in all; the rest wait.

In memory, of each process, and of no address: a commune's offices share one. Whoever must wait
gets the page back with all that they wrote. A form that was taken before is not counted again.
"""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError

KEPT: Final = "sipas.feedback_inflow"
MINUTE: Final = timedelta(minutes=1)
OF_A_PLACE: Final = 20  # of a minute: a busy centre has so many in a week
IN_ALL: Final = 300
EVERYWHERE: Final = ""


class TooMuchFeedback(SurveyError):
    status = 429
    title = _l("Very much feedback is coming in at this moment")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.retry_after = seconds
        self.remedy = _l(
            "Yours is not sent yet; everything you wrote is still here. Please press the button "
            "again in %(seconds)d seconds.",
            seconds=seconds,
        )


class Inflow:
    """What came in the last minute, by place."""

    def __init__(self, of_a_place: int = OF_A_PLACE, in_all: int = IN_ALL) -> None:
        self._most = {False: of_a_place, True: in_all}
        self._lock = Lock()
        self._came: dict[str, deque[datetime]] = {}

    def count(self, place: str, *, now: datetime) -> None:
        """Note one. Raises TooMuchFeedback, which says when there is room."""
        with self._lock:
            self._forget(now)
            both = [self._came.setdefault(name, deque()) for name in (place, EVERYWHERE)]
            for came, most in zip(both, self._most.values(), strict=True):
                if len(came) >= most:
                    left = came[0] + MINUTE - now
                    raise TooMuchFeedback(max(1, int(left.total_seconds())))
            for came in both:
                came.append(now)

    def _forget(self, now: datetime) -> None:
        """What is older than a minute, or of a clock that ran ahead."""
        for place, came in list(self._came.items()):
            while came and not timedelta() <= now - came[0] < MINUTE:
                came.popleft()
            if not came:
                del self._came[place]


def inflow() -> Inflow:
    found: Inflow = current_app.extensions[KEPT]
    return found


def install(app: Flask) -> None:
    app.extensions[KEPT] = Inflow()
