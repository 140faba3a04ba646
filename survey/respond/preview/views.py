"""Staff try a form out: as on a kiosk, a telephone, without JavaScript, in each language.

The frame is a page of the desk; inside it stand the citizen's own pages, walked as citizens walk
them. Nothing is stored, counted or logged of what is typed there.
"""

from dataclasses import replace
from typing import Any, Final

from flask import Flask, Response, g, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from questionnaires.model import Questionnaire
from survey.calendar import clock
from survey.database import reading
from survey.errors import NotFound, Words
from survey.fieldwork.catalogue import FormFaulty, notice_versions
from survey.fieldwork.editor.words import PAGING_NAMES, language_name
from survey.fieldwork.media import folder, look
from survey.fieldwork.media_kinds import TYPES
from survey.i18n import LANGUAGES
from survey.respond import pages
from survey.respond.doorway import Doorway
from survey.respond.journey import NOTICE, Sent
from survey.respond.media import NO_SCRIPT, Shown, shown
from survey.respond.preview.analysed import bp  # with the pages of that module
from survey.respond.preview.door import data, look_at, told, ways
from survey.respond.preview.trial import (
    DEVICES,
    Trial,
    TrialJourney,
    answers_of,
    doorway_of,
    journey_of,
    kept_choices,
    seed_leading_to,
    typed_of,
)
from survey.respond.turning import turn
from survey.security import show_in_own_frames
from survey.staff.guard import allowed, anywhere

DEVICE_NAMES: Final[dict[str, Words]] = {
    "kiosk": _l("Kiosk, 1080 × 1920"),
    "phone": _l("Telephone, 390 × 844"),
    "desktop": _l("Computer, 1440 × 900"),
    "plain": _l("Telephone without JavaScript"),
}
FRAMED: Final = "preview.page"
assert set(DEVICE_NAMES) == set(DEVICES)


@bp.before_request
def _frame() -> None:
    """Errors of the inner page too are shown in the frame."""
    if request.endpoint == FRAMED:
        show_in_own_frames(scripts=_asked().get("device") != "plain")


@bp.route("/desk/questionnaires/<name>/preview")
@allowed("questionnaire.see", scope=anywhere)
def show(name: str) -> ResponseReturnValue:
    """The frame, and how the form is shown in it."""
    try:
        asked, state = look_at(name)
    except FormFaulty as error:
        return told(name, error)
    wanted = Trial.read(asked, request.args)
    journey, trial = _begun(asked, state, wanted)
    step = min(trial.step, journey.last + 1)
    context = {
        "questionnaire": asked,
        "wanted": wanted,
        "tried": trial,
        "step": step,
        "shown": step if step > journey.last else journey.opened_at(step),
        "devices": DEVICE_NAMES,
        "pagings": PAGING_NAMES,
        "languages": {code: language_name(code) for code in asked.languages},
        "beginnings": _beginnings(journey),
        "inner": url_for(FRAMED, name=name, **trial.choices),
        "knows_notice": asked.notice in notice_versions(),
        "knows_language": trial.language in LANGUAGES,
        **ways(name, trial.language),
    }
    return render("respond/preview.html", **context)


@bp.route("/desk/questionnaires/<name>/preview/page", methods=["GET", "POST"])
@allowed("questionnaire.see", scope=anywhere)
def page(name: str) -> ResponseReturnValue:
    """The citizen's page of one step. What is sent leads on, and goes nowhere else."""
    asked, state = look_at(name)
    trial = Trial.read(asked, _asked())
    if request.method == "POST":
        return _led(asked, state, trial)
    g.language = _interface(trial.language)
    journey, trial = _begun(asked, state, trial)
    if trial.step > journey.last:
        return _thanks(journey, trial)
    step = journey.opened_at(trial.step)
    return _page(journey, trial, step)


def _led(asked: Questionnaire, state: str, trial: Trial) -> ResponseReturnValue:
    """The page that a press leads to."""
    sent = Sent.read(request.form)
    if sent.turn_to:
        trial = replace(trial, language=sent.turn_to)
    g.language = _interface(trial.language)
    doorway = _doorway(asked, state, trial)
    journey = _journey(doorway, trial, request.form)
    led = turn(journey, sent)
    if led.finished:
        return _thanks(journey, trial)
    return _page(journey, trial, led.step, status=led.status, more=led.more)


