"""Figures of the inbox: a table and a chart by period, for one's areas; as files; on paper."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import reading
from survey.errors import Conflict
from survey.feedback.hours import hours_of_units
from survey.feedback.reports import downloads, words
from survey.feedback.reports.cohort import cohort, first_came
from survey.feedback.reports.forms import ReportForm, filters
from survey.feedback.reports.lines import TRANSFER_DAYS, By, Line
from survey.feedback.reports.periods import Period
from survey.feedback.tables import Case
from survey.lazy import load
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, simulated, visible_areas
from survey.units.areas import Area

bp = Blueprint("feedback_report", __name__)
PATH = "/desk/feedback/report"
CHOICES = ("period", "by", "unit")
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
}


class NothingCame(Conflict):
    """A file was asked of a period without cases."""

    title = _l("No feedback came in during this period")
    remedy = _l("Go back and choose another period.")


@dataclass(frozen=True)
class Report:
    """What was asked for, and what is to be shown."""

    form: ReportForm
    period: Period
    by: By
    units: dict[int, str]
    total: Line
    lines: list[Line]

    @property
    def all(self) -> list[Line]:
        return [self.total, *self.lines]


def _report() -> Report:
    session, now = reading(), clock()
    areas = visible_areas(session, g.staff, "feedback.figure")
    units = _units(session, areas)
    oldest = first_came(session) or now
    form = filters(request.args, local_day(oldest), local_day(now), units)
    period, by = form.chosen, form.by.data
    chosen = {int(form.unit.data)} if form.unit.data else areas
    found = cohort(session, period, chosen, now=now)
    total, lines = load("survey.feedback.numbers").report(
        found,
        hours_of_units(session, found.unit),
        by,
        first=period.first,
        now=now,
        minimum=words.INSIDE,
    )
    return Report(form, period, by, units, total, lines)


def _units(session: Session, areas: set[int] | None) -> dict[int, str]:
    """Names of the units that have or had cases, those that this person sees."""
    handling = select(Case.unit_id).distinct()
    query = select(Area.id, Area.name).where(Area.id.in_(handling)).order_by(Area.folded, Area.id)
    return {id: name for id, name in session.execute(query) if areas is None or id in areas}


def _address(endpoint: str, **more: Any) -> str:
    """This page's choices at another endpoint."""
    kept = {name: request.args[name] for name in CHOICES if name in request.args}
    return url_for(endpoint, **{**kept, **more})


@bp.route(PATH)
@allowed("feedback.figure", scope=anywhere)
def page() -> ResponseReturnValue:
    made = _report()
    return render_template(
        "feedback/report/page.html",
        report=made,
        words=words,
        days=TRANSFER_DAYS,
        picture=_address(".picture"),
        files=[
            {"text": ending.upper(), "href": _address(".file", ending=ending)}
            for ending in (*downloads.ENDINGS, "svg", "png")
        ],
        over=made.period.over(clock()),
    )


@bp.route(f"{PATH}.<any(csv, xlsx, svg, png):ending>")
@allowed("feedback.figure", scope=anywhere)
def file(ending: str) -> ResponseReturnValue:
    made = _report()
    if not made.lines:
        raise NothingCame
    if ending in downloads.ENDINGS:
        rows = downloads.rows(made.all, made.by, made.units, made.period)
        body = downloads.table(rows, ending)
    else:
        body = _drawn(made, ending, outlines=False)
    answer = Response(body, mimetype=TYPES[ending])
    name = f"gop-y-{made.period.key}-{made.by}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.route(f"{PATH}/picture")
@allowed("feedback.figure", scope=anywhere)
def picture() -> ResponseReturnValue:
    """The chart as the page shows it: an image, whose letters are shapes."""
    made = _report()
    if not made.lines:
        raise NothingCame
    return Response(_drawn(made, "svg", outlines=True), mimetype=TYPES["svg"])


def _drawn(made: Report, ending: str, *, outlines: bool) -> bytes:
    return downloads.picture(
        made.lines,
        made.by,
        made.units,
        made.period,
        ending=ending,
        simulated=simulated(),
        outlines=outlines,
    )


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Figures of feedback"),
        "feedback_report.page",
        "feedback.figure",
        group="feedback",
        order=47,
        about=_l(
            "What came in, what was answered in time, how long people wait, and what is open."
        ),
    )
