"""Answers that somebody might give: what a form is tried out and explained with.

The same form and the same seed give the same answers, so an example can be spoken about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from questionnaires.conditions import CHOSEN, broken, figure, holds, offered, values_of
from questionnaires.model import Item, Option, Question, Questionnaire, as_integer, day_of
from questionnaires.trees import (
    Among,
    Comparison,
    Condition,
    Figure,
    Joined,
    Not,
    Number,
    Sum,
    names,
)

NOT_CHOSEN = 2
ATTEMPTS = 30  # at a whole form
DRAWS = 40  # at the answers to one question whose checks do not hold
LEFT_OUT = 0.08  # of questions that may be
CONTENT = 0.5  # of ratings, for certain one of the satisfied codes
TO_THE_POINT = 0.6  # of figures that conditions speak of: a number that decides one
USUAL_DAYS = (date(2026, 1, 1), date(2026, 9, 30))
USUAL_MOST = 12  # of a number, where its limits allow it
NEAR = (0, 1, -1)

Answers = dict[str, int]


def example(form: Questionnaire, rng: Random, communes: Sequence[int] = ()) -> Answers:
    """Item to integer: answers that the form leads to and takes, in its order.

    communes: codes that a place may have; without any a place is left unanswered. Only where no
    answers at all were found that fulfil the checks of a compulsory question is it left out.
    """
    deciding = _deciding(form)
    first: Answers | None = None
    for _ in range(ATTEMPTS):
        attempt = _Attempt(form, rng, communes, deciding)
        if attempt.succeeds():
            return attempt.answers
        first = attempt.answers if first is None else first
    return first or {}


@dataclass
class _Attempt:
    """One walk through a form, question by question."""

    form: Questionnaire
    rng: Random
    communes: Sequence[int]
    deciding: Mapping[str, Sequence[int]]
    answers: Answers = field(default_factory=dict)
    values: dict[str, int | list[int]] = field(default_factory=dict)

    def succeeds(self) -> bool:
        """Whether everything that must be answered could be."""
        whole = True
        for screen in self.form.screens:
            if holds(screen.show_when, self.values):
                for question in screen.questions:
                    if holds(question.show_when, self.values):
                        whole &= self._answer(question)
        return whole

    def _answer(self, question: Question) -> bool:
        if not question.required and self.rng.random() < LEFT_OUT:
            return True
        for _ in range(DRAWS):
            given = self._draw(question)
            seen = {**self.values, **values_of(question, given)}
            if not broken(question, seen):
                self.answers |= given
                self.values = seen
                return bool(given) or not question.required or not question.items
        return not question.required

    def _draw(self, question: Question) -> Answers:
        if question.kind == "multiple":
            return self._several(question)
        given: Answers = {}
        for item in question.items:
            found = self._figure(question, item) if item.wide else self._code(question, item)
            if found is not None:
                given[item.id] = found
        return given

    def _code(self, question: Question, item: Item) -> int | None:
        codes = [option.code for option in offered(question, self.values)]
        satisfied = [code for code in codes if code in item.scale.satisfied]
        if satisfied and self.rng.random() < CONTENT:
            codes = satisfied
        return self.rng.choice(codes) if codes else None

    def _several(self, question: Question) -> Answers:
        choices = offered(question, self.values)
        alone = [option for option in choices if _stands_alone(option)]
        others = [option for option in choices if not _stands_alone(option)]
        if not choices:
            return {}
        if alone and (not others or self.rng.random() < 1 / len(choices)):
            chosen = [self.rng.choice(alone)]
        else:
            chosen = self.rng.sample(others, self.rng.randint(1, len(others)))
        return {
            f"{question.id}_{option.code}": CHOSEN if option in chosen else NOT_CHOSEN
            for option in choices
        }

    def _figure(self, question: Question, item: Item) -> int | None:
        if item.kind == "place":
            known = [code for code in self.communes if item.takes(code)]
            return self.rng.choice(known) if known else None
        telling = [*self.deciding.get(item.id, ()), *self._from_earlier(question)]
        fitting = [value for value in telling if item.takes(value)]
        if fitting and self.rng.random() < TO_THE_POINT:
            return self.rng.choice(fitting)
        return self._day(item) if item.kind == "date" else self._number(item)

    def _from_earlier(self, question: Question) -> Iterator[int]:
        """The figures near those that its checks compare it with."""
        for check in question.checks:
            for side in _sides(check.holds):
                known = figure(side, self.values)
                if known is not None:
                    yield from (known + step for step in NEAR)

    def _number(self, item: Item) -> int:
        most = min(item.most, max(USUAL_MOST, item.least + USUAL_MOST))
        return self.rng.randint(item.least, most)

    def _day(self, item: Item) -> int:
        limits = [day_of(item.least) or date.min, day_of(item.most) or date.max]
        least, most = max(limits[0], USUAL_DAYS[0]), min(limits[1], USUAL_DAYS[1])
        if least > most:
            least, most = limits[0], limits[1]
        return as_integer(least + timedelta(days=self.rng.randint(0, (most - least).days)))


def _stands_alone(option: Option) -> bool:
    return option.exclusive or option.no_opinion


def _deciding(form: Questionnaire) -> dict[str, list[int]]:
    """Of each item, the numbers that a condition compares it with, and those beside them."""
    found: dict[str, list[int]] = {}
    for condition in _conditions(form):
        for part in _parts(condition):
            numbers = sorted({value + step for value in _numbers(part) for step in NEAR})
            for name in names(part):
                found.setdefault(name, []).extend(numbers)
    return found


def _conditions(form: Questionnaire) -> Iterator[Condition]:
    for screen in form.screens:
        asked = [screen.show_when]
        for question in screen.questions:
            asked += [question.show_when, *(option.show_when for option in question.options)]
            asked += [check.holds for check in question.checks]
        yield from (condition for condition in asked if condition is not None)


def _parts(condition: Condition) -> Iterator[Comparison | Among]:
    """The comparisons that a condition joins."""
    match condition:
        case Comparison() | Among():
            yield condition
        case Not(part):
            yield from _parts(part)
        case Joined(_, parts):
            for part in parts:
                yield from _parts(part)


def _numbers(part: Comparison | Among | Figure) -> tuple[int, ...]:
    match part:
        case Number(value):
            return (value,)
        case Comparison(_, left, right) | Sum(_, left, right):
            return _numbers(left) + _numbers(right)
        case Among(value, of):
            return _numbers(value) + (of if isinstance(of, tuple) else ())
    return ()


def _sides(condition: Condition) -> Iterator[Figure]:
    for part in _parts(condition):
        if isinstance(part, Comparison):
            yield part.left
            yield part.right
