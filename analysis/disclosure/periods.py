"""Only periods that tell nothing by their difference may be published beside each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.disclosure.tables import Dimension
from analysis.errors import DisclosureError

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """From the first to the last day, both inside."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DisclosureError(f"the period {self.first} to {self.last} ends before it begins")

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    def holds(self, other: "Period") -> bool:
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last


def check_periods(periods: Iterable[Period]) -> None:
    """Nothing, when figures of all these periods may be published beside each other.

    Any two are apart, or one holds the other and is made of published periods without a gap, as a
    quarter of its three months: then no difference tells of a time that has no figure of its own.
    Raises DisclosureError naming two periods and the days that they would tell.

    >>> check_periods([Period(date(2026, 1, 1), date(2026, 3, 31)),
    ...                Period(date(2026, 1, 1), date(2026, 4, 7))])
    Traceback (most recent call last):
    analysis.errors.DisclosureError: 2026-04-01 to 2026-04-07 would be told
    """
    own = sorted(set(periods), key=lambda p: (p.first, -p.last.toordinal()))
    for i, one in enumerate(own):
        for other in own[i + 1 :]:
            if not one.meets(other):
                break  # sorted by their first day: all later ones begin later still
            if not one.holds(other):
                told = Period(one.first, other.first - DAY)
                raise DisclosureError(
                    f"the periods {one} and {other} overlap: their difference would tell of "
                    f"{told}; publish fixed periods, such as months, quarters and years"
                )
    for one in own:
        untold = gap(one, parts_of(one, own))
        if untold is not None:
            raise DisclosureError(
                f"the period {one} holds others that are published, but {untold} is not: "
                "their difference would tell of it; publish all its parts, or none"
            )


def parts_of(one: Period, periods: Sequence[Period]) -> list[Period]:
    """The largest of the periods inside `one`, in order of time."""
    inside = [p for p in periods if p != one and one.holds(p)]
    return sorted(p for p in inside if not any(q != p and q.holds(p) for q in inside))


def gap(one: Period, parts: Sequence[Period]) -> Period | None:
    """The first stretch of `one` that no part covers; None where there are no parts or no gap."""
    if not parts:
        return None
    day = one.first
    for part in parts:
        if part.first > day:
            return Period(day, part.first - DAY)
        day = part.last + DAY
    return Period(day, one.last) if day <= one.last else None


def period_dimension(periods: Iterable[Period], name: str = "period") -> Dimension:
    """The periods as a dimension of tables: a quarter is the sum of its months.

    Raises DisclosureError as `check_periods` does.

    >>> from datetime import date
    >>> first = Period(date(2026, 1, 1), date(2026, 1, 31))
    >>> rest = Period(date(2026, 2, 1), date(2026, 3, 31))
    >>> quarter = Period(first.first, rest.last)
    >>> period_dimension([first, rest, quarter]).parts()[None] == [str(quarter)]
    True
    """
    own = set(periods)
    check_periods(own)
    parent: dict[str, str | None] = {}
    for one in own:
        above = [p for p in own if p != one and p.holds(one)]
        nearest = min(above, key=lambda p: p.last - p.first, default=None)
        parent[str(one)] = None if nearest is None else str(nearest)
    return Dimension(name, parent)
