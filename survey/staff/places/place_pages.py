"""Agencies, centres, counters with their poster codes, and fields: lists and simple forms."""

import io
from typing import Any

import segno
from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.calendar import clock
from survey.database import reading, writing
from survey.errors import InputFault, NotFound
from survey.i18n import language
from survey.staff.guard import allowed, anywhere, installation, may, visible_areas
from survey.staff.places import hours_page
from survey.staff.places.blueprint import PAGE, bp, done, may_everywhere, page_number, today
from survey.staff.places.forms import FieldForm
from survey.staff.places.shelves import (
    KINDS_RULE,
    SHELVES,
    area_id_of,
    form_of,
    of_place,
    place_of,
    values_of,
)
from survey.units import areas, editing, hours, places
from survey.units.tables import Counter, Field

FEEDBACK = "feedback.leave"


@bp.route(f"/<{KINDS_RULE}:shelf>")
@allowed("unit.see", scope=anywhere)
def shelf(shelf: str) -> ResponseReturnValue:
    """Places of the areas that one may see."""
    store, closed = reading(), bool(request.args.get("closed"))
    visible = visible_areas(store, g.staff, "unit.see")
    found = SHELVES[shelf].listed(store, areas=visible, day=None if closed else today())
    page, pages = page_number(), -(-len(found) // PAGE)
    shown = found[(page - 1) * PAGE : page * PAGE]
    where = {place.id: areas.area_of(store, area_id_of(store, place)) for place in shown}
    return render_template(
        "units/shelf.html",
        name=shelf,
        shelf=SHELVES[shelf],
        shown=shown,
        where=where,
        fields=places.field_names(store, language()),
        closed=closed,
        page=page,
        pages=pages,
        address=url_for(".shelf", shelf=shelf, closed="1" if closed else None),
        may_edit=may("unit.edit"),
    )


@bp.route(f"/<{KINDS_RULE}:shelf>/new", methods=["GET", "POST"])
@allowed("unit.edit", scope=anywhere)
def add(shelf: str) -> ResponseReturnValue:
    """The area that is named decides whether one may add here."""
    store = reading() if request.method == "GET" else writing()
    form = form_of(store, shelf, None, visible_areas(store, g.staff, "unit.edit"))
    if request.method == "POST" and form.validate():
        try:
            place = SHELVES[shelf].model(code=form.code.data, **values_of(store, form))
            editing.add(store, place)
        except editing.UnitCodeTaken as fault:
            form.code.errors = [str(fault.title)]
        except InputFault as fault:
            form.area.errors = fault.faults
        else:
            return changed("unit.add", shelf, place)
    page = render_template("units/form.html", form=form, name=shelf, shelf=SHELVES[shelf])
    return page, 422 if form.errors else 200


@bp.route(f"/<{KINDS_RULE}:shelf>/<code>")
@allowed("unit.see", scope=of_place)
def place(shelf: str, code: str) -> ResponseReturnValue:
    store = reading()
    found = place_of(store, shelf, code)
    context: dict[str, Any] = {}
    if isinstance(found, Counter):
        context["codes"] = places.codes_of(store, found.id)
        context["current"] = places.current_code(store, found.id)
        if context["current"]:
            context["link"] = poster_link(context["current"].code)
            context["feedback_link"] = feedback_link(context["current"].code)
    elif shelf == "centres":
        context["counters"] = places.counters(store, centre_id=found.id)
        context["hours"] = hours_page.shown(hours.hours_of(store, found.id))
    area_id = area_id_of(store, found)
    return render_template(
        "units/place.html",
        name=shelf,
        shelf=SHELVES[shelf],
        place=found,
        area=areas.area_of(store, area_id),
        fields=places.field_names(store, language()),
        may_edit=may("unit.edit", area_id),
        closed=found.closed_on is not None and found.closed_on <= today(),
        **context,
    )


def poster_link(code: str) -> str:
    """The address that the QR code of a poster holds."""
    return f"{request.url_root}c/{code}"


def feedback_link(code: str) -> str | None:
    """Where feedback about the counter is left, where the installation takes any."""
    if FEEDBACK not in current_app.view_functions:
        return None
    return url_for(FEEDBACK, at=code, _external=True)


@bp.route(f"/<{KINDS_RULE}:shelf>/<code>/edit", methods=["GET", "POST"])
@allowed("unit.edit", scope=of_place)
def edit(shelf: str, code: str) -> ResponseReturnValue:
    store = reading() if request.method == "GET" else writing()
    found = place_of(store, shelf, code)
    form = form_of(store, shelf, found, visible_areas(store, g.staff, "unit.edit"))
    if request.method == "POST" and form.validate():
        try:
            values = values_of(store, form)
        except InputFault as fault:
            form.area.errors = fault.faults
        else:
            for name, value in values.items():
                setattr(found, name, value)
            return changed("unit.edit", shelf, found)
    page = render_template(
        "units/form.html", form=form, name=shelf, shelf=SHELVES[shelf], place=found
    )
    return page, 422 if form.errors else 200


@bp.route(f"/<{KINDS_RULE}:shelf>/<code>/close", methods=["POST"])
@allowed("unit.edit", scope=of_place)
def close(shelf: str, code: str) -> ResponseReturnValue:
    found = place_of(writing(), shelf, code)
    places.close(found, day=today())
    return changed("unit.close", shelf, found)


@bp.route(f"/<{KINDS_RULE}:shelf>/<code>/reopen", methods=["POST"])
@allowed("unit.edit", scope=of_place)
def reopen(shelf: str, code: str) -> ResponseReturnValue:
    found = place_of(writing(), shelf, code)
    editing.reopen(found)
    return changed("unit.reopen", shelf, found)


def changed(act: str, shelf: str, place: Any) -> ResponseReturnValue:
    done(act, f"{SHELVES[shelf].kind}:{place.code}", place.name)
    flash(_("Saved."))
    return redirect(url_for(".place", shelf=shelf, code=place.code))


@bp.route("/counters/<code>/code", methods=["POST"])
@allowed("unit.edit", scope=of_place)
def new_code(code: str) -> ResponseReturnValue:
    counter = place_of(writing(), "counters", code)
    places.new_code(writing(), counter.id, now=clock())
    done("counter.code", f"counter:{code}")
    flash(
        _("The counter has a new code. Please put up the new poster; the old one no longer works.")
    )
    return redirect(url_for(".place", shelf="counters", code=code))


@bp.route("/counters/<code>/code.svg")
@allowed("unit.see", scope=of_place)
def picture(code: str) -> ResponseReturnValue:
    """The QR code of the counter's present poster."""
    return _qr(poster_link(_current(code)))


@bp.route("/counters/<code>/feedback.svg")
@allowed("unit.see", scope=of_place)
def feedback_picture(code: str) -> ResponseReturnValue:
    """The QR code that leads to feedback about the counter."""
    link = feedback_link(_current(code))
    if link is None:
        raise NotFound
    return _qr(link)


def _current(code: str) -> str:
    """The code on the counter's present poster. Raises NotFound."""
    current = places.current_code(reading(), place_of(reading(), "counters", code).id)
    if current is None:
        raise NotFound
    return current.code


def _qr(link: str) -> Response:
    out = io.BytesIO()
    segno.make(link, error="q").save(out, kind="svg", scale=6, border=4, light="white")
    return Response(out.getvalue(), mimetype="image/svg+xml")


@bp.route("/fields")
@allowed("unit.see", scope=anywhere)
def fields() -> ResponseReturnValue:
    return render_template(
        "units/fields.html", fields=places.fields(reading()), may_edit=may_everywhere()
    )


@bp.route("/fields/new", methods=["GET", "POST"])
@allowed("unit.edit", scope=installation)
def add_field() -> ResponseReturnValue:
    form = FieldForm()
    if request.method == "POST" and form.validate():
        field = Field(code=form.code.data, name=form.name.data, name_en=form.name_en.data or "")
        try:
            editing.add(writing(), field)
        except editing.UnitCodeTaken as fault:
            form.code.errors = [str(fault.title)]
        else:
            return field_saved("unit.add", field)
    return render_template("units/field.html", form=form), 422 if form.errors else 200


@bp.route("/fields/<code>/edit", methods=["GET", "POST"])
@allowed("unit.edit", scope=installation)
def edit_field(code: str) -> ResponseReturnValue:
    store = reading() if request.method == "GET" else writing()
    field = places.field_by_code(store, code)
    if field is None:
        raise NotFound
    form = FieldForm(obj=field)
    form.code.validators, form.code.data = (), code
    if request.method == "POST" and form.validate():
        field.name, field.name_en = form.name.data, form.name_en.data or ""
        return field_saved("unit.edit", field)
    return render_template("units/field.html", form=form, field=field), 422 if form.errors else 200


def field_saved(act: str, field: Field) -> ResponseReturnValue:
    done(act, f"field:{field.code}", field.name)
    flash(_("Saved."))
    return redirect(url_for(".fields"))
