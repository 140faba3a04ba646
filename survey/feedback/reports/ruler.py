"""Working minutes between many moments at once, from one table of a calendar's days.

Whole minutes: seconds are dropped.
"""

from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Minutes = NDArray[np.int64]
VIETNAM = 7 * 3600  # seconds ahead of UTC, all year and since 1975
EPOCH = date(1970, 1, 1).toordinal()
DAY = 24 * 60


class Worked(Protocol):
    """A calendar: when a day is worked, in minutes of the day, from and until."""

    def spans(self, day: date) -> tuple[tuple[int, int], ...]: ...


class Ruler:
    """The working time of a calendar from `first` to `last`, both included.

    A moment outside, of a clock that was wrong, counts as the nearer end.
    """

    def __init__(self, calendar: Worked, first: date, last: date) -> None:
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        spans = [calendar.spans(day) for day in days]
        widest = max(map(len, spans), default=0)
        self.first = first.toordinal() - EPOCH
        table = np.zeros((len(days), widest, 2), dtype=np.int64)
        for number, own in enumerate(spans):
            table[number, : len(own)] = np.reshape(own, (-1, 2))
        self.opens, self.closes = table[..., 0], table[..., 1]
        worked = (self.closes - self.opens).sum(axis=1)
        self.before = np.concatenate([[0], np.cumsum(worked)])
        self.days = np.cumsum(worked > 0)

    def until(self, seconds: ArrayLike) -> Minutes:
        """Working minutes from the first day to each moment, in seconds since 1970."""
        day, at = np.divmod(self._minutes(seconds), DAY)
        begun = np.clip(at[:, None] - self.opens[day], 0, self.closes[day] - self.opens[day])
        found: Minutes = self.before[day] + begun.sum(axis=1)
        return found

    def between(self, since: ArrayLike, until: ArrayLike) -> Minutes:
        """Working minutes from each moment to the one in its place."""
        return self.until(until) - self.until(since)

    def days_between(self, since: ArrayLike, until: ArrayLike) -> Minutes:
        """Working days after that of each moment up to that of the other, which counts."""
        first, last = (self._minutes(at) // DAY for at in (since, until))
        found: Minutes = self.days[last] - self.days[first]
        return found

    def _minutes(self, seconds: ArrayLike) -> Minutes:
        """Minutes of Vietnam's time since the first day began, none outside the table."""
        minutes = (np.asarray(seconds, dtype=np.int64) + VIETNAM) // 60 - self.first * DAY
        found: Minutes = np.clip(minutes, 0, len(self.days) * DAY - 1)
        return found
