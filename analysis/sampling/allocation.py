"""Where the sample goes: whole numbers by stratum that add up to the total, within limits."""

import math
from collections.abc import Sequence

import numpy as np

from analysis.errors import AllocationError
from analysis.totals import Codes, Floats

STEPS = 200  # halvings: more than a double has digits


def proportional(population: Floats) -> Floats:
    """Shares of the total in proportion to the population (Bowley's), (strata,)."""
    share: Floats = population / population.sum()
    return share


def equal(population: Floats) -> Floats:
    """The same share for every stratum, (strata,)."""
    return np.full(len(population), 1 / len(population))


def neyman(population: Floats, sd: Floats, cost: Floats | None = None) -> Floats:
    """Shares in proportion to N S / √c, which gives a total its least variance, (strata,).

    sd : standard deviation within each stratum; cost : of one answer there, 1 if None.
    Raises AllocationError when every sd is 0.
    Source: Neyman (1934), J. Royal Statistical Society 97, p. 579; Cochran (1977), eq. 5.23 and
    5.26, p. 98.
    """
    pull: Floats = population * sd / np.sqrt(cost if cost is not None else 1.0)
    if not pull.sum() > 0:
        raise AllocationError("neyman: the standard deviation is 0 in every stratum")
    share: Floats = pull / pull.sum()
    return share


def power(size: Floats, exponent: float, cv: Floats | None = None) -> Floats:
    """Shares in proportion to CV · X^q: between equal (q = 0) and Neyman's (q = 1), (strata,).

    size : importance X of each stratum; cv : coefficient of variation within it, 1 if None.
    Source: Bankier (1988), The American Statistician 42(3), p. 174 to 177.
    """
    if not 0 <= exponent <= 1:
        raise AllocationError(f"power: the exponent is {exponent:g}, but must be 0 to 1")
    pull: Floats = size**exponent * (cv if cv is not None else 1.0)
    if not pull.sum() > 0:
        raise AllocationError("power: the coefficient of variation is 0 in every stratum")
    share: Floats = pull / pull.sum()
    return share


def allocate(total: int, shares: Floats, low: Codes, high: Codes, names: Sequence[str]) -> Codes:
    """`total` shared out by `shares` as whole numbers from `low` to `high`, (strata,).

    What a limit takes or gives is shared among the others in the same proportions; fractions
    are rounded by largest remainder, ties in the order of the strata. The sum is exactly `total`.
    Raises AllocationError naming the stratum or the limits that leave no room.
    """
    wrong = np.flatnonzero(low > high)
    if len(wrong):
        first = wrong[0]
        raise AllocationError(
            f"the stratum {names[first]} has {high[first]} units, fewer than the minimum of "
            f"{low[first]} ({len(wrong)} such strata)"
        )
    for limit, word, bad in (
        (low, "the minimums add up to", total < low.sum()),
        (high, "the strata have only", total > high.sum()),
    ):
        if bad:
            raise AllocationError(f"{total} cannot be allocated: {word} {int(limit.sum())}")
    return rounded(bounded(total, shares, low, high), total, low, high)


def bounded(total: int, shares: Floats, low: Codes, high: Codes) -> Floats:
    """Numbers λ·shares cut to their limits, λ such that they add up to `total`, (strata,)."""
    top = 1.0
    positive = shares > 0
    reached = np.where(positive, high, low).sum()
    if total >= reached:  # strata with no share take what the others cannot
        spare = (high - low) * ~positive
        rest = (total - reached) * spare / max(1, spare.sum())
        return np.where(positive, high, low + rest).astype(float)
    while np.clip(top * shares, low, high).sum() < total:
        top *= 2
    bottom = 0.0
    for _ in range(STEPS):
        middle = (bottom + top) / 2
        if np.clip(middle * shares, low, high).sum() < total:
            bottom = middle
        else:
            top = middle
    return np.clip(top * shares, low, high)


def rounded(values: Floats, total: int, low: Codes, high: Codes) -> Codes:
    """Whole numbers near `values` that add up to `total`, by largest remainder, (strata,)."""
    out = np.clip(np.floor(values + 1e-9), low, high).astype(np.int64)
    missing = total - int(out.sum())
    step = 1 if missing > 0 else -1
    while missing:
        open_ = out < high if step > 0 else out > low
        remainder = np.where(open_, step * (values - out), -np.inf)
        order = np.argsort(-np.round(remainder, 9), kind="stable")
        chosen = order[: min(abs(missing), int(open_.sum()))]
        out[chosen] += step
        missing = total - int(out.sum())
    return out


def stratum_sd(values: Floats, stratum: Codes, count: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation (divisor N - 1, 0 for a single row) by stratum, (strata,) each.

    NaN is missing and leaves.
    """
    known = ~np.isnan(values)
    own, y = stratum[known], values[known]
    n = np.bincount(own, minlength=count).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(own, weights=y, minlength=count) / n
        squares = np.bincount(own, weights=(y - mean[own]) ** 2, minlength=count)
        sd = np.where(n > 1, np.sqrt(squares / (n - 1)), np.where(n > 0, 0.0, math.nan))
    return mean, sd
