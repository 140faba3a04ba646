"""The pages of a form with everything that may ever be asked on them, for a browser to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from questionnaires.conditions import Route
from questionnaires.model import Question
from survey.fieldwork.editor.words import language_name
from survey.i18n import LANGUAGES
from survey.respond.form import AnswerForm
from survey.respond.journey import Journey
from survey.respond.live import Live


@dataclass(frozen=True)
class Everything(Live):
    """A page that holds every question of its screens, each to be seen."""

    @cached_property
    def held(self) -> tuple[Question, ...]:
        return tuple(question for screen in self.screens for question in screen.questions)


@dataclass
class Unanswered(Journey):
    """A form before anybody answered it. Every option is offered, and what repeats an answer
    keeps its `{name}`: the browser fills it."""

    @property
    def tongues(self) -> list[tuple[str, str]]:
        languages = self.doorway.questionnaire.languages
        return [(code, LANGUAGES.get(code) or language_name(code)) for code in languages]

    def said(self, words: Mapping[str, str]) -> str:
        return words.get(self.language, "")

    def live(self, step: int) -> Live:
        screens = self.pages[step - 1] if 0 < step < self.last else ()
        return Everything(screens, self.way)

    def _fit_all(self, form: AnswerForm, way: Route) -> None:
        """Nothing is known yet that fields could be fitted to."""
