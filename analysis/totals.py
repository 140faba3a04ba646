"""The one scan: a grouped aggregate by stratum x clusters x domain x calibration cell.

The same Narwhals expression runs on any engine Narwhals knows; here it is given a DuckDB
relation. Columns are derived before grouping, and a condition is a product (`w * (c >= 4)`),
never a filtered sum. Everything behind this works on the small table in NumPy.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.data import Source
from analysis.errors import DataError
from analysis.frames import (
    bad_weight,
    fpc_columns,
    fpc_range,
    held,
    inside,
    weight,
    weighted,
)
from analysis.plan import Design
from analysis.terms import BATCH, Terms, layers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ROW = ""  # the key of rows that are their own units: no column has this name


@dataclass(frozen=True)
class Key:
    """One grouping column of the aggregate: a code per row (-1 missing) and what codes mean."""

    name: str
    codes: Codes
    values: pa.Array


@dataclass(frozen=True)
class Totals:
    """The small table, one row a group, in the order of its keys.

    rows : rows of the data; weight : their weights' sum; fpc : {column: value}
    sums : {term: (groups,) weighted sums}; counts : {term: (groups,) unweighted sums}
    inside : whether the group meets the conditions of the domain
    """

    keys: Mapping[str, Key]
    inside: NDArray[np.bool_]
    rows: Floats
    weight: Floats
    fpc_low: Mapping[str, Floats]
    fpc_high: Mapping[str, Floats]
    sums: Mapping[str, Floats]
    counts: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.rows)


def grouped(
    source: Source,
    design: Design,
    groups: Sequence[str],
    terms: Terms,
    wanted: Sequence[str],
    counted: Sequence[str],
) -> Totals:
    """The aggregate by the design's columns and `groups`, as small arrays.

    wanted : terms whose weighted sums are wanted; counted : those whose plain sums are, too
    Raises DataError for a design column with an empty cell, a weight that is missing, negative
    or not finite, a population size that is not a number.
    """
    rounds = [design.rounds] if design.rounds else []
    keys = list(dict.fromkeys([*design.strata, *design.stages, *rounds, *groups]))
    names = {key: f"__k{i}" for i, key in enumerate(keys)}
    unit = [] if design.stages else ["__row"]
    scanned = terms.scanned(list(dict.fromkeys([*wanted, *counted])))
    order = [(name, "ascending") for name in ("__inside", *names.values(), *unit)]
    passes = [
        one_pass(source, design, names, unit, terms, scanned[i : i + BATCH], set(counted))
        for i in range(0, max(1, len(scanned)), BATCH)
    ]
    columns = {
        c: one.column(c) for one in (p.sort_by(order) for p in passes) for c in one.column_names
    }
    table = pa.table(columns)
    return read(source, design, in_order(table, names, unit), names, terms, wanted, counted)


def one_pass(
    source: Source,
    design: Design,
    names: Mapping[str, str],
    unit: Sequence[str],
    terms: Terms,
    batch: Sequence[str],
    counted: Collection[str],
) -> pa.Table:
    """The engine's aggregate of the terms of one batch, one row a group."""
    made = layers(terms, batch)
    plain = [*names.values(), "__inside", "__w", *unit]
    plain += [f"__fpc{i}" for i in range(len(design.fpc))]
    read = [*names, *design.fpc, *(one.column for one in design.where)]
    read += [design.weight] if design.weight else []
    columns = [*(source.names[column] for column in read), *made.columns]
    frame = nw.from_native(source.part(columns, numbered=bool(unit))).select(
        *(nw.col(source.names[key]).alias(name) for key, name in names.items()),
        inside(source, design.where).alias("__inside"),
        weight(source, design).alias("__w"),
        *fpc_columns(source, design),
        *unit,
        *made.first,
    )
    for layer in (made.sums, made.products):
        frame = frame.with_columns(*layer) if layer else frame
    own = [key for key in batch if key in counted]
    frame = frame.select(
        *plain,
        *(terms.names[key] for key in own),
        *(weighted(source, design, terms, key) for key in batch),
    )
    small = frame.group_by("__inside", *names.values(), *unit).agg(
        nw.len().alias("__n"),
        nw.col("__w").sum().cast(nw.Float64).alias("__weight"),
        bad_weight().alias("__bad"),
        *(nw.col(held(terms, key)).sum().cast(nw.Float64) for key in batch),
        *(nw.col(terms.names[key]).sum().cast(nw.Float64) for key in own),
        *fpc_range(design),
    )
    try:
        return small.to_native().to_arrow_table()
    except duckdb.OutOfRangeException as error:
        raise DataError(
            f"{source.name}: sums of whole numbers this large do not fit; write the column or "
            "the weight with a decimal point"
        ) from error


