"""Row-level terms by key, and the measures that are ratios of their sums."""

from collections.abc import Callable
from dataclasses import dataclass, field

import narwhals as nw

from analysis.data import Source
from analysis.keys import Value


@dataclass
class Terms:
    """Row-level terms by key, in layers that may use the layers before them."""

    source: Source
    flags: dict[str, nw.Expr] = field(default_factory=dict)
    sums: dict[str, nw.Expr] = field(default_factory=dict)
    products: dict[str, nw.Expr] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    added: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def scanned(self) -> list[str]:
        """The terms that the scan sums; the sums of `added` ones follow from their parts."""
        return [key for key in self.names if key not in self.added]

    def put(self, layer: dict[str, nw.Expr], key: str, make: Callable[[], nw.Expr]) -> str:
        if key not in self.names:
            self.names[key] = f"__t{len(self.names)}"
            layer[key] = make()
        return key

    def column(self, key: str) -> nw.Expr:
        return nw.col(self.names[key])

    def product(self, a: str, b: str) -> str:
        first, second = sorted((a, b))
        return self.put(
            self.products,
            f"{first}*{second}",
            lambda: self.wide(first) * self.wide(second),
        )

    def wide(self, key: str) -> nw.Expr:
        """The term, 0 for null, in a type in which sums and products of a row do not overflow."""
        column = self.column(key)
        column = column.fill_null(0) if key in self.flags else column
        if key.startswith("real"):
            return column
        return column.cast(nw.Int128 if "whole" in key else nw.Int32)


@dataclass(frozen=True)
class Part:
    """Keys of the terms of one ratio: numerator, denominator, their squares and product."""

    y: str
    x: str
    yy: str
    xy: str
    xx: str


@dataclass(frozen=True)
class Measure:
    """One row of results per domain. `answered` is the term that is 1 for a row that answered.

    `parts` has one ratio, or one a factor; `crosses` has the keys of the products of
    (y1, x1, y2, x2, ...) by pairs when there are several parts.
    """

    of: str
    answered: str
    parts: tuple[Part, ...]
    code: Value | None = None
    total: bool = False
    scale: float = 1.0
    crosses: tuple[tuple[str, ...], ...] = ()
    pool: str = "item"
