"""A form made from questionnaire data: a field a question or a line of a grid, named by its id.

What comes in is text from anywhere; what goes out is `{item: integer}` that the items take.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from questionnaires.model import Option, Question
from survey.forms import CitizenForm
from survey.respond.advice import (
    KEEP_ALONE,
    PICK_LEVEL,
    PICK_LINE,
    PICK_ONE,
    PICK_SHOWN,
    PICK_SOME,
    Advice,
    Advised,
)
from survey.respond.figures import (
    TYPE_NUMBER,
    WRITE_DAY,
    DayField,
    NumberField,
    OtherField,
    PlaceField,
    WordsField,
)
from survey.respond.said import label_of

CHOSEN, NOT_CHOSEN = 1, 2
NO_ANSWER = "0"
TOP_OF_FACES = 5
Labels = Mapping[str, str]


class OneOf(Advised, RadioField):
    """One code of a scale."""

    @property
    def code(self) -> int:
        """The code chosen; 0 when nothing, or nothing of the scale, was chosen."""
        known = {choice.value for choice in self.choices}
        return int(self.data) if self.data in known else 0

    def answers(self) -> dict[str, int]:
        return {self.name: self.code} if self.code else {}

    def pre_validate(self, form: object) -> None:
        if self.data in (None, "", NO_ANSWER):
            self.refuse_empty()
        elif not self.code:
            raise ValidationError(self.advise(PICK_SHOWN, given=self.data[:20]))


class SeveralMulti(Advised, SelectMultipleField):
    """Any of several options, each of which is an item of its own.

    exclusive: code and label of options that exclude all others.
    """

    def __init__(self, label: str = "", *, exclusive: Labels, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.exclusive = exclusive

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
            raise ValidationError(self.advise(PICK_SHOWN, given=min(unknown)[:20]))
        if not chosen:
            self.refuse_empty()
        for code, label in self.exclusive.items():
            if code in chosen and len(chosen) > 1:
                raise ValidationError(self.advise(KEEP_ALONE, option=label))


class AnswerForm(CitizenForm):
    """The answers of one citizen, all screens together."""

    def fields_of(self, questions: Collection[Question]) -> list[Advised]:
        """The fields of some questions, in the order shown."""
        wanted = {question.id for question in questions}
        wanted |= {f"{question.id}-other" for question in questions}
        wanted |= {item.id for question in questions for item in question.items}
        return [field for field in self if field.name in wanted]

    def field(self, name: str) -> Advised:
        """The field of a question, or of a grid's line; of the words of `<question>-other`."""
        found: Advised = self[_attribute(name)]
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
                carried += field.carried()
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
        if question.other:
            made |= {f"{question.id}-other": _other(question, language)}
        fields |= {_attribute(name): field for name, field in made.items()}
    return type("Answers", (AnswerForm,), fields)


def _attribute(name: str) -> str:
    return f"item_{name}"  # an item may be named like something that every form has


def _rating(question: Question, number: int, language: str) -> Fields:
    text = question.text[language]
    return {question.id: _one(question, question.id, text, PICK_LEVEL, number, language)}


def _single(question: Question, _number: int, language: str) -> Fields:
    return {
        question.id: _one(question, question.id, question.text[language], PICK_ONE, 0, language)
    }


def _grid(question: Question, _number: int, language: str) -> Fields:
    return {
        item.id: _one(question, item.id, row.text[language], PICK_LINE, row.number, language)
        for item, row in zip(question.items, question.rows, strict=True)
    }


def _one(
    question: Question, name: str, text: str, missing: Advice, number: int, language: str
) -> OneOf:
    choices = _choices(question.options, language)
    if not question.required and question.data_class != "none":
        choices.append(SelectChoice(NO_ANSWER, _l("I would rather not answer")))
    scale = question.scale
    faces = scale is not None and bool(scale.satisfied) and scale.top == TOP_OF_FACES
    return OneOf(
        f"{number}. {text}" if number else text,
        name=name,
        plain=text,
        missing=missing,
        number=number,
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
        plain=text,
        missing=PICK_SOME,
        compulsory=question.required,
        exclusive={str(o.code): label_of(o, language) for o in question.options if o.exclusive},
        choices=_choices(question.options, language),
        description=question.hint.get(language) or _l("You may choose several answers."),
    )
    return {question.id: field}


def _common(question: Question, language: str, missing: Advice) -> dict[str, Any]:
    text = question.text[language]
    return {
        "label": text,
        "name": question.id,
        "plain": text,
        "missing": missing,
        "compulsory": question.required,
        "description": question.hint.get(language, ""),
    }


def _number(question: Question, _number: int, language: str) -> Fields:
    [item] = question.items
    common = _common(question, language, TYPE_NUMBER)
    return {question.id: NumberField(**common, item=item, unit=question.unit.get(language, ""))}


def _date(question: Question, _number: int, language: str) -> Fields:
    [item] = question.items
    common = _common(question, language, WRITE_DAY)
    common["description"] = common["description"] or _l("Such as 31 7 2026.")
    return {question.id: DayField(**common, item=item)}


def _place(question: Question, _number: int, language: str) -> Fields:
    return {question.id: PlaceField(**_common(question, language, PICK_ONE), choices=[])}


def _text(question: Question, _number: int, language: str) -> Fields:
    common = _common(question, language, PICK_ONE)
    common["description"] = common["description"] or _l(
        "Please write no names, telephone numbers or file numbers. It is kept apart from your "
        "answers."
    )
    return {question.id: WordsField(**common, render_kw={"rows": 4})}


def _other(question: Question, language: str) -> OtherField:
    """Where to say which other thing is meant."""
    option = question.other.text[language] if question.other else ""
    label = _l("If you chose “%(option)s”, please say which", option=option)
    return OtherField(
        label,
        name=f"{question.id}-other",
        plain=option,
        missing=PICK_ONE,
        compulsory=False,
        render_kw={"rows": 1},
    )


def _note(_question: Question, _number: int, _language: str) -> Fields:
    return {}


def _choices(options: Sequence[Option], language: str) -> list[SelectChoice]:
    return [SelectChoice(str(option.code), label_of(option, language)) for option in options]


MAKERS: Mapping[str, Maker] = {
    "rating": _rating,
    "single": _single,
    "yesno": _single,
    "multiple": _multiple,
    "grid": _grid,
    "number": _number,
    "date": _date,
    "place": _place,
    "text": _text,
    "note": _note,
}
