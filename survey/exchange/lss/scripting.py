"""From conditions to ExpressionScript: what holds here holds there, unanswered things included.

Codes are compared one by one as the texts that they are there, so that no order of texts is taken
for one of numbers; figures are compared only once they are there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from questionnaires.conditions import CHOSEN
from questionnaires.model import Item, Option, Question, Questionnaire, day_of
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
from survey.exchange.lss.codes import as_answer, as_question, as_row
from survey.exchange.lss.constants import HOLDS, TURNED
from survey.exchange.lss.structure import OTHER

ALWAYS, NEVER = "1", "0"


class Unwritable(Exception):
    """A condition that ExpressionScript cannot say of what LimeSurvey keeps."""


@dataclass(frozen=True)
class Codes:
    """LimeSurvey's codes: of each question, of its rows by number, of its options by code."""

    questions: Mapping[str, str]
    rows: Mapping[str, Mapping[int, str]]
    options: Mapping[str, Mapping[int, str]]


def codes_of(form: Questionnaire) -> Codes:
    """The aliases where they can be codes, else ids and numbers."""
    questions: dict[str, str] = {}
    rows: dict[str, Mapping[int, str]] = {}
    options: dict[str, Mapping[int, str]] = {}
    for question in form.questions:
        taken = set(questions.values())
        questions[question.id] = as_question(question.alias, question.id, taken)
        rows[question.id] = _given((row.alias, row.number) for row in question.rows)
        options[question.id] = _options(question)
    return Codes(questions, rows, options)


