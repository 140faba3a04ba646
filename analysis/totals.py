"""The one scan: a grouped aggregate by stratum x clusters x domain x calibration cell.

The same Narwhals expression runs on any engine Narwhals knows; here it is given a DuckDB
relation. Columns are derived before grouping, and a condition is a product (`w * (c >= 4)`),
never a filtered sum. Everything behind this works on the small table in NumPy.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.errors import DataError
from analysis.frames import (
    EXACT,
    HEAVIEST,
    conditions,
    copied,
    copies,
    fpc_columns,
    fpc_range,
    held,
    in_order,
    inside,
    repeatable,
    replicate_columns,
    weight_range,
    weighted,
    weights,
    whole_weights,
)
from analysis.plan import Design
from analysis.source import Source
from analysis.terms import BATCH, Terms, layers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

COPIES = 1000  # sums by replicate weights in one pass
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
    again : {term: (groups, replicates) sums by replicate weights}, "" the weights themselves
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
    again: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


def grouped(
    source: Source,
    design: Design,
    groups: Sequence[str],
    terms: Terms,
    wanted: Sequence[str],
    counted: Sequence[str],
    repeated: Sequence[str] = (),
    each_row: bool = False,
) -> Totals:
    """The aggregate by the design's columns and `groups`, as small arrays.

    wanted : terms whose weighted sums are wanted; counted : those whose plain sums are, too
    repeated : those that are summed by each replicate weight of the design, too
    each_row : a group for each row, those of equal keys in the order of the data
    Raises DataError for a design column with an empty cell, a weight that is missing, negative
    or not finite, a population size that is not a number.
    """
    rounds = [design.rounds] if design.rounds else []
    keys = list(dict.fromkeys([*design.strata, *design.stages, *rounds, *groups]))
    names = {key: f"__k{i}" for i, key in enumerate(keys)}
    alone = each_row or not (design.stages or design.replicates)
    unit = ["__row"] if alone else []
    copied_by = design.replicates.matching(source.names) if design.replicates else ()
    parts = [part for key in repeated for part in terms.added.get(key, ())]
    again = Again(copied_by, list(dict.fromkeys([*repeated, *parts])))
    scanned = terms.scanned(list(dict.fromkeys([*wanted, *counted])))
    inner = [*names.values(), *unit]
    sorted_by = unit if each_row else [*conditions(design, inner), *inner]
    order = [(name, "ascending") for name in sorted_by]
    step = max(1, COPIES // (len(copied_by) + 1)) if copied_by else BATCH
    task = Pass(source, design, names, unit, terms, (), terms.weighed(wanted), set(counted), again)
    passes = [
        one_pass(replace(task, batch=scanned[i : i + step]))
        for i in range(0, max(1, len(scanned)), step)
    ]
    columns = {
        c: one.column(c) for one in (p.sort_by(order) for p in passes) for c in one.column_names
    }
    table = pa.table(columns)
    table = in_order(table, sorted_by[: -len(unit)]) if unit and not each_row else table
    done = read(source, design, table, names, terms, wanted, counted)
    return replace(done, again=sums_again(source, table, terms, again)) if copied_by else done


@dataclass(frozen=True)
class Again:
    """Columns of replicate weights, and the terms that each of them is to weigh."""

    weights: tuple[str, ...]
    terms: Sequence[str]


@dataclass(frozen=True)
class Pass:
    """What one reading of the data sums.

    names : the columns of the groups, with their names in the engine; unit : `__row`, or nothing
    weighed : terms of which weighted sums are wanted; counted : those of which plain ones are
    """

    source: Source
    design: Design
    names: Mapping[str, str]
    unit: Sequence[str]
    terms: Terms
    batch: Sequence[str]
    weighed: Collection[str]
    counted: Collection[str]
    again: Again


def one_pass(task: Pass) -> pa.Table:
    """The engine's aggregate of the terms of one batch, one row a group.

    Whole weights are summed as doubles, which is quicker and as exact while they come to less
    than EXACT in every group; else once more, as whole numbers.
    """
    whole = whole_weights(task.source, task.design)
    table = aggregated(task, doubles=whole)
    if whole and len(table) and not (floats(table, "__weight") < EXACT).all():
        return aggregated(task, doubles=False)
    return table


def aggregated(task: Pass, doubles: bool) -> pa.Table:
    """What `one_pass` gives; `doubles` sums weights and flags as doubles.

    The engine reads each step anew as it is added: there are as few as can be, and what is used
    only once is part of its sum.
    """
    source, design, names = task.source, task.design, task.names
    terms, batch, again = task.terms, task.batch, task.again
    weighed = [key for key in batch if key in task.weighed]
    own = [key for key in batch if key in task.counted]
    twice = [key for key in batch if key in again.terms]
    made = layers(terms, batch, {*weighed, *twice})
    read = [*names, *design.fpc, *again.weights, *(one.column for one in design.where)]
    read += [design.weight] if design.weight else []
    columns = [*(source.names[column] for column in read), *made.columns]
    keys = [*names.values(), *task.unit]
    keys = [*conditions(design, keys), *keys]
    met = [inside(source, design.where).alias("__inside")] if "__inside" in keys else []
    frame = nw.from_native(source.part(columns, numbered=bool(task.unit))).select(
        *(nw.col(source.names[key]).alias(name) for key, name in names.items()),
        *met,
        *weights(source, design, doubles),
        *fpc_columns(source, design),
        *task.unit,
        *replicate_columns(source, again.weights),
        *made.first,
    )
    for layer in [*made.later, repeatable(terms, twice)]:
        frame = frame.with_columns(*layer) if layer else frame
    counts = [(key, terms.counted(key, made.last)) for key in own]
    small = frame.group_by(*keys).agg(
        nw.len().alias("__n"),
        nw.col("__w").sum().cast(nw.Float64).alias("__weight"),
        *weight_range(design),
        *(weighted(source, design, terms, key, doubles) for key in weighed),
        *(n.sum().cast(nw.Float64).alias(f"__n{terms.names[key]}") for key, n in counts),
        *fpc_range(design),
        *copies(terms, twice, len(again.weights)),
    )
    return source.collected(small)


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
        rows = np.arange(len(table), dtype=np.int64) * (design.replicates is None)
        keys[ROW] = Key(ROW, rows, pa.array(np.unique(rows)))
    for column in (*design.strata, *design.stages, *([design.rounds] if design.rounds else [])):
        if (keys[column].codes < 0).any():
            raise first_fault(source, column, "IS NULL", "the design needs every cell")
    if design.weight is not None and len(table) and bad_weights(table):
        test = f"IS NULL OR NOT ({{0}}::DOUBLE >= 0 AND {{0}}::DOUBLE < {HEAVIEST})"
        raise first_fault(source, design.weight, test, "a weight is a number from 0 up")
    for i, column in enumerate(design.fpc):
        if len(table) and pc.max(table.column(f"__empty{i}")).as_py():
            raise first_fault(source, column, "IS NULL", "the design needs every cell")
    return Totals(
        keys=keys,
        inside=floats(table, "__inside") > 0 if design.where else np.ones(len(table), dtype=bool),
        rows=floats(table, "__n"),
        weight=floats(table, "__weight"),
        fpc_low={c: floats(table, f"__low{i}") for i, c in enumerate(design.fpc)},
        fpc_high={c: floats(table, f"__high{i}") for i, c in enumerate(design.fpc)},
        sums=all_sums(table, terms, wanted),
        counts={k: floats(table, f"__n{terms.names[k]}") for k in counted},
    )


def bad_weights(table: pa.Table) -> bool:
    """Whether any weight is missing, below 0 or not finite."""
    least, given = floats(table, "__least"), floats(table, "__given")
    good = (least >= 0) & (given == floats(table, "__n")) & np.isfinite(floats(table, "__weight"))
    return not bool(good.all())


def all_sums(table: pa.Table, terms: Terms, wanted: Sequence[str]) -> dict[str, Floats]:
    """Weighted sums of the terms scanned, and of those that are sums of them."""
    sums = {
        key: floats(table, held(terms, key))
        for key in wanted
        if held(terms, key) in table.column_names
    }
    for key in sorted(wanted, key=terms.added.__contains__):  # sums of flags that follow come last
        if key not in sums:
            sums[key] = reduce(add, (sums[part] for part in terms.parts(key)))
    return sums


def sums_again(source: Source, table: pa.Table, terms: Terms, again: Again) -> dict[str, Floats]:
    """Sums by replicate weights, (groups, replicates) a term. Raises DataError for a gap."""
    if len(table) and pc.max(table.column("__gaps")).as_py():
        for column in again.weights:
            test = "IS NULL OR NOT abs({0}::DOUBLE) < 'infinity'::DOUBLE"
            if source.first(column, f"{source.names[column]} {test.format(source.names[column])}"):
                raise first_fault(source, column, test, "a replicate weight is a number")
    numbers = range(len(again.weights))

    def read(key: str) -> Floats:
        return np.stack([floats(table, copied(terms, key, i)) for i in numbers], axis=1)

    sums = {"": read("")}
    for key in again.terms:
        if copied(terms, key, 0) in table.column_names:
            sums[key] = np.nan_to_num(read(key))
    for key in again.terms:
        if key not in sums:
            sums[key] = np.sum([sums[part] for part in terms.added[key]], axis=0)
    return sums


def sums_by(code: Codes, values: Floats, count: int) -> Floats:
    """Sums of the rows of `values` (rows, m) by code, (count, m), in the order of the rows.

    They may be `values` themselves, where each row has a code of its own.
    """
    if not len(code):
        return np.zeros((count, values.shape[1]))
    own = code
    if (code[1:] < code[:-1]).any():
        order = np.argsort(code, kind="stable")
        own, values = code[order], values[order]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
    if len(starts) < len(own):
        own, values = own[starts], np.add.reduceat(values, starts, axis=0)
    if len(own) == count:
        return values
    out = np.zeros((count, values.shape[1]))
    out[own] = values
    return out


def those(domain: Codes) -> slice | Codes:
    """Where codes are of a domain, not -1: a slice where all are, which copies nothing."""
    here = domain >= 0
    return slice(None) if here.all() else np.flatnonzero(here)


def weight_of(code: Codes, weight: Floats, count: int) -> Floats:
    """Sums of weights by code, (count,)."""
    return np.bincount(code, weights=weight, minlength=count).astype(np.float64)


def floats(table: pa.Table, column: str) -> Floats:
    plain = table.column(column).to_numpy(zero_copy_only=False)
    found: Floats = plain.astype(np.float64, copy=False)
    return found


def first_fault(source: Source, column: str, test: str, why: str) -> DataError:
    """The error that names the first row of `column` where a test of SQL holds."""
    name = source.names[column]
    faulty = f"{name} {test.format(name)}"
    row, value = source.first(column, faulty) or (0, None)
    held = "is empty" if value is None else f"holds {value}"
    return source.fault(column, f"{held} in row {row} ({source.like(faulty)}); {why}")


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
