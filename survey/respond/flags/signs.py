"""Signs in the answers of one counter on one day, by the exact times at which they were given.

Pure: no database, no clock. Each function gives the numbers (positions) of the answers it flags.
"""

from bisect import bisect_left, bisect_right
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt

from survey.respond.flags.rules import rules

OF_THE_WAY = {
    "clock",
    "unsigned",
    "staff-network",
    "over-budget",
}  # of how it came, not of who answered


@dataclass(frozen=True)
class Seen:
    """One answer. at: seconds since the day began. items: how many were answered; levels: of the
    rated ones, in the form's order. whole: what makes two answers identical. device: the one that
    finished it at that very time; None where either is not known."""

    at: float
    seconds: float | None
    items: int
    levels: tuple[int, ...]
    whole: str
    device: str | None = None


@dataclass(frozen=True)
class Day:
    """What is known of the counter's day. open: how long it serves, in seconds.

    served: people served, None when nobody told. finished: forms, where these were more than are
    seen. usual: share of each `whole` among answers elsewhere.
    """

    open: float = 8 * 3600.0
    served: int | None = None
    finished: int | None = None
    usual: dict[str, float] | None = None


def flags(seen: Sequence[Seen], day: Day, signals: Sequence[set[str]]) -> list[set[str]]:
    """The flags of each answer, in the order given; signals: those its arrival met."""
    found = [set(one) for one in signals]
    for rule, numbers in (
        ("speed", speed(seen)),
        ("again", again(seen)),
        ("burst", burst(seen, day)),
        ("regular", regular(seen)),
        ("copies", copies(seen, day)),
        ("volume", volume(seen, day)),
    ):
        for number in numbers:
            found[number].add(rule)
    for number in straight(seen):
        if found[number] - OF_THE_WAY:
            found[number].add("straight")
    return found


def speed(seen: Sequence[Seen]) -> Iterator[int]:
    limit = rules()["speed"].thresholds["seconds_an_item"]
    for number, one in enumerate(seen):
        if one.seconds is not None and one.seconds < limit * one.items:
            yield number


def again(seen: Sequence[Seen]) -> Iterator[int]:
    """Answers that a device finished so soon after another that nobody else can have given them."""
    wanted, before = rules()["again"].thresholds, dict[str, float]()
    for number in _by_time(seen):
        one = seen[number]
        if one.device is None:
            continue
        least = wanted["seconds"] + wanted["seconds_an_item"] * one.items
        if one.device in before and one.at - before[one.device] < least:
            yield number
        before[one.device] = one.at


def straight(seen: Sequence[Seen]) -> Iterator[int]:
    least = rules()["straight"].thresholds["items"]
    for number, one in enumerate(seen):
        if len(one.levels) >= least and len(set(one.levels)) == 1:
            yield number


def burst(seen: Sequence[Seen], day: Day) -> set[int]:
    """Answers in a window that the rest of the day makes most unlikely: a scan statistic with a
    Poisson tail.

    The mean of a window is that of the answers outside it, over the hours of service, and twice
    as many at the busiest time. Narrow windows first, and wide ones by what is left: a citizen
    who answered shortly before or after is not drawn in.
    """
    wanted, found = rules()["burst"].thresholds, set[int]()
    for minutes in (wanted["narrow"], wanted["middle"], wanted["minutes"]):
        left = [number for number in _by_time(seen) if number not in found]
        found |= _crowded(seen, left, minutes * 60, day)
    return found


def _crowded(seen: Sequence[Seen], order: list[int], width: float, day: Day) -> set[int]:
    wanted = rules()["burst"].thresholds
    times = [seen[number].at for number in order]
    found: set[int] = set()
    for start, at in enumerate(times):
        end = bisect_right(times, at + width)
        count = end - start
        if count < wanted["least"]:
            continue
        around = max(len(times) - count, 1)
        mean = wanted["peak"] * around * width / max(day.open - width, width)
        if poisson_tail(count, mean) < wanted["chance"]:
            first, last = _core(times, start, end, wanted["apart"])
            found.update(order[first:last])
    return found


def _core(times: Sequence[float], start: int, end: int, apart: float) -> tuple[int, int]:
    """The window without who stands apart at its ends: somebody who came before or after."""
    gaps = sorted(after - before for before, after in pairwise(times[start:end]))
    far = apart * gaps[len(gaps) // 2]
    while end - start > 2 and times[start + 1] - times[start] > far:
        start += 1
    while end - start > 2 and times[end - 1] - times[end - 2] > far:
        end -= 1
    return start, end


def regular(seen: Sequence[Seen]) -> set[int]:
    """Answers whose gaps, ten or more in a row, hardly vary."""
    wanted = rules()["regular"].thresholds
    size, order = int(wanted["gaps"]), _by_time(seen)
    times = [seen[number].at for number in order]
    gaps = [after - before for before, after in pairwise(times)]
    found: set[int] = set()
    for start in range(len(gaps) - size + 1):
        part = gaps[start : start + size]
        mean = sum(part) / size
        if not 0 < mean <= wanted["longest"]:
            continue
        spread = sqrt(sum((gap - mean) ** 2 for gap in part) / (size - 1))
        if spread / mean < wanted["variation"]:
            found.update(order[start : start + size + 1])
    return found


def copies(seen: Sequence[Seen], day: Day) -> set[int]:
    """Runs of identical answers, too long for how common the answer is."""
    wanted, order = rules()["copies"].thresholds, _by_time(seen)
    usual = day.usual or {}
    own = Tally(one.whole for one in seen)
    found: set[int] = set()
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and seen[order[end]].whole == seen[order[start]].whole:
            end += 1
        length, whole = end - start, seen[order[start]].whole
        rest = max(len(seen) - length, 1)
        share = usual.get(whole, (own[whole] - length + 1) / (rest + 1))
        chance = min(share, 1.0) ** length * len(seen)
        if length >= wanted["least"] and chance < wanted["chance"]:
            found.update(order[start:end])
        start = end
    return found


def volume(seen: Sequence[Seen], day: Day) -> range:
    """All answers of a day that has more of them than people served."""
    finished = max(len(seen), day.finished or 0)
    too_many = day.served is not None and finished > day.served
    return range(len(seen) if too_many else 0)


def poisson_tail(count: int, mean: float) -> float:
    """Chance of `count` or more where `mean` is expected."""
    term = below = exp(-mean)
    for k in range(1, count):
        term *= mean / k
        below += term
    return max(0.0, 1.0 - below)


def _by_time(seen: Sequence[Seen]) -> list[int]:
    return sorted(range(len(seen)), key=lambda number: seen[number].at)


def outside(at: float, spans: Sequence[tuple[float, float]], slack: float) -> bool:
    """Whether a time lies outside all spans of service, by more than `slack`; all in seconds."""
    starts = [start for start, _end in spans]
    number = bisect_left(starts, at + slack + 1e-9)
    return not any(start - slack <= at <= end + slack for start, end in spans[:number])
