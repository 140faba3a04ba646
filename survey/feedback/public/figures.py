"""Counts for everybody, with those taken together that are too few. Reached through `numbers`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.feedback.machine import OPEN
from survey.feedback.public.lines import PUBLIC, UNANIMOUS, PublicLine, PublicShare
from survey.feedback.reports.cohort import Cohort
from survey.feedback.reports.lines import SATISFIED

Mask = NDArray[np.bool_]
Interval = Callable[[int, int], tuple[float, float]]


@dataclass(frozen=True)
class Columns:
    """What is asked of each case."""

    ours: Mask  # answered, or open still
    answered: Mask
    timed: Mask  # answered, and there was a deadline
    on_time: Mask
    said: Mask
    satisfied: Mask


def columns(cohort: Cohort) -> Columns:
    answered_at, due, said = (
        np.array([np.nan if value is None else value for value in column], dtype=float)
        for column in (cohort.answered, cohort.answer_due, cohort.satisfied)
    )
    answered = ~np.isnan(answered_at)
    is_open = np.isin(np.array(cohort.state), OPEN)
    return Columns(
        ours=answered | is_open,
        answered=answered,
        timed=answered & ~np.isnan(due),
        on_time=np.floor(answered_at) <= np.floor(due),
        said=~np.isnan(said),
        satisfied=said >= SATISFIED,
    )


def lines(
    cohort: Cohort, named: Sequence[str | int], interval: Interval
) -> tuple[PublicLine | None, list[PublicLine]]:
    """All cases in one line, and a line for each name with enough of them, most cases first.

    named : of each case, the name of its group. None instead of lines: too few cases in all.
    """
    found = columns(cohort)
    everything = np.arange(len(cohort))
    if len(everything) < PUBLIC:
        return None, []
    keys, place = np.unique(np.array(named, dtype=object).astype(str), return_inverse=True)
    groups = [np.flatnonzero(place == n) for n in range(len(keys))]
    sizes = {str(key): len(own) for key, own in zip(keys, groups, strict=True)}
    few = taken_together(sizes)
    own = dict(zip(map(str, keys), groups, strict=True))
    made = [_line(found, name, own[name], interval) for name in sizes if name not in few]
    made.sort(key=lambda line: (-line.received, str(line.key)))
    if few:
        rest = np.concatenate([own[name] for name in sorted(few)])
        made.append(_line(found, "", rest, interval))
    return _line(found, None, everything, interval), made


def taken_together(sizes: dict[str, int]) -> set[str]:
    """The groups that are shown as one: those below PUBLIC, and with them the next smallest until
    they are two or more with PUBLIC cases, so that nothing below it follows from the rest."""
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    few = [name for name in ordered if sizes[name] < PUBLIC]
    for name in ordered[len(few) :]:
        if not few or (len(few) > 1 and _sum(sizes, few) >= PUBLIC):
            break
        few.append(name)
    return set(few)


def _sum(sizes: dict[str, int], names: Iterable[str]) -> int:
    return sum(sizes[name] for name in names)


def _line(
    found: Columns, key: str | None, own: NDArray[np.int64], interval: Interval
) -> PublicLine:
    ours, timed, said = found.ours[own], found.timed[own], found.said[own]
    return PublicLine(
        key=key,
        received=len(own),
        answered=_share(int(found.answered[own].sum()), int(ours.sum())),
        on_time=_share(int((found.on_time[own] & timed).sum()), int(timed.sum())),
        satisfied=_told(int((found.satisfied[own] & said).sum()), int(said.sum()), interval),
    )


def _share(hits: int, n: int) -> PublicShare:
    return PublicShare(n, hits / n if n >= PUBLIC else None)


def _told(hits: int, n: int, interval: Interval) -> PublicShare:
    """A share of what people said; that all of a few said the same would tell what each did."""
    if n < PUBLIC or (n < UNANIMOUS and hits in (0, n)):
        return PublicShare(n if n >= PUBLIC else 0, None)
    low, high = interval(hits, n)
    return PublicShare(n, hits / n, low, high)
