"""The one scan: a grouped aggregate by stratum x clusters x domain x calibration cell.

The same Narwhals expression runs on any engine Narwhals knows; here it is given a DuckDB
relation. Columns are derived before grouping, and a condition is a product (`w * (c >= 4)`),
never a filtered sum. Everything behind this works on the small table in NumPy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.data import Source
from analysis.errors import DataError
from analysis.plan import Condition, Design
from analysis.terms import Terms

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
    counted: Sequence[str],
) -> Totals:
    """The aggregate by the design's columns and `groups`, as small arrays.

    counted : terms whose unweighted sums are wanted too.
    Raises DataError for a design column with an empty cell, a weight that is missing, negative
    or not finite, a population size that is not a number.
    """
    keys = list(dict.fromkeys([*design.strata, *design.stages, *groups]))
    names = {key: f"__k{i}" for i, key in enumerate(keys)}
    unit = [] if design.stages else ["__row"]
    frame = nw.from_native(source.rows() if unit else source.relation).select(
        *(nw.col(source.names[key]).alias(names[key]) for key in keys),
        inside(source, design.where).alias("__inside"),
        weight(source, design).alias("__w"),
        *fpc_columns(source, design),
        *unit,
        *(e.alias(terms.names[key]) for key, e in terms.flags.items()),
    )
    for layer in (terms.sums, terms.products):
        if layer:
            frame = frame.with_columns(*(e.alias(terms.names[k]) for k, e in layer.items()))
    plain = [*names.values(), "__inside", "__w", *unit]
    plain += [f"__fpc{i}" for i in range(len(design.fpc))] + [terms.names[k] for k in counted]
    frame = frame.select(*plain, *(weighted(source, design, terms, k) for k in terms.scanned))
    small = frame.group_by("__inside", *names.values(), *unit).agg(
        nw.len().alias("__n"),
        nw.col("__w").sum().cast(nw.Float64).alias("__weight"),
        bad_weight().alias("__bad"),
        *(nw.col(held(terms, k)).sum().cast(nw.Float64) for k in terms.scanned),
        *(nw.col(terms.names[k]).sum().cast(nw.Float64) for k in counted),
        *fpc_range(design),
    )
    try:
        table = small.to_native().to_arrow_table()
    except duckdb.OutOfRangeException as error:
        raise DataError(
            f"{source.name}: sums of whole numbers this large do not fit; write the column or "
            "the weight with a decimal point"
        ) from error
    return read(source, design, in_order(table, names, unit), names, terms, counted)


def held(terms: Terms, key: str) -> str:
    """The column of a term times the weight."""
    return f"__w{terms.names[key]}"


def inside(source: Source, where: Sequence[Condition]) -> nw.Expr:
    """Whether a row meets every condition; a missing value meets none."""
    if not where:
        return nw.lit(True)
    return reduce(and_, (meets(source, one) for one in where))


def meets(source: Source, one: Condition) -> nw.Expr:
    column, value = nw.col(source.names[one.column]), one.value
    values = list(value) if isinstance(value, tuple) else [value]
    text = source.kinds[one.column] == "text"
    if source.kinds[one.column] == "empty":
        return nw.lit(False)
    if any(isinstance(v, str) != text for v in values):
        kind = "text" if text else "not text"
        raise source.fault(one.column, f"is {kind}, but `where` compares it with {value!r}")
    if one.op in ("in", "not in"):
        found = column.is_in(values)
        found = ~found if one.op == "not in" else found
    else:
        found = {
            "==": column == value,
            "!=": column != value,
            "<": column < value,
            "<=": column <= value,
            ">": column > value,
            ">=": column >= value,
        }[one.op]
    return found.fill_null(False) & ~column.is_null()


def weight(source: Source, design: Design) -> nw.Expr:
    """The weight of a row; 1 when the plan names no column (population sizes come later)."""
    if design.weight is None:
        return nw.lit(1).cast(nw.Int64)
    if not source.numeric(design.weight):
        raise source.fault(design.weight, "is the weight and must be numbers only")
    whole = source.kinds[design.weight] == "whole"
    return nw.col(source.names[design.weight]).cast(nw.Int64 if whole else nw.Float64)


def weighted(source: Source, design: Design, terms: Terms, key: str) -> nw.Expr:
    """A term times the weight; exact when both are whole numbers."""
    whole = design.weight is None or source.kinds[design.weight] == "whole"
    column = terms.wide(key) if whole and "whole" in key else terms.column(key)
    return (column * nw.col("__w")).alias(held(terms, key))


def bad_weight() -> nw.Expr:
    w = nw.col("__w")
    good = (w >= 0) & (w.cast(nw.Float64) < float("inf"))
    return (~good.fill_null(False)).cast(nw.Int64).max()


def fpc_columns(source: Source, design: Design) -> list[nw.Expr]:
    """The population columns as numbers. Raises DataError for a column that is not numbers."""
    for column in design.fpc:
        if not source.numeric(column):
            raise source.fault(column, "is a population size and must be numbers only")
    return [
        nw.col(source.names[column]).cast(nw.Float64).alias(f"__fpc{i}")
        for i, column in enumerate(design.fpc)
    ]


def fpc_range(design: Design) -> list[nw.Expr]:
    parts: list[nw.Expr] = []
    for i in range(len(design.fpc)):
        value = nw.col(f"__fpc{i}")
        parts += [value.min().alias(f"__low{i}"), value.max().alias(f"__high{i}")]
        parts.append(value.is_null().cast(nw.Int64).max().alias(f"__empty{i}"))
    return parts


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
    counted: Sequence[str],
) -> Totals:
    """Totals from the engine's table; faults of the design's columns are raised here."""
    keys = {key: as_key(key, table.column(name)) for key, name in names.items()}
    if not design.stages:
        rows = np.arange(len(table), dtype=np.int64)
        keys[ROW] = Key(ROW, rows, pa.array(rows))
    for column in (*design.strata, *design.stages):
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
        sums=all_sums(table, terms),
        counts={k: floats(table, terms.names[k]) for k in counted},
    )


def all_sums(table: pa.Table, terms: Terms) -> dict[str, Floats]:
    """Weighted sums of the terms scanned, and of those that are sums of them."""
    sums = {key: floats(table, held(terms, key)) for key in terms.scanned}
    for key, parts in terms.added.items():
        sums[key] = np.sum([sums[part] for part in parts], axis=0)
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
