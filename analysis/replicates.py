"""Replicates of a sample as multipliers of the weights of its first-stage units.

A replicate is the sample weighed otherwise; the spread of its estimates is their variance. The
multipliers act on the totals of the scan, so that no replicate costs another.
Source: Wolter (2007), Introduction to Variance Estimation, 2nd ed., ch. 4 and 5; Rao and Wu
(1988), JASA 83; Rao, Wu and Yue (1992), Survey Methodology 18.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.errors import PlanError
from analysis.repweights import ReplicateWeights
from analysis.totals import Codes, Floats
from analysis.units import Stage
from analysis.variance import TAKEN, Flags


@dataclass(frozen=True)
class Replicates:
    """`factors(a, b)` (groups, b - a): what replicates a to b multiply the start weights with.

    The variance is scale x sum of rscales (t - m)², over replicates with rscales above 0, m their
    mean, or the estimate if `mse`. `lonely` (groups,): groups whose stratum has one unit.
    """

    kind: str
    scale: float
    rscales: Floats
    mse: bool
    factors: Callable[[int, int], Floats]
    lonely: Flags

    def __len__(self) -> int:
        return len(self.rscales)

    def deviations(self, thetas: Floats, value: Floats) -> Floats:
        """Rows whose cross products are the covariance; thetas (replicates, domains, measures)."""
        return self.spread(thetas, value).rows

    def spread(self, thetas: Floats, value: Floats) -> "Spread":
        """How the estimates vary; thetas (replicates, domains, measures).

        A replicate in which an estimate has no value leaves that estimate's variance.
        """
        used = (self.rscales > 0)[:, None, None] & np.isfinite(thetas)
        total = np.where(used, thetas, 0.0).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            middle = value if self.mse else total / used.sum(axis=0)
        weigh: Floats = np.sqrt(self.scale * self.rscales)
        rows = np.where(used, (thetas - middle) * weigh[:, None, None], 0.0)
        return Spread(rows, middle, weigh, self.mse)


@dataclass(frozen=True)
class Spread:
    """Some estimates over the replicates, with any axes after the first.

    rows : (replicates, ...) whose cross products are the covariance; middle : (...) that they
    are around, the estimate itself if `mse`; weigh : (replicates,) the root of each one's scale
    """

    rows: Floats
    middle: Floats
    weigh: Floats
    mse: bool

    def through(self, function: Callable[[Floats], Floats]) -> Floats:
        """The covariance of a function of the estimates, taken in each replicate.

        function : (k, estimates) to (k, m), row by row; the spread has one axis of estimates
        """
        used = self.weigh > 0
        found = function(self.middle + self.rows[used] / self.weigh[used, None])
        middle = function(self.middle[None]) if self.mse else found.mean(axis=0)
        away = (found - middle) * self.weigh[used, None]
        return np.asarray(away.T @ away)


def jackknife(stage: Stage) -> Replicates:
    """One unit left out at a time, those of its stratum weighed up: JK1, or JKn with strata.

    rscales are (n - 1)/n (1 - n/N) of the stratum; a stratum with one unit has no replicate.
    """
    unit_stratum = strata_of_units(stage)
    left_out = np.flatnonzero(stage.drawn[unit_stratum] > 1)
    home = unit_stratum[left_out]
    n = stage.drawn[home]
    scales = (n - 1) / n * (1 - stage.fraction[home])

    def factors(a: int, b: int) -> Floats:
        out = np.ones((len(stage.unit), b - a))
        for i in range(a, b):
            own = np.flatnonzero(stage.parent == home[i])
            out[own, i - a] = n[i] / (n[i] - 1)
            out[own[stage.unit[own] == left_out[i]], i - a] = 0.0
        return out

    scales = np.where(scales > TAKEN, scales, 0.0)
    return Replicates("jackknife", 1.0, scales, False, factors, alone(stage))


def bootstrap(stage: Stage, count: int, seed: int) -> Replicates:
    """n - 1 of n units drawn with replacement in each stratum, rescaled after Rao and Wu.

    A unit drawn k times weighs 1 - c + c k n/(n - 1), c the root of 1 - n/N.
    """
    rng = np.random.default_rng(seed)
    unit_stratum = strata_of_units(stage)
    order = np.argsort(unit_stratum, kind="stable")
    multipliers = np.ones((len(unit_stratum), count))
    for units in np.split(order, np.flatnonzero(np.diff(unit_stratum[order])) + 1):
        n = len(units)
        left = 1 - stage.fraction[unit_stratum[units[0]]] if n > 1 else 0.0
        if left > TAKEN:
            drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=count).T
            c = np.sqrt(left)
            multipliers[units] = 1 - c + c * drawn * n / (n - 1)

    def factors(a: int, b: int) -> Floats:
        return multipliers[stage.unit, a:b]

    ones = np.ones(count)
    return Replicates("bootstrap", 1 / (count - 1), ones, False, factors, alone(stage))


def given(own: ReplicateWeights, count: int, groups: int) -> Replicates:
    """Replicates whose weights are in the data: the constants of their variance."""
    scale, rscales = own.constants(count)

    def factors(a: int, b: int) -> Floats:
        return np.ones((groups, b - a))

    nobody = np.zeros(groups, dtype=bool)
    return Replicates(own.kind, scale, np.array(rscales), own.mse, factors, nobody)


def strata_of_units(stage: Stage) -> Codes:
    """The stratum of each unit, in the order of unit codes."""
    out = np.zeros(stage.unit.max(initial=-1) + 1, dtype=np.int64)
    out[stage.unit] = stage.parent
    return out


def alone(stage: Stage) -> Flags:
    """Which groups are of a stratum with one unit, not taken whole."""
    single = (stage.drawn == 1) & (1 - stage.fraction > TAKEN)
    found: Flags = single[stage.parent]
    return found


def lonely_rule(lonely: str) -> None:
    """Raises PlanError for a rule that replicates do not have."""
    if lonely not in ("fail", "certainty"):
        raise PlanError(
            f'[design]: `lonely` = "{lonely}" is for variance = "linearized"; replicates know '
            '"fail" and "certainty"'
        )
