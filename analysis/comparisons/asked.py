"""From a [[compare]] to combinations of the rows of the estimates."""

from collections.abc import Iterable, Mapping, Sequence

from analysis.comparing import Comparing, Term, TrendOptions
from analysis.comparisons.contrasts import Asked
from analysis.errors import CompareError, PlanError
from analysis.keys import Value
from analysis.results import Estimate

Placed = tuple[int, Estimate]  # a row and its place
Key = tuple[str, object, tuple[tuple[str, object], ...]]


def combinations(where: str, own: Comparing, rows: Sequence[Estimate]) -> list[Asked]:
    """What one [[compare]] asks, for every figure and every other domain there is.

    where : its name in messages. Raises CompareError for a figure or domain that does not occur,
    or two names for one; PlanError for a column that the block is not by.
    """
    if own.terms:
        return [by_terms(where, own.terms, rows)]
    mine = figures(where, own, [(i, r) for i, r in enumerate(rows) if r.estimate == own.block])
    column = own.column or ""
    values = own.values or two_values(where, column, mine)
    groups = grouped(where, column, mine, values)
    return [
        combined(own, key, places, dict(zip(values, own.coefficients, strict=True)))
        for key, places in groups.items()
    ]


def figures(where: str, own: Comparing | TrendOptions, rows: Sequence[Placed]) -> list[Placed]:
    """The rows of the figures that are named, all where none is."""
    known = list(dict.fromkeys(row.of for _, row in rows))
    for name in own.of:
        if name not in known:
            raise PlanError(f'{where}: `of` names "{name}"; the block has {", ".join(known)}')
    return [(i, row) for i, row in rows if not own.of or row.of in own.of]


def value_of(row: Estimate, column: str) -> object:
    return row.of if column == "of" else row.by.get(column)


def two_values(where: str, column: str, rows: Sequence[Placed]) -> tuple[Value, ...]:
    known_column(where, column, rows)
    found = list(dict.fromkeys(value_of(row, column) for _, row in rows))
    if len(found) != 2:
        raise CompareError(
            f'{where}: the column "{column}" has {len(found)} values here, not two: '
            "name the two in `values`"
        )
    return tuple(v for v in found if isinstance(v, Value))


def grouped(
    where: str, column: str, rows: Sequence[Placed], values: Sequence[Value]
) -> dict[Key, dict[Value, int]]:
    """By figure and other domains, the places of the rows of each value."""
    known_column(where, column, rows)
    found = {value_of(row, column) for _, row in rows}
    for value in values:
        if value not in found:
            raise CompareError(
                f'{where}: {value!r} does not occur in "{column}"; there are {listed(found)}'
            )
    groups: dict[Key, dict[Value, int]] = {}
    for place, row in rows:
        rest = tuple((c, v) for c, v in row.by.items() if c != column)
        key = ("" if column == "of" else row.of, row.code, rest)
        own = groups.setdefault(key, {})
        one = value_of(row, column)
        if isinstance(one, Value) and one in values:
            own[one] = place
    return groups


def known_column(where: str, column: str, rows: Sequence[Placed]) -> None:
    if rows and column != "of" and column not in rows[0][1].by:
        known = ", ".join(rows[0][1].by) or "none"
        raise PlanError(f'{where}: the column is "{column}", but `by` of the block has {known}')


def listed(found: Iterable[object]) -> str:
    shown = sorted(map(str, found))
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")


def combined(
    own: Comparing, key: Key, places: Mapping[Value, int], coefficients: Mapping[Value, float]
) -> Asked:
    of, code, rest = key
    before = after = None
    values = list(coefficients)
    if own.kind in ("change", "t-test"):
        before, after = values
    status = "ok" if len(places) == len(values) else "absent"
    if own.kind == "change" and broken(before, after, own.breaks):
        status = "broken-series"
    weights = {place: float(coefficients[value]) for value, place in places.items()}
    named = of or " - ".join(map(str, reversed(values))) if own.column == "of" else of
    return Asked(weights, named, dict(rest), code, before, after, own.kind, status)


def broken(before: object, after: object, breaks: Sequence[float]) -> bool:
    """Whether a break lies between two values: after the last of one stretch of the series."""
    if not breaks:
        return False
    numbers = [v for v in (before, after) if isinstance(v, int | float)]
    if len(numbers) < 2:
        raise CompareError(
            f"`breaks` are numbers, but {before!r} and {after!r} of the column are not both"
        )
    return any(min(numbers) <= b < max(numbers) for b in breaks)


def by_terms(where: str, terms: Sequence[Term], rows: Sequence[Estimate]) -> Asked:
    """The contrast of figures named one by one."""
    weights: dict[int, float] = {}
    for i, term in enumerate(terms):
        place = the_row(f"{where} terms {i}", term, rows)
        if place in weights:
            raise CompareError(f"{where} terms {i}: names the same figure as a term before")
        weights[place] = term.coefficient
    own = [rows[place] for place in weights]
    of = own[0].of if len({row.of for row in own}) == 1 else ""
    common = {c: v for c, v in own[0].by.items() if all(row.by.get(c) == v for row in own)}
    return Asked(weights, of, common, what="contrast")


def the_row(where: str, term: Term, rows: Sequence[Estimate]) -> int:
    """The place of the one row that a term names. Raises CompareError where it is not one."""
    own = term.where or {}
    found = [
        i
        for i, row in enumerate(rows)
        if row.estimate == term.block
        and term.of in (None, row.of)
        and term.code in (None, row.code)
        and all(row.by.get(c) == v for c, v in own.items())
    ]
    if len(found) == 1:
        return found[0]
    name = " ".join([term.of or "", *(f"{c} = {v}" for c, v in own.items())]).strip() or "the term"
    many = f"is {len(found)} figures: name it by more of `of`, `code` and `where`"
    raise CompareError(f"{where}: {name} {many if found else 'does not occur in the estimates'}")
