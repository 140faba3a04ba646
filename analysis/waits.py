"""How long people wait when some still do: the product-limit estimate of Kaplan and Meier.

Kaplan, Meier (1958), Nonparametric estimation from incomplete observations, JASA 53. Quantiles as
R survival's `quantile.survfit`: the middle of the stretch where the curve stands at the share.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.totals import Floats

SAME = 1e-9


def still_waiting(times: ArrayLike, ended: ArrayLike) -> tuple[Floats, Floats]:
    """The times at which somebody's wait ended, and the share that waits still after each.

    times : (n,) how long each has waited; ended : (n,) whether that wait is over.
    """
    waited = np.asarray(times, dtype=float)
    over = np.asarray(ended, dtype=bool)
    at, ends = np.unique(waited[over], return_counts=True)
    waiting = len(waited) - np.searchsorted(np.sort(waited), at)
    left = np.cumprod(1.0 - ends / waiting, dtype=np.float64)
    return at, left


def waits(times: ArrayLike, ended: ArrayLike, shares: Sequence[float]) -> list[float | None]:
    """The wait within which each share's part had theirs ended; None where that many have not.

    >>> waits([1, 2, 3, 4], [True, True, True, False], [0.5, 0.9])
    [2.5, None]
    """
    at, left = still_waiting(times, ended)
    done = 1 - left
    found: list[float | None] = []
    for share in shares:
        first = int(np.searchsorted(done, share - SAME))
        if first == len(at):
            found.append(None)
            continue
        flat = abs(done[first] - share) < SAME
        last = np.max(np.asarray(times, dtype=float)) if first + 1 == len(at) else at[first + 1]
        found.append(float((at[first] + last) / 2 if flat else at[first]))
    return found
