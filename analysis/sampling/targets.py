"""What a plan wants to know of which domains, as variances that a sample may have."""

from collections.abc import Sequence

import numpy as np

from analysis.errors import AllocationError, DataError
from analysis.sampling.allocation import stratum_sd
from analysis.sampling.bethel import Target
from analysis.sampling.frame import Frame, Groups
from analysis.sampling.request import Precision
from analysis.sampling.sizes import normal
from analysis.totals import Floats

SMALLEST = 1e-100  # its square is still a number to divide by


def targets(asked: Sequence[Precision], frame: Frame, strata: Groups) -> list[Target]:
    """One Target a precision and value of its `by`.

    Raises AllocationError when a stratum lies in two domains, or a cv is of a mean of 0.
    """
    out = []
    rows = np.bincount(strata.code).astype(float)
    for precision in asked:
        mean, sd = moments(precision, frame, strata, rows)
        domains = frame.groups(precision.by)
        home = domains.code[strata.first]
        astray = np.flatnonzero(domains.code != home[strata.code])
        if len(astray):
            at = strata.code[astray[0]]
            raise AllocationError(
                f"the target {precision.name}: the stratum {strata.names[at]} lies in more than "
                f"one domain of {', '.join(precision.by)}; add these to `strata`"
            )
        for code, name in enumerate(domains.names):
            inside = home == code
            part = np.where(inside, rows, 0.0) / rows[inside].sum()
            label = precision.name + (f" ({name})" if precision.by else "")
            limit = allowed(precision, float(part @ np.where(inside, mean, 0.0)), label)
            out.append(Target(label, part, sd, limit, precision.deff))
    return out


def allowed(precision: Precision, mean: float, label: str) -> float:
    """The variance that a cv or an error allows."""
    if precision.error is None and mean == 0:
        raise AllocationError(f"the target {label}: its mean is 0, so it has no cv; give `error`")
    if precision.error is not None:
        half = precision.error / normal(precision.level)
    else:
        half = (precision.cv or 0.0) * abs(mean)
    if half < SMALLEST:
        raise AllocationError(f"the target {label} asks for a standard error of {half:g}")
    return half**2


def moments(
    precision: Precision, frame: Frame, strata: Groups, rows: Floats
) -> tuple[Floats, Floats]:
    """Mean and standard deviation of an item by stratum, (strata,) each."""
    if precision.of is not None:
        mean, sd = stratum_sd(frame.numbers(precision.of), strata.code, len(strata))
        empty = np.flatnonzero(np.isnan(mean))
        if len(empty):
            raise frame.fault(precision.of, f"is empty in all of {strata.names[empty[0]]}")
        return mean, sd
    if isinstance(precision.share, str):
        values = frame.measure(precision.share, zero=True)
        if values.max() > 1:
            at = int(np.argmax(values))
            raise DataError(
                f'{frame.name}: column "{precision.share}" must be shares from 0 to 1, '
                f"but is {values[at]:g} in row {frame.row[at]}"
            )
        mean = stratum_sd(values, strata.code, len(strata))[0]
    else:
        mean = np.full(len(strata), precision.share, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.where(rows > 1, np.sqrt(mean * (1 - mean) * rows / (rows - 1)), 0.0)
    return mean, sd
