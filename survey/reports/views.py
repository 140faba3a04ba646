"""The analyst's pages: figures by area and year, the trend of an area, how a figure was made."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.addresses import leaf
from survey.database import reading
from survey.errors import Conflict, NotFound
from survey.fieldwork.measured import measured
from survey.i18n import label, language
from survey.lazy import load
from survey.reports import downloads, words
from survey.reports.catalogue import COUNTERS, SAMPLED, Measure, Source, measures, sources
from survey.reports.figures import Figure, Request, figures
from survey.reports.forms import FigureFilters, filters
from survey.reports.trend import Trend, series, trend
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, may, of_area, visible_areas
from survey.text import fold
from survey.units.areas import area_of


class NoFigures(Conflict):
    """A file was asked of a table or a trend that has no figure."""

    title = _l("There are no figures to download yet")
    remedy = _l("They appear after answers were released and a snapshot was made.")


bp = Blueprint("reports", __name__)
PAGE = 50
CHOICES = ("kind", "measure", "level", "weights", "q", "split")  # what an address may choose
KINDS = {SAMPLED: _l("SIPAS (sample)"), COUNTERS: _l("Counter survey")}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Figures"),
        "reports.table",
        "figure.see",
        group="survey",
        order=10,
        about=_l("Satisfaction by area and year, with its interval, and the trend of an area."),
    )


def _kind() -> str:
    asked = request.args.get("kind", SAMPLED)
    return asked if asked in KINDS else SAMPLED


def _data() -> Path:
    folder: Path = current_app.extensions["sipas.settings"].data
    return folder


def _asked() -> tuple[str, list[Source], FigureFilters, Measure | None]:
    """Kind, sources, filters and measure of this request."""
    kind = _kind()
    found = sources(reading(), kind)
    choices = measures(reading(), found, measured(reading(), _data()).indicators)
    form = filters(request.args, kind, choices)
    measure = next((m for m in choices if m.key == form.measure.data), None)
    return kind, found, form, measure


def _seen(found: list[Figure], q: str) -> list[Figure]:
    """Those that this person may see and asked for by name or code."""
    areas = visible_areas(reading(), g.staff, "figure.see")
    kept = [f for f in found if areas is None or f.area_id in areas]
    wanted = fold(q)
    return [f for f in kept if wanted in fold(f.area) or wanted == f.code]


def _figures() -> tuple[str, FigureFilters, Measure | None, list[Figure]]:
    kind, found, form, measure = _asked()
    if measure is None:
        return kind, form, None, []
    wanted = Request(measure, form.level.data, form.weights.data, bool(form.split.data))
    shown = figures(reading(), _data(), found, wanted)
    return kind, form, measure, _seen(shown, form.q.data or "")


@bp.route("/desk/figures")
@allowed("figure.see", scope=anywhere)
def table() -> ResponseReturnValue:
    kind, form, measure, shown = _figures()
    rows = leaf(shown, PAGE)
    return render_template(
        "reports/table.html",
        kind=kind,
        kinds=KINDS,
        form=form,
        measure=measure,
        shown=rows.rows,
        count=len(shown),
        page=rows.page,
        pages=rows.pages,
        address=_address("reports.table"),
        files=[
            {"text": name.upper(), "href": _address("reports.table_file", ending=name)}
            for name in downloads.ENDINGS
            if may("figure.download")
        ],
        words=words,
        faults=measured(reading(), _data()).faults,
        simulated=any(f.simulated for f in shown),
    )


def _address(endpoint: str, **more: Any) -> str:
    """This page's choices at another endpoint."""
    kept = {name: request.args[name] for name in CHOICES if name in request.args}
    return url_for(endpoint, **{**kept, **more})


@bp.route("/desk/figures.<any(csv, xlsx):ending>")
@allowed("figure.download", scope=anywhere)
def table_file(ending: str) -> ResponseReturnValue:
    kind, _form, measure, shown = _figures()
    if measure is None or not shown:
        raise NoFigures
    rows = downloads.rows(shown, label(measure.label))
    return _file(downloads.table(rows, ending), f"sipas-{kind}", ending)


