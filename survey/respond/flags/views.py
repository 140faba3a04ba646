"""The desk's pages about flags: which counters' days have any, one of them, the rules."""

from datetime import date
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import NotFound
from survey.fieldwork.places import in_sight, places_of
from survey.fieldwork.rounds import list_rounds
from survey.i18n import label
from survey.respond.flags import way
from survey.respond.flags.decided import Group, both, both_of_round, count, decide, find, groups
from survey.respond.flags.forms import DECISION_NAMES, DecideForm, RoundChoice
from survey.respond.flags.rules import STRONG, TOLD, WEAK, rules
from survey.respond.tables import Traffic
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, may, visible_areas
from survey.staff.names import actor_names
from survey.units.places import area_of_counter, counter_by_code

bp = Blueprint("flags", __name__, url_prefix="/desk/flags")
PAGE = 25
WEIGHT_NAMES = {
    STRONG: _l("Alone enough to leave the answer out"),
    WEAK: _l("Enough together with another weak one"),
    TOLD: _l("Only told"),
}


def of_counter(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about a counter's day: the area of its centre. Raises NotFound."""
    counter = counter_by_code(session, args["counter"])
    if counter is None:
        raise NotFound
    return area_of_counter(session, counter.id).id


@bp.route("", endpoint="list")
@allowed("review.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """The counters' days of a round that have flags."""
    session = reading()
    areas = visible_areas(session, g.staff, "review.see")
    found = list_rounds(session)
    mine = [r for r in found if in_sight(session, places_of(session, r.code), areas)]
    codes = [round_.code for round_ in mine if round_.state != "draft"]
    wanted = request.args.get("round", "")
    chosen = wanted if wanted in codes else (codes[0] if codes else "")
    form = RoundChoice(data={"round": chosen})
    titles = {round_.code: label(round_.title) for round_ in mine}
    form.round.choices = [SelectChoice(code, titles[code]) for code in codes]
    total = count(session, round_=chosen, areas=areas)
    pages = max(1, -(-total // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = groups(session, round_=chosen, areas=areas, limit=PAGE, offset=(page - 1) * PAGE)
    return render(
        "flags/list.html",
        form=form,
        groups=shown,
        chosen=chosen,
        page=page,
        pages=pages,
        figures=both_of_round(session, chosen, areas=areas) if chosen else None,
        decision_names=DECISION_NAMES,
    )


@bp.route("/rules", endpoint="rules")
@allowed("review.see", scope=anywhere)
def rules_() -> ResponseReturnValue:
    """The published rules: what flags, and what is left out of the second figure."""
    return render("flags/rules.html", rules=list(rules().values()), weights=WEIGHT_NAMES)


@bp.route("/<code>/<counter>/<day>")
@allowed("review.see", scope=of_counter)
def show(code: str, counter: str, day: str) -> ResponseReturnValue:
    group = _group(reading(), code, counter, day)
    return _page(group, DecideForm(formdata=None, data=_decided(group)))


@bp.route("/<code>/<counter>/<day>", methods=["POST"], endpoint="decide")
@allowed("review.edit", scope=of_counter)
def decide_(code: str, counter: str, day: str) -> ResponseReturnValue:
    """Keep or leave out, with a reason; the latest decision holds."""
    group, form = _group(writing(), code, counter, day), DecideForm()
    if not form.validate():
        return _page(group, form, 422)
    told = {"decision": form.decision.data, "reason": form.reason.data or ""}
    decide(writing(), group, **told, by=g.staff.actor, now=clock())
    writing().commit()
    flash(_("Saved."))
    return redirect(url_for(".show", code=code, counter=counter, day=day), 303)


def _decided(group: Group) -> dict[str, str]:
    kept = group.decision
    return {} if kept is None else {"decision": kept.decision, "reason": kept.reason}


def _group(session: Session, code: str, counter: str, day: str) -> Group:
    try:
        return find(session, code, counter, date.fromisoformat(day))
    except ValueError as error:
        raise NotFound from error


def _page(group: Group, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    with_all, without = both(session, group)
    sums = [func.sum(getattr(Traffic, name)) for name in ("served", "started", "finished")]
    traffic = session.execute(
        select(*sums).where(
            Traffic.round == group.round,
            Traffic.counter_id == group.counter.id,
            Traffic.day == group.day,
        )
    ).one()
    page = render(
        "flags/show.html",
        group=group,
        rules=rules(),
        with_all=with_all,
        without=without,
        traffic=[n or 0 for n in traffic],
        form=form,
        people=actor_names(session),
        editable=may("review.edit", group.centre.area_id),
        decision_names=DECISION_NAMES,
    )
    return page, status


def install(app: Flask) -> None:
    """Flags at the desk, and the marks that set some of them."""
    app.register_blueprint(bp)
    way.install(app)
    add_nav(
        app,
        _l("Flags"),
        "flags.list",
        "review.see",
        group="survey",
        order=28,
        about=_l("Answers that may not be citizens' own: see why, and decide what counts."),
    )
