"""From what a block asks to row-level terms, and from terms to ratios of their weighted sums.

A term is a number per row that is 0 or null where the row did not answer. A share, a mean, a pooled
share and a ratio are all Y/X with Y and X weighted sums of terms; a total is Y alone; a mean of
factors is the plain mean of several Y/X. The terms of squares and products serve the deff.
"""

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import and_, or_

import narwhals as nw

from analysis.blocks import Block, Group
from analysis.errors import PlanError
from analysis.keys import Value, kind_of_code
from analysis.source import Source
from analysis.terms import Measure, Part, Terms

MANY = 200  # more different codes than this are not a scale


def measures(block: Block, terms: Terms, codes: dict[str, list[Value]]) -> list[Measure]:
    """The measures of a block in order; `codes` has the codes of each item of a distribution."""
    if block.kind == "quantile":
        return []
    if block.kind == "index":
        return [index_measure(block, terms)]
    if block.kind == "distribution":
        groups = [*(Group(of, (of,)) for of in block.of), *block.groups]
        for of in block.of:
            flags = [share_term((code,), block, terms)(of) for code in codes[of]]
            terms.split_by(answered(of, block, terms), flags)
        return [
            share(g, block, terms, (code,), code)
            for g in groups
            for code in sorted({c for item in g.of for c in codes[item]}, key=code_order)
        ]
    if block.kind == "ratio":
        return [ratio(of, block, terms) for of in block.of]
    if block.kind == "total":
        return [total(of, block, terms) for of in block.of]
    groups = [*(Group(of, (of,)) for of in block.of), *block.groups]
    if block.kind == "share":
        return [share(g, block, terms, block.satisfied) for g in groups]
    if block.kind == "net":
        return [pooled(g, block, terms, net_term(block, terms)) for g in groups]
    return [pooled(g, block, terms, score_term(block, terms)) for g in groups]


def code_order(code: Value) -> tuple[bool, Value]:
    return (isinstance(code, str), code)


def index_measure(block: Block, terms: Terms) -> Measure:
    """The index: all items pooled, or the plain mean of each factor's pooled value."""
    name = block.of[0] if block.of else "index"
    if block.scoring == "share":
        term, scale = share_term(block.satisfied, block, terms), 1.0
    else:
        term, scale = score_term(block, terms), float(block.top or 1.0)
    everything = Group(name, tuple(dict.fromkeys(i for g in block.groups for i in g.of)))
    whole = pooled(everything, block, terms, term, scale=scale)
    if block.formula == "pooled-items" or len(block.groups) == 1:
        return whole
    parts = tuple(pooled(g, block, terms, term).parts[0] for g in block.groups)
    sides = [key for part in parts for key in (part.y, part.x) if block.deff != "none"]
    crosses = tuple(tuple(terms.product(a, b) for b in sides) for a in sides)
    return Measure(name, whole.answered, parts, scale=scale, crosses=crosses)


Term = Callable[[str], str]


def answered(item: str, block: Block, terms: Terms) -> str:
    """The key of the term that tells where `item` is answered."""
    missing = fitting(block.missing, terms.source, item)
    return terms.put_truth(
        f"answered {item!r} {missing!r}",
        (terms.source.names[item],),
        lambda: is_answered(item, block, terms),
    )


def fitting(codes: Iterable[Value], source: Source, item: str) -> list[Value]:
    """The codes that can stand in a column: numbers in a numeric one, texts in a text one."""
    kind = {"whole": "number", "number": "number"}.get(source.kinds[item], source.kinds[item])
    return [code for code in codes if kind_of_code(code) == kind]


def share_term(codes: tuple[Value, ...], block: Block, terms: Terms) -> Term:
    """Makes the key of the term that is 1 where an item has one of `codes`."""

    def term(item: str) -> str:
        own = fitting(codes, terms.source, item)
        if terms.source.kinds[item] == "empty":
            return zero(terms)
        if not own:
            raise PlanError(
                f'column "{item}" of {terms.source.name} holds {words(terms.source, item)}: '
                f"none of the codes {list(codes)} in `satisfied` can be there"
            )
        name, key = terms.source.names[item], f"in {item!r} {own!r}"
        whole = terms.source.kinds[item] == "whole"
        return terms.put(
            key, "flag", (name,), lambda: one_of(nw.col(name), own, whole).cast(nw.Int8)
        )

    return term


def words(source: Source, item: str) -> str:
    """What a column holds, with the first cell that is no number."""
    kind = source.kinds[item]
    found = None if source.numeric(item) else source.words(item)
    such = "" if found is None else f' such as "{found[0]}" in row {found[1]} ({found[2]})'
    return ("text" if kind == "text" else f"values of kind {kind}") + such


def score_term(block: Block, terms: Terms) -> Term:
    """Makes the key of the term that is an item's number where answered, else 0."""
    return lambda item: value_term(item, (item,), block, terms)


def value_term(item: str, given: tuple[str, ...], block: Block, terms: Terms) -> str:
    """The key of the term that is an item's number where all of `given` are answered, else 0."""
    number(terms.source, item)
    column = nw.col(terms.source.names[item])
    kind = nw.Float64 if terms.source.kinds[item] == "number" else nw.Int64

    def make() -> nw.Expr:
        known = reduce(and_, (is_answered(one, block, terms) for one in given))
        return nw.when(known).then(column.cast(kind)).otherwise(0)

    gaps = [fitting(block.missing, terms.source, one) for one in given]
    sort = "real" if kind == nw.Float64 else "whole"
    columns = dict.fromkeys(terms.source.names[one] for one in (item, *given))
    return terms.put(f"{sort} {item!r} given {given!r} {gaps!r}", sort, columns, make)


