"""What a condition comes to, and the way through a form that answers lead to.

The same is computed by the browser (`survey/static/js/conditions.js`); both are held to
`conditions_vectors.json`. A comparison with something unanswered does not hold, whichever it is.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from questionnaires.model import Check, Item, Option, Question, Questionnaire
from questionnaires.trees import (
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
    names,
)

CHOSEN = 1
Values = Mapping[str, int | list[int]]
_HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(tree: Condition, values: Values) -> bool:
    """Whether it holds. values: name to integer, or to the codes of a question of several items;
    what was not answered is absent."""
    match tree:
        case Comparison(op, left, right):
            a, b = figure(left, values), figure(right, values)
            return a is not None and b is not None and _HOLDS[op](a, b)
        case Among(value, of):
            found = values.get(of, ()) if isinstance(of, str) else of
            return isinstance(found, list | tuple) and figure(value, values) in found
        case Answered(ids):
            return all(_many(values.get(id)) for id in ids)
        case Not(part):
            return not evaluate(part, values)
        case Joined("and", parts):
            return all(evaluate(part, values) for part in parts)
        case Joined(_, parts):
            return any(evaluate(part, values) for part in parts)


def figure(tree: Figure, values: Values) -> int | None:
    """The number that it stands for; None when something in it was not answered."""
    match tree:
        case Number(value):
            return value
        case Name(id):
            found = values.get(id)
            return found if isinstance(found, int) else None
        case Count(ids):
            return sum(_many(values.get(id)) for id in ids)
        case Sum(op, left, right):
            a, b = figure(left, values), figure(right, values)
            if a is None or b is None:
                return None
            return a + b if op == "+" else a - b


def _many(found: int | list[int] | None) -> int:
    return len(found) if isinstance(found, list) else int(found is not None)


@dataclass(frozen=True)
class Route:
    """The way through a form that some answers lead to.

    questions: ids of those asked. answers: without those to what is not asked or not offered.
    values: the same for conditions.
    """

    questions: frozenset[str]
    answers: Mapping[str, int]
    values: Values


def route(questionnaire: Questionnaire, answers: Mapping[str, int]) -> Route:
    """The way that answers lead to. What is not asked counts as unanswered further on."""
    asked: set[str] = set()
    kept: dict[str, int] = {}
    values: dict[str, int | list[int]] = {}
    for screen in questionnaire.screens:
        if not holds(screen.show_when, values):
            continue
        for question in screen.questions:
            if holds(question.show_when, values):
                asked.add(question.id)
                given = _given(question, answers, values)
                kept |= given
                values |= values_of(question, given)
    return Route(frozenset(asked), kept, values)


def holds(condition: Condition | None, values: Values) -> bool:
    """Whether a `show_when` holds; one that is not there always does."""
    return condition is None or evaluate(condition, values)


def offered(question: Question, values: Values) -> tuple[Option, ...]:
    """The options of a question that are offered, in the order shown."""
    return tuple(option for option in question.options if holds(option.show_when, values))


def broken(question: Question, values: Values) -> list[Check]:
    """The checks of a question that do not hold although everything they name is answered."""
    return [
        check
        for check in question.checks
        if all(name in values for name in names(check.holds)) and not evaluate(check.holds, values)
    ]


def answered(item: Item, answers: Mapping[str, int]) -> bool:
    """Whether an item has an answer: 0 is one to a number only."""
    return item.id in answers and (item.kind == "number" or answers[item.id] != 0)


def _given(question: Question, answers: Mapping[str, int], values: Values) -> dict[str, int]:
    """The answers to a question that is asked, without options that are not offered."""
    given = {item.id: answers[item.id] for item in question.items if answered(item, answers)}
    hidden = {o.code for o in question.fleeting if not holds(o.show_when, values)}
    if not hidden:
        return given
    if question.kind == "multiple":
        gone = {f"{question.id}_{code}" for code in hidden}
        left = {item: code for item, code in given.items() if item not in gone}
        return left if CHOSEN in left.values() else {}
    return {item: code for item, code in given.items() if code not in hidden}


def values_of(question: Question, given: Mapping[str, int]) -> dict[str, int | list[int]]:
    """The answers to a question as conditions read them."""
    values: dict[str, int | list[int]] = dict(given)
    if question.kind == "multiple":
        chosen = [
            o.code for o in question.choices if given.get(f"{question.id}_{o.code}") == CHOSEN
        ]
        if chosen:
            values[question.id] = chosen
    elif question.kind == "grid" and given:
        values[question.id] = list(given.values())
    return values
