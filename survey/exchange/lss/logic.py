"""From ExpressionScript to conditions: what holds there holds here, or it is said why it cannot."""

from collections.abc import Sequence
from decimal import Decimal

from questionnaires.expressions import GREATEST
from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Count,
    Name,
    Not,
    Number,
    Sum,
)
from questionnaires.trees import Figure as Whole
from survey.exchange.fidelity import N_
from survey.exchange.lss.constants import (
    HOLDS,
    SEVERED,
    TURNED,
    against,
    of_constants,
    whole_limit,
)
from survey.exchange.lss.joining import Found, fitting, joined, opposite
from survey.exchange.lss.script import (
    Both,
    Call,
    Figure,
    Negated,
    ScriptFault,
    Text,
    Tree,
    Variable,
    parse,
)
from survey.exchange.lss.variables import CODES, DATE, NUMBER, OPTION, SEVERAL, Named, Variables

UNKNOWN = N_("It speaks of “%(name)s”, which no question that is asked here has.")
LATER = N_("It speaks of “%(name)s”, which is asked later, or not here.")
WORDED = N_("It speaks of the words of “%(name)s”; words are kept apart from the answers.")
CALLED = N_("The function “%(name)s” has no counterpart in a condition.")
UNLIKE = N_("It compares or computes what conditions here cannot: “%(text)s”.")


class Logic:
    """Reads expressions with the variables known where they stand.

    this: name of the question that a validation belongs to, which it calls `this`.
    """

    def __init__(self, variables: Variables, this: str = "") -> None:
        self.variables = variables
        self.this = this

    def read(self, text: str) -> Found:
        """The condition; True or False when it always or never holds. Raises ScriptFault."""
        return fitting(self.condition(parse(text), text))

    def condition(self, tree: Tree, text: str) -> Found:
        match tree:
            case Both("&&" | "||" as op, left, right):
                return joined(op, (self.condition(left, text), self.condition(right, text)))
            case Both(op, left, right) if op in HOLDS:
                return self.comparison(op, left, right, text)
            case Negated("!", part):
                return opposite(self.condition(part, text))
            case Figure(value):
                return value != 0
            case Text(value):
                return value not in ("", "0")
            case Variable(name):
                return self.answered(self.named(name))
            case Call("is_empty", (Variable(name),)):
                return opposite(self.answered(self.named(name)))
            case Call("count"):
                return Comparison(">", self.figure(tree, text), Number(0))
            case Call(name, _):
                raise ScriptFault(CALLED, name=name)
        raise ScriptFault(UNLIKE, text=text[:120])

    def named(self, name: str) -> Named:
        found = self.variables.get(self.this if name in ("this", "self") and self.this else name)
        if found is None:
            raise ScriptFault(LATER if self.variables.later(name) else UNKNOWN, name=name)
        if found.kind == "words":
            raise ScriptFault(WORDED, name=name)
        return found

    def answered(self, named: Named) -> Condition:
        if named.kind == OPTION:
            return Among(Number(named.code), named.name)
        return Answered((named.name,))

    def comparison(self, op: str, left: Tree, right: Tree, text: str) -> Found:
        left, right = self._whole_day(left), self._whole_day(right)
        if isinstance(left, Figure | Text) and isinstance(right, Figure | Text):
            return of_constants(op, left, right)
        if isinstance(left, Figure | Text):
            op, left, right = TURNED[op], right, left
        if isinstance(left, Variable) and isinstance(right, Figure | Text):
            return against(self.named(left.name), op, right)
        if isinstance(right, Figure) and right.value != int(right.value):
            op, right = whole_limit(op, right.value)
        if isinstance(right, Text) and right.value.lstrip("-").isdigit():
            right = Figure(Decimal(right.value))
        a, b = self.figure(left, text), self.figure(right, text)
        if op == "!=":
            return Not(Comparison("==", a, b))
        return Comparison(op, a, b)

    def _whole_day(self, tree: Tree) -> Tree:
        """The day itself of `substr(day, 0, 10)`, which leaves out its hour."""
        match tree:
            case Call("substr", (Variable(name), Figure(start), Figure(length))):
                named = self.variables.get(name)
                if named and named.kind == DATE and start == 0 and length == 10:
                    return tree.arguments[0]
        return tree

    def figure(self, tree: Tree, text: str) -> Whole:
        match tree:
            case Figure(value) if value == int(value) and 0 <= value <= GREATEST:
                return Number(int(value))
            case Variable(name):
                return self.whole(self.named(name), name)
            case Both("+" | "-" as op, left, right):
                return Sum(op, self.figure(left, text), self.figure(right, text))
            case Call("count", arguments):
                return self.count(arguments, text)
            case Call("sum", arguments) if arguments:
                found = self.figure(arguments[0], text)
                for part in arguments[1:]:
                    found = Sum("+", found, self.figure(part, text))
                return found
            case Call(name, _):
                raise ScriptFault(CALLED, name=name)
        raise ScriptFault(UNLIKE, text=text[:120])

    def whole(self, named: Named, name: str) -> Name:
        """Its integer, where it is the same on both sides."""
        same = all(there == str(here) for there, here in named.codes.items())
        if named.kind == NUMBER or (named.kind == CODES and same):
            return Name(named.name)
        raise ScriptFault(SEVERED if named.kind in (SEVERAL, OPTION) else UNLIKE, name=name,
                          text=name)  # fmt: skip

    def count(self, arguments: Sequence[Tree], text: str) -> Count:
        counted: list[str] = []
        options: dict[str, set[int]] = {}
        for one in arguments:
            if not isinstance(one, Variable):
                raise ScriptFault(UNLIKE, text=text[:120])
            named = self.named(one.name)
            if named.kind == OPTION:
                options.setdefault(named.name, set()).add(named.code)
            counted.append(named.name)
        for question, codes in options.items():
            if codes != {one.code for one in self.variables.of(question)}:
                raise ScriptFault(UNLIKE, text=text[:120])
        return Count(tuple(dict.fromkeys(counted)))