def _trend(area_id: int) -> tuple[str, FigureFilters, Measure | None, Trend]:
    kind, found, form, measure = _asked()
    area = area_of(reading(), area_id)
    if measure is None:
        return kind, form, None, Trend(area, (), (), ())
    made = trend(
        reading(),
        _data(),
        found,
        kind=kind,
        measure=measure,
        weights=form.weights.data,
        area=area,
    )
    return kind, form, measure, made


@bp.route("/desk/figures/trend/<int(max=2147483647):area_id>")
@allowed("figure.see", scope=of_area)
def trend_page(area_id: int) -> ResponseReturnValue:
    kind, form, measure, made = _trend(area_id)
    endings = ("svg", "png", *downloads.ENDINGS)
    return render_template(
        "reports/trend.html",
        kind=kind,
        kinds=KINDS,
        form=form,
        measure=measure,
        trend=made,
        picture=_address("reports.picture", area_id=area_id),
        address=_address("reports.trend_page", area_id=area_id),
        back=_address("reports.table"),
        files=[
            {
                "text": name.upper(),
                "href": _address("reports.trend_file", area_id=area_id, ending=name),
            }
            for name in endings
            if may("figure.download", area_id)
        ],
        words=words,
        faults=measured(reading(), _data()).faults,
        simulated=made.simulated,
    )


@bp.route("/desk/figures/trend/<int(max=2147483647):area_id>/picture.svg")
@allowed("figure.see", scope=of_area)
def picture(area_id: int) -> ResponseReturnValue:
    """The chart as the page shows it: an image, whose letters are shapes."""
    kind, _form, measure, made = _trend(area_id)
    return Response(_drawn(kind, measure, made, "svg", outlines=True), mimetype="image/svg+xml")


@bp.route("/desk/figures/trend/<int(max=2147483647):area_id>.<any(svg, png, csv, xlsx):ending>")
@allowed("figure.download", scope=of_area)
def trend_file(area_id: int, ending: str) -> ResponseReturnValue:
    kind, _form, measure, made = _trend(area_id)
    name = f"sipas-{kind}-{made.area.code}"
    if measure is not None and ending in downloads.ENDINGS:
        rows = downloads.rows(made.figures, label(measure.label), line=True)
        return _file(downloads.table(rows, ending), name, ending)
    return _file(_drawn(kind, measure, made, ending), name, ending)


def _drawn(
    kind: str, measure: Measure | None, made: Trend, ending: str, *, outlines: bool = False
) -> bytes:
    """The chart of a trend. Raises NoFigures."""
    if measure is None or not made.lines:
        raise NoFigures
    words_ = downloads.chart_words(made, label(measure.label), kind)
    words_["decimal_comma"] = language() == "vi"
    body: bytes = load("survey.reports.numbers").picture(
        series(made, downloads.published_name), words_, ending=ending, outlines=outlines
    )
    return body


@bp.route("/desk/figures/<int(max=2147483647):area_id>/<round_code>")
@allowed("figure.see", scope=of_area)
def figure_page(area_id: int, round_code: str) -> ResponseReturnValue:
    """How one figure was made: from the number to the formula, its source and its rows."""
    kind, found, form, measure = _asked()
    source = next((s for s in found if s.round.code == round_code), None)
    if measure is None or source is None:
        raise NotFound
    area = area_of(reading(), area_id)
    wanted = Request(measure, area.level, form.weights.data, split=True)
    shown = [
        f for f in _seen(figures(reading(), _data(), [source], wanted), "") if f.area_id == area.id
    ]
    if not shown:
        raise NotFound
    return render_template(
        "reports/figure.html",
        kind=kind,
        measure=measure,
        source=source,
        figure=next(f for f in shown if f.mode is None),
        by_mode=[f for f in shown if f.mode],
        items=_items(source, measure),
        back=_address("reports.table"),
        trend=_address("reports.trend_page", area_id=area_id),
        words=words,
        simulated=source.round.simulated,
        title=_("How this figure was made"),
    )


def _items(source: Source, measure: Measure) -> list[tuple[str, str]]:
    """The items of the measure in that form: id and wording."""
    ids = measure.items[source.form.name].items
    return [(item.id, label(item.label)) for item in source.form.items if item.id in ids]


TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def _file(body: bytes, name: str, ending: str) -> Response:
    answer = Response(body, mimetype=TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer
