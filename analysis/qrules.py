"""How a quantile is read from ordered values and their weights.

Rules after Hyndman and Fan (1996), American Statistician 50, with weights for counts as R survey
has them: `math` is hf1, `school` is hf2.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = ("math", "school", "hf1", "hf2", "hf3")
SLOPES = ("hf4", "hf5", "hf6", "hf7", "hf8", "hf9")
QRULES = (*STEPS, *SLOPES)
SAME = 1e-12  # shares this near are one


def at(rule: str, x: Floats, weight: Floats, p: float) -> float:
    """The quantile at p of values x in ascending order; NaN at a p that is none."""
    if not np.isfinite(p):
        return float("nan")
    if rule in STEPS:
        return step(rule, x, weight, p)
    return float(np.interp(p, positions(rule, weight), x))


def step(rule: str, x: Floats, weight: Floats, p: float) -> float:
    """The value where the cumulated share reaches p; `school` takes the middle where it is p."""
    first = np.flatnonzero(np.r_[True, x[1:] != x[:-1]])
    values, own = x[first], np.add.reduceat(weight, first)
    share = np.cumsum(own) / own.sum()
    k = min(int(np.searchsorted(share, p - SAME)), len(values) - 1)
    after = min(k + 1, len(values) - 1)
    if rule in ("school", "hf2") and abs(share[k] - p) <= SAME:
        return float((values[k] + values[after]) / 2)
    if rule == "hf3" and abs(share[k] - p) <= SAME and (k + 1) % 2:
        return float(values[after])
    return float(values[k])


def positions(rule: str, weight: Floats) -> Floats:
    """The share at which each row stands, by which hf4 to hf9 interpolate."""
    cumulated, total, last = np.cumsum(weight), weight.sum(), weight[-1]
    tops: dict[str, tuple[Floats, float]] = {
        "hf4": (cumulated, total),
        "hf5": (cumulated - weight / 2, total),
        "hf6": (cumulated, total + last),
        "hf7": (cumulated - weight, total - last),
        "hf8": (cumulated - weight / 3, total + last / 3),
        "hf9": (cumulated - 3 * weight / 8, total + last / 4),
    }
    top, bottom = tops[rule]
    out: Floats = top / bottom if bottom > 0 else np.linspace(0, 1, len(weight))
    return out
