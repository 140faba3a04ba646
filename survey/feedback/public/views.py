"""`/f/answers`: what was said and what was done about it. Without a session; caches may keep it."""

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock
from survey.database import reading
from survey.feedback.public import words
from survey.feedback.public.figured import Figures, kept, quarters
from survey.feedback.public.lines import PublicLine
from survey.feedback.public.published import newest, public
from survey.feedback.reports.periods import Period
from survey.feedback.tables import Case
from survey.forms import CitizenForm
from survey.units.areas import Area

bp = Blueprint("feedback_public", __name__)
PAGE = 10
CHOICES = ("period", "unit", "topic")
FRESH = 900  # seconds for which a cache may show it


class Choice(CitizenForm):
    """Read from the address."""

    period = SelectField(words.PERIOD)
    unit = SelectField(words.UNIT)
    topic = SelectField(words.TOPIC)


@bp.route("/f/answers")
def answers() -> Response:
    session, now = reading(), clock()
    periods = quarters(session, now=now)
    form = _choice(session, periods)
    period = next((one for one in periods if one.key == form.period.data), None)
    found = kept().of(session, period, now=now) if period else Figures(None, [], [])
    page = max(request.args.get("page", 1, type=int), 1)
    unit = int(form.unit.data) if form.unit.data else None
    told, count = newest(
        session, unit_id=unit, topic=form.topic.data or None, start=(page - 1) * PAGE, most=PAGE
    )
    answer = Response(
        render_template(
            "feedback/answers.html",
            form=form,
            period=period,
            figures=found,
            units=_units(session, found.units),
            answers=told,
            names=_names(session, {one.case.unit_id for one in told}),
            count=count,
            page=page,
            pages=-(-count // PAGE),
            words=words,
            address=_address,
        )
    )
    if "lang" not in request.args:  # else a cookie goes with it, which is nobody else's
        answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
        answer.headers["Vary"] = "Cookie"
    return answer


def _address(page: int) -> str:
    chosen = {name: request.args[name] for name in CHOICES if name in request.args}
    values: dict[str, Any] = {**chosen, "page": page}
    return url_for(".answers", **values)


def _choice(session: Session, periods: list[Period]) -> Choice:
    """The choices made; what is unknown falls back to the latest quarter and to everything."""
    form = Choice(request.args)
    form.period.choices = [SelectChoice(one.key, one.label) for one in periods]
    units = session.query(Case.unit_id).filter(public()).distinct()
    named = sorted(_names(session, {id for (id,) in units}).items(), key=lambda one: one[1])
    form.unit.choices = [SelectChoice("", _("All units"))]
    form.unit.choices += [SelectChoice(str(id), name) for id, name in named]
    form.topic.choices = [SelectChoice("", _("All topics"))]
    form.topic.choices += [SelectChoice(key, name) for key, name in words.topics().items()]
    usual = {"period": periods[0].key if periods else "", "unit": "", "topic": ""}
    for name, value in usual.items():
        if form[name].data not in [choice.value for choice in form[name].choices]:
            form[name].data = value
    return form


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    return {area.id: area.name for area in session.query(Area).filter(Area.id.in_(ids))}


def _units(session: Session, lines: list[PublicLine]) -> dict[str, str]:
    """Names by the key of a line."""
    ids = {int(line.key) for line in lines if line.key}
    return {str(id): name for id, name in _names(session, ids).items()}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
