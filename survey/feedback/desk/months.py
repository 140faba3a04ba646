"""A month as a calendar shows it: weeks of days, each worked or not, and why. Pure."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from survey.feedback.clock.calendars import Calendar, Frames, Span
from survey.feedback.day_tables import UnitDay

Kind = Literal["work", "rest", "off", "extra"]
YEARS: Final = (2020, 2100)  # what may stand in an address


@dataclass(frozen=True)
class Why:
    """Why a day differs from its week: its name, whose day it is, the unit's row if it is one."""

    name: str
    source: str
    row: UnitDay | None = None


@dataclass(frozen=True)
class Square:
    """A day. work and rest: as its week says; off and extra: against it."""

    day: date
    kind: Kind
    hours: str
    why: Why | None = None


@dataclass(frozen=True)
class Wanted:
    """The month, or with month None the year, that is looked at."""

    year: int
    month: int | None

    @property
    def months(self) -> list[date]:
        chosen = range(1, 13) if self.month is None else [self.month]
        return [date(self.year, month, 1) for month in chosen]

    @property
    def key(self) -> str:
        """What stands in addresses: 2026-12, or 2026."""
        return f"{self.year:04d}" + ("" if self.month is None else f"-{self.month:02d}")

    def moved(self, by: int) -> "Wanted":
        """So many months or years on."""
        if self.month is None:
            return Wanted(self.year + by, None)
        count = self.year * 12 + self.month - 1 + by
        return Wanted(count // 12, count % 12 + 1)


def wanted(written: str, today: date) -> Wanted:
    """What an address asks for; the month of today when it asks for nothing that there is."""
    year, _dash, month = written.partition("-")
    first, last = YEARS
    if year.isascii() and year.isdecimal() and first <= int(year) <= last:
        if not month:
            return Wanted(int(year), None)
        if month.isascii() and month.isdecimal() and 1 <= int(month) <= 12:
            return Wanted(int(year), int(month))
    return Wanted(today.year, today.month)


def weeks(calendar: Calendar, whys: Mapping[date, Why], month: date) -> list[list[Square | None]]:
    """The weeks of a month, Monday first; None for days of other months."""
    return [
        [square(calendar, whys, day) if day.month == month.month else None for day in week]
        for week in Weeks().monthdatescalendar(month.year, month.month)
    ]


def square(calendar: Calendar, whys: Mapping[date, Why], day: date) -> Square:
    """One day as its calendar has it."""
    spans, other = calendar.spans(day), calendar.days.get(day)
    kind: Kind
    if other is None:
        kind = "work" if spans else "rest"
    else:
        kind = "off" if other.kind == "holiday" else "extra"
    return Square(day, kind, written(spans), whys.get(day))


def differing(calendar: Calendar, whys: Mapping[date, Why], months: Iterable[date]) -> list[Square]:
    """The days of these months that differ from their week, in order."""
    chosen = {(month.year, month.month) for month in months}
    days = sorted(day for day in calendar.days if (day.year, day.month) in chosen)
    return [square(calendar, whys, day) for day in days]


def week_of(frames: Frames) -> list[tuple[int, int, str]]:
    """A usual week in short: first weekday, last weekday (0 for Monday), the hours of each."""
    found: list[tuple[int, int, str]] = []
    for weekday in range(7):
        hours = written(frames.on(weekday))
        if found and found[-1][2] == hours:
            found[-1] = (found[-1][0], weekday, hours)
        else:
            found.append((weekday, weekday, hours))
    return found


def written(spans: Iterable[Span]) -> str:
    """07:30–11:30, 13:30–17:00; nothing when nobody works."""
    return ", ".join(f"{_time(opens)}–{_time(closes)}" for opens, closes in spans)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
