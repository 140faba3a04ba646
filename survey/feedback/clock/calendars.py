"""Which minutes are worked: a week, seasons with another week, and days that differ from it.

All times are Vietnam's, in minutes of the local day, 0 to 1440.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Span = tuple[int, int]  # of a day, from until: (450, 690) is 07:30–11:30
Kind = Literal["holiday", "makeup", "half"]

DAY: Final = 24 * 60
NOON: Final = 12 * 60


def checked(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order. Raises ValueError when one is empty, outside the day, or meets another."""
    found = tuple(sorted(spans))
    for opens, closes in found:
        if not 0 <= opens < closes <= DAY:
            raise ValueError(f"not a span of a day: {opens}–{closes}")
    for before, after in zip(found, found[1:], strict=False):
        if after[0] < before[1]:
            raise ValueError(f"spans overlap: {before}, {after}")
    return found


@dataclass(frozen=True)
class Frames:
    """A usual week: the spans of Monday to Sunday, several a day. Raises ValueError for a week
    in which nobody works."""

    week: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and work on one of them")
        for spans in self.week:
            if checked(spans) != spans:
                raise ValueError(f"spans out of order: {spans}")

    @classmethod
    def of(cls, week: Mapping[str, Sequence[Sequence[str]]]) -> "Frames":
        """From a week as centres keep it: ISO weekday to spans, {"1": [["07:30", "11:30"]], …}."""
        return cls(tuple(spans_of(week.get(str(day), ())) for day in range(1, 8)))

    def on(self, weekday: int) -> tuple[Span, ...]:
        """The spans of a weekday, 0 for Monday."""
        return self.week[weekday]


def spans_of(written: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """[["07:30", "11:30"], …] in minutes. Raises ValueError."""
    return checked([(_minute(opens), _minute(closes)) for opens, closes in written])


def _minute(written: str) -> int:
    hour, _colon, minute = written.partition(":")
    return int(hour) * 60 + int(minute)


@dataclass(frozen=True)
class Season:
    """Another usual week from `first` to `last`, both included: summer hours."""

    first: date
    last: date
    frames: Frames


@dataclass(frozen=True)
class Day:
    """A day that differs from its week.

    holiday : nobody works.
    makeup : worked in place of `stands_for`, with the hours of that weekday (without it, Monday's).
    half : worked until noon.
    spans : the hours of a makeup or half day where they are said; they hold for every unit.
    """

    kind: Kind
    spans: tuple[Span, ...] = ()
    stands_for: date | None = None

    def __post_init__(self) -> None:
        if checked(self.spans) != self.spans or (self.kind == "holiday" and self.spans):
            raise ValueError(f"a {self.kind} with the hours {self.spans}")


@dataclass(frozen=True)
class Calendar:
    """The working time of one unit. `version` names the days and weeks it was made of."""

    frames: Frames
    days: Mapping[date, Day] = field(default_factory=dict)
    seasons: Sequence[Season] = ()
    version: int = 0

    def spans(self, day: date) -> tuple[Span, ...]:
        """When `day` is worked; nothing on a day off."""
        other = self.days.get(day)
        if other is None:
            return self._usual(day)
        if other.kind == "holiday" or other.spans:
            return other.spans
        if other.kind == "half":
            morning = ((opens, min(closes, NOON)) for opens, closes in self._usual(day))
            return tuple((opens, closes) for opens, closes in morning if opens < closes)
        return self._frames(day).on(other.stands_for.weekday() if other.stands_for else 0)

    def minutes(self, day: date) -> int:
        """How many minutes of `day` are worked."""
        return sum(closes - opens for opens, closes in self.spans(day))

    def _usual(self, day: date) -> tuple[Span, ...]:
        return self._frames(day).on(day.weekday())

    def _frames(self, day: date) -> Frames:
        for season in self.seasons:
            if season.first <= day <= season.last:
                return season.frames
        return self.frames


OFFICE: Final = Frames.of(
    {str(day): [["07:30", "11:30"], ["13:30", "17:00"]] for day in range(1, 6)}
)
