"""Row-level expressions that stand before the grouping: weight, conditions, population sizes."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_

import narwhals as nw
import pyarrow as pa

from analysis.plan import Condition, Design
from analysis.source import Source
from analysis.terms import Terms, added

HEAVIEST = 1e100  # a weight below it can be summed; a sum that is infinite has one above
EXACT = 2**53  # sums of whole numbers below it are exact as doubles


def held(terms: Terms, key: str) -> str:
    """The column of a term times the weight."""
    return f"__w{terms.names[key]}"


def inside(source: Source, where: Sequence[Condition]) -> nw.Expr:
    """Whether a row meets every condition; a missing value meets none."""
    if not where:
        return nw.lit(True)
    return reduce(and_, (meets(source, one) for one in where))


def conditions(design: Design, keys: Collection[str]) -> list[str]:
    """The column that tells which rows meet the conditions, where there are some or no other keys.

    An engine gives a group to no rows at all where it has nothing to group by.
    """
    return ["__inside"] if design.where or not keys else []


def meets(source: Source, one: Condition) -> nw.Expr:
    column, value = nw.col(source.names[one.column]), one.value
    values = list(value) if isinstance(value, tuple) else [value]
    text = source.kinds[one.column] == "text"
    if source.kinds[one.column] == "empty":  # by the column: a filter takes no literal
        return ~column.is_null()
    if any(isinstance(v, str) != text for v in values) or not (text or source.numeric(one.column)):
        kind = "text" if text else "not text"
        raise source.fault(one.column, f"is {kind}, but `where` compares it with {value!r}")
    if source.kinds[one.column] == "boolean":
        column = column.cast(nw.Int64)
    if not text:
        values = [int(v) if isinstance(v, bool) else v for v in values]
        value = value if isinstance(value, tuple) else values[0]
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
        raise source.no_numbers(design.weight, "weights are needed, numbers only")
    whole = source.kinds[design.weight] == "whole"
    return nw.col(source.names[design.weight]).cast(nw.Int64 if whole else nw.Float64)


def weights(source: Source, design: Design, doubles: bool) -> list[nw.Expr]:
    """The weight of a row as `__w`; a whole one as `__whole`, too. `doubles`: `__w` is a double."""
    own = weight(source, design)
    if not whole_weights(source, design):
        return [own.alias("__w")]
    return [own.alias("__whole"), (own.cast(nw.Float64) if doubles else own).alias("__w")]


def whole_weights(source: Source, design: Design) -> bool:
    return design.weight is None or source.kinds[design.weight] == "whole"


def weighted(source: Source, design: Design, terms: Terms, key: str, doubles: bool) -> nw.Expr:
    """The sum of a term times the weight; exact when both are whole numbers."""
    column, kind = terms.column(key), terms.kind(key)
    whole = whole_weights(source, design)
    if whole and kind != "real" and not terms.single(key):
        column = column.cast(source.widest) if kind == "whole" else column
        total = (column * nw.col("__whole")).sum().cast(nw.Float64)
    else:
        total = (column * nw.col("__w")).sum()
        total = total.cast(nw.Float64) if whole and not doubles else total
    return total.alias(held(terms, key))


def weight_range(design: Design) -> list[nw.Expr]:
    """What tells whether a weight is missing or below 0; one that is infinite makes its sum so."""
    if design.weight is None:
        return []
    return [nw.col("__w").min().alias("__least"), nw.col("__w").count().alias("__given")]


def fpc_columns(source: Source, design: Design) -> list[nw.Expr]:
    """The population columns as numbers. Raises DataError for a column that is not numbers."""
    for column in design.fpc:
        if not source.numeric(column):
            raise source.no_numbers(column, "population sizes are needed, numbers only")
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


def copied(terms: Terms, key: str, number: int) -> str:
    """The column of a term times a replicate weight; the key "" is the weight alone."""
    return f"__c{number}{terms.names[key] if key else ''}"


def replicate_columns(source: Source, columns: Sequence[str]) -> list[nw.Expr]:
    """The replicate weights as numbers, and whether any is missing or no number."""
    for column in columns:
        if not source.numeric(column):
            raise source.no_numbers(column, "replicate weights are needed, numbers only")
    if not columns:
        return []
    own = [nw.col(source.names[column]).cast(nw.Float64) for column in columns]
    gaps = [(~(v.abs() < float("inf")).fill_null(False)).cast(nw.Int32) for v in own]
    return [*(v.alias(f"__v{i}") for i, v in enumerate(own)), added(gaps).alias("__gaps")]


def repeatable(terms: Terms, keys: Sequence[str]) -> list[nw.Expr]:
    """The terms that each replicate weight is to weigh, as numbers."""
    return [terms.column(key).alias(f"__r{terms.names[key]}") for key in keys]


def copies(terms: Terms, keys: Sequence[str], count: int) -> list[nw.Expr]:
    """The sums of some terms by each replicate weight, and of the weights."""
    if not count:
        return []
    parts = [nw.col("__gaps").max()]
    for i in range(count):
        v = nw.col(f"__v{i}")
        parts.append(v.sum().alias(copied(terms, "", i)))
        parts += [
            (nw.col(f"__r{terms.names[k]}") * v).sum().alias(copied(terms, k, i)) for k in keys
        ]
    return parts


def in_order(table: pa.Table, sorted_by: Sequence[str]) -> pa.Table:
    """The table of rows that are their own units, in an order that does not depend on the data's.

    They have no key of their own: within the others they are sorted by what they hold.
    """
    own = [c for c in table.column_names if c.startswith("__w")]
    mixed = sum((i + 1) ** 0.5 * table.column(c).to_numpy() for i, c in enumerate(own))
    table = table.append_column("__mixed", pa.array(mixed))
    return table.sort_by([(key, "ascending") for key in [*sorted_by, "__mixed"]])
