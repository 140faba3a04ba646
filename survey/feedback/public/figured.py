"""The figures of the public page: of one quarter that is over, as of the beginning of today.

Kept for the day in the process: the page is asked for often and changes once a day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

from flask import current_app
from sqlalchemy.orm import Session

from survey.calendar import day_start, local_day
from survey.feedback.public.lines import PublicLine
from survey.feedback.reports.cohort import cohort, first_came
from survey.feedback.reports.periods import Period, between
from survey.lazy import load

KEPT: Final = "sipas.feedback_public"
QUARTERS: Final = 12  # that may be chosen


@dataclass(frozen=True)
class Figures:
    """Of one quarter: all cases, by unit, by topic; None: too few cases in all."""

    whole: PublicLine | None
    units: list[PublicLine]
    topics: list[PublicLine]


class Kept:
    """The figures of one day, by quarter."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day: date | None = None
        self._found: dict[str, Figures] = {}

    def of(self, session: Session, period: Period, *, now: datetime) -> Figures:
        with self._lock:  # one scan at a time, however many ask
            if self._day != local_day(now):
                self._day, self._found = local_day(now), {}
            if period.key not in self._found:
                self._found[period.key] = figures(session, period, now=now)
            return self._found[period.key]


def kept() -> Kept:
    found: Kept = current_app.extensions.setdefault(KEPT, Kept())
    return found


def quarters(session: Session, *, now: datetime) -> list[Period]:
    """The quarters that are over, the latest first, from that of the first case on.

    Quarters alone: from a year and three of its quarters the fourth would follow, and with it what
    is not published of it.
    """
    began = first_came(session)
    if began is None:
        return []
    found = between(local_day(began), local_day(now), "quarter")
    return [period for period in found if period.over(now)][:QUARTERS]


def figures(session: Session, period: Period, *, now: datetime) -> Figures:
    """What may be published of `period`, as of the beginning of the day."""
    morning = day_start(local_day(now))
    found = cohort(session, period, None, now=morning)
    public = load("survey.feedback.numbers").public
    whole, units = public(found, found.unit)
    _whole, topics = public(found, [topic or "-" for topic in found.topic])
    return Figures(whole, units, topics)
