"""Weights in steps: base, nonresponse, calibration, trimming; and what they look like.

The base weight is the plan's column, or population over sample by stage. In each nonresponse
class the rows that answered carry the weight of those that did not, which then weigh 0.
Calibration brings them to the margins; trimming cuts them and shares what was cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.calibration import calibrate
from analysis.data import kind_of, present, read_all
from analysis.errors import CalibrationError, DataError, DesignError, PlanError
from analysis.margins import Fitted, fitted
from analysis.plan import Nonresponse, Plan, Trim, read_plan
from analysis.scan import columns_of_design
from analysis.totals import ROW, Codes, Floats, Key, Totals, as_key, weight_of
from analysis.units import base_weight, numbered, units

MILLION = 1_000_000
ROUNDS = 10_000
CLOSE = 1e-12


@dataclass(frozen=True)
class Category:
    """One category of a margin: the population, and the weights' sums before and after."""

    margin: str
    category: str
    population: float
    before: float
    after: float


@dataclass(frozen=True)
class Diagnostics:
    """What the weights look like. `kish` is 1 + cv², the deff of unequal weights alone."""

    rows: int
    positive: int
    total: float
    low: float
    high: float
    cv: float
    kish: float
    trimmed: int
    margins: tuple[Category, ...]

    def lines(self) -> list[str]:
        """The diagnostics as sentences, for a terminal."""
        out = [
            f"rows: {self.rows}, with a weight above 0: {self.positive}",
            f"sum of weights: {self.total:.6g}, from {self.low:.6g} to {self.high:.6g}",
            f"coefficient of variation: {self.cv:.4f}, Kish design effect: {self.kish:.4f}",
            f"trimmed: {self.trimmed}",
        ]
        out += [
            f"{c.margin} = {c.category}: population {c.population:.10g}, "
            f"before {c.before:.10g}, after {c.after:.10g}"
            for c in self.margins
        ]
        return out


@dataclass(frozen=True)
class Weighed:
    """The data with one more column, `weight`, and its diagnostics."""

    table: pa.Table
    diagnostics: Diagnostics


def weigh(plan: Plan | Mapping[str, object] | str | Path, data: str | Path | pa.Table) -> Weighed:
    """The data with the weights that a plan asks for. Raises AnalysisError; never a default."""
    own = read_plan(plan)
    if own.design.where:
        raise PlanError("[design]: `where` is for estimates; weights are for the whole sample")
    table = read_all(data)
    name = "the table" if isinstance(data, pa.Table) else Path(data).name
    needed = columns_of_design(own)
    if own.nonresponse is not None:
        for column in (*own.nonresponse.by, own.nonresponse.respondent):
            needed.setdefault(column, "[nonresponse]")
    present(table.column_names, needed, name)
    if "weight" in table.column_names:
        raise DataError(f'{name}: there is a column "weight" already; rename it first')
    totals = row_totals(own, table, needed, name)
    weight = totals.weight * base_weight(own.design, units(own.design, totals))
    if own.nonresponse is not None:
        weight = weight * response_factor(own.nonresponse, totals, table, weight, name)
    start = weight
    margins: tuple[tuple[Fitted, Codes], ...] = ()
    if own.calibration is not None:
        weight, margins = to_margins(own, totals, weight)
    before_trim = weight
    if own.trim is not None:
        weight = trimmed(weight, own.trim)
    cut = int((np.abs(weight - before_trim) > 0).sum()) if own.trim else 0
    diagnostics = described(weight, start, margins, cut)
    return Weighed(table.append_column("weight", pa.array(weight)), diagnostics)


def row_totals(plan: Plan, table: pa.Table, needed: Mapping[str, str], name: str) -> Totals:
    """The rows as if each were a group of the scan. Raises DataError naming column and row."""
    design, count = plan.design, table.num_rows
    keys: dict[str, Key] = {}
    for column in needed:
        keys[column] = as_key(column, table.column(column))
        empty = np.flatnonzero(keys[column].codes < 0)
        if len(empty):
            raise DataError(f'{name}: column "{column}" is empty in row {empty[0] + 1}')
    rows = np.arange(count, dtype=np.int64)
    keys[ROW] = Key(ROW, rows, pa.array(rows))
    fpc = {c: numbers(table, c, name) for c in design.fpc}
    ones = np.ones(count)
    given = numbers(table, design.weight, name) if design.weight else ones
    return Totals(keys, ones > 0, ones, given, fpc, fpc, {}, {})


