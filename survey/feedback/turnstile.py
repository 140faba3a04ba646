"""Work that is slow is done for a few people at once; some wait, the rest come again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Semaphore

from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError

PATIENCE = 5.0  # seconds


class TooBusy(SurveyError):
    status = 503
    title = _l("Many people are here at this moment")
    remedy = _l("Nothing was lost. Please wait a few seconds and press the button again.")
    retry_after = 5


class Turnstile:
    """Lets in `at_once`; so many more wait, for they hold threads that citizens need."""

    def __init__(self, at_once: int, waiting: int) -> None:
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
