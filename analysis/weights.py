"""Weights in steps: base, nonresponse, calibration, trimming; and what they look like.

The base weight is the plan's column, or population over sample by stage. Rows that answered carry
the weight of those that did not, which then weigh 0. Calibration brings them to the margins;
trimming cuts them and shares what was cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.calibration import Fit, fit
from analysis.data import Data, kind_of, name_of, read_all
from analysis.diagnostics import Category, Diagnostics, categories, described, spread_of
from analysis.errors import DataError, DesignError, PlanError
from analysis.files import present
from analysis.margins import is_number, many
from analysis.nonresponse import response_factor
from analysis.plan import Plan, read_plan
from analysis.scan import columns_of_design
from analysis.totals import ROW, Floats, Key, Totals, as_key
from analysis.trimming import in_turns, limits, trimmed
from analysis.units import base_weight, units

MILLION = 1_000_000


@dataclass(frozen=True)
class Weighed:
    """The data with one more column, `weight`, and its diagnostics."""

    table: pa.Table
    diagnostics: Diagnostics

    def __str__(self) -> str:
        return str(self.diagnostics)


def weigh(plan: Plan | Mapping[str, object] | str | Path, data: Data) -> Weighed:
    """The data with the weights that a plan asks for. Raises AnalysisError; never a default.

    >>> import pyarrow as pa
    >>> known = {"by": ["sex"], "totals": {"f": 60, "m": 40}}
    >>> plan = {"calibration": {"method": "poststratify", "margins": [known]}}
    >>> people = pa.table({"sex": ["f", "m", "m", "f", "f", "f"]})
    >>> weigh(plan, people).table.column("weight").to_pylist()
    [15.0, 20.0, 20.0, 15.0, 15.0, 15.0]
    """
    own = read_plan(plan)
    table = read_all(data)
    name = name_of(data, "the table")
    present(table.column_names, columns_of_weights(own), name)
    no_weight_yet(table.column_names, name)
    if not table.num_rows:
        raise DataError(f"{name}: there are no rows to weigh")
    weight, margins, cut = row_weights(own, table, name)
    return Weighed(
        table.append_column("weight", pa.array(weight)),
        described(spread_of(weight, cut), margins),
    )


def columns_of_weights(plan: Plan) -> dict[str, str]:
    """The columns that weights need, and the key that names each. Raises PlanError for `where`."""
    if plan.design.where:
        raise PlanError("[design]: `where` is for estimates; weights are for the whole sample")
    needed = columns_of_design(plan)
    for column in plan.nonresponse.columns if plan.nonresponse else ():
        needed.setdefault(column, "[nonresponse]")
    return needed


def no_weight_yet(columns: list[str], name: str) -> None:
    if "weight" in columns:
        raise DataError(f'{name}: there is a column "weight" already; rename it first')


def row_weights(plan: Plan, table: pa.Table, name: str) -> tuple[Floats, list[Category], int]:
    """The weights of the rows, the margins before and after, and how many rows were trimmed."""
    keys = {c: key_of(table, c) for c in columns_of_weights(plan)}
    weight = base_weights(plan, table, keys, name)
    ones = np.ones(len(weight))
    if plan.nonresponse is not None:
        full(plan.nonresponse.columns, keys, ones > 0, name)
        answered = responses(table, plan.nonresponse.respondent, name)
        weight = weight * response_factor(plan.nonresponse, keys, answered, weight, ones)
    alive = weight != 0
    if not alive.any():
        raise DesignError(f"{name}: none of {many(len(weight))} has a weight above 0")
    start = weight[alive]
    brought, found = start, None
    if plan.calibration is not None:
        full(plan.calibration.columns, keys, alive, name)
        own = {c: Key(c, keys[c].codes[alive], keys[c].values) for c in plan.calibration.columns}
        found = calibrated(plan, own, start)
        brought = start * factors(found)
    done = brought
    if plan.trim is not None and plan.trim.cycles:
        done = in_turns(brought, plan.trim, lambda w: w * factors(calibrated(plan, own, w)))
    elif plan.trim is not None:
        done = trimmed(brought, plan.trim)
    low, high = limits(plan.trim) if plan.trim else (-np.inf, np.inf)
    cut = int(((brought < low) | (brought > high)).sum())
    margins = categories(found.known, found.cell, start, done) if found else []
    weight[alive] = done
    return weight, margins, cut


def calibrated(plan: Plan, keys: Mapping[str, Key], weight: Floats) -> Fit:
    if plan.calibration is None:
        raise PlanError("the plan has no [calibration]")
    return fit(plan.calibration, keys, weight, np.ones(len(weight)), plan.folder)


def factors(found: Fit) -> Floats:
    own: Floats = found.calibrated.g[found.calibrated.cell]
    return own


def base_weights(plan: Plan, table: pa.Table, keys: Mapping[str, Key], name: str) -> Floats:
    """The plan's column, or population over sample by stage, or 1; (rows,)."""
    design, count = plan.design, table.num_rows
    if design.weight is not None:
        return numbers(table, design.weight, name).copy()
    ones = np.ones(count)
    if not design.fpc:
        return ones
    full((*design.strata, *design.stages), keys, ones > 0, name)
    rows = np.arange(count, dtype=np.int64)
    own = dict(keys) | {ROW: Key(ROW, rows, pa.array(rows))}
    fpc = {c: numbers(table, c, name) for c in design.fpc}
    totals = Totals(own, ones > 0, ones, ones, fpc, fpc, {}, {})
    return base_weight(design, units(design, totals))


