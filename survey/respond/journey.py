"""One citizen's way through a form: which page was sent, what was typed, which page comes next.

Everything typed travels in the page itself: nothing is kept on the server or in a cookie before
the last page is sent, and nothing stands in an address.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice

from questionnaires.conditions import CHOSEN, Route, broken, offered, route
from questionnaires.features import PIPE
from questionnaires.model import Question, Screen
from survey.forms import CitizenForm
from survey.i18n import LANGUAGES
from survey.respond.comments import CommentForm
from survey.respond.doorway import Doorway
from survey.respond.figures import OtherField, PlaceField, WordsField
from survey.respond.form import NO_ANSWER, AnswerForm, OneOf, SeveralMulti, answer_form
from survey.respond.live import Live
from survey.respond.said import Said
from survey.respond.stamp import Stamp

PREFIX = "form"  # with a hyphen behind it: no item of a questionnaire can have such a name
NOTICE = 0
ALL_SEEN = "*"


class FieldForm(CitizenForm):
    """What the visit was about, where the counter does not tell."""

    field = SelectField(
        _l("What was your business about?"), default="", description=_l("You may skip this.")
    )


@dataclass(frozen=True)
class Sent:
    """What a page sent beside answers. go: next, back, or empty; turn_to: another language.

    seen: ids of the questions that appear and disappear on the page and were to be seen; None
    when all were.
    """

    id: str
    opened: str
    step: int
    go: str
    language: str
    turn_to: str
    seen: frozenset[str] | None
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
            seen=_ids(typed.get(f"{PREFIX}-seen")),
            typed=typed,
        )


def _ids(text: str | None) -> frozenset[str] | None:
    return None if text is None or text == ALL_SEEN else frozenset(text.split())


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
    def tongues(self) -> list[tuple[str, str]]:
        """Code and name of the languages that a page may turn to."""
        return list(LANGUAGES.items())

    @property
    def last(self) -> int:
        """The step of the comment, which is the last."""
        return len(self.pages) + 1

    def within(self, step: int) -> int:
        return max(NOTICE, min(step, self.last))

    @cached_property
    def _read(self) -> tuple[AnswerForm, Route]:
        """The form with what was typed, and the way through it that this leads to."""
        questionnaire = self.doorway.questionnaire
        form = answer_form(questionnaire.questions, self.language)(self.typed)
        for field in form:
            if isinstance(field, PlaceField):
                field.offer(self.doorway.communes)
        way = route(questionnaire, form.answers())
        self._fit_all(form, way)
        return form, way

    def _fit_all(self, form: AnswerForm, way: Route) -> None:
        """Fit the fields to earlier answers."""
        questionnaire = self.doorway.questionnaire
        said = Said(questionnaire, way, self.language, dict(self.doorway.communes))
        for question in questionnaire.questions:
            _fit(form, question, way, said)

    @property
    def form(self) -> AnswerForm:
        return self._read[0]

    @property
    def way(self) -> Route:
        """What is asked and what counts as answered, as far as is known now."""
        return self._read[1]

    @property
    def most_asked(self) -> int:
        """How many questions and lines there are, those under conditions included."""
        return sum(not isinstance(field, OtherField) for field in self.form)

    def said(self, words: Mapping[str, str]) -> str:
        """A wording of the form in the language, with earlier answers filled in."""
        questionnaire, communes = self.doorway.questionnaire, dict(self.doorway.communes)
        text = words.get(self.language, "")
        return Said(questionnaire, self.way, self.language, communes).fill(text)

    def live(self, step: int) -> Live:
        """What appears and disappears on a page as it is answered."""
        screens = self.pages[step - 1] if NOTICE < step < self.last else ()
        return Live(screens, self.way)

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

    def on_page(self, step: int) -> tuple[Question, ...]:
        """The questions that a page of questions holds: those asked, and those that answers on
        the page itself may lead to."""
        return self.live(step).held

    def questions(self, step: int) -> tuple[Question, ...]:
        """The questions asked on a page."""
        return tuple(q for q in self.on_page(step) if q.id in self.way.questions)

    def after(self, step: int) -> int:
        """The next step that asks something."""
        following = range(step + 1, self.last)
        return next((s for s in following if not self._is_empty(s)), self.last)

    def before(self, step: int) -> int:
        """The step before that asked something, or the notice."""
        earlier = range(min(step, self.last) - 1, NOTICE, -1)
        return next((s for s in earlier if not self._is_empty(s)), NOTICE)

    def _is_empty(self, step: int) -> bool:
        return not self.questions(step) and not self.asks_field(step)

    def fresh(self, step: int, seen: frozenset[str] | None) -> tuple[Question, ...]:
        """The questions that answers on the page led to, and that were not to be seen on it."""
        if seen is None:
            return ()
        appearing = self.live(step).appearing
        return tuple(q for q in self.questions(step) if q.id in appearing and q.id not in seen)

    def check(self, step: int, *, without: Sequence[Question] = ()) -> bool:
        """Whether the page of `step` can be left; else its fields say why not."""
        if step == self.last:
            return bool(self.comment.validate())
        about = not self.asks_field(step) or self.about.validate()
        questions = [q for q in self.questions(step) if q not in without]
        sound = self.form.check(questions)
        for question in questions:
            sound &= self._checks_hold(question)
        return sound and bool(about)

    def _checks_hold(self, question: Question) -> bool:
        """Whether what the form demands of the answers holds; else the field says the first."""
        failed = broken(question, self.way.values)
        if failed:
            [field, *_] = self.form.fields_of([question])
            if not field.errors:
                field.summary = self.said(failed[0].message)
                field.errors = [field.summary]
        return not failed

    def first_fault(self) -> int | None:
        """The first step that cannot be left; None when everything can be sent."""
        return next((s for s in range(1, self.last + 1) if not self.check(s)), None)

    def fields(self, step: int) -> list[Field]:
        """The fields shown on a page of questions, in their order."""
        about: list[Field] = [self.about.field] if self.asks_field(step) else []
        return about + list(self.form.fields_of(self.on_page(step)))

    def carried(self, step: int) -> Iterator[tuple[str, str]]:
        """Names and values that the page of `step` carries without showing them."""
        shown = {field.name for field in self.form.fields_of(self.on_page(step))}
        yield from self.form.typed(without=shown)
        if step != self.last and self.comment.comment.data:
            yield self.comment.comment.name, self.comment.comment.data
        if not self.asks_field(step) and self.field:
            yield self.about.field.name, self.field

    def asks_field(self, step: int) -> bool:
        return step == 1 and bool(self.doorway.fields)

    @property
    def answers(self) -> dict[str, int]:
        """What is sent: answers to what is asked, in the order of the form."""
        return dict(self.way.answers)

    @property
    def written(self) -> list[tuple[str, str]]:
        """Question and words of one's own to it, which go apart from the answers."""
        found = []
        for question in self._asked():
            other = question.other
            name = f"{question.id}-other" if other else question.id
            if question.kind == "text" or (other and self._chose(question, other.code)):
                field = self.form.field(name)
                if isinstance(field, WordsField) and field.words:
                    found.append((question.id, field.words))
        return found

    def _chose(self, question: Question, code: int) -> bool:
        answers = self.way.answers
        return code == answers.get(question.id) or answers.get(f"{question.id}_{code}") == CHOSEN

    def _asked(self) -> Iterator[Question]:
        asked = self.doorway.questionnaire.questions
        return (question for question in asked if question.id in self.way.questions)

    def given(self) -> list[tuple[str, str]]:
        """Every question answered, with the words of the answer, for a page that shows them."""
        fields = self.form.fields_of(list(self._asked()))
        questionnaire, communes = self.doorway.questionnaire, dict(self.doorway.communes)
        said = Said(questionnaire, self.way, self.language, communes)
        told = [
            (f.label.text, f.words if isinstance(f, WordsField) else said.answer(f.name))
            for f in fields
        ]
        return [pair for pair in told if pair[1]]


def _fit(form: AnswerForm, question: Question, way: Route, said: Said) -> None:
    """Fit the fields of a question to earlier answers: options offered, answers repeated."""
    codes = {str(option.code) for option in offered(question, way.values)}
    if len(codes) < len(question.options):
        for field in form.fields_of([question]):
            if isinstance(field, OneOf | SeveralMulti):
                _offer(field, codes | {NO_ANSWER})
    texts = (question.text[said.language], question.hint.get(said.language, ""))
    if any(PIPE.search(text) for text in texts):
        for field in form.fields_of([question]):
            field.label.text, field.plain = said.fill(str(field.label.text)), said.fill(field.plain)
            field.description = said.fill(str(field.description))


def _offer(field: OneOf | SeveralMulti, codes: set[str]) -> None:
    """Leave only some options; what was chosen of the others is forgotten."""
    gone = {choice.value for choice in field.choices} - codes
    field.choices = [choice for choice in field.choices if choice.value in codes]
    if isinstance(field, SeveralMulti):
        field.data = [value for value in field.data or () if value not in gone]
    elif field.data in gone:
        field.data = None
