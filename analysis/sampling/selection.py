"""Who is drawn, among the units of one parent. Everything comes from `rng.random`.

Only uniform numbers and stable sorts are used, so that a seed draws the same on every machine.
"""

import math
from dataclasses import dataclass

import numpy as np

from analysis.errors import SampleError
from analysis.totals import Codes, Floats
from analysis.variance import Flags

CERTAIN = 1 - 1e-12


@dataclass(frozen=True)
class Selection:
    """Units of one parent, numbered from 0 in their order.

    chosen : the units drawn; reserve : replacements, in the order in which they are to be used
    probability : of every unit, of being drawn; certain : units drawn whatever the numbers
    """

    chosen: Codes
    reserve: Codes
    probability: Floats
    certain: Flags


def enough(n: int, units: int) -> None:
    """Raises SampleError unless 1 ≤ n ≤ units."""
    if n < 1:
        raise SampleError(f"{n} units to draw; at least 1 is needed")
    if n > units:
        raise SampleError(f"{n} units to draw, but there are only {units}")


def simple(rng: np.random.Generator, units: int, n: int, reserve: int = 0) -> Selection:
    """A simple random sample; sample and first replacements together are one as well.

    Source: Fan, Muller and Rezucha (1962), JASA 57, p. 388 (sort by a random number).
    """
    enough(n, units)
    order = np.argsort(rng.random(units), kind="stable")
    probability = np.full(units, n / units)
    certain = np.full(units, n == units)
    return Selection(order[:n], order[n : n + reserve], probability, certain)


def systematic(rng: np.random.Generator, units: int, n: int, reserve: int = 0) -> Selection:
    """Every N/n-th unit, a fractional interval, from a random start; the reserve is random.

    Source: Särndal, Swensson and Wretman (1992), p. 77 (fractional interval method).
    """
    enough(n, units)
    probability = np.full(units, n / units)
    chosen = stepped(rng, probability, n) if n < units else np.arange(units)
    certain = np.full(units, n == units)
    return Selection(chosen, later(rng, chosen, np.ones(units), reserve), probability, certain)


def pps(rng: np.random.Generator, size: Floats, n: int, reserve: int = 0) -> Selection:
    """Systematic with probability proportional to size, in the order given.

    Units so large that n·x/X reaches 1 are drawn for certain and taken out; again among the rest,
    until there is none. The reserve is drawn one by one in proportion to size.
    Source: Madow (1949), Annals of Mathematical Statistics 20, p. 333; Särndal, Swensson and
    Wretman (1992), p. 96 and 97.
    """
    enough(n, len(size))
    probability, certain = inclusion(size, n)
    chosen = np.flatnonzero(certain)
    rest = np.flatnonzero(~certain)
    if n > len(chosen):
        drawn = stepped(rng, probability[rest], n - len(chosen))
        chosen = np.concatenate([chosen, rest[drawn]])
    return Selection(chosen, later(rng, chosen, size, reserve), probability, certain)


def inclusion(size: Floats, n: int) -> tuple[Floats, Flags]:
    """Probabilities n·x/X of a sample of n, and the units drawn for certain, (units,) each.

    Raises SampleError for a size that is not a number over 0.
    """
    if not (np.isfinite(size) & (size > 0)).all():
        raise SampleError("a size measure must be a number over 0")
    certain = np.zeros(len(size), dtype=bool)
    while True:
        left = n - int(certain.sum())
        total = math.fsum(size[~certain])
        share = left * size / total if total > 0 else np.zeros(len(size))
        more = ~certain & (share >= CERTAIN)
        if not more.any():
            return np.where(certain, 1.0, share), certain
        certain |= more


def stepped(rng: np.random.Generator, probability: Floats, n: int) -> Codes:
    """The units that the points u, u + 1, ... fall on along the summed probabilities, (n,)."""
    ends = np.cumsum(probability)
    ends *= n / ends[-1]
    ends[-1] = n
    points = rng.random() + np.arange(n)
    return np.searchsorted(ends, points, side="right").astype(np.int64)


def later(rng: np.random.Generator, chosen: Codes, size: Floats, many: int) -> Codes:
    """Up to `many` units not chosen, drawn one by one in proportion to size, in that order."""
    rest = np.setdiff1d(np.arange(len(size)), chosen)
    if not many or not len(rest):
        return rest[:0]
    waiting = -np.log1p(-rng.random(len(rest))) / size[rest]
    return rest[np.argsort(waiting, kind="stable")[:many]]
