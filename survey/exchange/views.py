"""Pages of exchange: questionnaires out in every format, and in from files of other tools."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import ModuleType
from typing import Final

from flask import Flask, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from questionnaires import Questionnaire
from survey.database import reading
from survey.errors import InputFault, NotFound
from survey.exchange import uploading
from survey.exchange.arriving import Told, lines
from survey.exchange.door import NAMES, bp
from survey.exchange.fidelity import Report
from survey.exchange.formats import BY_ID, FORMATS, Format
from survey.exchange.wishes import Wishes
from survey.exchange.words import ABOUT
from survey.fieldwork import catalogue, drafts
from survey.fieldwork.door import seen_round
from survey.fieldwork.editor.door import data
from survey.fieldwork.editor.words import language_name
from survey.fieldwork.tables import Round
from survey.i18n import label, language
from survey.site import site_values
from survey.staff.guard import allowed, anywhere

PAGES: Final[tuple[ModuleType, ...]] = (uploading,)  # they hang on the same blueprint


@bp.route("/desk/questionnaires/<name>/exchange")
@allowed("questionnaire.see", scope=anywhere)
def show(name: str) -> ResponseReturnValue:
    """Every format that the questionnaire can go to, and what would become of each thing in it."""
    form, _state = drafts.form_to_look_at(reading(), data(), name)
    return render_template(
        "exchange/show.html",
        name=name,
        form=form,
        title=label(form.title),
        outlooks=[_outlook(form, one) for one in FORMATS if one.writes],
        about=ABOUT,
        language_name=language_name,
        **NAMES,
    )


@dataclass(frozen=True)
class Outlook:
    """What would become of a questionnaire in a format, or why it cannot go there."""

    format: Format
    counts: dict[str, int]
    told: tuple[Told, ...]
    faults: list[str]


def _outlook(form: Questionnaire, target: Format) -> Outlook:
    try:
        report = _report(form, target.id, _language(form))
    except InputFault as fault:
        return Outlook(target, {}, (), list(map(str, fault.faults)))
    return Outlook(target, report.counts(), lines(report), [])


@lru_cache(maxsize=128)
def _report(form: Questionnaire, target: str, spoken: str) -> Report:
    found = BY_ID[target]
    if found.tells is not None:
        return found.tells(form)
    assert found.writes is not None
    return found.writes(form, Wishes(spoken))[1]


@bp.route("/desk/questionnaires/<name>/download/<kind>")
@allowed("questionnaire.see", scope=anywhere)
def download(name: str, kind: str) -> ResponseReturnValue:
    """The questionnaire in a format, for a round where the address names one."""
    form, _state = drafts.form_to_look_at(reading(), data(), name)
    code = request.args.get("round", "")
    return _sent(form, kind, seen_round(reading(), code)[0] if code else None)


@bp.route("/desk/rounds/<code>/paper.pdf")
@allowed("round.see", scope=anywhere)
def round_paper(code: str) -> ResponseReturnValue:
    """The paper form of a round, with its title and code."""
    round_, _places = seen_round(reading(), code)
    return _sent(catalogue.form(reading(), round_.questionnaire), "paper", round_)


def _sent(form: Questionnaire, kind: str, round_: Round | None) -> Response:
    """Raises NotFound for an unknown format or language, InputFault when it cannot be written."""
    target, spoken = BY_ID.get(kind), _language(form, request.args.get("language", ""))
    if target is None or target.writes is None or not spoken:
        raise NotFound
    written, _report = target.writes(form, _wishes(spoken, round_))
    parts = [form.name, *([round_.code] if round_ else []), *([spoken] * target.one_language)]
    return send_file(
        BytesIO(written),
        mimetype=target.media_type,
        as_attachment=True,
        download_name="-".join(parts) + target.endings[0],
    )


def _language(form: Questionnaire, wanted: str = "") -> str:
    """The language asked for, else that of the page, else the form's first; "" if it has not."""
    if wanted:
        return wanted if wanted in form.languages else ""
    return language() if language() in form.languages else form.languages[0]


def _wishes(spoken: str, round_: Round | None) -> Wishes:
    values = site_values(reading())
    simulated = values["simulated"] == "yes"
    if round_ is None:
        return Wishes(spoken, "", "", values["organiser"], values["contact"], simulated)
    return Wishes(
        spoken,
        round_.code,
        round_.title.get(spoken) or label(round_.title),
        values["organiser"],
        values["contact"],
        simulated or round_.simulated,
    )


def install(app: Flask) -> None:
    """Exchange at the desk."""
    app.register_blueprint(bp)
