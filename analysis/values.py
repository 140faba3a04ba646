"""Values, simple variances and linearised totals of the measures of a block, from the small table.

The value is a ratio of sums; its linearised total is w (y - r x) / X by group of the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.replicates import Spread
from analysis.scan import Scan
from analysis.terms import Measure, Part
from analysis.totals import Floats, weight_of
from analysis.variance import Flags, linear_variance

Summed = Callable[[list[str]], Floats]  # terms to their weighted sums, (domains, terms)

AT_ONCE = 4_000_000  # numbers held while residuals of a calibration are taken
NOTHING = 1e-20  # a variance this small beside that of a simple random sample is 0


@dataclass(frozen=True)
class Values:
    """What a block's measures come to, arrays (domains, measures); NaN is no number.

    simple : the variance that a simple random sample of n with replacement would have
    influence : (groups, measures) start-weighted linearised totals; seen : where there are cases
    spread : over the replicates, of (domains, measures), where there are any
    """

    value: Floats
    variance: Floats
    simple: Floats
    n: Floats
    weight: Floats
    lonely: Flags
    influence: Floats
    seen: Flags
    spread: Spread | None = None


def block_values(done: Scan, found: list[Measure], linear: bool = True) -> Values:
    """Values, linearised variances and what they compare with, for the measures of a block.

    linear : False leaves the variances NaN, for replicates to fill
    """
    count = done.domains.count
    domain, here = done.domains.code, done.domains.here

    code, final = domain[here], done.final[here]
    every = dict.fromkeys(key for m in found for key in m.terms())
    sums = {key: weight_of(code, done.totals.sums[key][here] * final, count) for key in every}

    def total(keys: list[str]) -> Floats:
        return beside([sums[key] for key in keys], count)

    cases = [done.totals.counts[m.answered] for m in found]
    n = beside([weight_of(code, own[here], count) for own in cases], count)
    weight = total([m.held for m in found])
    value, simple, z = combined(done, found, total, n, weight)
    influence, seen = z * done.start[:, None], beside(cases, len(domain)) > 0
    variance, lonely = np.full_like(value, np.nan), np.zeros(value.shape, dtype=bool)
    if linear:
        variance, lonely = variances(done, influence, seen)
    variance[variance < NOTHING * simple] = 0.0  # rounding of sums that cancel
    variance[np.isnan(value) | lonely] = np.nan
    return Values(value, variance, simple, n, weight, lonely, influence, seen)


def beside(columns: list[Floats], rows: int) -> Floats:
    """Columns as one array (rows, columns), also when there is none."""
    return np.stack(columns).T if columns else np.zeros((rows, 0))


def combined(
    done: Scan, found: list[Measure], total: Summed, n: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """Value, simple variance (domains, measures) and linearised totals (groups, measures)."""
    here = done.domains.here
    domain = done.domains.code[here]
    spread = np.zeros_like(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = ratios(found, total, len(n))
    value[:, [m.total for m in found]] = np.where(n > 0, value, np.nan)[:, [m.total for m in found]]
    z = np.zeros((len(found), len(done.totals)))
    for depth in range(max((len(m.parts) for m in found), default=0)):
        own = np.array([i for i, m in enumerate(found) if depth < len(m.parts)])
        parts = [found[i].parts[depth] for i in own]
        share = np.array([found[i].scale * len(found[i].parts) for i in own])
        totals = np.array([found[i].total for i in own])
        y, x = total([p.y for p in parts]), total([p.x for p in parts])
        with np.errstate(divide="ignore", invalid="ignore"):
            base = np.where(totals, 1.0, x * share)
            r = np.where(totals, 0.0, y / x)
            slope = 1 / base
            for i, (place, part) in enumerate(zip(own, parts, strict=True)):
                left = r[:, i][domain] * done.totals.sums[part.x][here]
                z[place, here] += (done.totals.sums[part.y][here] - left) * slope[:, i][domain]
            if depth == 0:
                middle = np.where(totals, y**2 / weight[:, own], 0)
                spread[:, own] = (squares(parts, total, r, x) - middle) * slope**2
                if not parts[0].yy:
                    spread[:, own] = np.where(totals, middle, spread[:, own])
    with np.errstate(divide="ignore", invalid="ignore"):
        for i, measure in enumerate(found):
            if measure.crosses:
                spread[:, i] = crossed(measure, total)
        simple = np.where(n > 1, spread * weight / (n - 1), np.nan)
    z[~np.isfinite(z)] = 0.0
    return value, np.maximum(simple, 0), z.T


def squares(parts: Sequence[Part], total: Summed, r: Floats, x: Floats) -> Floats:
    """Sums of w (y - r x)²; without their terms a number as large, to tell rounding from spread."""
    if not parts[0].yy:
        return r**2 * x
    yy, xy, xx = (total([getattr(p, k) for p in parts]) for k in ("yy", "xy", "xx"))
    found: Floats = yy - 2 * r * xy + r**2 * xx
    return found


def ratios(found: Sequence[Measure], total: Summed, rows: int) -> Floats:
    """The values of measures, (rows, measures), from sums of terms over any rows."""
    out = np.zeros((rows, len(found)))
    for depth in range(max((len(m.parts) for m in found), default=0)):
        own = [i for i, m in enumerate(found) if depth < len(m.parts)]
        parts = [found[i].parts[depth] for i in own]
        share = np.array([found[i].scale * len(found[i].parts) for i in own])
        y, x = total([p.y for p in parts]), total([p.x for p in parts])
        out[:, own] += np.where([found[i].total for i in own], y, y / x / share)
    return out


def crossed(measure: Measure, total: Summed) -> Floats:
    """Sum of w e² of a mean of several ratios, from the sums of products of its sides."""
    slopes = []
    for part in measure.parts:
        y, x = total([part.y])[:, 0], total([part.x])[:, 0]
        unit = 1 / (x * len(measure.parts) * measure.scale)
        slopes += [unit, -y / x * unit]
    out = np.zeros_like(slopes[0])
    for a, row in zip(slopes, measure.crosses, strict=True):
        for b, key in zip(slopes, row, strict=True):
            out += a * b * total([key])[:, 0]
    return out


def variances(done: Scan, start: Floats, seen: Flags) -> tuple[Floats, Flags]:
    """Linearised variances (domains, measures) and where a lonely unit leaves none."""
    domain, count = done.domains.code, done.domains.count
    if done.calibrated is None:
        rules = (done.lonely, done.lonely_domains)
        found = linear_variance(done.units, domain, start, seen, count, *rules)
        return found.value, found.lonely
    groups, measures = start.shape
    value = np.zeros((count, measures))
    lonely = np.zeros((count, measures), dtype=bool)
    everyone = np.zeros(groups, dtype=np.int64)
    weight = done.start * done.totals.weight
    step = max(1, AT_ONCE // max(1, groups * measures))
    for first in range(0, count, step):
        own = min(step, count - first)
        here = np.flatnonzero((domain >= first) & (domain < first + own))
        wide = np.zeros((groups, own, measures))
        wide[here, domain[here] - first] = start[here]
        left = done.calibrated.residuals(wide.reshape(groups, own * measures), weight)
        always = np.ones(left.shape, dtype=bool)
        found = linear_variance(done.units, everyone, left, always, 1, done.lonely)
        value[first : first + own] = found.value.reshape(own, measures)
        lonely[first : first + own] = found.lonely.reshape(own, measures)
    return value, lonely
