"""Weights within limits: what is cut goes to the others, once or in turns with calibration."""

from collections.abc import Callable

import numpy as np

from analysis.errors import DesignError, NotConvergedError
from analysis.margins import many
from analysis.totals import Floats
from analysis.weighting import Trim

ROUNDS = 10_000
CLOSE = 1e-12
WITHIN = 1e-9  # of a limit, the most that a weight is beyond it after turns with calibration


def limits(trim: Trim) -> tuple[float, float]:
    low = 0.0 if trim.lower is None else trim.lower
    return low, np.inf if trim.upper is None else trim.upper


def trimmed(weight: Floats, trim: Trim) -> Floats:
    """Weights within the limits; what is cut is shared equally among the rows not cut.

    As trimWeights of R survey. Raises DesignError when every weight lies outside.
    """
    low, high = limits(trim)
    own = weight != 0
    if not low * own.sum() <= weight.sum() <= high * own.sum():
        raise DesignError(
            f"[trim]: {many(int(own.sum()))} with weights inside these limits cannot have the "
            f"same sum, {weight.sum():.10g}"
        )
    for _ in range(ROUNDS if trim.strict else 1):
        outside = own & ((weight < low * (1 - CLOSE)) | (weight > high * (1 + CLOSE)))
        if not outside.any():
            break
        inside = own & ~outside
        if not inside.any():
            raise DesignError("[trim]: every weight is outside the limits; nothing can be shared")
        cut = np.where(outside, np.clip(weight, low, high), weight)
        weight = np.where(inside, cut + (weight - cut).sum() / inside.sum(), cut)
    return weight


def in_turns(weight: Floats, trim: Trim, brought: Callable[[Floats], Floats]) -> Floats:
    """Calibrated weights (rows,) trimmed and calibrated in turn until both hold.

    brought : weights to calibrated weights. Raises NotConvergedError with what is beyond.
    """
    low, high = limits(trim)
    for turn in range(trim.cycles + 1):
        outside = (weight != 0) & ((weight < low * (1 - WITHIN)) | (weight > high * (1 + WITHIN)))
        if not outside.any():
            return weight
        if turn < trim.cycles:
            weight = brought(trimmed(weight, trim))
    own = weight[weight != 0]
    raise NotConvergedError(
        f"[trim]: after {trim.cycles} cycles {many(int(outside.sum()))} of {len(own)} have weights "
        f"beyond the limits, from {own.min():.6g} to {own.max():.6g}; the margins may need wider "
        "limits, or the weights more cycles"
    )
