"""Somebody who answers any form by its questions, and sees only what a page shows."""

import re
from random import Random

from flask import Flask

from questionnaires import Question, Questionnaire
from questionnaires.model import day_of
from survey.database import Database
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from tests.fieldwork.drawn import files_for
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen

HIDDEN = re.compile(r'<div data-question="(\w+)"[^>]*\bhidden>')
CONTROL = re.compile(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*\bname="([^"]+)"')
COMMUNES = ("18880", "19363")


def ask(database: Database, form: Questionnaire) -> str:
    """The address of an open round that asks this form; `prepared` has made the round."""
    with database.write() as session:
        files = files_for(form)
        publish(session, form, by="command", now=JULY, confirmed=True, files=files)
        session.get_one(Round, ROUND).questionnaire = form.name
    return f"/r/{ROUND}"


class Robot(Citizen):
    """A citizen who answers by themselves. `rng` chooses."""

    def __init__(self, app: Flask, form: Questionnaire, language: str, rng: Random) -> None:
        super().__init__(app)
        self.form, self.language, self.rng = form, language, rng
        self.statuses: list[int] = []

    def seen(self) -> list[Question]:
        """The questions that stand on the page."""
        names = set(CONTROL.findall(self.text))
        hidden = set(HIDDEN.findall(self.text))
        return [
            question
            for question in self.form.questions
            if question.id not in hidden and names & set(fields(question))
        ]

    def replies(self) -> dict[str, object]:
        """An answer to everything on the page that it takes."""
        typed: dict[str, object] = {}
        for question in self.seen():
            typed |= self.reply(question)
        return typed

    def reply(self, question: Question) -> dict[str, object]:
        match question.kind:
            case "number":
                [item] = question.items
                return {question.id: str(self.rng.randint(item.least, min(item.most, 90)))}
            case "date":
                day = day_of(self.rng.choice([20260105, 20260710, 20261231]))
                parts = (day.day, day.month, day.year)
                return {f"{question.id}-{p}": str(n) for p, n in zip("dmy", parts, strict=True)}
            case "place":
                return {question.id: self.rng.choice(COMMUNES)}
            case "text":
                return {question.id: f"Lời viết {question.id}"}
            case "grid":
                return {item.id: self.choice(item.id) for item in question.items}
        typed: dict[str, object] = {question.id: self.choice(question.id)}
        if question.kind == "multiple":
            typed[question.id] = self.some(question)
        if question.other:
            typed[f"{question.id}-other"] = f"Điều khác {question.id}"
        return typed

    def choice(self, name: str) -> str:
        return self.rng.choice([value for value in self.page.offered[name] if value != "0"])

    def some(self, question: Question) -> list[str]:
        offered = self.page.offered[question.id]
        alone = [str(o.code) for o in question.options if o.exclusive and str(o.code) in offered]
        if alone and self.rng.random() < 0.3:
            return alone[:1]
        others = [code for code in offered if code not in alone]
        return self.rng.sample(others, self.rng.randint(1, min(2, len(others))))

    def play(self, path: str) -> list[str]:
        """Open, answer everything, send; the pages passed. A refused page is answered again."""
        self.open(f"{path}?lang={self.language}")
        pages = [self.text]
        self.press()
        for _ in range(40):
            pages.append(self.text)
            if self.answer.status_code == 303:
                return pages
            self.statuses.append(self.press(**self.replies()).status_code)
        raise AssertionError("the form does not end")


def fields(question: Question) -> list[str]:
    """The names that a question's fields may have."""
    found = [question.id, *(item.id for item in question.items)]
    return found + [f"{question.id}-{part}" for part in "dmy"] if question.kind == "date" else found
