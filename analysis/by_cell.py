"""Weights of a file that is never read whole: factors from sums by cell, written back part by part.

A cell is a combination of the columns of nonresponse and calibration. The steps are those of
weights.py on one row a cell; steps that look at single rows (trimming, propensities, population
sizes by stage) are taken there instead.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.calibration import fit
from analysis.data import open_data
from analysis.diagnostics import Category, Diagnostics, Spread, categories, described
from analysis.errors import DataError, DesignError
from analysis.files import form_of, present
from analysis.margins import many
from analysis.nonresponse import response_factor
from analysis.plan import Plan, read_plan
from analysis.results import format_of, write_table
from analysis.source import Source
from analysis.totals import Floats, Key, as_key, floats
from analysis.weights import columns_of_weights, no_weight_yet, weigh, whole_cells

PART = 1 << 17  # rows written at once
DENSE = 1 << 22  # combinations of values up to which each has a place of its own
SUMS = """count(*) AS rows, sum({w}) AS total, sum({w} * {w}) AS squares,
sum(({w} > 0)::INTEGER) AS positive, min(nullif({w}, 0)) AS low, max({w}) AS high,
sum((NOT coalesce({w} >= 0 AND isfinite({w}), false))::INTEGER) AS bad"""
NO_NUMBER = "IS NULL OR NOT ({0}::DOUBLE >= 0 AND isfinite({0}::DOUBLE))"


def weigh_file(
    plan: Plan | Mapping[str, object] | str | Path, data: Path, out: Path, form: str | None = None
) -> Diagnostics:
    """Write the data with one more column, `weight`, and tell what the weights look like.

    data : a CSV or Parquet file; out : may be the same file; form : csv, json or parquet, else
    the ending of `out`. Parquet to Parquet is read in parts where the plan allows it.
    Raises AnalysisError, and writes nothing then.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     data, out = Path(folder) / "data.csv", Path(folder) / "weighed.csv"
    ...     _ = data.write_text("h,N\\na,30\\na,30\\nb,20\\n")
    ...     told = weigh_file({"design": {"strata": ["h"], "fpc": ["N"]}}, data, out)
    ...     print(told.rows, out.read_text().splitlines()[1])
    3 a,30,15.0
    """
    own = read_plan(plan)
    if not out.absolute().parent.is_dir():
        raise DataError(f"there is no folder {out.parent} to write {out.name} to")
    if cells_suffice(own) and form_of(data) == "parquet" and format_of(out, form) == "parquet":
        columns_there(own, data)
        return weigh_parquet(own, data, out)
    done = weigh(own, data)
    write_table(done.table, out, form)
    return done.diagnostics


def cells_suffice(plan: Plan) -> bool:
    """Whether the rows of a cell share one factor."""
    told = plan.design.weight is not None or not plan.design.fpc
    return told and plan.trim is None and not (plan.nonresponse and plan.nonresponse.covariates)


def columns_there(plan: Plan, data: Path) -> None:
    """Raises DataError for a Parquet file that weights cannot be added to."""
    if not data.is_file():
        raise DataError(f"there is no data file {data}")
    try:
        columns = list(pq.read_schema(data).names)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{data.name}: not a readable Parquet file: {error}") from error
    present(columns, columns_of_weights(plan), data.name)
    no_weight_yet(columns, data.name)


@dataclass(frozen=True)
class Cells:
    """One row a cell: what its rows have in common, and the sums of their base weights."""

    source: Source
    table: pa.Table
    keys: Mapping[str, Key]

    def __getitem__(self, column: str) -> Floats:
        return floats(self.table, column)

    def full(self, columns: Sequence[str], which: np.ndarray) -> None:
        """Raises DataError for an empty cell of a column in the rows that count."""
        for column in columns:
            empty = (self.keys[column].codes < 0) & which
            if empty.any():
                count = many(int(self["rows"][empty].sum()))
                name = self.source.names[column]
                row, _ = self.source.first(column, f"{name} IS NULL") or (0, None)
                raise self.source.fault(column, f"is empty in row {row} ({count} without it)")


def weigh_parquet(plan: Plan, data: Path, out: Path) -> Diagnostics:
    """From one Parquet file to another, by cell."""
    weight = [plan.design.weight] if plan.design.weight else []
    source = open_data(data, dict.fromkeys([*keys_of(plan), *weight], "the plan"))
    cells = cells_of(plan, source)
    factor, margins = factors_of(plan, cells)
    diagnostics = described(spread(cells, factor), margins)
    write_back(plan, data, out, cells, factor)
    return diagnostics


def factors_of(plan: Plan, cells: Cells) -> tuple[Floats, list[Category]]:
    """The factor of each cell, and the margins before and after."""
    base = cells["total"]
    factor = np.ones(len(base))
    if plan.nonresponse is not None:
        cells.full(plan.nonresponse.columns, factor > 0)
        answered = responses_of(cells, plan.nonresponse.respondent)
        own = dict(cells.keys)
        factor = response_factor(plan.nonresponse, own, answered, base, cells["rows"])
    start = base * factor
    alive = start != 0
    if not alive.any():
        count = many(int(cells["rows"].sum()))
        raise DesignError(f"{cells.source.name}: none of {count} has a weight above 0")
    if plan.calibration is None:
        return factor, []
    columns = plan.calibration.columns
    cells.full(columns, alive)
    keys = {c: Key(c, cells.keys[c].codes[alive], cells.keys[c].values) for c in columns}
    found = fit(plan.calibration, keys, start[alive], cells["rows"][alive], plan.folder)
    g = found.calibrated.g[found.calibrated.cell]
    factor[alive] *= g
    return factor, categories(found.known, found.cell, start[alive], start[alive] * g)


def keys_of(plan: Plan) -> tuple[str, ...]:
    """The columns that make the cells."""
    own = plan.nonresponse.columns if plan.nonresponse else ()
    return tuple(dict.fromkeys([*own, *(plan.calibration.columns if plan.calibration else ())]))


def cells_of(plan: Plan, source: Source) -> Cells:
    """The one scan. Raises DataError for weights that are no numbers from 0 up, or no rows."""
    weight = plan.design.weight
    if weight is not None and source.kinds[weight] not in ("whole", "number", "empty"):
        raise source.no_numbers(weight, "weights are needed, numbers only")
    own = "1.0" if weight is None else f"{source.names[weight]}::DOUBLE"
    columns = keys_of(plan)
    names = [source.names[c] for c in columns]
    relation = source.relation.aggregate(", ".join([*names, SUMS.format(w=own)]), ", ".join(names))
    table = relation.to_arrow_table()
    if not table.num_rows or not floats(table, "rows").sum():
        raise DataError(f"{source.name}: there are no rows to weigh")
    bad = int(floats(table, "bad").sum())
    if bad and weight is not None:
        test = NO_NUMBER.format(source.names[weight])
        row, value = source.first(weight, f"{source.names[weight]} {test}") or (0, None)
        held = "is empty" if value is None else f"holds {value:g}"
        told = f"{held} in row {row} ({many(bad)} without a number from 0 up)"
        raise source.fault(weight, told)
    table = table.sort_by([(name, "ascending") for name in names]) if names else table
    return Cells(source, table, {c: as_key(c, table.column(source.names[c])) for c in columns})


def responses_of(cells: Cells, column: str) -> Floats:
    """1 for a cell of rows that answered, else 0. Raises DataError for anything else."""
    key = cells.keys[column]
    if not cells.source.numeric(column):
        raise cells.source.fault(column, "must be 0 or 1, but is text")
    values = key.values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    found: Floats = values[key.codes]
    wrong = ~np.isin(found, (0, 1))
    if wrong.any():
        count = many(int(cells["rows"][wrong].sum()))
        told = f"must be 0 or 1, but holds {found[wrong][0]:g} ({count} without either)"
        raise cells.source.fault(column, told)
    return found


def spread(cells: Cells, factor: Floats) -> Spread:
    """The spread of the rows' weights, from what is known of each cell."""
    rows, ends = cells["positive"], np.stack([cells["low"], cells["high"]]) * factor
    held = (factor != 0) & (rows > 0)
    return Spread(
        rows=int(cells["rows"].sum()),
        positive=int(rows[factor > 0].sum()),
        negative=int(rows[factor < 0].sum()),
        total=float(cells["total"] @ factor),
        squares=float(cells["squares"] @ factor**2),
        low=float(ends[:, held].min(initial=np.inf)),
        high=float(ends[:, held].max(initial=-np.inf)),
    )


