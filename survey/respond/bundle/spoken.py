"""The pages and the sentences of a form in one language, by the templates that browsers without
JavaScript see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import g, get_template_attribute
from flask import render_template as render
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from questionnaires.model import Questionnaire
from survey.fieldwork.tables import Round
from survey.i18n import DEFAULT, LANGUAGES
from survey.respond.bundle import words as said
from survey.respond.bundle.unanswered import Unanswered
from survey.respond.doorway import Doorway
from survey.respond.journey import NOTICE
from survey.respond.pages import notice_of
from survey.respond.stamp import new_stamp

STATES: Final = ("stored", "waiting", "kept-for-review")
Table = dict[str, Any]


@contextmanager
def speaking(language: str) -> Iterator[str]:
    """The interface in a language; in Vietnamese where it does not have it."""
    heard = language if language in LANGUAGES else DEFAULT
    before = g.pop("language", None)
    g.language = heard
    try:
        with force_locale(heard):
            yield heard
    finally:
        g.pop("language")
        if before is not None:
            g.language = before


def spoken(doorway: Doorway, language: str, site: Mapping[str, str], *, now: datetime) -> Table:
    """Everything that is said of the form in the language. site: see `site_values`."""
    with speaking(language) as heard:
        asked = _heard(doorway.questionnaire, language, heard)
        return _said(replace(doorway, questionnaire=asked), language, site, now)


def _heard(asked: Questionnaire, language: str, heard: str) -> Questionnaire:
    """The form whose introduction stands in its own language on pages that are in another."""
    if not asked.introduction:
        return asked
    introduction = {**asked.introduction, heard: asked.introduction[language]}
    return replace(asked, introduction=introduction)


def _said(doorway: Doorway, language: str, site: Mapping[str, str], now: datetime) -> Table:
    round_ = doorway.round
    stamp = new_stamp(round_.code, doorway.counter_code, doorway.mode, now=now)
    journey = Unanswered(doorway, stamp, language, MultiDict())
    around: Table = {
        "journey": journey,
        "bundled": True,
        "organiser": site["organiser"],
        "contact": site["contact"],
        "notice": notice_of(round_, site),
        "round": round_,
        "language_links": [],
    }

    def page(name: str, **more: Any) -> str:
        return render(f"respond/step/{name}.html", **around, **more)

    steps = range(1, journey.last + 1)
    kinds = dict.fromkeys(steps, "questions") | {journey.last: "comment"}
    return {
        "name": dict(journey.tongues)[language],
        "title": round_.title.get(language) or round_.title[DEFAULT],
        "header": render("frame/header.html", **around),
        "footer": render("frame/footer.html", **around),
        "banner": _banner(round_, site),
        "notice": page("notice", step=NOTICE),
        "steps": [
            {"title": said.title_of(journey, step), "html": page(kinds[step], step=step)}
            for step in steps
        ],
        "thanks": {state: page("thanks", state=state) for state in STATES},
        "words": said.words(),
        "fields": said.fields(journey),
        "checks": said.checks(doorway.questionnaire, language),
        "repeated": said.repeated(journey),
    }


def _banner(round_: Round, site: Mapping[str, str]) -> str:
    """What says that the data are simulated; empty where they are not."""
    if not (round_.simulated or site["simulated"] == "yes"):
        return ""
    return str(get_template_attribute("components.html", "simulated_banner")())
