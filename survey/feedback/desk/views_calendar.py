"""The desk's calendar of a unit: what is worked when, and days of its own put in and taken out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.feedback import day_store as store
from survey.feedback.access import visible
from survey.feedback.desk import bp
from survey.feedback.desk.calendar_forms import SHORT, DayForm
from survey.feedback.desk.months import Wanted, differing, wanted, week_of, weeks
from survey.feedback.desk.reasons import centre_of, whys_of
from survey.feedback.hours import centres_of_units, hours_of
from survey.feedback.own_days import Change
from survey.feedback.rebuild import Difference
from survey.feedback.tables import Case
from survey.staff.guard import allowed, anywhere, of_area, visible_areas
from survey.units.areas import Area, ancestors, area_of, children
from survey.units.hours import WEEKDAY_NAMES

PERMISSION = "feedback.rule"
LISTED = 20  # cases named before a day is changed


@dataclass(frozen=True)
class Moved:
    """The dates of open cases, of those that one may see, that move: the most pressing first."""

    dates: list[Difference]

    @property
    def later(self) -> int:
        return sum(one.right > one.stored for one in self.dates)


def of_day(session: Session, args: dict[str, Any]) -> int | None:
    """Scope: the unit whose day it is. Raises NotFound."""
    return store.find(session, args["day_id"]).unit_id


@bp.route("/calendar")
@allowed(PERMISSION, scope=anywhere)
def calendars() -> ResponseReturnValue:
    """To the calendar of one's unit, or the units to choose from."""
    session = reading()
    roots = {grant.area_id for grant in g.staff.grants_for(PERMISSION)}
    top = Area.parent_id.is_(None) if None in roots else Area.id.in_(roots)
    day = local_day(clock())
    units = [area for area in session.scalars(select(Area).where(top)) if area.exists_on(day)]
    if len(units) == 1:
        return redirect(url_for(".calendar", area_id=units[0].id))
    units.sort(key=lambda area: area.folded)
    return render_template("feedback/desk/calendars.html", units=units)


@bp.route("/calendar/<int:area_id>", methods=["GET", "POST"])
@allowed(PERMISSION, scope=of_area)
def calendar(area_id: int) -> ResponseReturnValue:
    """The month or year; a form of days is looked at first, then (`sure`) kept."""
    sure = "sure" in request.form
    session, now = writing() if sure else reading(), clock()
    unit, form = area_of(session, area_id), DayForm()
    frames = hours_of(session, area_id).frames
    if not form.is_submitted() or not form.holds(local_day(now), frames):
        return _page(session, unit, form, now=now), 422 if form.errors else 200
    change = form.change(area_id)
    try:
        if sure:
            return _make(session, change, now=now)
        moved = _moved(session, change, store.foreseen(session, change, now=now), now=now)
    except store.DayTaken as refusal:
        form.first.errors = [str(refusal.title)]
        return _page(session, unit, form, now=now), 409
    return _sure(unit, change, moved, form=form)


@bp.route("/calendar/days/<int:day_id>", methods=["GET", "POST"])
@allowed(PERMISSION, scope=of_day)
def take_out_day(day_id: int) -> ResponseReturnValue:
    """What follows when a day of a unit's own is taken out; then it is done."""
    sure = "sure" in request.form
    session, now = writing() if sure else reading(), clock()
    row = store.find(session, day_id)
    change = Change(row.unit_id, removed=frozenset([row.day]))
    if sure:
        return _make(session, change, now=now)
    moved = _moved(session, change, store.foreseen(session, change, now=now), now=now)
    return _sure(area_of(session, row.unit_id), change, moved, row=row)


def _make(session: Session, change: Change, *, now: datetime) -> ResponseReturnValue:
    found = store.make(session, change, by=g.staff.actor, now=now)
    moved = _moved(session, change, found, now=now)
    session.commit()
    done = _("The calendar is changed.")
    flash(f"{done} {said(moved)}")
    month = Wanted(change.first.year, change.first.month).key
    return redirect(url_for(".calendar", area_id=change.unit_id, month=month), 303)


def said(moved: Moved) -> str:
    """How many dates move, in words."""
    if not moved.dates:
        return str(_("No deadline of an open case moves."))
    told = ngettext(
        "The deadline of %(num)d open case moves: %(later)d later, %(earlier)d earlier.",
        "The deadlines of %(num)d open cases move: %(later)d later, %(earlier)d earlier.",
        len(moved.dates),
        later=moved.later,
        earlier=len(moved.dates) - moved.later,
    )
    return str(told)


def _moved(
    session: Session, change: Change, found: Iterable[Difference], *, now: datetime
) -> Moved:
    seen = select(Case.id).where(store.touched(session, change), visible(session, g.staff, now=now))
    ids = set(session.scalars(seen))
    dates = [one for one in found if one.column == "due_at" and one.case_id in ids]
    return Moved(sorted(dates, key=lambda one: (one.stored, one.case_id)))


def _sure(
    unit: Area, change: Change, moved: Moved, *, form: DayForm | None = None, row: Any = None
) -> str:
    return render_template(
        "feedback/desk/calendar_sure.html",
        change=change,
        form=form,
        listed=moved.dates[:LISTED],
        moved=moved,
        month=Wanted(change.first.year, change.first.month).key,
        row=row or change.added[0],
        said=said(moved),
        unit=unit,
        weekdays=WEEKDAY_NAMES,
    )


def _page(session: Session, unit: Area, form: DayForm, *, now: datetime) -> str:
    today = local_day(now)
    chosen = wanted(request.args.get("month", ""), today)
    hours = hours_of(session, unit.id)
    kept = centres_of_units(session, [unit.id]).get(unit.id)
    whys = whys_of(session, unit.id, kept)
    above = reversed(ancestors(session, unit.id))
    mine = visible_areas(session, g.staff, PERMISSION)
    return render_template(
        "feedback/desk/calendar.html",
        above=[one for one in above if mine is None or one.id in mine],
        below=children(session, unit.id, today),
        centre=centre_of(session, kept),
        chosen=chosen,
        days=differing(hours, whys, chosen.months),
        form=form,
        short=SHORT,
        months=[(month, weeks(hours, whys, month)) for month in chosen.months],
        today=today,
        unit=unit,
        week=week_of(hours.frames),
        weekdays=WEEKDAY_NAMES,
    )
