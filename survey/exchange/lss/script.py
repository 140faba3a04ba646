"""LimeSurvey's ExpressionScript, read to a tree: relevance and validation are written in it.

((Q1.NAOK == "A1" or Q2_SQ001.NAOK == "Y") and !is_empty(age))
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from survey.exchange.fidelity import N_

LONGEST, DEEPEST = 4000, 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[0-9]+X[0-9]+X[0-9]+[A-Za-z0-9_\#]*(?:\.[A-Za-z_]+)?|[A-Za-z_][A-Za-z0-9_.\#]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<sign>==|!=|<=|>=|&&|\|\||[<>!()+*/%,=-]))""",
    re.VERBOSE,
)
WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
         "gt": ">", "ge": ">="}  # fmt: skip
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
UNREAD = N_("The expression “%(text)s” cannot be read: %(what)s.")


class ScriptFault(Exception):
    """An expression that has no counterpart here. why: a sentence marked with N_."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Figure:
    value: Decimal


@dataclass(frozen=True)
class Variable:
    """name: without its suffix (`.NAOK`, `.shown`) and without `that.`."""

    name: str


@dataclass(frozen=True)
class Call:
    name: str
    arguments: "tuple[Tree, ...]"


@dataclass(frozen=True)
class Both:
    """op: && || == != < <= > >= + - * / %."""

    op: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True)
class Negated:
    """op: ! or -."""

    op: str
    part: "Tree"


Tree = Text | Figure | Variable | Call | Both | Negated


def parse(text: str) -> Tree:
    """The tree of an expression. Raises ScriptFault."""
    if len(text) > LONGEST:
        raise ScriptFault(UNREAD, text=text[:60], what=f"it is longer than {LONGEST} letters")
    return _Reader(text).whole()


def variable(name: str) -> str:
    """The bare name in `that.Q1.NAOK`, `Q1.shown`, `Q1`."""
    parts = name.split(".")
    return parts[1] if parts[0] == "that" and len(parts) > 1 else parts[0]


class _Reader:
    """From the loosest operator to the tightest: or, and, comparisons, sums, products, signs."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.fault(f"“{text[at:].strip()[:12]}”")
            kind = match.lastgroup or ""
            word = match[kind]
            sign = WORDS.get(word.lower()) if kind == "name" else None
            self.tokens.append(("sign", sign) if sign else (kind, word))
            at = match.end()
        self.at = 0
        self.depth = 0

    def fault(self, what: str) -> ScriptFault:
        return ScriptFault(UNREAD, text=self.text[:120], what=what)

    def whole(self) -> Tree:
        found = self.any_of()
        if self.at < len(self.tokens):
            raise self.fault(f"“{self.tokens[self.at][1]}”")
        return found

    def accept(self, *signs: str) -> str:
        if self.at < len(self.tokens):
            kind, word = self.tokens[self.at]
            if kind == "sign" and word in signs:
                self.at += 1
                return word
        return ""

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self.fault(f"“{sign}” is missing")

    def _chain(self, part: Callable[[], Tree], *signs: str) -> Tree:
        left = part()
        while sign := self.accept(*signs):
            left = Both("==" if sign == "=" else sign, left, part())
        return left

    def any_of(self) -> Tree:
        return self._chain(self.every_of, "||")

    def every_of(self) -> Tree:
        return self._chain(self.comparison, "&&")

    def comparison(self) -> Tree:
        return self._chain(self.sum, *COMPARISONS, "=")

    def sum(self) -> Tree:
        return self._chain(self.product, "+", "-")

    def product(self) -> Tree:
        return self._chain(self.signed, "*", "/", "%")

    def signed(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"it is nested deeper than {DEEPEST}")
        sign = self.accept("!", "-")
        found = _negated(sign, self.signed()) if sign else self.primary()
        self.depth -= 1
        return found

    def primary(self) -> Tree:
        if self.accept("("):
            found = self.any_of()
            self.expect(")")
            return found
        if self.at == len(self.tokens):
            raise self.fault("it ends too early")
        kind, word = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return Text(re.sub(r"\\(.)", r"\1", word[1:-1]))
        if kind == "number":
            return Figure(Decimal(word))
        if kind == "sign":
            raise self.fault(f"“{word}”")
        return Call(word, self.arguments()) if self.accept("(") else Variable(variable(word))

    def arguments(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not self.accept(")"):
            found.append(self.any_of())
            if not self.accept(","):
                self.expect(")")
                break
        return tuple(found)


def _negated(sign: str, part: Tree) -> Tree:
    if sign == "-" and isinstance(part, Figure):
        return Figure(-part.value)
    return Negated(sign, part)
