"""Confidence sets for ranks, and for who is among the best, from estimates and their covariance.

Every pair of domains is compared with one critical value, the quantile of the greatest of all
studentised differences; a domain's rank lies between one more than those surely above it and all
less those surely below it. Source: Mogstad, Romano, Shaikh and Wilhelm (2024), "Inference for
ranks", Review of Economic Studies 91(1), 476-518; step-down after Romano and Wolf (2005),
Econometrica 73(4), 1237-1282.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import RankError
from analysis.ranking import SETS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

HELD = 200_000  # numbers of simulated differences held at a time, few enough for a cache


@dataclass(frozen=True)
class RankSets:
    """Ranks of p domains, 1 the highest value; ties share the better rank. Arrays (p,).

    low, high : the best and the worst rank in the confidence set of each domain
    critical : (p,) the last critical value used for each domain; all the same if simultaneous
    method : "simultaneous" or "marginal", with "-stepdown" and "-t" where they were used
    """

    rank: Whole
    low: Whole
    high: Whole
    critical: Floats
    method: str
    level: float


@dataclass(frozen=True)
class Draws:
    """Simulated errors (p, draws), and for each the errors' own scale where that is uncertain."""

    errors: Floats
    scale: Floats | None


def ranks_of(values: Floats) -> Whole:
    """The rank of each value, 1 the highest; equal values share the better rank."""
    above: Whole = (values[None, :] > values[:, None]).sum(axis=1, dtype=np.int64)
    return 1 + above


def rank_sets(
    values: Floats,
    covariance: Floats,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    sets: str = "simultaneous",
    stepdown: bool = True,
    draws: int = 10_000,
    df: Floats | None = None,
) -> RankSets:
    """Two-sided confidence sets for the ranks of all domains.

    values : (p,) estimates, the highest ranks first; covariance : (p, p)
    sets : "simultaneous", all true ranks are in their sets at once with probability `level`;
        "marginal", each domain's is in its own
    stepdown : differences that are settled leave the others a smaller critical value; every one
        of two directions of a difference is a hypothesis of its own, so that signs hold too
    df : (p,) degrees of freedom of each variance; the errors' scale is then simulated too, as if
        variances of different domains were independent. None: the normal distribution
    Raises RankError for what is no covariance, numbers that are none, or an unknown kind.

    >>> found = rank_sets(np.array([9.0, 5.0, 4.9]), np.eye(3) * 0.1, rng=np.random.default_rng(1))
    >>> found.rank.tolist(), found.low.tolist(), found.high.tolist()
    ([1, 2, 3], [1, 2, 2], [1, 3, 3])
    """
    checked(values, covariance, level, draws)
    if sets not in SETS:
        raise RankError(f'sets = "{sets}", but must be one of {", ".join(SETS)}')
    own = drawn(covariance, draws, rng, df)
    count = len(values)
    everyone = ~np.eye(count, dtype=bool)
    if sets == "simultaneous":
        above, limit = settled(values, covariance, own, everyone, level, stepdown)
        below, critical = above.T, np.full(count, limit)
    else:
        above = np.zeros((count, count), dtype=bool)
        below, critical = above.copy(), np.zeros(count)
        for j in range(count):
            asked = np.zeros((count, count), dtype=bool)
            asked[j], asked[:, j] = everyone[j], everyone[j]
            found, critical[j] = settled(values, covariance, own, asked, level, stepdown)
            above[j], below[j] = found[j], found[:, j]
    method = sets + ("-stepdown" if stepdown else "") + ("" if df is None else "-t")
    low = (1 + above.sum(axis=1)).astype(np.int64)
    high = (count - below.sum(axis=1)).astype(np.int64)
    return RankSets(ranks_of(values), low, high, critical, method, level)


def best_set(
    values: Floats,
    covariance: Floats,
    top: int,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    stepdown: bool = True,
    draws: int = 10_000,
    df: Floats | None = None,
) -> Flags:
    """(p,) which domains may be among the `top` best: all that truly are, with prob. `level`.

    One-sided simultaneous sets: those whose best possible rank is beyond `top` are out. As the
    one-sided family is that of all ordered pairs, its critical value is that of `rank_sets`.
    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), the "tau-best".

    >>> own = np.random.default_rng(1)
    >>> best_set(np.array([9.0, 8.9, 5.0]), np.eye(3) * 0.1, 1, rng=own).tolist()
    [True, True, False]
    """
    counted(top, len(values))
    found = rank_sets(
        values, covariance, rng=rng, level=level, stepdown=stepdown, draws=draws, df=df
    )
    flags: Flags = found.low <= top
    return flags


def chance_of_top(
    values: Floats,
    covariance: Floats,
    top: int,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
) -> Floats:
    """(p,) the share of draws around the estimates in which a domain is among the `top` best.

    A probability given the data where nothing was known before (a flat prior, normal errors).
    It is no confidence statement: for domains that are truly close it says how close, not who.

    >>> own = np.random.default_rng(1)
    >>> chance_of_top(np.array([9.0, 5.0, 1.0]), np.eye(3), 1, rng=own).round(2)
    array([1., 0., 0.])
    """
    checked(values, covariance, 0.5, draws)
    counted(top, len(values))
    errors = drawn(covariance, draws, rng, None).errors.T
    better = np.argsort(-(values + errors), axis=1, kind="stable")[:, :top]
    return np.bincount(better.ravel(), minlength=len(values)) / draws


