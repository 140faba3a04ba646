"""Row-level terms by key, and the measures that are ratios of their sums.

A term is made only when the scan needs it: a flag from columns of the data, a sum of many flags
of a row as one shallow expression, a product of two of them. A sum whose flags are all scanned
anyway is added up in the small table instead.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from analysis.keys import Value
from analysis.source import Source

AT_ONCE = 32  # flags added in one expression: many more nest too deep for an engine
BATCH = 240  # terms summed by one pass; an engine's planning grows with their square


@dataclass(frozen=True)
class Flag:
    """A term of one or two columns of the data: 0 or null where the row did not answer."""

    kind: str  # flag: small whole numbers | whole | real
    columns: tuple[str, ...]  # in the relation
    make: Callable[[], nw.Expr]
    widest: Any = nw.Int128
    full: bool = False  # never null

    def wide(self, column: nw.Expr, exact: bool = True) -> nw.Expr:
        """The term, 0 for null, in a type in which sums and products of a row do not overflow.

        exact : False where weights are no whole numbers, so that sums need not be
        """
        own = column if self.full else column.fill_null(0)
        if self.kind == "flag" and not exact:
            return own.cast(nw.Float64)
        if self.kind == "real":
            return own
        return own.cast(self.widest if self.kind == "whole" else nw.Int32)


@dataclass
class Terms:
    """The terms that some measures need, by key; `truths` are yes or no, the others numbers."""

    source: Source
    flags: dict[str, Flag] = field(default_factory=dict)
    added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    products: dict[str, tuple[str, str]] = field(default_factory=dict)
    anyone: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    split: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exact: bool = True
    truths: set[str] = field(default_factory=set)

    def put_truth(self, key: str, columns: Iterable[str], make: Callable[[], nw.Expr]) -> str:
        """The key of a flag made as yes or no: quicker to make and to count than a number."""
        self.truths.add(key)
        return self.put(key, "flag", columns, make)

    def put(self, key: str, kind: str, columns: Iterable[str], make: Callable[[], nw.Expr]) -> str:
        if key not in self.flags:
            own = tuple(columns)
            self.flags[key] = Flag(
                kind, own, make, self.source.widest, self.source.full.issuperset(own)
            )
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

    def split_by(self, key: str, parts: Sequence[str]) -> None:
        """Says that of the parts, flags that are wanted too, one is 1 where the flag `key` is."""
        if parts:
            self.split[key] = tuple(parts)

    def product(self, a: str, b: str) -> str:
        first, second = sorted((a, b))
        key = f"{first}*{second}"
        self.products[key] = (first, second)
        return self.named(key)

    def any(self, total: str) -> str:
        """The key of the term that tells where a sum of flags is above 0."""
        key = f"any of {total}"
        self.anyone[key] = total
        self.truths.add(key)
        return self.named(key)

    def kind(self, key: str) -> str:
        """The widest kind of what a term is made of: flag, whole or real."""
        if key in self.flags:
            return self.flags[key].kind
        parts = self.added.get(key) or self.products.get(key) or ()
        kinds = {self.kind(part) for part in parts}
        return next((k for k in ("real", "whole") if k in kinds), "flag")

    def weighed(self, wanted: Sequence[str]) -> set[str]:
        """Wanted terms whose weighted sums do not come from those of the flags they split to."""
        every = set(wanted)
        return {k for k in wanted if not (k in self.split and every.issuperset(self.split[k]))}

    def parts(self, key: str) -> tuple[str, ...]:
        """The terms whose sums come to the sum of a term that is not summed itself."""
        return self.split.get(key) or self.added[key]

    def single(self, key: str) -> bool:
        """Whether a term is never beyond 1: its weighted sum is not beyond that of the weights."""
        return self.kind(key) == "flag" and (key in self.flags or key in self.anyone)

    def scanned(self, wanted: Sequence[str]) -> list[str]:
        """The terms that the engine sums; the sums of the others follow from these."""
        every = set(wanted)
        return [k for k in wanted if not (k in self.added and every.issuperset(self.added[k]))]

    def column(self, key: str) -> nw.Expr:
        """A term as a number."""
        own = nw.col(self.names[key])
        return own.cast(nw.Int8) if key in self.truths else own

    def holds(self, key: str) -> nw.Expr:
        """Whether a term is above 0."""
        own = nw.col(self.names[key])
        return own if key in self.truths else own > 0

    def counted(self, key: str, made: Mapping[str, nw.Expr]) -> nw.Expr:
        """A term in a type that the engine sums quickly; `made` has those that are no columns."""
        if key in self.truths:
            return self.source.countable(made.get(key, nw.col(self.names[key])))
        return self.column(key).cast(nw.Int32)

    def wide(self, key: str) -> nw.Expr:
        own = self.flags.get(key)
        return own.wide(self.column(key), self.exact) if own else self.column(key)


@dataclass(frozen=True)
class Layers:
    """How the terms of one pass are derived: `first` from the data, the others from the before.

    last : by key, those that nothing but a count is made of: they need no column of their own
    """

    columns: tuple[str, ...]
    first: tuple[nw.Expr, ...]
    later: tuple[tuple[nw.Expr, ...], ...]
    last: Mapping[str, nw.Expr]


def layers(terms: Terms, batch: Sequence[str], weighed: Collection[str]) -> Layers:
    """The expressions that make the terms of `batch`; `weighed` are not only counted."""
    sides = [side for key in batch for side in terms.products.get(key, ())]
    sums = [key for key in dict.fromkeys([*batch, *sides]) if key in terms.added]
    anyone = {key: terms.added[terms.anyone[key]] for key in batch if key in terms.anyone}
    needed = dict.fromkeys([*batch, *sides, *(p for key in sums for p in terms.added[key])])
    needed |= dict.fromkeys(p for parts in anyone.values() for p in parts)
    flags = [key for key in needed if key in terms.flags]
    columns = dict.fromkeys(c for key in flags for c in terms.flags[key].columns)
    small, large = nested({key: terms.added[key] for key in sums})
    few, many = nested(anyone)
    last = {key: some(terms, key, parts) for key, parts in many if key not in weighed}
    more = [some(terms, *one) for one in many if one[0] in weighed]
    stages = [
        [*(total(terms, *one) for one in small), *(some(terms, *one) for one in few)],
        [*(total(terms, *one) for one in large), *more],
        [multiplied(terms, key) for key in batch if key in terms.products],
    ]
    return Layers(
        tuple(columns),
        tuple(terms.flags[key].make().alias(terms.names[key]) for key in flags),
        tuple(tuple(stage) for stage in stages if stage),
        last,
    )


Made = list[tuple[str, list[str]]]


def nested(groups: Mapping[str, Sequence[str]]) -> tuple[Made, Made]:
    """Groups of terms made of the terms alone, then those made of smaller groups and the rest."""
    small: Made = []
    large: Made = []
    for key, parts in sorted(groups.items(), key=lambda one: len(one[1])):
        left, inner = dict.fromkeys(parts), []
        for other, own in reversed(small):
            if len(own) > 1 and left.keys() >= set(own):
                inner.append(other)
                left = {part: None for part in left if part not in own}
        (large if inner else small).append((key, [*inner, *left]))
    return small, large


def total(terms: Terms, key: str, parts: Sequence[str]) -> nw.Expr:
    """The sum of terms of a row."""
    return added([terms.wide(part) for part in parts]).alias(terms.names[key])


def some(terms: Terms, key: str, parts: Sequence[str]) -> nw.Expr:
    """Whether any of some flags of a row is, or null for nulls."""
    held = [terms.holds(part) for part in parts]
    while len(held) > 1:
        held = [
            nw.any_horizontal(*held[i : i + AT_ONCE], ignore_nulls=False)
            for i in range(0, len(held), AT_ONCE)
        ]
    return held[0].alias(terms.names[key])


def multiplied(terms: Terms, key: str) -> nw.Expr:
    a, b = terms.products[key]
    return (terms.wide(a) * terms.wide(b)).alias(terms.names[key])


def added(parts: list[nw.Expr]) -> nw.Expr:
    """The sum of many expressions without nulls, none of them nested deep."""
    while len(parts) > 1:
        parts = [reduce(add, parts[i : i + AT_ONCE]) for i in range(0, len(parts), AT_ONCE)]
    return parts[0]


@dataclass(frozen=True)
class Part:
    """Keys of the terms of one ratio: numerator, denominator, their squares and product.

    The last three are empty where no design effect is asked for.
    """

    y: str
    x: str
    yy: str = ""
    xy: str = ""
    xx: str = ""


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
        own = [key for p in self.parts for key in (p.y, p.x, p.yy, p.xy, p.xx) if key]
        return [self.held, *own, *(key for row in self.crosses for key in row)]

    @property
    def held(self) -> str:
        """The key of the term whose sum is the weight of the rows that answered.

        Of a group without a design effect it is that of the answers, which is 0 with it.
        """
        plain = self.pool == "group" and not self.parts[0].yy
        return self.parts[0].x if plain else self.answered