def is_answered(item: str, block: Block, terms: Terms) -> nw.Expr:
    """Whether `item` has an answer that is not one of `missing`."""
    column = nw.col(terms.source.names[item])
    missing = fitting(block.missing, terms.source, item)
    return none_of(column, missing) if missing else ~column.is_null()


def one_of(column: nw.Expr, codes: list[Value], whole: bool) -> nw.Expr:
    """Whether a column has one of a few codes; null where it is null.

    Neighbours in a column of whole numbers are a range, which an engine compares quicker.
    """
    least, most = min(codes, key=code_order), max(codes, key=code_order)
    if whole and len(set(codes)) > 1 and set(codes) == set(range(int(least), int(most) + 1)):
        return column.is_between(least, most)
    return reduce(or_, (column == code for code in codes))


def none_of(column: nw.Expr, codes: list[Value]) -> nw.Expr:
    """Whether a column has none of a few codes; null where it is null."""
    return reduce(and_, (column != code for code in codes))


def net_term(block: Block, terms: Terms) -> Term:
    """Makes the key of the term that is 1 for satisfied, -1 for dissatisfied, else 0."""
    good = share_term(block.satisfied, block, terms)
    bad = share_term(block.dissatisfied, block, terms)

    def term(item: str) -> str:
        first, second = terms.flags[good(item)], terms.flags[bad(item)]

        def make() -> nw.Expr:
            return first.wide(first.make()) - second.wide(second.make())

        key = f"{good(item)} - {bad(item)}"
        return terms.put(key, "flag", dict.fromkeys([*first.columns, *second.columns]), make)

    return term


def number(source: Source, item: str) -> None:
    """Raises DataError, naming the first row that is no number, unless the column is numeric."""
    if source.numeric(item):
        return
    raise source.no_numbers(item, "a number is needed")


def share(
    group: Group, block: Block, terms: Terms, codes: tuple[Value, ...], code: Value | None = None
) -> Measure:
    """Answers that are one of `codes` over answers given."""
    if code is None or len(group.of) == 1:
        return pooled(group, block, terms, share_term(codes, block, terms), code)
    fits = [i for i in group.of if fitting(codes, terms.source, i)]

    def term(item: str) -> str:
        return share_term(codes, block, terms)(item) if item in fits else zero(terms)

    return pooled(group, block, terms, term, code)


def zero(terms: Terms) -> str:
    return terms.put("0", "flag", (), lambda: nw.lit(0).cast(nw.Int8))


def pooled(
    group: Group,
    block: Block,
    terms: Terms,
    term: Term,
    code: Value | None = None,
    scale: float = 1.0,
) -> Measure:
    """Sum of a term over the answers given to the items of a group."""
    flags = [answered(item, block, terms) for item in group.of]
    tops = [term(item) for item in group.of]
    if len(group.of) == 1:
        x, y = flags[0], tops[0]
        part = Part(y, x)
        if block.deff != "none":
            part = Part(y, x, y if y.startswith("in ") else terms.product(y, y), y, x)
        return Measure(group.name, x, (part,), code, scale=scale)
    x, y = terms.sum(flags), terms.sum(tops)
    part = part_of(y, x, block, terms)
    return Measure(group.name, terms.any(x), (part,), code, scale=scale, pool="group")


def part_of(y: str, x: str, block: Block, terms: Terms) -> Part:
    """A ratio of sums, with the products that its design effect needs if that is asked for."""
    if block.deff == "none":
        return Part(y, x)
    return Part(y, x, terms.product(y, y), terms.product(x, y), terms.product(x, x))


def ratio(of: str, block: Block, terms: Terms) -> Measure:
    """Numerator over denominator; a row where either is missing leaves."""
    both = pair(of, terms.source.names, terms.source.name)
    y, x = (value_term(item, both, block, terms) for item in both)
    flags = [answered(item, block, terms) for item in both]
    return Measure(of, terms.product(*flags), (part_of(y, x, block, terms),))


def pair(of: str, names: Collection[str], where: str) -> tuple[str, str]:
    """The two columns of "a/b"; names may hold slashes, so each cut is tried."""
    cuts = [i for i, letter in enumerate(of) if letter == "/"]
    for i in cuts:
        top, bottom = of[:i].strip(), of[i + 1 :].strip()
        if top in names and bottom in names:
            return top, bottom
    raise PlanError(f'the ratio "{of}" does not name two columns of {where}')


def total(of: str, block: Block, terms: Terms) -> Measure:
    """The weighted sum of an item, or, with `satisfied`, of the people it counts."""
    term = (
        share_term(block.satisfied, block, terms) if block.satisfied else score_term(block, terms)
    )
    x, y = answered(of, block, terms), term(of)
    if block.deff == "none":
        return Measure(of, x, (Part(y, x),), total=True)
    yy = y if block.satisfied else terms.product(y, y)
    return Measure(of, x, (Part(y, x, yy, y, x),), total=True)