@bp.route("/desk/questionnaires/<name>/preview/media/<file>")
@allowed("questionnaire.see", scope=anywhere)
def media(name: str, file: str) -> ResponseReturnValue:
    """A picture or a sound that lies beside a form which is not published. Raises NotFound."""
    asked, _state = look_at(name)
    files, _faults = look(asked, folder(data(), name))
    if file not in files:
        raise NotFound
    found = files[file]
    answer = Response(found.content, mimetype=TYPES[found.kind])
    answer.headers["Content-Security-Policy"] = NO_SCRIPT
    return answer.make_conditional(request, True, len(found.content))


def _doorway(asked: Questionnaire, state: str, trial: Trial) -> Doorway:
    media = shown(reading(), asked) if state == "published" else _beside(asked)
    return doorway_of(reading(), asked, trial, media, now=clock())


def _beside(asked: Questionnaire) -> dict[str, Shown]:
    """The pictures and sounds that lie beside a form and can be shown."""
    files, _faults = look(asked, folder(data(), asked.name))
    return {
        name: Shown(
            url_for("preview.media", name=asked.name, file=name), *(file.size or (None, None))
        )
        for name, file in files.items()
    }


def _asked() -> MultiDict[str, str] | dict[str, str]:
    return kept_choices(request.form) if request.method == "POST" else request.args


def _interface(language: str) -> str:
    """The language of what is not the form's: a form may have more languages than the pages."""
    return language if language in LANGUAGES else next(iter(LANGUAGES))


def _begun(asked: Questionnaire, state: str, trial: Trial) -> tuple[TrialJourney, Trial]:
    """A way through the form where it begins, filled in if an example is asked for.

    The example is the first from its seed on that leads to the page asked for.
    """
    doorway = _doorway(asked, state, trial)
    journey = _journey(doorway, trial, MultiDict())
    if trial.seed is None:
        return journey, trial
    if NOTICE < trial.step < journey.last:
        found = seed_leading_to(doorway, trial.seed, trial.step)
        trial = replace(trial, seed=trial.seed if found is None else found)
    words = _("These words were made up for the preview.")
    typed = typed_of(asked, answers_of(doorway, trial.seed or 0), words)
    return _journey(doorway, trial, typed), trial


def _journey(doorway: Doorway, trial: Trial, typed: MultiDict[str, str]) -> TrialJourney:
    return journey_of(doorway, trial, typed, (("csrf_token", generate_csrf()),), now=clock())


def _page(
    journey: TrialJourney, trial: Trial, step: int, *, status: int = 200, more: bool = False
) -> ResponseReturnValue:
    return pages.page(journey, step, stamp="", status=status, more=more, **_around(journey, trial))


def _thanks(journey: TrialJourney, trial: Trial) -> ResponseReturnValue:
    context = _around(journey, trial) | {"round": journey.doorway.round, "state": "stored"}
    if request.method == "POST":
        context["language_links"] = []
    return render("respond/thanks.html", **context)


def _around(journey: TrialJourney, trial: Trial) -> dict[str, Any]:
    """What stands around every page of a form that is tried out."""
    name = journey.doorway.questionnaire.name

    def address(**changes: Any) -> str:
        return url_for(FRAMED, name=name, **replace(trial, **changes).choices)

    links = [
        (code, LANGUAGES[code], address(language=code))
        for code in journey.doorway.questionnaire.languages
        if code in LANGUAGES
    ]
    return {"trial": True, "home_href": address(step=NOTICE), "language_links": links}


def _beginnings(journey: TrialJourney) -> list[str]:
    """The pages that one can begin at, by their step."""
    titles = [journey.said(screens[0].title) for screens in journey.pages]
    return [_("Privacy notice"), *titles, _("Anything else?"), _("Thank you")]


def install(app: Flask) -> None:
    app.register_blueprint(bp)
