"""A variable held against a constant, as it is in most of what surveys say."""

from collections.abc import Callable
from decimal import Decimal
from math import ceil, floor
from operator import eq, ge, gt, le, lt, ne

from questionnaires.expressions import GREATEST
from questionnaires.model import day_of
from questionnaires.trees import Among, Answered, Comparison, Name, Not, Number
from survey.exchange.fidelity import N_
from survey.exchange.lss.joining import Found, among
from survey.exchange.lss.script import Figure, ScriptFault, Text
from survey.exchange.lss.variables import CODES, DATE, NUMBER, OPTION, SEVERAL, Named

TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
HOLDS: dict[str, Callable[..., bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
SEVERED = N_("It speaks of “%(name)s” as of one answer, and several can be given.")
MISFIT = N_("It holds “%(name)s” against “%(value)s”, which is no answer to it.")


def against(named: Named, op: str, constant: Figure | Text) -> Found:
    """A variable held against a text or a number."""
    value = constant.value if isinstance(constant, Text) else str(constant.value)
    if named.kind == OPTION:
        return _chosen(named, op, value)
    if not value.strip() and op in ("==", "!="):
        empty = Answered((named.name,))
        return Not(empty) if op == "==" else empty
    if named.kind == CODES:
        return _among(named, op, value)
    if named.kind == SEVERAL and op in ("==", "!=") and value in named.codes:
        chosen = Among(Number(named.codes[value]), named.name)
        return chosen if op == "==" else Not(chosen)
    if named.kind == NUMBER:
        return _figure(named, op, value)
    if named.kind == DATE:
        return _day(named, op, value)
    raise ScriptFault(SEVERED, name=named.name)


def _chosen(named: Named, op: str, value: str) -> Found:
    chosen = Among(Number(named.code), named.name)
    if op not in ("==", "!=") or value.strip() not in ("Y", "", "N"):
        raise ScriptFault(MISFIT, name=named.name, value=value)
    wanted = (value.strip() == "Y") == (op == "==")
    return chosen if wanted else Not(chosen)


def _among(named: Named, op: str, value: str) -> Found:
    if op in ("==", "!="):
        if value not in named.codes:
            raise ScriptFault(MISFIT, name=named.name, value=value)
        same = Comparison("==", Name(named.name), Number(named.codes[value]))
        return same if op == "==" else Not(same)
    figures = _decimal(value) is not None and all(
        _decimal(code) is not None for code in named.codes
    )
    if figures:
        own = all(code == str(ours) for code, ours in named.codes.items())
        limit = _decimal(value)
        if own and limit is not None and limit == int(limit) and limit >= 0:
            return Comparison(op, Name(named.name), Number(int(limit)))
        held = [c for code, c in named.codes.items() if HOLDS[op](_decimal(code), limit)]
    else:
        held = [c for code, c in named.codes.items() if HOLDS[op](code, value)]
    return among(named.name, held)


def _figure(named: Named, op: str, value: str) -> Found:
    number = _decimal(value)
    if number is None:
        raise ScriptFault(MISFIT, name=named.name, value=value)
    name = Name(named.name)
    if number < 0 or number > GREATEST:
        holds = HOLDS[op](Decimal(0), number)
        return Answered((named.name,)) if holds else False
    if number != int(number):
        if op in ("==", "!="):
            return op == "!="
        op, whole = whole_limit(op, number)
        return Comparison(op, name, Number(int(whole.value)))
    if op == "!=":
        return Not(Comparison("==", name, Number(int(number))))
    return Comparison(op, name, Number(int(number)))


def whole_limit(op: str, number: Decimal) -> tuple[str, Figure]:
    """`> 2.5` is `>= 3` among whole numbers."""
    if op in (">", ">="):
        return ">=", Figure(Decimal(ceil(number)))
    return "<=", Figure(Decimal(floor(number)))


def _day(named: Named, op: str, value: str) -> Found:
    digits = value.strip()[:10].replace("-", "")
    if len(digits) != 8 or not digits.isdigit() or day_of(int(digits)) is None:
        raise ScriptFault(MISFIT, name=named.name, value=value)
    same = Comparison("==" if op == "!=" else op, Name(named.name), Number(int(digits)))
    return Not(same) if op == "!=" else same


def of_constants(op: str, left: Figure | Text, right: Figure | Text) -> bool:
    a, b = _decimal(str(left.value)), _decimal(str(right.value))
    if a is None or b is None:
        return HOLDS[op](str(left.value), str(right.value))
    return HOLDS[op](a, b)


def _decimal(text: str) -> Decimal | None:
    """The number of a text; None when it is none, or no finite one."""
    if not text.strip() or not set(text.strip()) <= set("0123456789.-"):
        return None
    try:
        return Decimal(text.strip())
    except ArithmeticError:
        return None
