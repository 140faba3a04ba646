"""Row-level expressions that stand before the grouping: weight, conditions, population sizes."""

from collections.abc import Sequence
from functools import reduce
from operator import and_

import narwhals as nw

from analysis.data import Source
from analysis.plan import Condition, Design
from analysis.terms import Terms


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
    wide = whole and terms.kind(key) == "whole"
    column = terms.column(key).cast(nw.Int128) if wide else terms.column(key)
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
