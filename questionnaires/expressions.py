"""Conditions as text: a small language of its own, read by its own reader to a frozen tree.

    q1 in [1, 2] and not answered(q3)      visits >= 3      2 in c2      count(c2) <= 3

A name is an item (a whole number) or a question of several items (the codes chosen or answered).
`parse(str(tree)) == tree`.
"""

import re
from collections.abc import Callable

from questionnaires.trees import (
    FIGURES,
    Among,
    Answered,
    Comparison,
    Condition,
    Count,
    Figure,
    Joined,
    Name,
    Not,
    Number,
    Sum,
)

LONGEST = 400
DEEPEST = 20
GREATEST = 2**31 - 1
RESERVED = ("and", "or", "not", "in", "count", "answered")
_TOKEN = re.compile(
    r"\s*(?:(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?P<number>[0-9]+)|(?P<name>[a-z][a-z0-9_]*)"
    r"|(?P<sign>==|!=|<=|>=|[<>()\[\],+-]))"
)
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")


class ConditionFault(ValueError):
    """Why a text is no condition: one sentence."""


def parse(text: str) -> Condition:
    """The condition that a text says. Raises ConditionFault."""
    if len(text) > LONGEST:
        raise ConditionFault(f"it is longer than {LONGEST} letters")
    reader = _Reader(text)
    found = reader.any_of(0)
    if reader.next:
        raise ConditionFault(f"“{reader.next}” stands where nothing was expected")
    return _condition(found)


def _condition(found: Condition | Figure) -> Condition:
    if isinstance(found, FIGURES):
        raise ConditionFault(f"“{found}” is a number and says nothing: compare it")
    return found


def _figure(found: Condition | Figure) -> Figure:
    if not isinstance(found, FIGURES):
        raise ConditionFault(f"“{found}” is yes or no, and cannot be compared or added")
    return found


class _Reader:
    """Reads from the loosest operator to the tightest: or, and, not, comparisons, sums."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ConditionFault(f"“{text[at:].strip()[:20]}” cannot be read")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            at = match.end()
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def accept(self, *wanted: str) -> str:
        """The next token when it is one of these, else an empty text."""
        found = self.next
        if found not in wanted:
            return ""
        self.at += 1
        return found

    def expect(self, wanted: str) -> None:
        if not self.accept(wanted):
            raise ConditionFault(f"“{wanted}” is missing before {_quoted(self.next)}")

    def any_of(self, depth: int) -> Condition | Figure:
        return self._joined("or", lambda: self._joined("and", lambda: self._not(depth)))

    def _joined(self, op: str, read: Callable[[], Condition | Figure]) -> Condition | Figure:
        first = read()
        if self.next != op:
            return first
        parts = [_condition(first)]
        while self.accept(op):
            parts.append(_condition(read()))
        flat: list[Condition] = []
        for part in parts:
            flat += part.parts if isinstance(part, Joined) and part.op == op else [part]
        return Joined(op, tuple(flat))

    def _not(self, depth: int) -> Condition | Figure:
        if depth > DEEPEST:
            raise ConditionFault(f"it is nested deeper than {DEEPEST}")
        if self.accept("not"):
            return Not(_condition(self._not(depth + 1)))
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Condition | Figure:
        left = self._sum(depth)
        if op := self.accept(*_COMPARISONS):
            return Comparison(op, _figure(left), _figure(self._sum(depth)))
        if self.accept("in"):
            return Among(_figure(left), self._set())
        if self.next == "not":
            self.at += 1
            self.expect("in")
            return Not(Among(_figure(left), self._set()))
        return left

    def _set(self) -> tuple[int, ...] | str:
        if not self.accept("["):
            return self._name()
        found = [self._number()]
        while self.accept(","):
            found.append(self._number())
        self.expect("]")
        return tuple(found)

    def _sum(self, depth: int) -> Condition | Figure:
        left = self._primary(depth)
        while op := self.accept("+", "-"):
            left = Sum(op, _figure(left), _figure(self._primary(depth)))
        return left

    def _primary(self, depth: int) -> Condition | Figure:
        if self.accept("("):
            found = self.any_of(depth + 1)
            self.expect(")")
            return found
        if self.accept("count"):
            return Count(self._names())
        if self.accept("answered"):
            return Answered(self._names())
        if self.next[:1].isdigit():
            return Number(self._number())
        return Name(self._name())

    def _names(self) -> tuple[str, ...]:
        self.expect("(")
        found = [self._name()]
        while self.accept(","):
            found.append(self._name())
        self.expect(")")
        return tuple(found)

    def _name(self) -> str:
        kind, found = self._take()
        if kind != "name" or found in RESERVED:
            raise ConditionFault(f"an item is missing before {_quoted(found)}")
        return found

    def _number(self) -> int:
        kind, found = self._take()
        if kind not in ("number", "day"):
            raise ConditionFault(f"a number is missing before {_quoted(found)}")
        value = int(found.replace("-", "")) if len(found) < 20 else GREATEST + 1
        if value > GREATEST:
            raise ConditionFault(f"the number {found[:20]} is too great")
        return value

    def _take(self) -> tuple[str, str]:
        token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        return token


def _quoted(token: str) -> str:
    return f"“{token}”" if token else "the end"
