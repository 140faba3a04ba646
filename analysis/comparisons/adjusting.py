"""P-values over many comparisons, and the level of interval that agrees with each decision."""

from collections.abc import Sequence

import numpy as np

from analysis.totals import Floats


def holm(p: Floats) -> Floats:
    """(m,) adjusted p: the chance of any false finding among the m is below the level.

    Source: Holm (1979), Scandinavian Journal of Statistics 6(2), p. 65-70.

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    count = len(p)
    order = np.argsort(p, kind="stable")
    out = np.empty(count)
    out[order] = np.maximum.accumulate(p[order] * np.arange(count, 0, -1)).clip(max=1)
    return out


def benjamini_hochberg(p: Floats) -> Floats:
    """(m,) adjusted p: the expected part of false findings among the findings is below the level.

    Source: Benjamini and Hochberg (1995), JRSS B 57(1), p. 293.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    count = len(p)
    order = np.argsort(-p, kind="stable")
    out = np.empty(count)
    factor = count / np.arange(count, 0, -1)
    out[order] = np.minimum.accumulate(p[order] * factor).clip(max=1)
    return out


def adjusted(p: Sequence[float], method: str, level: float) -> tuple[Floats, Floats]:
    """(m,) adjusted p-values, and the levels at which intervals agree with the decisions.

    A finding is an adjusted p of at most 1 - level. "holm": the interval has the level of the
    step that decides (all that are left have that of the step which ended it). "bh": the
    intervals of Benjamini and Yekutieli (2005), JASA 100, p. 73: at 1 - R alpha / m, R the
    findings (at least 1). "none": p and level as they are.

    >>> p, levels = adjusted([0.01, 0.04, 0.03], "holm", 0.95)
    >>> p.tolist(), levels.round(4).tolist()
    ([0.03, 0.06, 0.06], [0.9833, 0.975, 0.975])
    """
    own, alpha, count = np.array(p, dtype=float), 1 - level, len(p)
    if method == "none" or not count:
        return own, np.full(count, level)
    made = holm(own) if method == "holm" else benjamini_hochberg(own)
    found = int((made <= alpha).sum())
    if method == "bh":
        return made, np.full(count, 1 - max(found, 1) * alpha / count)
    step = np.empty(count, dtype=np.int64)
    step[np.argsort(own, kind="stable")] = np.arange(count)
    return made, 1 - alpha / (count - np.minimum(step, min(found, count - 1)))
