"""Post-stratification, raking and calibration on the cells of what is known.

Weights are the start weights times a factor g per cell; numbers make a cell of each value that
occurs. The variance uses residuals of the design-weighted regression on the margins,
e = g (z - d X B), as calibrate() of R survey has it; R's rake() projects without weights and
overstates the variance, which is not copied.
Source: Deville and Särndal (1992), JASA 87, 376-382, sections 1-3; Deville, Särndal and Sautory
(1993), JASA 88, 1013-1020.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from analysis.distances import Distance, distance
from analysis.margins import Known, known_of
from analysis.missed import settled
from analysis.totals import Codes, Floats, Key, sums_by, weight_of
from analysis.units import numbered
from analysis.weighting import Calibration

ROUNDS = 1000
STEPS = 200
HALVINGS = 40
CLOSE = 1e-13  # distance from every total, relative to it, at which the weights have settled
FLOOR = 1e-4  # slope left to a factor at its bound, so that it can come back


@dataclass(frozen=True)
class Calibrated:
    """Factors of units of cells, and what they were made of.

    cell : (groups,) the unit of each group; g, weight : (units,) factors, sums of start weights
    unit, parts : (cells of known,) the unit of each cell, its start weight
    """

    cell: Codes
    g: Floats
    weight: Floats
    known: Known
    unit: Codes
    parts: Floats

    @cached_property
    def dummies(self) -> Floats:
        """The sides of each unit, (units, totals): indicators of categories, and numbers."""
        return sides_of(self.known, self.unit, self.parts, len(self.g))

    @cached_property
    def inverse(self) -> Floats:
        """The inverse of X'dX over the units; sides that follow from others add nothing."""
        size = scales(self.dummies)
        x = self.dummies / size
        normal = x.T @ (self.weight[:, None] * x)
        out: Floats = np.linalg.pinv(normal, hermitian=True) / np.outer(size, size)
        return out

    def residuals(self, z: Floats, weight: Floats) -> Floats:
        """g (z - d X B) of start-weighted linearised totals z (groups, m); weight (groups,)."""
        by_unit = sums_by(self.cell, z, len(self.g))
        fitted = self.fitted(by_unit)
        out: Floats = self.g[self.cell][:, None] * (z - weight[:, None] * fitted[self.cell])
        return out

    def fitted(self, by_unit: Floats) -> Floats:
        """X B of totals by unit, (units, m); the means of the categories where they are all."""
        if len(self.known.margins) == 1 and not self.known.sums and len(self.unit) == len(self.g):
            margin = self.known.margins[0]
            code, count = np.empty_like(margin.code), len(margin.total)
            code[self.unit] = margin.code
            held = weight_of(code, self.weight, count)[:, None]
            total = sums_by(code, by_unit, count)
            means = np.divide(total, held, out=np.zeros_like(total), where=held != 0)
            return means[code]
        out: Floats = self.dummies @ (self.inverse @ (self.dummies.T @ by_unit))
        return out


@dataclass(frozen=True)
class Fit:
    """A calibration with what it was made of: `cell` (groups,) is a cell of `known`."""

    calibrated: Calibrated
    known: Known
    cell: Codes


def fit(
    calibration: Calibration,
    keys: Mapping[str, Key],
    weight: Floats,
    rows: Floats,
    folder: Path,
) -> Fit:
    """The calibration of groups of rows to what a plan knows of the population.

    keys : the columns of the calibration, no code of which is -1
    weight, rows : (groups,) sums of start weights, numbers of rows; folder : of margin files
    Raises CalibrationError for totals that do not fit the sample or each other, NotConvergedError
    naming the margin that is missed, by how much and why.
    """
    cell = numbered(*(keys[c].codes for c in calibration.columns))
    first = np.zeros(cell.max(initial=-1) + 1, dtype=np.int64)
    first[cell] = np.arange(len(cell))
    own = {c: keys[c].codes[first] for c in calibration.columns}
    held = weight_of(cell, weight, len(first))
    count = weight_of(cell, rows, len(first))
    known = known_of(calibration, keys, own, folder, held, count)
    unit = np.arange(len(first), dtype=np.int64)
    if calibration.within:
        unit = numbered(*(own[c] for c in calibration.within))
    done = calibrate(calibration, known, unit, held, count)
    return Fit(replace(done, cell=unit[cell]), known, cell)


