"""One citizen's way through a form: which page was sent, what was typed, which page comes next.

Everything typed travels in the page itself: nothing is kept on the server or in a cookie before
the last page is sent, and nothing stands in an address.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice

from questionnaires.model import Question, Screen
from survey.forms import CitizenForm
from survey.i18n import LANGUAGES
from survey.respond.comments import CommentForm
from survey.respond.doorway import Doorway
from survey.respond.form import AnswerForm, OneOf, SeveralMulti, answer_form
from survey.respond.stamp import Stamp

PREFIX = "form"  # with a hyphen behind it: no item of a questionnaire can have such a name
NOTICE = 0


class FieldForm(CitizenForm):
    """What the visit was about, where the counter does not tell."""

    field = SelectField(
        _l("What was your business about?"), default="", description=_l("You may skip this.")
    )


@dataclass(frozen=True)
class Sent:
    """What a page sent beside answers. go: next, back, or empty; turn_to: another language."""

    id: str
    opened: str
    step: int
    go: str
    language: str
    turn_to: str
    typed: MultiDict[str, str]

    @classmethod
    def read(cls, typed: MultiDict[str, str]) -> "Sent":
        def one(name: str) -> str:
            return typed.get(f"{PREFIX}-{name}", "")

        step = one("step")
        return cls(
            id=one("id"),
            opened=one("opened"),
            step=int(step) if step.isascii() and step.isdigit() and len(step) < 4 else NOTICE,
            go=one("go"),
            language=one("lang"),
            turn_to=one("turn") if one("turn") in LANGUAGES else "",
            typed=typed,
        )


@dataclass
class Journey:
    """The form in a doorway with what was typed so far. Steps: the notice (0), the pages of
    questions, the comment."""

    doorway: Doorway
    stamp: Stamp
    language: str
    typed: MultiDict[str, str]

    @cached_property
    def pages(self) -> tuple[tuple[Screen, ...], ...]:
        """The screens shown together on each page of questions."""
        questionnaire = self.doorway.questionnaire
        if questionnaire.paging == "one-page":
            return (questionnaire.screens,)
        return tuple((screen,) for screen in questionnaire.screens)

    @property
    def last(self) -> int:
        """The step of the comment, which is the last."""
        return len(self.pages) + 1

    def within(self, step: int) -> int:
        return max(NOTICE, min(step, self.last))

    @cached_property
    def form(self) -> AnswerForm:
        made = answer_form(self.doorway.questionnaire.questions, self.language)
        return made(self.typed)

    @cached_property
    def comment(self) -> CommentForm:
        return CommentForm(self.typed, prefix=PREFIX)

    @cached_property
    def about(self) -> FieldForm:
        about = FieldForm(self.typed, prefix=PREFIX)
        nothing = SelectChoice("", _l("I do not know, or something else"))
        names = [SelectChoice(code, name) for code, name in self.doorway.fields]
        about.field.choices = [nothing, *names]
        return about

    @property
    def field(self) -> str | None:
        """The field chosen, if it is one of those offered."""
        chosen = self.about.field.data
        return chosen if chosen in dict(self.doorway.fields) else None

    def questions(self, step: int) -> tuple[Question, ...]:
        if not NOTICE < step < self.last:
            return ()
        return tuple(q for screen in self.pages[step - 1] for q in screen.questions)

    def check(self, step: int) -> bool:
        """Whether the page of `step` can be left; else its fields say why not."""
        if step == self.last:
            return bool(self.comment.validate())
        about = not self.asks_field(step) or self.about.validate()
        return self.form.check(self.questions(step)) and bool(about)

    def first_fault(self) -> int | None:
        """The first step that cannot be left; None when everything can be sent."""
        return next((s for s in range(1, self.last + 1) if not self.check(s)), None)

    def fields(self, step: int) -> list[Field]:
        """The fields shown on a page of questions, in their order."""
        about: list[Field] = [self.about.field] if self.asks_field(step) else []
        return about + self.form.fields_of(self.questions(step))

    def carried(self, step: int) -> Iterator[tuple[str, str]]:
        """Names and values that the page of `step` carries without showing them."""
        shown = {field.name for field in self.form.fields_of(self.questions(step))}
        yield from self.form.typed(without=shown)
        if step != self.last and self.comment.comment.data:
            yield self.comment.comment.name, self.comment.comment.data
        if not self.asks_field(step) and self.field:
            yield self.about.field.name, self.field

    def asks_field(self, step: int) -> bool:
        return step == 1 and bool(self.doorway.fields)

    def given(self) -> list[tuple[str, str]]:
        """Every question answered, with the words of the answer, for a page that shows them."""
        return [(f.label.text, words) for f in self.form if (words := _words(f))]


def _words(field: OneOf | SeveralMulti) -> str:
    chosen: Collection[str] = (
        field.data or () if isinstance(field, SeveralMulti) else {str(field.code)} - {"0"}
    )
    return "; ".join(str(c.label) for c in field.choices if c.value in chosen)
