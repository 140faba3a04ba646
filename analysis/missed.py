"""Whether calibrated weights meet every total; if not, which is missed, by how much and why."""

import numpy as np

from analysis.errors import NotConvergedError
from analysis.margins import Fitted, Known, many
from analysis.totals import Floats
from analysis.weighting import Calibration

REACHED = 1e-8  # of the largest total of a margin, the most that a sum may be off
AT_BOUND = 1e-6


def settled(
    calibration: Calibration, known: Known, weight: Floats, g: Floats, rows: Floats
) -> None:
    """Raises NotConvergedError for the total furthest from what the weights (cells,) sum to."""
    held, totals = known.held(weight * g), known.totals()
    with np.errstate(invalid="ignore"):
        gap = np.abs(held - totals) / sizes(known, weight)
    gap = np.where(np.isnan(gap), np.inf, gap)
    if (gap <= REACHED).all():
        return
    at = int(gap.argmax())
    place, label = named(known, at)
    off = f"{held[at] - totals[at]:+.4g}"
    raise NotConvergedError(
        f"the weights did not settle: in the margin {place}, {label} has {held[at]:.10g} instead "
        f"of {totals[at]:.10g} ({off}); {reason(calibration, known, weight, g, rows, at)}"
    )


def sizes(known: Known, weight: Floats) -> Floats:
    """What a gap is small beside: the largest total of the margin; the sum of a number's sizes."""
    parts = [np.full(len(m.total), max(m.total.max(), 1e-300)) for m in known.margins]
    sums = [max(abs(s.total), float(np.abs(s.value) @ np.abs(weight)), 1e-300) for s in known.sums]
    return np.concatenate([*parts, sums])


def named(known: Known, at: int) -> tuple[str, str]:
    """The margin and the category of a total; for a number its column, and "the sum"."""
    for margin in known.margins:
        if at < len(margin.total):
            return margin.name, margin.label[at]
        at -= len(margin.total)
    return known.sums[at].name, "the sum"


def reason(
    calibration: Calibration, known: Known, weight: Floats, g: Floats, rows: Floats, at: int
) -> str:
    """Why likely: bounds too tight, a total out of reach, categories that never meet."""
    if calibration.bounds:
        low, high = calibration.bounds
        tight = (weight > 0) & ((g < low + AT_BOUND) | (g > high - AT_BOUND))
        if tight.any():
            return (
                f"the bounds {low:g} and {high:g} are too tight: "
                f"{many(int(rows[tight].sum()))} of {int(rows.sum())} have a factor there"
            )
    return out_of_reach(known, weight) or never_meet(known, weight, at) or crowded(calibration)


def out_of_reach(known: Known, weight: Floats) -> str:
    """A sum whose mean over the population is outside the numbers of the sample."""
    if not known.margins:
        return ""
    people = known.margins[0].total.sum()
    for one in known.sums:
        values = one.value[weight > 0]
        if not values.min() <= one.total / people <= values.max():
            return (
                f"the sum of {one.name} over {people:.10g} is {one.total / people:.6g} each, but "
                f"the data go from {values.min():.6g} to {values.max():.6g}"
            )
    return ""


def never_meet(known: Known, weight: Floats, at: int) -> str:
    """Categories of two margins that no row has together, that of the worst total first."""
    place, label = named(known, at)
    first = [m for m in known.margins if m.name == place]
    for a in [*first, *known.margins]:
        for b in known.margins:
            found = apart(a, b, weight, label if a.name == place else None) if b is not a else None
            if found is not None:
                return f"no row is in both {found}, so that these margins cannot both be met"
    return ""


def apart(a: Fitted, b: Fitted, weight: Floats, label: str | None) -> str | None:
    """A pair of categories of two margins without a row, or None."""
    pairs = np.zeros((len(a.total), len(b.total)))
    np.add.at(pairs, (a.code, b.code), weight)
    pairs[np.ix_(a.total == 0, np.ones(len(b.total), dtype=bool))] = 1
    pairs[:, b.total == 0] = 1
    empty = np.argwhere(pairs == 0)
    if label is not None:
        empty = empty[empty[:, 0] == a.label.index(label)]
    if not len(empty):
        return None
    i, j = empty[0]
    return f"{a.name} = {a.label[i]} and {b.name} = {b.label[j]}"


def crowded(calibration: Calibration) -> str:
    if calibration.within:
        return "with one factor a unit of `within` there is no such weight"
    return "no weights of this sample meet all of the totals together"
