"""The [[compare]] and [trend] of a plan: what is set against what, and how sure it is to be."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import PlanError
from analysis.keys import Keys, Value
from analysis.ranking import whole

COMPARISONS = ("change", "contrast", "t-test", "independence", "goodness")
ADJUSTMENTS = ("holm", "bh", "none")
CORRECTIONS = ("second", "first", "saddlepoint", "wald", "adjusted-wald")
BETTER = ("higher", "lower")
LARGEST = 1e15


@dataclass(frozen=True)
class Term:
    """One figure of a contrast and its coefficient; `where` names its domain."""

    coefficient: float
    block: int
    of: str | None = None
    code: Value | None = None
    where: Mapping[str, Value] | None = None


@dataclass(frozen=True)
class Comparing:
    """One [[compare]]. `of`: the figures of the block, all when empty.

    column : whose values are set against each other, "of" for the figures themselves
    values, coefficients : of one length; a change is (from, to) with (-1, 1)
    breaks : the last value of each stretch that may be compared
    better : which direction is an improvement
    level : of the interval; None, the level of the block
    """

    kind: str
    block: int = 0
    name: str | None = None
    of: tuple[str, ...] = ()
    column: str | None = None
    values: tuple[Value, ...] = ()
    coefficients: tuple[float, ...] = ()
    terms: tuple[Term, ...] = ()
    breaks: tuple[float, ...] = ()
    better: str = "higher"
    adjust: str = "holm"
    level: float | None = None
    correction: str = "second"


@dataclass(frozen=True)
class TrendOptions:
    """The [trend] of a plan: `period` is a domain column of numbers; the rest as in Comparing."""

    period: str
    block: int = 0
    of: tuple[str, ...] = ()
    breaks: tuple[float, ...] = ()
    better: str = "higher"
    adjust: str = "holm"
    level: float | None = None


def read_compare(keys: Keys) -> tuple[Comparing, ...]:
    """The comparisons of a plan, none where it has no [[compare]]. Raises PlanError."""
    tables = keys.take("compare", [])
    if not isinstance(tables, list | tuple):
        raise PlanError("`compare` must be a list of tables, each written [[compare]]")
    return tuple(read_one(Keys(own, f"[[compare]] {i}")) for i, own in enumerate(tables))


def read_one(keys: Keys) -> Comparing:
    kind = keys.choice("kind", COMPARISONS)
    block = whole(keys, "block", 0, 0) or 0
    column, values, coefficients = compared(keys, kind)
    named = keys.tables("terms") if kind == "contrast" else []
    terms = tuple(read_term(own, block) for own in named)
    if kind == "contrast" and bool(terms) == bool(column):
        raise keys.fault("terms", "or else `column`, `values` and `coefficients` are needed")
    table = kind in ("independence", "goodness")
    found = Comparing(
        kind=kind,
        block=block,
        name=keys.text("name"),
        of=() if terms else keys.names("of"),
        column=column,
        values=values,
        coefficients=coefficients,
        terms=terms,
        breaks=ordered(keys) if kind == "change" else (),
        better="higher" if table else keys.choice("better", BETTER, "higher"),
        adjust=keys.choice("adjust", ADJUSTMENTS, "holm"),
        level=level_of(keys),
        correction=keys.choice("correction", CORRECTIONS, "second")
        if kind == "independence"
        else "second",
    )
    keys.done()
    return found


def compared(keys: Keys, kind: str) -> tuple[str | None, tuple[Value, ...], tuple[float, ...]]:
    """The column, its values and their coefficients, as each kind writes them."""
    if kind == "independence":
        return None, (), ()
    if kind == "goodness":
        values = distinct(keys, "codes", keys.codes("codes"))
        expected = finite(keys, "expected")
        matched(keys, "codes", values, "expected", expected)
        if len(values) < 2 or min(expected) <= 0:
            raise keys.fault("expected", "needs two shares or more, all above 0")
        return None, values, expected
    column = keys.text("column")
    if kind == "change":
        both = (one_value(keys, "from"), one_value(keys, "to"))
        if column in (None, "of"):
            raise keys.fault("column", "is needed: the column that tells the rounds apart")
        return column, distinct(keys, "to", both), (-1.0, 1.0)
    values = distinct(keys, "values", keys.codes("values"))
    if kind == "t-test":
        if column is None or len(values) not in (0, 2):
            raise keys.fault("column", "is needed, and `values` are two of it, or left out")
        return column, values, (-1.0, 1.0)
    coefficients = finite(keys, "coefficients")
    matched(keys, "values", values, "coefficients", coefficients)
    if column is not None and not any(coefficients):
        raise keys.fault("coefficients", "need one that is not 0")
    return column, values, coefficients


def matched(
    keys: Keys, first: str, values: tuple[Value, ...], second: str, numbers: tuple[float, ...]
) -> None:
    """Raises PlanError when two lists that belong together differ in length."""
    if len(values) != len(numbers):
        raise keys.fault(
            second, f"has {len(numbers)} numbers, but `{first}` has {len(values)} names"
        )


def finite(keys: Keys, key: str) -> tuple[float, ...]:
    """Numbers of a plan that can be reckoned with: TOML may say inf and nan."""
    numbers = keys.numbers(key)
    if not all(abs(number) <= LARGEST for number in numbers):
        raise keys.fault(key, f"must be numbers from -{LARGEST:g} to {LARGEST:g}")
    return numbers


def distinct(keys: Keys, key: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
    twice = [v for i, v in enumerate(values) if v in values[:i]]
    if twice:
        raise keys.fault(key, f"names {twice[0]} twice")
    return values


def one_value(keys: Keys, key: str) -> Value:
    value = keys.take(key)
    if not isinstance(value, Value):
        raise keys.fault(key, "is needed: one number or text of the column")
    return value


def read_term(keys: Keys, block: int) -> Term:
    coefficient, where = keys.number("coefficient"), keys.take("where", {})
    if coefficient is None or coefficient == 0 or not abs(coefficient) <= LARGEST:
        raise keys.fault("coefficient", "is needed: a number, not 0 and not infinite")
    if not isinstance(where, Mapping) or not all(isinstance(v, Value) for v in where.values()):
        raise keys.fault("where", "must be a table of columns and one value each")
    code = keys.take("code")
    if code is not None and not isinstance(code, Value):
        raise keys.fault("code", "must be one number or text")
    own = whole(keys, "block", block, 0) or 0
    term = Term(float(coefficient), own, keys.text("of"), code, dict(where))
    keys.done()
    return term


def ordered(keys: Keys) -> tuple[float, ...]:
    breaks = finite(keys, "breaks")
    if list(breaks) != sorted(set(breaks)):
        raise keys.fault("breaks", "must be numbers from the first to the last, each once")
    return breaks


def level_of(keys: Keys) -> float | None:
    level = keys.number("level")
    if level is not None and not 0 < level < 1:
        raise keys.fault("level", "must lie between 0 and 1, such as 0.95")
    return level


def read_trend(keys: Keys) -> TrendOptions | None:
    """The trend of a plan, None where it has no [trend]. Raises PlanError."""
    if not keys.has("trend"):
        return None
    inner = Keys(keys.take("trend"), "[trend]")
    period = inner.text("period")
    if period is None or period == "of":
        raise inner.fault("period", "is needed: the column of years or rounds")
    options = TrendOptions(
        period=period,
        block=whole(inner, "block", 0, 0) or 0,
        of=inner.names("of"),
        breaks=ordered(inner),
        better=inner.choice("better", BETTER, "higher"),
        adjust=inner.choice("adjust", ADJUSTMENTS, "holm"),
        level=level_of(inner),
    )
    inner.done()
    return options