def calibrate(
    calibration: Calibration, known: Known, unit: Codes, weight: Floats, rows: Floats
) -> Calibrated:
    """The factors that bring the start weights (cells,) to the totals, one a unit of cells.

    A unit of several cells has the mean of their sides, weighed by start weights.
    Raises NotConvergedError naming the margin that is missed.
    """
    count = int(unit.max(initial=-1)) + 1
    held = weight_of(unit, weight, count)
    by_turns = calibration.method in ("poststratify", "rake")
    if by_turns and not known.sums and not calibration.within:
        g = rake(known, weight)
    else:
        dummies = sides_of(known, unit, weight, count)
        g = solve(distance(calibration), dummies, known.totals(), held)
    settled(calibration, known, weight, g[unit], rows)
    return Calibrated(unit, g, held, known, unit, weight)


def sides_of(known: Known, unit: Codes, weight: Floats, count: int) -> Floats:
    """The sides of units: those of the cell, or the mean of several by start weights."""
    sides = known.sides()
    if count == len(unit):
        out = np.empty_like(sides)
        out[unit] = sides
        return out
    held = weight_of(unit, weight, count)[:, None]
    summed = sums_by(unit, weight[:, None] * sides, count)
    return np.divide(summed, held, out=np.zeros_like(summed), where=held > 0)


def scales(dummies: Floats) -> Floats:
    """The size of each column, so that sums of large numbers do not drown counts."""
    size = np.abs(dummies).max(axis=0, initial=0.0)
    return np.where(size > 0, size, 1.0)


def rake(known: Known, weight: Floats) -> Floats:
    """Factors by iterative proportional fitting; exact after one step for one margin."""
    g = np.ones(len(weight))
    for _ in range(ROUNDS):
        before = g.copy()
        for margin in known.margins:
            held = np.bincount(margin.code, weights=weight * g, minlength=len(margin.total))
            step = np.divide(margin.total, held, out=np.ones_like(held), where=held > 0)
            g = g * step[margin.code]
        if len(known.margins) == 1 or np.allclose(g, before, rtol=CLOSE, atol=0):
            break
    return g


def solve(own: Distance, dummies: Floats, targets: Floats, weight: Floats) -> Floats:
    """Factors g(X lambda) by Newton's method on the multipliers lambda, which maximises

    lambda't - sum d F(x'lambda), with F' = g: concave, so that the way up is the way there.
    """
    scale = scales(dummies)
    x, t = dummies / scale, targets / scale
    size = np.maximum(np.abs(t), np.abs(x).T @ np.abs(weight) * 1e-3)
    lam = np.zeros(x.shape[1])

    def reached(at: Floats) -> tuple[float, Floats]:
        u = x @ at
        return float(at @ t - weight @ own.area(u)), t - x.T @ (weight * own.factor(u))

    height, gap = reached(lam)
    for _ in range(STEPS):
        if (np.abs(gap) <= CLOSE * size).all():
            break
        slope = np.maximum(own.slope(x @ lam), FLOOR)
        normal = x.T @ ((weight * slope)[:, None] * x)
        step = np.linalg.pinv(normal, hermitian=True) @ gap
        found = climbed(reached, lam, step, height, gap)
        if found is None:
            break
        lam, height, gap = found
    return own.factor(x @ lam)


def climbed(
    reached: Callable[[Floats], tuple[float, Floats]],
    lam: Floats,
    step: Floats,
    height: float,
    gap: Floats,
) -> tuple[Floats, float, Floats] | None:
    """The first of step, step/2, step/4, ... that is higher or nearer; None if none is."""
    rise, worst = float(gap @ step), np.abs(gap).max()
    for _ in range(HALVINGS):
        new, left = reached(lam + step)
        nearer = np.isfinite(new) and np.abs(left).max() < 0.9 * worst
        if nearer or new > height + 1e-4 * rise > height:
            return lam + step, new, left
        step, rise = step / 2, rise / 2
    return None
