"""Network addresses, in memory for a day and only as salted hashes: they flag, they never refuse.

Twenty counters and a hall full of telephones share one address, so an address proves nothing. The
salt is random, of this process and this day: nobody can ask later whether an address was here.
"""

import secrets
from collections import deque
from datetime import date, datetime, timedelta
from threading import Lock

from survey.calendar import local_day
from survey.crypto import keyed_hash

COOKIE = "sipas_staff"  # in a browser that was signed in at the desk: it says that and nothing else
COOKIE_LIVES = timedelta(hours=12)
STAFF_NETWORK, SAME_ADDRESS, STAFF_SESSION = "staff-network", "same-address", "staff-session"
HOUR = timedelta(hours=1)
ADDRESSES = 20_000  # remembered at once


class Networks:
    """Where staff worked today, and how many answers came from where within the hour."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._day: date | None = None
        self._salt = b""
        self._staff: set[str] = set()
        self._answers: dict[str, deque[datetime]] = {}

    def staff_at(self, address: str, *, now: datetime) -> None:
        """Somebody signed in works from there."""
        with self._lock:
            self._staff.add(self._hash(address, now))

    def answer_from(self, address: str, *, now: datetime) -> list[str]:
        """The signals of an answer that comes from there now."""
        with self._lock:
            source = self._hash(address, now)
            if source not in self._answers and len(self._answers) >= ADDRESSES:
                self._answers.pop(next(iter(self._answers)))
            times = self._answers.setdefault(source, deque(maxlen=self._most + 1))
            while times and times[0] <= now - HOUR:
                times.popleft()
            times.append(now)
            signals = [STAFF_NETWORK] if source in self._staff else []
            return [*signals, SAME_ADDRESS] if len(times) > self._most else signals

    def _hash(self, address: str, now: datetime) -> str:
        day = local_day(now)
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(32)
            self._staff.clear()
            self._answers.clear()
        return keyed_hash(self._salt, address.encode())
