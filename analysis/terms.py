"""Row-level terms by key, and the measures that are ratios of their sums.

A term is made only when the scan needs it: a flag from columns of the data, a sum of many flags
of a row as one shallow expression, a product of two of them. A sum whose flags are all scanned
anyway is added up in the small table instead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import narwhals as nw

from analysis.data import Source
from analysis.keys import Value

WIDE = {"flag": nw.Int32, "whole": nw.Int128}
AT_ONCE = 32  # flags added in one expression: many more nest too deep for an engine
BATCH = 240  # terms summed by one pass; an engine's planning grows with their square


@dataclass(frozen=True)
class Flag:
    """A term of one or two columns of the data: 0 or null where the row did not answer."""

    kind: str  # flag: small whole numbers | whole | real
    columns: tuple[str, ...]  # in the relation
    make: Callable[[], nw.Expr]

    def wide(self, column: nw.Expr) -> nw.Expr:
        """The term, 0 for null, in a type in which sums and products of a row do not overflow."""
        own = column.fill_null(0)
        return own if self.kind == "real" else own.cast(WIDE[self.kind])


@dataclass
class Terms:
    """The terms that some measures need, by key."""

    source: Source
    flags: dict[str, Flag] = field(default_factory=dict)
    added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    products: dict[str, tuple[str, str]] = field(default_factory=dict)
    anyone: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, kind: str, columns: Iterable[str], make: Callable[[], nw.Expr]) -> str:
        if key not in self.flags:
            self.flags[key] = Flag(kind, tuple(columns), make)
            self.named(key)
        return key

    def named(self, key: str) -> str:
        self.names.setdefault(key, f"__t{len(self.names)}")
        return key

    def sum(self, keys: Sequence[str]) -> str:
        """The key of the sum of several flags of a row."""
        key = "sum of " + ", ".join(keys)
        self.added[key] = tuple(keys)
        return self.named(key)

    def product(self, a: str, b: str) -> str:
        first, second = sorted((a, b))
        key = f"{first}*{second}"
        self.products[key] = (first, second)
        return self.named(key)

    def any(self, total: str) -> str:
        """The key of the term that is 1 where a sum of flags is above 0."""
        key = f"any of {total}"
        self.anyone[key] = total
        return self.named(key)

    def kind(self, key: str) -> str:
        """The widest kind of what a term is made of: flag, whole or real."""
        if key in self.flags:
            return self.flags[key].kind
        parts = self.added.get(key) or self.products.get(key) or ()
        kinds = {self.kind(part) for part in parts}
        return next((k for k in ("real", "whole") if k in kinds), "flag")

    def scanned(self, wanted: Sequence[str]) -> list[str]:
        """The terms that the engine sums; the sums of the others follow from these."""
        every = set(wanted)
        return [k for k in wanted if not (k in self.added and every.issuperset(self.added[k]))]

    def column(self, key: str) -> nw.Expr:
        return nw.col(self.names[key])

    def wide(self, key: str) -> nw.Expr:
        return self.flags[key].wide(self.column(key)) if key in self.flags else self.column(key)


@dataclass(frozen=True)
class Layers:
    """How the terms of one pass are derived: `first` from the data, the others from the before."""

    columns: tuple[str, ...]
    first: tuple[nw.Expr, ...]
    sums: tuple[nw.Expr, ...]
    products: tuple[nw.Expr, ...]


def layers(terms: Terms, batch: Sequence[str]) -> Layers:
    """The expressions that make the terms of `batch`."""
    sides = [side for key in batch for side in terms.products.get(key, ())]
    sides += [terms.anyone[key] for key in batch if key in terms.anyone]
    needed = list(dict.fromkeys([*batch, *sides]))
    flags = [key for key in needed if key in terms.flags]
    sums = [key for key in needed if key in terms.added]
    apart = [key for key in sums if not set(flags).issuperset(terms.added[key])]
    read = [*flags, *(part for key in apart for part in terms.added[key])]
    columns = dict.fromkeys(c for key in read for c in terms.flags[key].columns)
    first = [terms.flags[key].make().alias(terms.names[key]) for key in flags]
    first += [
        added([terms.flags[p].wide(terms.flags[p].make()) for p in terms.added[key]]).alias(
            terms.names[key]
        )
        for key in apart
    ]
    later = [
        added([terms.wide(p) for p in terms.added[key]]).alias(terms.names[key])
        for key in sums
        if key not in apart
    ]
    products = [
        (terms.wide(terms.products[key][0]) * terms.wide(terms.products[key][1])).alias(
            terms.names[key]
        )
        for key in batch
        if key in terms.products
    ]
    products += [
        (terms.column(terms.anyone[key]) > 0).cast(nw.Int8).alias(terms.names[key])
        for key in batch
        if key in terms.anyone
    ]
    return Layers(tuple(columns), tuple(first), tuple(later), tuple(products))


def added(parts: list[nw.Expr]) -> nw.Expr:
    """The sum of many expressions, none of them nested deep."""
    while len(parts) > 1:
        parts = [nw.sum_horizontal(*parts[i : i + AT_ONCE]) for i in range(0, len(parts), AT_ONCE)]
    return parts[0]


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

    def terms(self) -> list[str]:
        """The keys of all terms whose sums the measure needs."""
        own = [key for p in self.parts for key in (p.y, p.x, p.yy, p.xy, p.xx)]
        return [self.answered, *own, *(key for row in self.crosses for key in row)]
