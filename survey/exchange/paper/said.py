"""Conditions in words, for somebody with a pen: "câu 3 chọn “Có” và câu 5 chọn “Không”"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from questionnaires.conditions import evaluate
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


@dataclass(frozen=True)
class Teller:
    """Tells the conditions of a form. labels: question id to the number printed before it.

    words: of words.toml, in the language of the paper.
    """

    form: Questionnaire
    labels: Mapping[str, str]
    words: Mapping[str, Any]
    language: str

    def told(self, tree: Condition) -> str:
        """The condition as a part of a sentence."""
        match tree:
            case Joined(op, parts):
                return str(self.words[op]).join(self._inner(part) for part in parts)
            case Not(part):
                return self._not(part)
            case Answered(ids):
                return self._say("answered", questions=self._listed(map(self.named, ids)))
            case Among(Number(value), str(of)):
                return self._holds_code(of, value, holds=True)
        item = self._coded(tree)
        if item is not None:
            return self._codes(item, tree)
        if isinstance(tree, Among):
            among = tree.of
            numbers = ", ".join(map(str, among)) if isinstance(among, tuple) else self.named(among)
            return self._say("among", figure=self._figure(tree.value), numbers=numbers)
        assert isinstance(tree, Comparison)
        return self._comparison(tree)

    def named(self, id: str) -> str:
        """A question or an item as the paper numbers it: `câu 3`, `câu 4, dòng 2`."""
        if id in self.labels:
            return self._say("the_question", label=self.labels[id])
        question = self.form.by_question[self.form.by_id[id].question_id]
        whole = self._say("the_question", label=self.labels[question.id])
        if question.kind != "grid":
            return whole
        return self._say("the_row", question=whole, row=id.removeprefix(f"{question.id}_"))

    def _say(self, key: str, **values: object) -> str:
        return str(self.words[key]).format(**values)

    def _inner(self, part: Condition) -> str:
        told = self.told(part)
        return f"({told})" if isinstance(part, Joined) else told

    def _listed(self, names: Iterable[str]) -> str:
        found = list(names)
        return str(self.words["and"]).join(
            [", ".join(found[:-1]), found[-1]] if len(found) > 1 else found
        )

    def _not(self, part: Condition) -> str:
        """What "not" is said of decides how it is said; what is unanswered is not chosen."""
        match part:
            case Not(inner):
                return self.told(inner)
            case Answered((id,)):
                return self._say("not_answered", questions=self.named(id))
            case Among(Number(value), str(of)):
                return self._holds_code(of, value, holds=False)
        item = self._coded(part)
        if item is not None and not isinstance(part, Joined):
            return self._chosen("chose_not", item, self._taken(item, part))
        return self._say("not", condition=f"({self.told(part)})")

    def _coded(self, tree: Condition) -> Item | None:
        """The item with options that a condition compares with numbers alone."""
        match tree:
            case Comparison(_, Name(id), Number()) | Comparison(_, Number(), Name(id)):
                found = self.form.by_id[id]
            case Among(Name(id), tuple()):
                found = self.form.by_id[id]
            case _:
                return None
        return None if found.wide else found

    def _taken(self, item: Item, tree: Condition) -> list[Option]:
        """The options with which the condition holds."""
        return [o for o in item.options if evaluate(tree, {item.id: o.code})]

    def _codes(self, item: Item, tree: Condition) -> str:
        question = self.form.by_question[item.question_id]
        taken = self._taken(item, tree)
        if question.kind == "multiple":
            return self._box(question, item, [option.code for option in taken])
        others = [option for option in item.options if option not in taken]
        if not taken:
            return self._say("never")
        if not others:
            return self._say("answered", questions=self.named(item.id))
        if len(others) == 1 and len(taken) > 1:
            return self._chosen("chose_other", item, others)
        return self._chosen("chose", item, taken)

    def _chosen(self, key: str, item: Item, options: Iterable[Option]) -> str:
        question = self.form.by_question[item.question_id]
        if question.kind == "multiple":
            chosen = {option.code for option in options}
            return self._box(question, item, [code for code in (1, 2) if code not in chosen])
        return self._say(key, question=self.named(item.id), options=self._quoted(options))

    def _box(self, question: Question, item: Item, codes: list[int]) -> str:
        """Of one option of a question with several: whether its box has a cross."""
        [option] = [o for o in question.choices if f"{question.id}_{o.code}" == item.id]
        key = {"1": "has", "2": "has_not"}.get("".join(map(str, codes)))
        if key is None:
            return self._say("answered" if codes else "never", questions=self.named(question.id))
        return self._say(key, question=self.named(question.id), options=self._quoted([option]))

    def _quoted(self, options: Iterable[Option]) -> str:
        told = [f"“{option.text[self.language]}”" for option in options]
        return str(self.words["or"]).join(
            [", ".join(told[:-1]), told[-1]] if len(told) > 1 else told
        )

    def _holds_code(self, name: str, code: int, *, holds: bool) -> str:
        question = self.form.by_question[name]
        options = [option for option in question.options if option.code == code]
        if not options:
            return self._say("never")
        keys = ("row_has", "no_row_has") if question.kind == "grid" else ("has", "has_not")
        key = keys[0] if holds else keys[1]
        return self._say(key, question=self.named(name), options=self._quoted(options))

    def _comparison(self, tree: Comparison) -> str:
        named = [*names(tree.left), *names(tree.right)]
        days = bool(named) and all(self.form.by_id[name].kind == "date" for name in named)
        key = "days" if days else "compare"
        left, right, op = tree.left, tree.right, tree.op
        if isinstance(left, Number) and not isinstance(right, Number):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
            left, right, op = right, left, turned.get(op, op)
        return str(self.words[key][op]).format(
            left=self._figure(left, days), right=self._figure(right, days)
        )

    def _figure(self, tree: Figure, days: bool = False) -> str:
        match tree:
            case Number(value):
                day = day_of(value) if days else None
                return self.day(day) if day else str(value)
            case Name(id):
                keys = {"date": "the_day", "place": "the_place"}
                key = keys.get(self.form.by_id[id].kind, "the_answer")
                return self._say(key, question=self.named(id))
            case Count(ids):
                return self._say(self._counted(ids), questions=self._listed(map(self.named, ids)))
            case Sum(op, left, right):
                key = "plus" if op == "+" else "minus"
                return self._say(key, left=self._figure(left), right=self._figure(right))

    def _counted(self, ids: tuple[str, ...]) -> str:
        kinds = {
            self.form.by_question[id].kind if id in self.form.by_question else "" for id in ids
        }
        return {"multiple": "count_options", "grid": "count_rows"}.get(
            kinds.pop() if len(kinds) == 1 else "", "count_answers"
        )

    def day(self, day: date) -> str:
        """As Vietnamese forms write days, in either language."""
        return f"{day:%d/%m/%Y}"
