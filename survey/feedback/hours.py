"""Which minutes a unit works: the hours and days off of its centre, else those of an office."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import ZONE, local_day
from survey.units.tables import Centre, CentreHours

Span = tuple[int, int]  # of a day, in minutes, from and until
OFFICE: Final[Mapping[str, list[list[str]]]] = {
    str(day): [["07:30", "11:30"], ["13:30", "17:00"]] for day in range(1, 6)
}
YEAR: Final = 366  # days without work after which there is none


@dataclass(frozen=True)
class WorkedHours:
    """A week by ISO weekday, as centres keep it, and the days on which nobody works."""

    week: Mapping[int, tuple[Span, ...]]
    days_off: frozenset[date] = frozenset()

    @classmethod
    def of(
        cls, week: Mapping[str, list[list[str]]], days_off: Iterable[list[str]] = ()
    ) -> "WorkedHours":
        spans = {
            int(day): tuple((_minute(opens), _minute(closes)) for opens, closes in found)
            for day, found in week.items()
        }
        return cls(spans, frozenset(date.fromisoformat(day) for day, *_name in days_off))

    def spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.days_off else self.week.get(day.isoweekday(), ())

    def end_of(self, start: datetime, days: int) -> datetime:
        """When so many working days after that of `start` are over."""
        day, left, idle = local_day(start), days, 0
        while left and idle < YEAR:
            day += timedelta(days=1)
            worked = bool(self.spans(day))
            left, idle = left - worked, 0 if worked else idle + 1
        return self._close(day)

    def end_of_calendar(self, start: datetime, days: int) -> datetime:
        """When so many days of the calendar are over; the last, when nobody works on it, ends with
        the next working day (Bộ luật Dân sự 2015, điều 148)."""
        day, idle = local_day(start) + timedelta(days=days), 0
        while not self.spans(day) and idle < YEAR:
            day, idle = day + timedelta(days=1), idle + 1
        return self._close(day)

    def _close(self, day: date) -> datetime:
        closes = self.spans(day)[-1][1] if self.spans(day) else 0
        return datetime.combine(day, datetime.min.time(), ZONE) + timedelta(minutes=closes)


def _minute(written: str) -> int:
    hour, _colon, minute = written.partition(":")
    return int(hour) * 60 + int(minute)


USUAL: Final = WorkedHours.of(OFFICE)


def hours_of_units(session: Session, area_ids: Iterable[int]) -> dict[int, WorkedHours]:
    """The hours of each unit: of its first open centre that keeps any, else those of an office."""
    ids = set(area_ids)
    query = (
        select(Centre.area_id, CentreHours.week, CentreHours.days_off)
        .join(CentreHours, CentreHours.centre_id == Centre.id)
        .where(Centre.area_id.in_(ids), Centre.closed_on.is_(None))
        .order_by(Centre.id.desc())
    )
    found = dict.fromkeys(ids, USUAL)
    for area_id, week, days_off in session.execute(query):
        found[area_id] = WorkedHours.of(week or OFFICE, days_off)
    return found
