"""How much one device may send in an hour: far more than any queue, less than a machine gone mad.

In memory, of each process. By device alone: an address is shared by twenty counters and is never
refused. What is refused is not lost: the device keeps it and is told when to come again.
"""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError

KEPT = "sipas.device_limit"
HOUR = timedelta(hours=1)
ITEMS = 6_000  # of an hour: a fortnight of a busy counter's answers, twice


class TooMany(SurveyError):
    status = 429
    reason = "too-many"
    title = _l("This device sends too much")
    remedy = _l("Nothing of this batch was stored. Please keep it and send it later.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.retry_after = seconds


class DeviceLimit:
    """Items of the last hour by device."""

    def __init__(self, most: int = ITEMS) -> None:
        self._most = most
        self._lock = Lock()
        self._sent: dict[str, deque[tuple[datetime, int]]] = {}

    def count(self, device: str, items: int, *, now: datetime) -> None:
        """Note a batch. Raises TooMany, which says when there is room again."""
        with self._lock:
            sent = self._sent.setdefault(device, deque())
            while sent and sent[0][0] <= now - HOUR:
                sent.popleft()
            if sent and sum(n for _at, n in sent) + items > self._most:
                raise TooMany(max(1, int((sent[0][0] + HOUR - now).total_seconds())))
            sent.append((now, items))


def device_limit() -> DeviceLimit:
    found: DeviceLimit = current_app.extensions[KEPT]
    return found


def install(app: Flask) -> None:
    app.extensions[KEPT] = DeviceLimit()