def in_order(table: pa.Table, names: Mapping[str, str], unit: Sequence[str]) -> pa.Table:
    """The table sorted by its keys, so that sums of it do not depend on the order of rows.

    Rows that are their own units have no key of their own: they are sorted by what they hold.
    """
    keys = ["__inside", *names.values()]
    if unit:
        own = [c for c in table.column_names if c.startswith("__w")]
        mixed = sum((i + 1) ** 0.5 * table.column(c).to_numpy() for i, c in enumerate(own))
        table = table.append_column("__mixed", pa.array(mixed))
        keys.append("__mixed")
    return table.sort_by([(key, "ascending") for key in keys])


def read(
    source: Source,
    design: Design,
    table: pa.Table,
    names: Mapping[str, str],
    terms: Terms,
    wanted: Sequence[str],
    counted: Sequence[str],
) -> Totals:
    """Totals from the engine's table; faults of the design's columns are raised here."""
    keys = {key: as_key(key, table.column(name)) for key, name in names.items()}
    if not design.stages:
        rows = np.arange(len(table), dtype=np.int64)
        keys[ROW] = Key(ROW, rows, pa.array(rows))
    for column in (*design.strata, *design.stages, *([design.rounds] if design.rounds else [])):
        if (keys[column].codes < 0).any():
            raise first_fault(source, column, "IS NULL", "the design needs every cell")
    if design.weight is not None and len(table) and pc.max(table.column("__bad")).as_py():
        test = "IS NULL OR NOT ({0}::DOUBLE >= 0 AND isfinite({0}::DOUBLE))"
        raise first_fault(source, design.weight, test, "a weight is a number from 0 up")
    for i, column in enumerate(design.fpc):
        if len(table) and pc.max(table.column(f"__empty{i}")).as_py():
            raise first_fault(source, column, "IS NULL", "the design needs every cell")
    return Totals(
        keys=keys,
        inside=table.column("__inside").to_numpy(zero_copy_only=False).astype(bool),
        rows=floats(table, "__n"),
        weight=floats(table, "__weight"),
        fpc_low={c: floats(table, f"__low{i}") for i, c in enumerate(design.fpc)},
        fpc_high={c: floats(table, f"__high{i}") for i, c in enumerate(design.fpc)},
        sums=all_sums(table, terms, wanted),
        counts={k: floats(table, terms.names[k]) for k in counted},
    )


def all_sums(table: pa.Table, terms: Terms, wanted: Sequence[str]) -> dict[str, Floats]:
    """Weighted sums of the terms scanned, and of those that are sums of them."""
    sums = {
        key: floats(table, held(terms, key))
        for key in wanted
        if held(terms, key) in table.column_names
    }
    for key in wanted:
        if key not in sums:
            sums[key] = np.sum([sums[part] for part in terms.added[key]], axis=0)
    return sums


def sums_by(code: Codes, values: Floats, count: int) -> Floats:
    """Sums of the rows of `values` (rows, m) by code, (count, m), in the order of the rows."""
    out = np.zeros((count, values.shape[1]))
    if not len(code):
        return out
    order = np.argsort(code, kind="stable")
    own = code[order]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
    if len(starts) == len(own):  # nothing to add up
        out[code] = values
        return out
    out[own[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return out


def weight_of(code: Codes, weight: Floats, count: int) -> Floats:
    """Sums of weights by code, (count,)."""
    return np.bincount(code, weights=weight, minlength=count).astype(np.float64)


def floats(table: pa.Table, column: str) -> Floats:
    found: Floats = table.column(column).to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def first_fault(source: Source, column: str, test: str, why: str) -> DataError:
    """The error that names the first row of `column` where a test of SQL holds."""
    name = source.names[column]
    row, value = source.first(column, f"{name} {test.format(name)}") or (0, None)
    held = "is empty" if value is None else f"holds {value}"
    return source.fault(column, f"{held} in row {row}; {why}")


def as_key(name: str, column: pa.ChunkedArray) -> Key:
    """Codes of a column in the order of its values; -1 where it is missing."""
    coded = column.combine_chunks().dictionary_encode()
    ranks = np.empty(len(coded.dictionary), dtype=np.int64)
    order = pc.sort_indices(coded.dictionary).to_numpy()
    ranks[order] = np.arange(len(order))
    codes = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
    return Key(
        name,
        np.where(codes < 0, -1, ranks[codes] if len(ranks) else -1),
        coded.dictionary.take(pa.array(order)),
    )
