"""Conditions of an XLSForm as those of our forms."""

import math
import re
from collections.abc import Callable, Mapping

from questionnaires.expressions import GREATEST, LONGEST
from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Count,
    Joined,
    Name,
    Not,
    Number,
    Sum,
)
from questionnaires.trees import Figure as OurFigure
from survey.exchange.fidelity import N_
from survey.exchange.xlsform import xpath
from survey.exchange.xlsform.known import ONE, Asked
from survey.exchange.xlsform.xpath import Call, Column, Field, Figure, Text, Tree, Two

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OURS = {"=": "=="}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
NOT_SAID = N_("A condition of this platform cannot say “%(what)s”.")
NOT_READ = N_("“%(what)s” cannot be read as an expression.")
NOT_KNOWN = N_("It speaks of “%(name)s”, which is not asked before, or whose answer is not kept.")
NO_CHOICE = N_("It speaks of “%(value)s”, which is no choice of “%(name)s”.")
TOO_LONG = N_("The condition is too long for this platform.")

Said = Condition | bool


class Unsayable(Exception):
    """What no condition of ours says; why and values as in a note."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


def hear(text: str) -> Tree:
    """The tree of an expression. Raises Unsayable."""
    try:
        return xpath.read(text)
    except xpath.NotRead as error:
        raise Unsayable(NOT_READ, what=text[:80]) from error


class Hearing:
    """Puts expressions into our words. known: by name, what was asked so far. here: the question
    that `.` stands for."""

    def __init__(self, known: Mapping[str, Asked], here: Asked | None = None) -> None:
        self.known = known
        self.here = here

    def condition(self, tree: Tree) -> Said:
        """The same as a condition, or whether it always or never holds. Raises Unsayable."""
        match tree:
            case Two("and" | "or" as op, _, _):
                return joined(op, [self.condition(one) for one in xpath.parts(tree, op)])
            case Two("=" | "!=" | "<" | "<=" | ">" | ">=" as op, left, right):
                return self._compared(op, left, right)
            case Call("not", (inner,)):
                return negated(self.condition(inner))
            case Call("true", ()):
                return True
            case Call("false", ()):
                return False
            case Call("boolean", (inner,)):
                return self.condition(inner)
            case Call("selected", (field, value)):
                return self._selected(field, value)
        raise Unsayable(NOT_SAID, what=written(tree))

    def asked(self, tree: Tree) -> Asked:
        if not isinstance(tree, Field):
            raise Unsayable(NOT_SAID, what=written(tree))
        found = self.here if not tree.name else self.known.get(tree.name)
        if found is None:
            raise Unsayable(NOT_KNOWN, name=tree.name or ".")
        return found

    def _selected(self, field: Tree, value: Tree) -> Said:
        asked = self.asked(field)
        if not isinstance(value, Text | Figure) or asked.kind not in (*ONE, "multiple"):
            raise Unsayable(NOT_SAID, what=written(Call("selected", (field, value))))
        return self._has(asked, _plain(value))

    def _has(self, asked: Asked, value: str) -> Condition:
        codes = asked.codes(value)
        if not codes:
            raise Unsayable(NO_CHOICE, value=value, name=asked.name or asked.id)
        if asked.kind == "multiple":
            return _any([Among(Number(code), asked.id) for code in codes])
        if len(codes) > 1:
            return Among(Name(asked.id), tuple(codes))
        return Comparison("==", Name(asked.id), Number(codes[0]))

    def _compared(self, op: str, left: Tree, right: Tree) -> Said:
        left, right = _bare(left), _bare(right)
        if isinstance(left, Text | Figure):
            if isinstance(right, Text | Figure):
                return _constants(op, left, right)
            left, right, op = right, left, _FLIPPED[op]
        if isinstance(left, Field) and isinstance(right, Text | Figure):
            return self._against(op, self.asked(left), right)
        if isinstance(left, Field) and (day := _day(right)) is not None:
            return self._figures(op, Name(self.asked(left).id), Number(day))
        if isinstance(left, Call) and left.name == "string-length" and right == Figure(0):
            answered = Answered((self.asked(left.arguments[0]).id,)) if left.arguments else None
            if answered and op in (">", "!="):
                return answered
        return self._general(op, left, right)

    def _against(self, op: str, asked: Asked, value: Text | Figure) -> Said:
        if value == Text(""):
            return self._empty(op, asked)
        if asked.kind in (*ONE, "multiple"):
            return self._coded(op, asked, _plain(value))
        if asked.kind == "date" and isinstance(value, Text) and (day := _day(value)) is not None:
            return self._figures(op, Name(asked.id), Number(day))
        try:
            number = float(value.value)
        except ValueError as error:
            raise Unsayable(NOT_SAID, what=written(Two(op, Field(asked.name), value))) from error
        return limit(op, asked.id, number)

    def _empty(self, op: str, asked: Asked) -> Condition:
        if op not in ("=", "!="):
            raise Unsayable(NOT_SAID, what=f"${{{asked.name}}} {op} ''")
        answered = Answered((asked.id,))
        return answered if op == "!=" else Not(answered)

    def _coded(self, op: str, asked: Asked, value: str) -> Said:
        if op in ("=", "!="):
            held = self._has(asked, value)
            if asked.kind == "multiple":
                held = Joined("and", (held, Comparison("==", Count((asked.id,)), Number(1))))
            return held if op == "=" else Not(held)
        if asked.kind == "multiple" or not value.lstrip("-").isdigit():
            raise Unsayable(NOT_SAID, what=f"${{{asked.name}}} {op} {value}")
        if asked.numeric:
            return limit(op, asked.id, float(value))
        numbers = {code: _number(name) for code, name in asked.choices.items()}
        held_codes = [
            code for code, n in numbers.items() if n is not None and _HOLDS[op](n, float(value))
        ]
        return Among(Name(asked.id), tuple(held_codes)) if held_codes else False

    def _general(self, op: str, left: Tree, right: Tree) -> Said:
        return self._figures(op, self.figure(left), self.figure(right))

    def _figures(self, op: str, left: OurFigure, right: OurFigure) -> Said:
        """In XPath `!=` holds when something is empty, in our conditions it does not."""
        if op == "!=":
            return Not(Comparison("==", left, right))
        return Comparison(_OURS.get(op, op), left, right)

    def figure(self, tree: Tree) -> OurFigure:
        """The number that it stands for. Raises Unsayable."""
        tree = _bare(tree)
        match tree:
            case Figure(value) if value.is_integer() and 0 <= value <= GREATEST:
                return Number(int(value))
            case Field():
                asked = self.asked(tree)
                if asked.kind == "number" or (asked.kind in ONE and asked.numeric):
                    return Name(asked.id)
                if asked.kind == "date":
                    return Name(asked.id)
            case Call("count-selected", (inner,)):
                asked = self.asked(inner)
                if asked.kind in (*ONE, "multiple"):
                    return Count((asked.id,))
            case Two("+" | "-" as op, left, right):
                return Sum(op, self.figure(left), self.figure(right))
        raise Unsayable(NOT_SAID, what=written(tree))


_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def limit(op: str, name: str, value: float) -> Said:
    """A whole number from 0 held against any number."""
    answered = Answered((name,))
    if op in ("=", "!="):
        if not value.is_integer() or not 0 <= value <= GREATEST:
            return op == "!="
        held = Comparison("==", Name(name), Number(int(value)))
        return held if op == "=" else Not(held)
    least = op in (">", ">=")
    if value.is_integer():
        whole = int(value)
    else:
        op, whole = (">=", math.ceil(value)) if least else ("<=", math.floor(value))
    if whole < 0 or (op == "<" and whole == 0):
        return answered if least else False
    if whole > GREATEST:
        return False if least else answered
    return Comparison(op, Name(name), Number(whole))


def joined(op: str, said: list[Said]) -> Said:
    """The parts joined, without those that always or never hold."""
    neutral = op == "and"
    if (not neutral) in [one for one in said if isinstance(one, bool)]:
        return not neutral
    flat: list[Condition] = []
    for one in said:
        if isinstance(one, Joined) and one.op == op:
            flat += one.parts
        elif not isinstance(one, bool):
            flat.append(one)
    flat = list(dict.fromkeys(flat))
    if not flat:
        return neutral
    return flat[0] if len(flat) == 1 else Joined(op, tuple(flat))


def negated(said: Said) -> Said:
    if isinstance(said, bool):
        return not said
    return said.part if isinstance(said, Not) else Not(said)


def short(said: Condition) -> Condition:
    """The condition, when our format takes it. Raises Unsayable."""
    if len(str(said)) > LONGEST:
        raise Unsayable(TOO_LONG)
    return said


def _any(found: list[Condition]) -> Condition:
    return found[0] if len(found) == 1 else Joined("or", tuple(found))


def _bare(tree: Tree) -> Tree:
    """Without what changes nothing: number(…), int(…), string(…), and the sign of a number."""
    match tree:
        case Call("number" | "int" | "string" | "coalesce", (inner,)):
            return _bare(inner)
        case Two("-", Figure(0), Figure(value)):
            return Figure(-value)
    return tree


def _constants(op: str, left: Text | Figure, right: Text | Figure) -> bool:
    a, b = _number(_plain(left)), _number(_plain(right))
    if op in ("=", "!=") and (a is None or b is None):
        return (_plain(left) == _plain(right)) == (op == "=")
    return a is not None and b is not None and _HOLDS[op](a, b)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _plain(value: Text | Figure) -> str:
    if isinstance(value, Text):
        return value.value
    return str(int(value.value)) if value.value.is_integer() else str(value.value)


def _day(tree: Tree) -> int | None:
    """20260731 of `date('2026-07-31')` or `'2026-07-31'`."""
    match tree:
        case Call("date", (Text(value),)) | Text(value):
            if found := _DAY.fullmatch(value):
                return int("".join(found.groups()))
    return None


def written(tree: Tree) -> str:
    """The expression again, shortly, for a message."""
    match tree:
        case Text(value):
            return f"'{value}'"
        case Figure():
            return _plain(tree)
        case Field(name):
            return f"${{{name}}}" if name else "."
        case Column(name):
            return name
        case Call(name, arguments):
            return f"{name}({', '.join(map(written, arguments))})"[:120]
        case Two(op, left, right):
            return f"{written(left)} {op} {written(right)}"[:120]
