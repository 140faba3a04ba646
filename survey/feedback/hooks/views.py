"""The desk's pages about webhooks: made, ended; what was given up is tried again."""

from flask import Blueprint, Flask, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.feedback.hooks import store
from survey.feedback.hooks.deliver import TRIES
from survey.feedback.hooks.forms import OUTCOMES, HookForm
from survey.feedback.hooks.post import Networks
from survey.feedback.words import ACT_WORDS
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, installation
from survey.units.areas import Area, area_of, areas_on

bp = Blueprint("feedback_hooks", __name__, url_prefix="/desk/feedback/hooks")
LEVELS = ("province", "commune")


@bp.route("")
@allowed("feedback.connect", scope=installation)
def hooks() -> ResponseReturnValue:
    """Who is told, and what could not be told."""
    session = reading()
    lines = store.lines(session)
    ids = {line.hook.area_id for line in lines if line.hook.area_id is not None}
    return render_template(
        "feedback/hooks/list.html",
        lines=lines,
        dead=store.dead(session),
        areas={id: area_of(session, id).name for id in ids},
        acts=ACT_WORDS,
        tries=TRIES,
        outcomes=OUTCOMES,
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed("feedback.connect", scope=installation)
def new() -> ResponseReturnValue:
    """A new hook; the answer to its form is the only page that has its secret."""
    form = HookForm()
    form.area.choices = _areas(reading())
    if not form.is_submitted() or not form.holds(_networks()):
        page = render_template("feedback/hooks/new.html", form=form)
        return page, 422 if form.errors else 200
    session = writing()
    hook, secret = store.make(
        session,
        name=form.name.data,
        url=form.url.data,
        acts=form.acts.data,
        area_id=int(form.area.data) if form.area.data else None,
        by=g.staff.actor,
        now=clock(),
    )
    session.commit()
    return render_template("feedback/hooks/made.html", hook=hook, secret=secret)


def _networks() -> Networks:
    networks: Networks = current_app.extensions["sipas.settings"].hook_networks
    return networks


def _areas(session: Session) -> list[SelectChoice]:
    found = [one for one in areas_on(session, local_day(clock())) if one.level in LEVELS]
    ordered = sorted(found, key=_order)
    choices = [SelectChoice(str(one.id), one.name) for one in ordered]
    return [SelectChoice("", _("All units")), *choices]


def _order(area: Area) -> tuple[int, str]:
    return LEVELS.index(area.level), area.folded


@bp.route("/<int:hook_id>/end", methods=["POST"])
@allowed("feedback.connect", scope=installation)
def end(hook_id: int) -> ResponseReturnValue:
    session = writing()
    hook = store.find(session, hook_id)
    store.end(session, hook, by=g.staff.actor, now=clock())
    session.commit()
    flash(_("%(name)s is told nothing more.", name=hook.name))
    return redirect(url_for(".hooks"), 303)


@bp.route("/deliveries/<delivery_id>/again", methods=["POST"])
@allowed("feedback.connect", scope=installation)
def again(delivery_id: str) -> ResponseReturnValue:
    session = writing()
    store.again(session, delivery_id, by=g.staff.actor, now=clock())
    session.commit()
    flash(_("It is tried again within a minute."))
    return redirect(url_for(".hooks"), 303)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Webhooks"),
        "feedback_hooks.hooks",
        "feedback.connect",
        group="system",
        order=87,
        about=_l("Other systems that are told of what happens to cases, without any words."),
    )
