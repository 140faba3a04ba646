"""The variance of totals of linearised values, by stages, as `survey::svyrecvar` has it.

For each stratum of a stage: f n/(n-1) [ sum (z - mean)^2 + (n - k) mean^2 ], z the totals of the
k units with cases in the domain, n the units drawn in the whole sample, f = 1 - n/N. A later
stage is weighed by the sampling fractions before it. Source: Lumley (2004), J. Stat. Soft. 9(8);
Särndal, Swensson and Wretman (1992), ch. 4; lonely units as in R survey 4.5.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.totals import Codes, Floats, sums_by, those
from analysis.units import Stage, Units

TAKEN = 1e-7  # a stratum with less than this left outside the sample is taken whole

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Variance:
    """`value` (domains, measures); `lonely` marks where a single unit leaves none to be had."""

    value: Floats
    lonely: Flags


def linear_variance(
    units: Units,
    domain: Codes,
    z: Floats,
    seen: Flags,
    count: int,
    lonely: str,
    domains: bool = False,
) -> Variance:
    """The variance of the sum of z in each domain.

    domain : (groups,) codes from 0, -1 for none; z : (groups, measures) linearised totals
    seen : (groups, measures) whether the group has cases of the measure
    lonely : "fail" marks the domains touched | "certainty" | "adjust" | "average"
    domains : whether the last two hold, too, where a domain has cases in one unit of several
    """
    here = those(domain)
    own, values, cases = domain[here], z[here], seen[here]
    value = np.zeros((count, z.shape[1]))
    touched = np.zeros((count, z.shape[1]), dtype=bool)
    earlier = np.ones(len(own))
    for depth, stage in enumerate(units.stages):
        if depth and not units.told:
            break
        part = one_stage(stage, here, own, values, earlier)
        value += sums_by(part.domain, part.variance, count)
        if not (domains and depth == 0 and lonely in ("adjust", "average")):
            part = replace(part, few=part.few & False)
        if (part.single | part.few).any():
            more = alone(part, stage, (here, own, values, cases), count, lonely, depth)
            value = (value + more.added) * more.factor
            touched |= more.touched
        earlier = earlier * stage.fraction[stage.parent[here]]
    return Variance(value, touched)


def taken_whole(units: Units, domain: Codes, count: int) -> Flags:
    """(domains,) whether every unit of every stage was drawn in the strata of the domain."""
    left = np.zeros(count, dtype=bool)
    here = np.flatnonzero(domain >= 0)
    for stage in units.stages:
        more = 1 - stage.fraction[stage.parent[here]] > TAKEN
        left[domain[here[more]]] = True
    return ~left


@dataclass(frozen=True)
class StageVariance:
    """Per stratum of a stage present in a domain: its code, its share of the variance.

    single : it has one unit; few : the domain has cases in one of its several units
    """

    domain: Codes
    stratum: Codes
    variance: Floats
    single: Flags
    few: Flags
    total: Floats


def one_stage(
    stage: Stage, here: slice | Codes, own: Codes, values: Floats, earlier: Floats
) -> StageVariance:
    """Variance between the units of one stage, for every (domain, stratum) with groups."""
    width = int(stage.unit.max(initial=0)) + 1
    pairs, at = np.unique(own * width + stage.unit[here], return_inverse=True)
    totals = sums_by(at, values, len(pairs))
    first = np.zeros(len(pairs), dtype=np.int64)
    first[at] = np.arange(len(own))
    above, weigh = stage.parent[here][first], earlier[first]
    wide = int(stage.parent.max(initial=0)) + 1
    strata, of = np.unique((pairs // width) * wide + above, return_inverse=True)
    stratum = strata % wide
    n = stage.drawn[stratum]
    k = np.bincount(of, minlength=len(strata))
    total = sums_by(of, totals, len(strata))
    mean = total / n[:, None]
    apart = totals - mean[of]
    apart *= apart
    squares = sums_by(of, apart, len(strata))
    squares += (n - k)[:, None] * mean**2
    left = 1 - stage.fraction[stratum]
    scale = np.where(n > 1, left * n / np.maximum(n - 1, 1), 0.0)
    before = np.zeros(len(strata))
    before[of] = weigh
    single = (n == 1) & (left > TAKEN)
    scale = np.where(left > TAKEN, scale * before, 0.0)
    few = (n > 1) & (k == 1) & (left > TAKEN)
    return StageVariance(strata // wide, stratum, scale[:, None] * squares, single, few, total)


@dataclass(frozen=True)
class Alone:
    """What strata with a single unit do to the variances: (domains, measures) each."""

    added: Floats
    factor: Floats
    touched: Flags


def alone(
    part: StageVariance,
    stage: Stage,
    data: tuple[slice | Codes, Codes, Floats, Flags],
    count: int,
    lonely: str,
    depth: int,
) -> Alone:
    """The rule for single units. Beyond the first stage only fail and average have an effect."""
    here, own, values, cases = data
    nothing = np.zeros((count, values.shape[1]))
    wide = int(stage.parent.max(initial=0)) + 1
    codes = part.domain * wide + part.stratum
    at = np.searchsorted(codes, own * wide + stage.parent[here])
    present = sums_by(at, cases.astype(float), len(codes)) > 0
    single = present & (part.single | part.few)[:, None]
    instead = -sums_by(part.domain, np.where(part.few[:, None], part.variance, 0.0), count)
    ours = sums_by(part.domain, single.astype(float), count)
    if lonely == "fail" or (lonely == "average" and depth):
        return Alone(nothing, nothing + 1, ours > 0)
    if lonely == "average":
        strata = sums_by(part.domain, present.astype(float), count)
        factor = strata / np.maximum(strata - ours, 1)
        lost = (ours > 0) & (ours >= strata)
        return Alone(instead, np.where(ours > 0, factor, 1.0), lost)
    if lonely == "adjust" and depth == 0:
        drawn = np.where(present, stage.drawn[part.stratum][:, None], 0.0)
        middle = sums_by(own, values, count) / np.maximum(sums_by(part.domain, drawn, count), 1)
        left = (1 - stage.fraction[part.stratum])[:, None]
        n = stage.drawn[part.stratum][:, None]
        around = middle[part.domain]
        apart = (part.total - around) ** 2 + (n - 1) * around**2
        more = np.where(single, left * n / np.maximum(n - 1, 1) * apart, 0.0)
        return Alone(instead + sums_by(part.domain, more, count), nothing + 1, nothing > 0)
    return Alone(nothing, nothing + 1, nothing > 0)
