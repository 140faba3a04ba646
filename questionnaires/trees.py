"""Conditions as frozen trees: what a form keeps and what the browser is given."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Number:
    """A whole number; a day is written 2026-07-01 and is the number 20260701."""

    value: int

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Name:
    """The answer to an item."""

    id: str

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Count:
    """How many of these are answered; of a question of several items, how many codes it has."""

    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"count({', '.join(self.ids)})"


@dataclass(frozen=True)
class Sum:
    """op: + or -."""

    op: str
    left: "Figure"
    right: "Figure"

    def __str__(self) -> str:
        right = f"({self.right})" if isinstance(self.right, Sum) else str(self.right)
        return f"{self.left} {self.op} {right}"


@dataclass(frozen=True)
class Comparison:
    """op: == != < <= > >=."""

    op: str
    left: "Figure"
    right: "Figure"

    def __str__(self) -> str:
        return f"{self.left} {self.op} {self.right}"


@dataclass(frozen=True)
class Among:
    """A figure among numbers, or among the codes of a question of several items."""

    value: "Figure"
    of: "tuple[int, ...] | str"

    def __str__(self) -> str:
        of = self.of if isinstance(self.of, str) else f"[{', '.join(map(str, self.of))}]"
        return f"{self.value} in {of}"


@dataclass(frozen=True)
class Answered:
    """All of these are answered."""

    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"answered({', '.join(self.ids)})"


@dataclass(frozen=True)
class Not:
    part: "Condition"

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, Joined) else f"not {self.part}"


@dataclass(frozen=True)
class Joined:
    """op: and, or. At least two parts, none of which is joined by the same op."""

    op: str
    parts: "tuple[Condition, ...]"

    def __str__(self) -> str:
        loose = "or" if self.op == "and" else ""
        texts = (
            f"({part})" if isinstance(part, Joined) and part.op == loose else str(part)
            for part in self.parts
        )
        return f" {self.op} ".join(texts)


Figure = Number | Name | Count | Sum
Condition = Comparison | Among | Answered | Not | Joined
FIGURES = (Number, Name, Count, Sum)


def names(tree: Condition | Figure) -> tuple[str, ...]:
    """The names that stand for one number, in the order written."""
    match tree:
        case Name(id):
            return (id,)
        case Sum(_, left, right) | Comparison(_, left, right):
            return names(left) + names(right)
        case Among(value, _):
            return names(value)
        case Not(part):
            return names(part)
        case Joined(_, parts):
            return tuple(name for part in parts for name in names(part))
    return ()


def counted(tree: Condition | Figure) -> tuple[str, ...]:
    """The names inside count() and answered(), which may have several codes or none."""
    match tree:
        case Count(ids) | Answered(ids):
            return ids
        case Sum(_, left, right) | Comparison(_, left, right):
            return counted(left) + counted(right)
        case Among(value, _):
            return counted(value)
        case Not(part):
            return counted(part)
        case Joined(_, parts):
            return tuple(name for part in parts for name in counted(part))
    return ()


def sets(tree: Condition) -> tuple[str, ...]:
    """The names on the right of `in`, which must have several codes."""
    match tree:
        case Among(_, str(of)):
            return (of,)
        case Not(part):
            return sets(part)
        case Joined(_, parts):
            return tuple(name for part in parts for name in sets(part))
    return ()


def as_json(tree: Condition | Figure) -> Any:
    """Nested lists, an operator first; numbers are numbers, names are texts."""
    match tree:
        case Number(value):
            return value
        case Name(id):
            return id
        case Count(ids):
            return ["count", *ids]
        case Answered(ids):
            return ["answered", *ids]
        case Sum(op, left, right) | Comparison(op, left, right):
            return [op, as_json(left), as_json(right)]
        case Among(value, of):
            return ["in", as_json(value), of if isinstance(of, str) else list(of)]
        case Not(part):
            return ["not", as_json(part)]
        case Joined(op, parts):
            return [op, *map(as_json, parts)]
