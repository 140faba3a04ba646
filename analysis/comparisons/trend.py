"""`trend`: an indicator over its periods, with the changes that may be spoken of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from analysis.blocks import Block
from analysis.comparing import TrendOptions
from analysis.comparisons.asked import Placed, broken, figures, known_column
from analysis.comparisons.compare import Comparisons, Held, probability, rows_of
from analysis.comparisons.contrasts import Asked, contrasts
from analysis.comparisons.lines import Line, family
from analysis.comparisons.words import Sentences
from analysis.data import Data
from analysis.errors import CompareError, PlanError
from analysis.plan import Plan, read_plan
from analysis.results import Estimate

LEAST = 3  # periods of a slope: with two it is their change

Periods = list[tuple[float, int]]  # a period and the place of its row


def trend(
    plan: Plan | Mapping[str, object] | str | Path,
    data: Data,
    words: Sentences,
    *,
    minimum: int | None = None,
) -> Comparisons:
    """The series of each figure and domain that the plan's [trend] names, period by period.

    Lines of four kinds: "level", the estimate itself; "previous", its change since the period
    before; "first", since the first period of its unbroken stretch, where that is another;
    "slope", the least-squares line over a whole stretch of three or more, a unit of the period.
    Changes over a break have status broken-series and no number. Raises as `compare`.

    >>> import pyarrow as pa
    >>> good = [1, 0, 1, 0, 1, 0, 0, 0] * 5 + [1, 1, 1, 0, 1, 1, 1, 1] * 5
    >>> people = pa.table({"q1": good, "year": [2023] * 40 + [2024] * 40})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [1], "by": ["year"]}
    >>> from analysis.comparisons.words import sentences
    >>> plan = {"estimate": [share], "trend": {"period": "year"}}
    >>> [(line.kind, line.value) for line in trend(plan, people, sentences("en")).lines]
    [('level', 0.375), ('level', 0.875), ('previous', 0.5)]
    """
    own = read_plan(plan)
    probability(own)
    if own.trend is None:
        raise PlanError("the plan has no [trend]: there is nothing to follow")
    options = own.trend
    if options.block >= len(own.estimates):
        raise PlanError(
            f"[trend]: `block` is {options.block}, of {len(own.estimates)} [[estimate]]"
        )
    held = rows_of(own, (options.block,), data, minimum)
    return Comparisons(tuple(lines(options, own.estimates, held, words)), ())


def lines(
    options: TrendOptions, blocks: Sequence[Block], held: Held, words: Sentences
) -> list[Line]:
    """All lines: each series' levels and changes by period, then its slopes."""
    found, rows = held
    placed = figures("[trend]", options, list(enumerate(rows)))
    known_column("[trend]", options.period, placed)
    every = series(options.period, placed)
    families = {
        kind: [one for own in every for one in make(own, rows, options)]
        for kind, make in (("previous", previous), ("first", since_first), ("slope", slopes))
    }
    told: list[Line] = [level_line(rows[i], options) for own in every for _, i in own]
    for asked in families.values():
        told += family(
            contrasts(found, rows, asked, blocks),
            blocks[options.block],
            words,
            adjust=options.adjust,
            level=options.level,
            better=options.better,
            head={},
        )
    return told


def series(period: str, placed: Sequence[Placed]) -> list[Periods]:
    """The rows of each figure and domain in the order of their periods."""
    out: dict[tuple[object, ...], Periods] = {}
    for place, row in placed:
        at = row.by.get(period)
        if isinstance(at, bool) or not isinstance(at, int | float):
            raise CompareError(f'[trend]: the column "{period}" is not numbers: it holds {at}')
        rest = tuple((c, v) for c, v in row.by.items() if c != period)
        out.setdefault((row.of, row.code, rest), []).append((at, place))
    return [sorted(own) for own in out.values()]


def level_line(row: Estimate, options: TrendOptions) -> Line:
    """The estimate of one period as it is."""
    by = {c: v for c, v in row.by.items() if c != options.period}
    numbers = (row.n, row.value, row.se, row.low, row.high, float(row.df), None, None, None)
    names = ("level", row.of, row.code, by, None, row.by[options.period])
    return Line(*names, *numbers, level=row.level, status=row.status)


def named(what: str, row: Estimate, period: str, before: object, after: object) -> Asked:
    by = {c: v for c, v in row.by.items() if c != period}
    return Asked({}, row.of, by, row.code, before, after, what)


def previous(own: Periods, rows: Sequence[Estimate], options: TrendOptions) -> list[Asked]:
    """The change of each period since the one before."""
    out = []
    for (a, first), (b, second) in pairwise(own):
        asked = named("previous", rows[second], options.period, a, b)
        cut = broken(a, b, options.breaks)
        weights = {first: -1.0, second: 1.0}
        out.append(replace(asked, weights=weights, status="broken-series" if cut else "ok"))
    return out


def since_first(own: Periods, rows: Sequence[Estimate], options: TrendOptions) -> list[Asked]:
    """The change of each period since the first of its stretch, unless that is the one before."""
    out = []
    for stretch in unbroken(own, options.breaks):
        a, first = stretch[0]
        for b, second in stretch[2:]:
            asked = named("first", rows[second], options.period, a, b)
            out.append(replace(asked, weights={first: -1.0, second: 1.0}))
    return out


def slopes(own: Periods, rows: Sequence[Estimate], options: TrendOptions) -> list[Asked]:
    """The least-squares slope of each stretch over the periods that have a number."""
    out = []
    for stretch in unbroken(own, options.breaks):
        good = [(at, place) for at, place in stretch if rows[place].status == "ok"]
        if len(good) < LEAST:
            continue
        x = np.array([at for at, _ in good], dtype=float)
        c = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
        asked = named("slope", rows[good[0][1]], options.period, good[0][0], good[-1][0])
        weights = {place: float(k) for (_, place), k in zip(good, c, strict=True)}
        out.append(replace(asked, weights=weights))
    return out


def unbroken(own: Periods, breaks: Sequence[float]) -> list[Periods]:
    """The stretches of a series between its breaks."""
    out: list[Periods] = []
    for at, place in own:
        if not out or broken(out[-1][-1][0], at, breaks):
            out.append([])
        out[-1].append((at, place))
    return out