def numbers(table: pa.Table, column: str, name: str) -> Floats:
    """A column as numbers from 0 up. Raises DataError naming the first row that is none."""
    if kind_of(table.schema.field(column).type) not in ("whole", "number"):
        raise DataError(f'{name}: column "{column}" must be numbers only')
    found: Floats = table.column(column).cast(pa.float64()).to_numpy()
    bad = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(bad):
        raise DataError(f'{name}: column "{column}" holds {found[bad[0]]:g} in row {bad[0] + 1}')
    return found


def response_factor(
    nonresponse: Nonresponse, totals: Totals, table: pa.Table, weight: Floats, name: str
) -> Floats:
    """Weight of a class over that of those who answered; 0 for a row that did not."""
    answered = numbers(table, nonresponse.respondent, name)
    if not np.isin(answered, (0, 1)).all():
        raise DataError(f'{name}: column "{nonresponse.respondent}" must be 0 or 1')
    keys = [totals.keys[c] for c in nonresponse.by]
    group = numbered(np.zeros(len(weight), dtype=np.int64), *(k.codes for k in keys))
    everyone = np.bincount(group, weights=weight)
    ours = np.bincount(group, weights=weight * answered)
    empty = np.flatnonzero(ours == 0)
    if len(empty):
        row = np.flatnonzero(group == empty[0])[0]
        who = ", ".join(f"{k.name} = {k.values[k.codes[row]].as_py()}" for k in keys)
        raise DesignError(f"[nonresponse]: nobody answered in the class {who}; join classes")
    return answered * (everyone / ours)[group]


def to_margins(
    plan: Plan, totals: Totals, weight: Floats
) -> tuple[Floats, tuple[tuple[Fitted, Codes], ...]]:
    """Calibrated weights, and each margin with every row's category in it."""
    if plan.calibration is None:
        raise CalibrationError("the plan has no [calibration]")
    columns = list(dict.fromkeys(c for m in plan.calibration.margins for c in m.by))
    cell = numbered(*(totals.keys[c].codes for c in columns))
    first = np.zeros(cell.max(initial=-1) + 1, dtype=np.int64)
    first[cell] = np.arange(len(cell))
    own = {c: totals.keys[c].codes[first] for c in columns}
    held = weight_of(cell, weight, len(first))
    margins = fitted(plan.calibration, dict(totals.keys), own, plan.folder, held)
    done = calibrate(plan.calibration, margins, cell, held)
    return weight * done.g[cell], tuple((m, m.code[cell]) for m in margins)


def trimmed(weight: Floats, trim: Trim) -> Floats:
    """Weights within the limits; what is cut is shared equally among the rows not cut.

    As trimWeights of R survey. Raises DesignError when every weight lies outside.
    """
    low = 0.0 if trim.lower is None else trim.lower
    high = np.inf if trim.upper is None else trim.upper
    own = weight > 0
    if not low * own.sum() <= weight.sum() <= high * own.sum():
        raise DesignError("[trim]: weights inside these limits cannot have the same sum")
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


def described(
    weight: Floats, start: Floats, margins: tuple[tuple[Fitted, Codes], ...], cut: int
) -> Diagnostics:
    held = weight[weight > 0]
    if not len(held):
        raise DesignError("no row has a weight above 0")
    cv = float(held.std() / held.mean())
    found = [
        Category(m.name, m.label[i], float(m.total[i]), float(before[i]), float(after[i]))
        for m, code in margins
        for before, after in [
            (
                np.bincount(code, weights=start, minlength=len(m.total)),
                np.bincount(code, weights=weight, minlength=len(m.total)),
            )
        ]
        for i in range(len(m.total))
    ]
    return Diagnostics(
        rows=len(weight),
        positive=len(held),
        total=float(weight.sum()),
        low=float(held.min()),
        high=float(held.max()),
        cv=cv,
        kish=1 + cv**2,
        trimmed=cut,
        margins=tuple(found),
    )


def millionths(weight: Floats) -> np.ndarray:
    """Weights frozen as whole millionths, (rows,) int64: their sums are exact in any order.

    Raises DesignError for a weight that is not finite, is below 0 or above nine million million.
    """
    bad = ~(np.isfinite(weight) & (weight >= 0) & (weight < 9e12))
    if bad.any():
        raise DesignError(f"a weight of {weight[bad][0]:g} cannot be frozen in millionths")
    return np.rint(weight * MILLION).astype(np.int64)
