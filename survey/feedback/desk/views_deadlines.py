"""The desk's page of deadlines: the rules in force, new ones for days to come, their end."""

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.feedback import deadline_store as store
from survey.feedback.deadlines import own_rule, rules
from survey.feedback.desk import bp
from survey.feedback.desk.deadline_forms import COUNTED_WORDS, STAGE_WORDS, DeadlineForm
from survey.feedback.desk.scope import own_units
from survey.feedback.words import KIND_WORDS, SEVERITY_WORDS, TOPIC_WORDS
from survey.staff.guard import allowed, anywhere, check_scope, visible_areas
from survey.units.areas import names_of

PERMISSION = "feedback.rule"


def of_rule(session: Session, args: dict[str, Any]) -> int | None:
    """Scope: the unit whose rule it is; None for one of the installation. Raises NotFound."""
    return store.find(session, args["rule_id"]).unit_id


@bp.route("/deadlines", methods=["GET", "POST"])
@allowed(PERMISSION, scope=anywhere)
def deadlines() -> ResponseReturnValue:
    """The rules, and the form of another one."""
    session, now = reading(), clock()
    form = DeadlineForm()
    form.unit.choices = own_units(session, PERMISSION)
    if not form.is_submitted() or not form.holds(local_day(now)):
        return _page(session, form), 422 if form.errors else 200
    row = form.row()
    check_scope(PERMISSION, row.unit_id)
    session = writing()
    store.add(session, row, by=g.staff.actor, now=now)
    session.commit()
    flash(_("The rule is kept. It holds for what begins from its first day on."))
    return redirect(url_for(".deadlines"), 303)


@bp.route("/deadlines/<int:rule_id>/end", methods=["POST"])
@allowed(PERMISSION, scope=of_rule)
def end_deadline(rule_id: int) -> ResponseReturnValue:
    """From tomorrow on, or from its first day where that is still to come."""
    session, now = writing(), clock()
    row = store.find(session, rule_id)
    tomorrow = local_day(now) + timedelta(days=1)
    store.end(session, row, max(tomorrow, row.valid_from), by=g.staff.actor, now=now)
    session.commit()
    flash(_("The rule ends. What began under it keeps it."))
    return redirect(url_for(".deadlines"), 303)


def _page(session: Session, form: DeadlineForm) -> str:
    today = local_day(clock())
    areas = visible_areas(session, g.staff, PERMISSION)
    rows = store.listed(session, areas, today)
    return render_template(
        "feedback/desk/deadlines.html",
        counted=COUNTED_WORDS,
        form=form,
        kinds=KIND_WORDS,
        own=[(row, own_rule(row)) for row in rows],
        mine={row.id for row in rows if areas is None or row.unit_id in areas},
        presets=[rule for rule in rules() if rule.on(today)],
        severities=SEVERITY_WORDS,
        stages=STAGE_WORDS,
        topics=TOPIC_WORDS,
        units=names_of(session, {row.unit_id for row in rows}),
    )