def _given(pairs: Iterable[tuple[str, int]]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for alias, number in pairs:
        found[number] = as_row(alias, number, found.values())
    return found


def _options(question: Question) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for option in question.options:
        if option.other:
            found[option.code] = OTHER
        elif question.kind == "multiple":
            found[option.code] = as_row(option.alias, option.code, found.values())
        elif question.kind == "yesno":
            found[option.code] = "Y" if option.code == 1 else "N"
        else:
            found[option.code] = as_answer(option.alias, option.code, found.values())
    return found


class Scripting:
    """Writes the conditions of one form."""

    def __init__(self, form: Questionnaire, codes: Codes) -> None:
        self.form = form
        self.codes = codes
        self.home = {item.id: q for q in form.questions for item in q.items}

    def write(self, tree: Condition | None) -> str:
        """The expression. Raises Unwritable."""
        match tree:
            case Comparison(op, left, right):
                return self.comparison(op, left, right)
            case Among(value, tuple(numbers)):
                return either(self.comparison("==", value, Number(one)) for one in numbers)
            case Among(value, str(of)):
                return self.member(value, self.form.by_question[of])
            case Answered(ids):
                return both(self.answered(id) for id in ids)
            case Not(part):
                return f"!({self.write(part)})"
            case Joined("and", parts):
                return both(self.write(part) for part in parts)
            case Joined(_, parts):
                return either(self.write(part) for part in parts)
        return ALWAYS

    def check(self, tree: Condition) -> str:
        """What must hold once everything it names is answered."""
        waits = [f"!({self.guard(name)})" for name in dict.fromkeys(names(tree))]
        return either([*waits, self.write(tree)])

    def variable(self, item: Item) -> str:
        """The variable of an item of its own."""
        question = self.home[item.id]
        code = self.codes.questions[question.id]
        if question.kind == "grid":
            row = next(r for r in question.rows if f"{question.id}_{r.number}" == item.id)
            code = f"{code}_{self.codes.rows[question.id][row.number]}"
        return f"{code}.NAOK"

    def ticks(self, question: Question) -> list[str]:
        """The variables of all options of a multiple question."""
        return [self.tick(question, option) for option in question.choices]

    def tick(self, question: Question, option: Option) -> str:
        code = "other" if option.other else self.codes.options[question.id][option.code]
        return f"{self.codes.questions[question.id]}_{code}.NAOK"

    def chosen(self, question: Question, option: Option) -> str:
        variable = self.tick(question, option)
        return f"!is_empty({variable})" if option.other else f'{variable} == "Y"'

    def guard(self, id: str) -> str:
        """That an item has an answer."""
        item, question = self.item(id)
        if question.kind == "multiple":
            return f"count({', '.join(self.ticks(question))}) > 0"
        return f"!is_empty({self.variable(item)})"

    def item(self, id: str) -> tuple[Item, Question]:
        question = self.home[id]
        if question.kind == "place":
            raise Unwritable(id)
        return self.form.by_id[id], question

    def answered(self, id: str) -> str:
        question = self.form.by_question.get(id)
        if question and question.kind in ("multiple", "grid"):
            return f"{self.count((id,))} > 0"
        return self.guard(id)

    def count(self, ids: Iterable[str]) -> str:
        variables: list[str] = []
        for id in ids:
            question = self.form.by_question.get(id)
            if question and question.kind == "multiple":
                variables += self.ticks(question)
            elif question and question.kind == "grid":
                variables += [self.variable(item) for item in question.items]
            else:
                item, home = self.item(id)
                once = home.kind == "multiple"
                variables.append(f'if({self.guard(id)}, 1, "")' if once else self.variable(item))
        return f"count({', '.join(variables)})"

    def equal(self, item: Item, question: Question, value: int) -> str:
        """That a coded item has this code."""
        if question.kind == "multiple":
            option = next(o for o in question.choices if f"{question.id}_{o.code}" == item.id)
            chosen = self.chosen(question, option)
            return chosen if value == CHOSEN else both([self.guard(item.id), f"!({chosen})"])
        code = self.codes.options[question.id].get(value)
        return f'{self.variable(item)} == "{code}"' if code is not None else NEVER

    def comparison(self, op: str, left: Figure, right: Figure) -> str:
        if isinstance(left, Number):
            op, left, right = TURNED[op], right, left
        if isinstance(left, Number) and isinstance(right, Number):
            return ALWAYS if HOLDS[op](left.value, right.value) else NEVER
        if isinstance(left, Name) and isinstance(right, Number):
            item, question = self.item(left.id)
            if not item.wide:
                held = [code for code in item.codes if HOLDS[op](code, right.value)]
                return either(self.equal(item, question, code) for code in held)
            if item.kind == "date":
                return both([self.guard(left.id), self._day(item, op, right.value)])
            return both([self.guard(left.id), f"{self.variable(item)} {op} {right.value}"])
        every = dict.fromkeys((*names(left), *names(right)))
        return both(
            [*map(self.guard, every), f"{self.figure(left)} {op} {self.figure(right)}"]
        )  # fmt: skip

    def _day(self, item: Item, op: str, value: int) -> str:
        """Days compare as texts, without the hour that LimeSurvey may put behind them."""
        day = day_of(value)
        if day is None:
            raise Unwritable(item.id)
        return f'substr({self.variable(item)}, 0, 10) {op} "{day.isoformat()}"'

    def figure(self, tree: Figure) -> str:
        match tree:
            case Number(value):
                return str(value)
            case Count(ids):
                return self.count(ids)
            case Sum(op, left, right):
                return f"({self.figure(left)} {op} {self.figure(right)})"
            case Name(id):
                item, question = self.item(id)
                if item.kind == "number":
                    return self.variable(item)
                if item.wide:
                    raise Unwritable(id)
                found = "0"
                for code in reversed(item.codes):
                    found = f"if({self.equal(item, question, code)}, {code}, {found})"
                return found

    def member(self, value: Figure, question: Question) -> str:
        """That a figure is the code of an option chosen, or of a row's answer."""
        found = []
        for option in question.options:
            has = (
                self.chosen(question, option)
                if question.kind == "multiple"
                else either(self.equal(item, question, option.code) for item in question.items)
            )
            if isinstance(value, Number):
                if value.value == option.code:
                    return has
            else:
                found.append(both([self.comparison("==", value, Number(option.code)), has]))
        return either(found)


def both(parts: Iterable[str]) -> str:
    return _joined(parts, " and ", ALWAYS, NEVER)


def either(parts: Iterable[str]) -> str:
    return _joined(parts, " or ", NEVER, ALWAYS)


def _joined(parts: Iterable[str], word: str, empty: str, deciding: str) -> str:
    kept = [part for part in dict.fromkeys(parts) if part != empty]
    if deciding in kept:
        return deciding
    if len(kept) < 2:
        return kept[0] if kept else empty
    return f"({word.join(kept)})"
