"""The cheapest sample that is precise enough for several items in several domains at once.

Minimise Σ c_h n_h so that, for each target j, Σ_h a_jh / n_h - b_j ≤ 1.
Source: Bethel (1989), Survey Methodology 15(1), p. 47 to 57; solved by the iteration of Chromy
(1987), Proceedings of the Section on Survey Research Methods, ASA, p. 194 to 199.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import AllocationError
from analysis.totals import Codes, Floats

ROUNDS = 20_000
CLOSE = 1e-7


@dataclass(frozen=True)
class Target:
    """One item in one domain, and how precise its mean must be.

    part : N_h / N of the domain, 0 outside it, (strata,)
    sd : standard deviation within each stratum, (strata,)
    variance : the largest that its mean may have; deff : multiplies the variance
    """

    name: str
    part: Floats
    sd: Floats
    variance: float
    deff: float = 1.0


@dataclass(frozen=True)
class Solution:
    """Sizes by stratum: the optimum's own, as whole numbers, and each target's variance over its

    limit at the whole numbers (at most 1). `price` is the optimum's cost at the own sizes.
    """

    own: Floats
    sizes: Codes
    used: Floats
    price: float


def solve(
    targets: Sequence[Target], population: Floats, cost: Floats, low: Codes, high: Codes
) -> Solution:
    """The cheapest sizes from `low` to `high` that meet every target.

    Raises AllocationError naming the target that cannot be met, or that has not settled.
    """
    slope = np.stack([t.deff * (t.part * t.sd) ** 2 / t.variance for t in targets])
    free = (slope / population).sum(axis=1)
    need = slope / (1 + free)[:, None]  # Σ need / n ≤ 1
    least = (need / high).sum(axis=1)
    if (least > 1 + CLOSE).any():
        worst = int(np.argmax(least))
        raise AllocationError(
            f"the target {targets[worst].name} cannot be met: with every stratum at its maximum "
            f"its variance is {ratio(slope[worst], high, free[worst]):.4g} times the one allowed"
        )
    own = chromy(need, targets, cost, low.astype(float), high.astype(float))
    sizes = trimmed(need, cost, np.ceil(own - 1e-6).astype(np.int64), low)
    used = np.array([ratio(s, sizes, f) for s, f in zip(slope, free, strict=True)])
    return Solution(own, sizes, used, float(cost @ own))


def ratio(slope: Floats, sizes: Codes, free: float) -> float:
    """The variance of a target at `sizes`, over the one allowed."""
    return float((slope / sizes).sum() - free)


def chromy(
    need: Floats, targets: Sequence[Target], cost: Floats, low: Floats, high: Floats
) -> Floats:
    """The optimum before rounding, (strata,). Raises AllocationError when it has not settled."""
    weight = np.full(len(need), 1.0)
    sizes = high
    for _ in range(ROUNDS):
        sizes = np.clip(np.sqrt(weight @ need / cost), low, high)
        load = (need / sizes).sum(axis=1)
        slack = np.abs(load - 1) * weight / max(weight.sum(), 1e-300)
        if load.max() <= 1 + CLOSE and slack.max() <= CLOSE:
            return sizes
        weight = np.maximum(weight * load**2, 1e-200)
        if load.max() <= 1 and (sizes == low).all():  # the minimums alone meet every target
            return sizes
    worst = int(np.argmax(np.maximum(load - 1, slack)))
    raise AllocationError(
        f"the allocation has not settled after {ROUNDS} rounds: the target "
        f"{targets[worst].name} is at {load[worst]:.6g} of its limit"
    )


def trimmed(need: Floats, cost: Floats, sizes: Codes, low: Codes) -> Codes:
    """One less wherever every target still holds, the dearest strata first."""
    out = sizes.copy()
    load = (need / out).sum(axis=1)
    for h in np.argsort(-cost, kind="stable"):
        while out[h] > low[h]:
            less = load + need[:, h] * (1 / (out[h] - 1) - 1 / out[h])
            if (less > 1 + 1e-9).any():
                break
            out[h] -= 1
            load = less
    return out