def counted(top: int, count: int) -> None:
    if not 1 <= top <= count:
        raise RankError(f"the top {top} cannot be had of {count} domains")


def checked(values: Floats, covariance: Floats, level: float, draws: int) -> None:
    count = len(values)
    if count < 2:
        raise RankError(f"there is nothing to rank: {count} domain with a number, not two or more")
    if covariance.shape != (count, count):
        raise RankError(f"the covariance is {covariance.shape}, for {count} domains")
    if not (np.isfinite(values).all() and np.isfinite(covariance).all()):
        raise RankError("a domain to rank has no number or no standard error")
    if not np.allclose(covariance, covariance.T, rtol=1e-6, atol=0):
        raise RankError("the covariance is not symmetric")
    if not 0 < level < 1:
        raise RankError(f"the level {level} does not lie between 0 and 1")
    if draws < 100:
        raise RankError(f"{draws} draws are too few: at least 100")


def drawn(covariance: Floats, draws: int, rng: np.random.Generator, df: Floats | None) -> Draws:
    """Errors drawn from the normal distribution with this covariance, (p, draws)."""
    roots, directions = np.linalg.eigh(covariance)
    if roots.min() < -1e-8 * max(float(roots.max()), 0.0):
        raise RankError("the covariance has a negative variance in some direction")
    errors = (directions * np.sqrt(roots.clip(0))) @ rng.standard_normal((draws, len(roots))).T
    if df is None:
        return Draws(errors, None)
    if not (df > 0).all():
        raise RankError("a domain to rank has no degree of freedom")
    return Draws(errors, np.sqrt(rng.chisquare(df, errors.T.shape) / df).T)


def settled(
    values: Floats,
    covariance: Floats,
    own: Draws,
    asked: Flags,
    level: float,
    stepdown: bool,
) -> tuple[Flags, float]:
    """[j, k] whether k is surely above j, among the ordered pairs asked; the critical value."""
    spread = spreads(covariance)
    lead = values[None, :] - values[:, None]
    open_, above = asked.copy(), np.zeros_like(asked)
    found = Greatest(covariance, spread, own)
    while True:
        found.over(open_)
        limit = float(np.quantile(found.value, level, method="higher"))
        new = open_ & (lead > limit * spread)
        above |= new
        open_ &= ~new
        if not stepdown or not new.any() or not open_.any():
            return above, limit


def spreads(covariance: Floats) -> Floats:
    """The standard error of every difference, (p, p); rounding error is 0."""
    variance = np.diag(covariance)
    both = variance[:, None] + variance[None, :]
    own = both - 2 * covariance
    spread: Floats = np.sqrt(np.where(own > 1e-12 * both, own, 0.0))
    return spread


class Greatest:
    """The greatest studentised difference in each draw over some ordered pairs, and whose it is.

    When pairs leave, only the draws whose greatest was one of them are looked at again.
    """

    def __init__(self, covariance: Floats, spread: Floats, own: Draws) -> None:
        self.covariance, self.spread, self.own = covariance, spread, own
        count = own.errors.shape[1]
        self.value = np.zeros(count)
        self.pair = np.zeros((2, count), dtype=np.int64)  # no pair: nobody is above themselves

    def over(self, asked: Flags) -> None:
        """Sets `value` for the pairs asked, which are fewer than the last time."""
        again = np.flatnonzero(~asked[self.pair[0], self.pair[1]])
        size = max(1, HELD // len(asked))
        groups = grouped(asked & (self.spread > 0))
        for start in range(0, len(again), size):
            self.look(groups, again[start : start + size])

    def look(self, groups: Sequence[tuple[int, Whole, int]], draws: Whole) -> None:
        errors = self.own.errors[:, draws]
        scale = None if self.own.scale is None else self.own.scale[:, draws]
        value, pair = np.zeros(len(draws)), np.zeros((2, len(draws)), dtype=np.int64)
        for j, others, sign in groups:
            lead = errors[others] - errors[j] if sign > 0 else errors[j] - errors[others]
            if scale is None:
                lead *= (1 / self.spread[j, others])[:, None]
            else:
                lead /= scaled(self.covariance, self.spread, scale, j, others)
            most = lead.argmax(axis=0)
            own = lead[most, np.arange(len(draws))]
            better = np.flatnonzero(own > value)
            value[better] = own[better]
            ends = (j, others[most[better]])
            pair[0, better], pair[1, better] = ends if sign > 0 else ends[::-1]
        self.value[draws], self.pair[:, draws] = value, pair


def grouped(asked: Flags) -> list[tuple[int, Whole, int]]:
    """The ordered pairs by what they have in common: (j, others, 1) for [j, k], -1 for [k, j]."""
    alone = asked.sum(axis=1) == 1
    by_row = [(int(j), np.flatnonzero(asked[j]), 1) for j in np.flatnonzero(asked.any(1) & ~alone)]
    left = asked & alone[:, None]
    columns = np.flatnonzero(left.any(axis=0))
    return by_row + [(int(j), np.flatnonzero(left[:, j]), -1) for j in columns]


def scaled(covariance: Floats, spread: Floats, scale: Floats, j: int, others: Whole) -> Floats:
    """(others, draws) the standard errors of differences with j, as each draw would have them."""
    variance = np.diag(covariance)
    square = variance[j] * scale[j] ** 2 + variance[others, None] * scale[others] ** 2
    square -= 2 * covariance[j, others, None] * scale[j] * scale[others]
    found: Floats = np.maximum(np.sqrt(square.clip(0)), 1e-6 * spread[j, others, None])
    return found
