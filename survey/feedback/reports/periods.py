"""Months, quarters and years of the calendar: figures are of these and of nothing between them.

From two spans of free choice the difference could be taken, and with it single cases.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flask_babel import gettext as _

from survey.calendar import ZONE, day_start

Kind = Literal["month", "quarter", "year"]
KINDS: tuple[Kind, ...] = ("month", "quarter", "year")
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
KEY = re.compile(r"(\d{4})(?:-(\d{2})|-q([1-4]))?")


@dataclass(frozen=True, order=True)
class Period:
    """A month (number 1 to 12), quarter (1 to 4) or year (1)."""

    year: int
    kind: Kind
    number: int

    @property
    def key(self) -> str:
        """2026-07, 2026-q3 or 2026: what stands in addresses and files."""
        if self.kind == "year":
            return f"{self.year:04d}"
        return f"{self.year:04d}-" + (
            f"{self.number:02d}" if self.kind == "month" else f"q{self.number}"
        )

    @property
    def first(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def begins(self) -> datetime:
        return day_start(self.first)

    @property
    def ends(self) -> datetime:
        """The moment at which it is over, which is not in it."""
        months = self.first.year * 12 + self.first.month - 1 + MONTHS[self.kind]
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=ZONE)

    @property
    def label(self) -> str:
        if self.kind == "year":
            return str(_("Year %(year)d", year=self.year))
        if self.kind == "quarter":
            return str(_("Quarter %(quarter)d/%(year)d", quarter=self.number, year=self.year))
        return str(_("Month %(month)d/%(year)d", month=self.number, year=self.year))

    def over(self, now: datetime) -> bool:
        return self.ends <= now


def read(key: str) -> Period | None:
    """The period that a key names; None when it names none."""
    found = KEY.fullmatch(key)
    if found is None or not 1 <= int(found[1]) <= 9998:
        return None
    year, month, quarter = int(found[1]), found[2], found[3]
    if month is not None:
        return Period(year, "month", int(month)) if 1 <= int(month) <= 12 else None
    return Period(year, "quarter", int(quarter)) if quarter else Period(year, "year", 1)


def holding(day: date, kind: Kind) -> Period:
    """The month, quarter or year in which a day lies."""
    return Period(day.year, kind, (day.month - 1) // MONTHS[kind] + 1)


def between(first: date, last: date, kind: Kind) -> list[Period]:
    """Every month, quarter or year from one day to another, the latest first."""
    ends = holding(last, kind)
    found = [holding(first, kind)]
    while found[-1] < ends:
        found.append(holding(found[-1].ends.date(), kind))
    return found[::-1]
