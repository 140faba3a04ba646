"""The design's variance of importances, from the cluster totals of the one scan."""

from dataclasses import dataclass

import numpy as np

from analysis.drivers.moments import Moments, Seen
from analysis.drivers.shapley import Floats, Importance, parts_of
from analysis.driving import DriverOptions
from analysis.errors import DriversError, PlanError
from analysis.totals import sums_by
from analysis.values import variances
from analysis.variance import TAKEN, Flags


@dataclass(frozen=True)
class Spread:
    """Standard errors (figures,) and where a lonely cluster leaves none."""

    se: Floats
    lonely: Flags


def summed(items: Floats, places: list[list[int]]) -> Floats:
    """Figures from items: R², then each factor, then each item; along the first axis."""
    return np.stack([items.sum(axis=0), *(items[p].sum(axis=0) for p in places), *items])


def linearized(seen: Seen, found: Importance, places: list[list[int]]) -> Spread:
    """By the derivatives of the importances: their linearised totals, cluster by cluster.

    Source: Särndal, Swensson and Wretman (1992), section 5.5; Demnati and Rao (2004), Survey
    Methodology 30(1), 17-26.
    """
    z = seen.moments.influence(summed(found.slopes, places)) * seen.done.start[:, None]
    cases = np.broadcast_to((seen.cases > 0)[:, None], z.shape)
    variance, lonely = variances(seen.done, z, cases)
    return Spread(np.sqrt(variance[0]), lonely[0])


def jackknifed(
    seen: Seen, found: Importance, places: list[list[int]], options: DriverOptions
) -> Spread:
    """By leaving out one cluster after the other (JKn): no further scan.

    Source: Rust and Rao (1996), Statistical Methods in Medical Research 5, 283-310, section 2.2.
    """
    done, moments = seen.done, seen.moments
    if done.calibrated is not None:
        raise PlanError('[drivers]: with [calibration], variance = "linearized" is needed')
    stage = done.units.stages[0]
    count = int(stage.unit.max()) + 1
    sums = sums_by(stage.unit, moments.sums * done.final[:, None], count)
    home = np.zeros(count, dtype=np.int64)
    home[stage.unit] = stage.parent
    strata = sums_by(home, sums, len(stage.drawn))
    everything = sums.sum(axis=0)
    left, n = 1 - stage.fraction[home], stage.drawn[home]
    alone = (n < 2) & (left > TAKEN) & (sums[:, 0] > 0)
    lonely = done.lonely == "fail" and bool(alone.any())
    at = np.flatnonzero((left > TAKEN) & (n >= 2))
    changed = [everything + (strata[home[u]] - n[u] * sums[u]) / (n[u] - 1) for u in at]
    matrices = np.array([covariance_of(moments, total) for total in changed])
    full = summed(found.items, places)
    variance = np.zeros(len(full))
    if len(at):
        parts = parts_of(matrices, places, options.orders, options.seed)
        each = left[at] * (n[at] - 1) / n[at]
        variance = (summed(parts.T, places) - full[:, None]) ** 2 @ each
    return Spread(np.sqrt(variance), np.full(len(full), lonely))


def covariance_of(moments: Moments, total: Floats) -> Floats:
    """The covariance from sums of weights, variables and products. Raises DriversError."""
    q = len(moments.names)
    mean = total[1 : q + 1] / total[0]
    squares = np.zeros((q, q))
    squares[np.triu_indices(q)] = total[q + 1 :] / total[0]
    covariance = squares + np.triu(squares, 1).T - np.outer(mean, mean)
    if not total[0] > 0 or np.linalg.eigvalsh(covariance)[0] <= 0:
        raise DriversError(
            "without one cluster the items depend on each other or do not vary, so that there is "
            'no jackknife: use variance = "linearized"'
        )
    return covariance
