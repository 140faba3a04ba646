"""The part of XPath that XLSForms use, read to a frozen tree."""

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST, DEEPEST = 4000, 30
_TOKEN = re.compile(
    r"\s*(?:(?P<field>\$\{\s*(?:last-saved#)?[^{}]*\})|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<text>'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”)"
    r"|(?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)|(?P<sign>!=|<=|>=|[=<>()+*,/\[\].@|-]))"
)
_WORDS = ("and", "or", "div", "mod")


class NotRead(Exception):
    """A text that is none of this XPath."""


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Figure:
    value: float


@dataclass(frozen=True)
class Field:
    """`${name}`; an empty name is `.`, the question itself."""

    name: str


@dataclass(frozen=True)
class Column:
    """A bare name: in a choice filter, a column of the choices."""

    name: str


@dataclass(frozen=True)
class Call:
    name: str
    arguments: "tuple[Tree, ...]"


@dataclass(frozen=True)
class Two:
    """op: or and = != < <= > >= + - * div mod."""

    op: str
    left: "Tree"
    right: "Tree"


Tree = Text | Figure | Field | Column | Call | Two


def read(text: str) -> Tree:
    """The tree of an expression. Raises NotRead."""
    if len(text) > LONGEST:
        raise NotRead
    reader = _Reader(text)
    tree = reader.either(0)
    if reader.next:
        raise NotRead
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise NotRead
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            at = match.end()
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def accept(self, *wanted: str) -> str:
        found = self.next
        if found not in wanted or not found:
            return ""
        self.at += 1
        return found

    def expect(self, wanted: str) -> None:
        if not self.accept(wanted):
            raise NotRead

    def _chain(self, ops: tuple[str, ...], below: Callable[[int], Tree], depth: int) -> Tree:
        left = below(depth)
        while op := self.accept(*ops):
            left = Two(op, left, below(depth))
        return left

    def either(self, depth: int) -> Tree:
        return self._chain(("or",), self._both, depth)

    def _both(self, depth: int) -> Tree:
        return self._chain(("and",), self._equal, depth)

    def _equal(self, depth: int) -> Tree:
        return self._chain(("=", "!="), self._ordered, depth)

    def _ordered(self, depth: int) -> Tree:
        return self._chain(("<=", ">=", "<", ">"), self._sum, depth)

    def _sum(self, depth: int) -> Tree:
        return self._chain(("+", "-"), self._product, depth)

    def _product(self, depth: int) -> Tree:
        return self._chain(("*", "div", "mod"), self._sign, depth)

    def _sign(self, depth: int) -> Tree:
        if depth > DEEPEST:
            raise NotRead
        if self.accept("-"):
            return Two("-", Figure(0.0), self._sign(depth + 1))
        return self._one(depth)

    def _one(self, depth: int) -> Tree:
        if self.at >= len(self.tokens):
            raise NotRead
        kind, found = self.tokens[self.at]
        self.at += 1
        if kind == "field":
            return Field(found[2:-1].strip())
        if kind == "number":
            return Figure(float(found))
        if kind == "text":
            return Text(found[1:-1])
        if found == "(":
            inner = self.either(depth + 1)
            self.expect(")")
            return inner
        if found == ".":
            return Field("")
        if kind == "name" and found not in _WORDS:
            return self._call(found, depth) if self.accept("(") else Column(found)
        raise NotRead

    def _call(self, name: str, depth: int) -> Tree:
        found: list[Tree] = []
        if not self.accept(")"):
            found.append(self.either(depth + 1))
            while self.accept(","):
                found.append(self.either(depth + 1))
            self.expect(")")
        return Call(name, tuple(found))


def parts(tree: Tree, op: str) -> list[Tree]:
    """What is joined by `op` at the top, in the order written."""
    found: list[Tree] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Two) and one.op == op:
            waiting += [one.right, one.left]
        else:
            found.append(one)
    return found


def fields(tree: Tree) -> set[str]:
    """The names of the questions that it speaks of."""
    match tree:
        case Field(name):
            return {name} - {""}
        case Call(_, arguments):
            return set().union(*(fields(one) for one in arguments))
        case Two(_, left, right):
            return fields(left) | fields(right)
    return set()


def columns_filled(tree: Tree, values: dict[str, str]) -> Tree:
    """The same with the columns of one choice in place of their names."""
    match tree:
        case Column(name):
            return Text(values.get(name, ""))
        case Call(name, arguments):
            return Call(name, tuple(columns_filled(one, values) for one in arguments))
        case Two(op, left, right):
            return Two(op, columns_filled(left, values), columns_filled(right, values))
    return tree