def key_of(table: pa.Table, column: str) -> Key:
    """Codes of a column; NaN and the empty text are missing."""
    return as_key(column, whole_cells(table.column(column)))


def whole_cells(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """The values in their plainest type, NaN and the empty text turned to null."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    if pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    kind = kind_of(values.type)
    if kind == "number":
        return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    if kind == "text":
        return pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
    return values


def full(columns: tuple[str, ...], keys: Mapping[str, Key], which: np.ndarray, name: str) -> None:
    """Raises DataError for an empty cell of a column in the rows that count."""
    for column in columns:
        empty = np.flatnonzero((keys[column].codes < 0) & which)
        if len(empty):
            raise DataError(
                f'{name}: column "{column}" is empty in row {empty[0] + 1} '
                f"({many(len(empty))} without it)"
            )


def numbers(table: pa.Table, column: str, name: str) -> Floats:
    """A column as numbers from 0 up. Raises DataError naming the first row that is none."""
    values = table.column(column)
    if kind_of(values.type) not in ("whole", "number"):
        cells = values.to_pylist()
        bad = [i for i, v in enumerate(cells) if not is_number(v)] or [0]
        raise DataError(
            f'{name}: column "{column}" must be numbers only, but holds "{cells[bad[0]]}" in row '
            f"{bad[0] + 1} ({many(len(bad))} like it)"
        )
    found: Floats = values.cast(pa.float64()).to_numpy()
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        held = found[wrong[0]]
        told = "is empty" if np.isnan(held) else f"holds {held:g}"
        raise DataError(
            f'{name}: column "{column}" {told} in row {wrong[0] + 1} '
            f"({many(len(wrong))} without a number from 0 up)"
        )
    return found


def responses(table: pa.Table, column: str, name: str) -> Floats:
    """1 for a row that answered, else 0. Raises DataError for anything else."""
    if kind_of(table.schema.field(column).type) == "boolean":
        found: Floats = table.column(column).cast(pa.float64()).to_numpy()
    else:
        found = numbers(table, column, name)
    wrong = np.flatnonzero(~np.isin(found, (0, 1)))
    if len(wrong):
        raise DataError(
            f'{name}: column "{column}" must be 0 or 1, but holds {found[wrong[0]]:g} in row '
            f"{wrong[0] + 1} ({many(len(wrong))} like it)"
        )
    return found


def millionths(weight: Floats) -> np.ndarray:
    """Weights frozen as whole millionths, (rows,) int64: their sums are exact in any order.

    Raises DesignError for a weight that is not finite, is below 0 or above nine million million.

    >>> millionths(np.array([1.5, 0.3333333])).tolist()
    [1500000, 333333]
    """
    bad = ~(np.isfinite(weight) & (weight >= 0) & (weight < 9e12))
    if bad.any():
        raise DesignError(f"a weight of {weight[bad][0]:g} cannot be frozen in millionths")
    return np.rint(weight * MILLION).astype(np.int64)
