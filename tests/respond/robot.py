"""Somebody who answers any form by its questions, and sees only what a page shows."""

import re
from random import Random

from flask import Flask

from questionnaires import Question, Questionnaire
from questionnaires.conditions import route
from questionnaires.example import Answers, example
from survey.database import Database
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from tests.fieldwork.drawn import files_for
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen
from tests.respond.replies import Typed, faulty, reply

HIDDEN = re.compile(r'<div data-question="(\w+)"[^>]*\bhidden>')
CONTROL = re.compile(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*\bname="([^"]+)"')
COMMUNES = (18880, 19363)
LONGEST = 60  # pages


def ask(database: Database, form: Questionnaire) -> str:
    """The address of an open round that asks this form; `prepared` has made the round."""
    with database.write() as session:
        files = files_for(form)
        publish(session, form, by="command", now=JULY, confirmed=True, files=files)
        session.get_one(Round, ROUND).questionnaire = form.name
    return f"/r/{ROUND}"


class Robot(Citizen):
    """A citizen who gives the answers of an example. form: as asked on the day."""

    def __init__(self, app: Flask, form: Questionnaire, language: str, rng: Random) -> None:
        super().__init__(app)
        self.form, self.language = form, language
        self.answers: Answers = example(form, rng, COMMUNES)
        self.led_to = route(form, self.answers).questions
        self.tried: set[str] = set()
        self.refused: list[tuple[str, Typed, int, bool]] = []

    def begin(self, path: str) -> None:
        """Open the form and pass its notice."""
        self.open(f"{path}?lang={self.language}")
        self.press()

    def seen(self) -> list[Question]:
        """The questions that stand on the page."""
        names = set(CONTROL.findall(self.text))
        hidden = set(HIDDEN.findall(self.text))
        return [
            question
            for question in self.form.questions
            if question.id not in hidden and names & set(reply(question, {}))
        ]

    def replies(self) -> Typed:
        """What gives the answers to everything on the page."""
        typed: Typed = {}
        for question in self.seen():
            typed |= reply(question, self.answers)
        return typed

    def play(self, path: str, *, wrong: bool = False) -> list[str]:
        """Answer everything and send; the pages passed. wrong: try first what no question takes,
        which is noted in `refused` with the answer's status and whether the page says an error."""
        self.begin(path)
        pages = [self.text]
        for _ in range(LONGEST):
            if wrong and self.answer.status_code != 303:
                self._try_wrong()
            pages.append(self.text)
            self.press(**self.replies())
            if self.answer.status_code == 303:
                return pages
            assert self.answer.status_code == 200, self.text
        raise AssertionError("the form does not end")

    def _try_wrong(self) -> None:
        for question in self.seen():
            if question.id in self.led_to - self.tried:
                self.tried.add(question.id)
                for typed in faulty(question):
                    self._try(question, typed)

    def _try(self, question: Question, typed: Typed) -> None:
        """Send what one question does not take, all else being answered. A page that comes back
        first, because a mended answer leads to the question again, is sent once more."""
        step = self.page.typed["form-step"]
        self.press(**{**self.replies(), **typed})
        if self.answer.status_code == 200 and self.page.typed["form-step"] == step:
            self.press(**{**self.replies(), **typed})
        told = "govuk-error-summary" in self.text
        self.refused.append((question.id, typed, self.answer.status_code, told))