def write_back(plan: Plan, data: Path, out: Path, cells: Cells, factor: Floats) -> None:
    """Write the rows of the file, in their order, with the weight of the cell of each.

    Arrow finds the cells of a part while the part before it is written: a join of DuckDB is no
    quicker and loses the order of rows. The file takes the place of `out` when it is whole.
    """
    places = Places(cells, factor)
    whole = out.with_name(f".{out.name}.part")
    try:
        with pq.ParquetFile(data) as source:
            schema = source.schema_arrow.append(pa.field("weight", pa.float64()))
            plain = [f.name for f in schema if not pa.types.is_floating(f.type)]
            parts = source.iter_batches(batch_size=PART)
            with (
                pq.ParquetWriter(whole, schema, use_dictionary=plain) as writer,
                ThreadPoolExecutor(1) as beside,
            ):
                last = None
                for part in parts:
                    done = weighed(plan, part, places, schema)
                    if last is not None:
                        last.result()
                    last = beside.submit(writer.write_batch, done)
                if last is not None:
                    last.result()
        whole.replace(out)
    finally:
        whole.unlink(missing_ok=True)


class Places:
    """From the columns of rows to the factor of their cells."""

    def __init__(self, cells: Cells, factor: Floats) -> None:
        self.keys = cells.keys
        self.width = [len(key.values) + 1 for key in self.keys.values()]
        self.dense = prod(self.width) <= DENSE
        codes = [np.where(k.codes < 0, len(k.values), k.codes) for k in self.keys.values()]
        code = self.joined(codes, len(factor))
        order = np.argsort(code)
        self.code, self.factor = code[order], factor[order]
        if self.dense:
            self.factor = np.zeros(prod(self.width))
            self.factor[code] = factor

    def joined(self, codes: Sequence[np.ndarray], count: int) -> np.ndarray:
        """One code for each combination of codes."""
        kind = np.int32 if self.dense else np.int64
        found: np.ndarray = np.zeros(count, dtype=kind)
        for code, width in zip(codes, self.width, strict=True):
            found = found * kind(width) + code.astype(kind, copy=False)
        return found

    def of(self, part: pa.RecordBatch) -> Floats:
        """The factor of each row of a part; a value that is missing is a value here."""
        codes = []
        for column, key in self.keys.items():
            values = whole_cells(part.column(column).cast(key.values.type))
            code = pc.index_in(values, value_set=key.values)
            codes.append(code.fill_null(len(key.values)).to_numpy())
        code = self.joined(codes, len(part))
        own: Floats = self.factor[code if self.dense else np.searchsorted(self.code, code)]
        return own


def weighed(plan: Plan, part: pa.RecordBatch, places: Places, schema: pa.Schema) -> pa.RecordBatch:
    """A part of the file with its weights."""
    weight = places.of(part)
    if plan.design.weight is not None:
        weight = weight * part.column(plan.design.weight).cast(pa.float64()).to_numpy()
    return pa.RecordBatch.from_arrays([*part.columns, pa.array(weight)], schema=schema)
