"""A form made from questionnaire data: radio groups and checkboxes, named by their ids.

What comes in is text from anywhere; what goes out is `{item: code}` with codes of the scale.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from questionnaires.model import Option, Question
from survey.errors import Words
from survey.forms import CitizenForm

CHOSEN, NOT_CHOSEN = 1, 2
NO_ANSWER = "0"
TOP_OF_FACES = 5
Labels = Mapping[str, str]
Sentence = Callable[[], str]  # said in the language of the page, not of the making of the form

PICK_LEVEL = _l("Please choose a level for question %(number)s: %(question)s")
PICK_LINE = _l("Please choose a level for line %(number)s: %(question)s")
PICK_ONE = _l("Please choose an answer: %(question)s")
PICK_SOME = _l("Please choose at least one answer: %(question)s")


def _said(words: Words, **values: object) -> Sentence:
    return lambda: str(words) % values


class OneOf(RadioField):
    """One code of a scale. `missing` is the sentence shown when a compulsory one is left empty."""

    def __init__(
        self, label: str = "", *, missing: Sentence, compulsory: bool, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing
        self.compulsory = compulsory

    @property
    def code(self) -> int:
        """The code chosen; 0 when nothing, or nothing of the scale, was chosen."""
        known = {choice.value for choice in self.choices}
        return int(self.data) if self.data in known else 0

    def answers(self) -> dict[str, int]:
        return {self.name: self.code} if self.code else {}

    def pre_validate(self, form: object) -> None:
        if self.data in (None, "", NO_ANSWER):
            if self.compulsory:
                raise StopValidation(self.missing())
        elif not self.code:
            raise ValidationError(_not_an_answer(self.data, self.label.text))


class SeveralMulti(SelectMultipleField):
    """Any of several options, each of which is an item of its own."""

    def __init__(
        self,
        label: str = "",
        *,
        missing: Sentence,
        compulsory: bool,
        exclusive: Labels,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing
        self.compulsory = compulsory
        self.exclusive = exclusive  # code and label of options that exclude all others

    def answers(self) -> dict[str, int]:
        """One code an option, 1 chosen and 2 not; nothing when none is chosen."""
        known = [choice.value for choice in self.choices]
        if not set(self.data or ()) & set(known):
            return {}
        return {
            f"{self.name}_{code}": CHOSEN if code in self.data else NOT_CHOSEN for code in known
        }

    def pre_validate(self, form: object) -> None:
        chosen = set(self.data or ())
        unknown = chosen - {choice.value for choice in self.choices}
        if unknown:
            raise ValidationError(_not_an_answer(min(unknown), self.label.text))
        if self.compulsory and not chosen:
            raise StopValidation(self.missing())
        for code, label in self.exclusive.items():
            if code in chosen and len(chosen) > 1:
                raise ValidationError(
                    _(
                        "“%(option)s” cannot go together with another answer. "
                        "Please keep it, or keep the others: %(question)s",
                        option=label,
                        question=self.label.text,
                    )
                )


def _not_an_answer(given: str, question: str) -> str:
    sentence: str = _(
        "“%(given)s” is not one of the answers. Please choose one of those shown: %(question)s",
        given=given[:20],
        question=question,
    )
    return sentence


class AnswerForm(CitizenForm):
    """The answers of one citizen, all screens together."""

    def fields_of(self, questions: Collection[Question]) -> list[OneOf | SeveralMulti]:
        """The fields of some questions, in the order shown."""
        wanted = {question.id for question in questions}
        wanted |= {item.id for question in questions for item in question.items}
        return [field for field in self if field.name in wanted]

    def field(self, name: str) -> OneOf | SeveralMulti:
        """The field of a question, or of a grid's line."""
        found: OneOf | SeveralMulti = self[_attribute(name)]
        return found

    def check(self, questions: Collection[Question]) -> bool:
        """Whether the answers to these questions can be taken; else each faulty field says why."""
        results = [field.validate(self) for field in self.fields_of(questions)]
        return all(results)

    def answers(self) -> dict[str, int]:
        """Item to code, in the order of the form; items without an answer are absent."""
        found: dict[str, int] = {}
        for field in self:
            found |= field.answers()
        return found

    def typed(self, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
        """Names and values that a later page must carry, except those of the fields `without`."""
        carried = []
        for field in self:
            if field.name not in without:
                values = field.data if isinstance(field, SeveralMulti) else [field.data]
                carried += [(field.name, value) for value in values or () if value]
        return carried


Fields = dict[str, Any]
Maker = Callable[[Question, int, str], Fields]


@lru_cache(maxsize=64)
def answer_form(questions: tuple[Question, ...], language: str) -> type[AnswerForm]:
    """A form with a field a question (a line of a grid has its own), named by item ids.

    Ratings are numbered from 1 in their order; other questions carry their number in their text.
    """
    fields: Fields = {}
    number = 0
    for question in questions:
        number += question.kind == "rating"
        made = MAKERS[question.kind](question, number, language)
        fields |= {_attribute(name): field for name, field in made.items()}
    return type("Answers", (AnswerForm,), fields)


def _attribute(name: str) -> str:
    return f"item_{name}"  # an item may be named like something that every form has


def _rating(question: Question, number: int, language: str) -> Fields:
    text = question.text[language]
    missing = _said(PICK_LEVEL, number=number, question=text)
    return {question.id: _one(question, question.id, f"{number}. {text}", missing, language)}


def _single(question: Question, _number: int, language: str) -> Fields:
    text = question.text[language]
    return {
        question.id: _one(question, question.id, text, _said(PICK_ONE, question=text), language)
    }


def _grid(question: Question, _number: int, language: str) -> Fields:
    fields: Fields = {}
    for item, row in zip(question.items, question.rows, strict=True):
        text = row.text[language]
        missing = _said(PICK_LINE, number=row.number, question=text)
        fields[item.id] = _one(question, item.id, f"{row.number}. {text}", missing, language)
    return fields


def _one(question: Question, name: str, label: str, missing: Sentence, language: str) -> OneOf:
    choices = _choices(question.options, language)
    if not question.required:
        choices.append(SelectChoice(NO_ANSWER, _l("I would rather not answer")))
    scale = question.scale
    faces = scale is not None and bool(scale.satisfied) and scale.top == TOP_OF_FACES
    return OneOf(
        label,
        name=name,
        missing=missing,
        compulsory=question.required,
        choices=choices,
        description=question.hint.get(language, "") if question.kind != "grid" else "",
        render_kw={"class": "rating"} if faces else None,
    )


def _multiple(question: Question, _number: int, language: str) -> Fields:
    text = question.text[language]
    field = SeveralMulti(
        text,
        name=question.id,
        missing=_said(PICK_SOME, question=text),
        compulsory=question.required,
        exclusive={str(o.code): o.text[language] for o in question.options if o.exclusive},
        choices=_choices(question.options, language),
        description=question.hint.get(language) or _l("You may choose several answers."),
    )
    return {question.id: field}


def _note(_question: Question, _number: int, _language: str) -> Fields:
    return {}


def _choices(options: Sequence[Option], language: str) -> list[SelectChoice]:
    return [SelectChoice(str(option.code), option.text[language]) for option in options]


MAKERS: Mapping[str, Maker] = {
    "rating": _rating,
    "single": _single,
    "yesno": _single,
    "multiple": _multiple,
    "grid": _grid,
    "note": _note,
}
