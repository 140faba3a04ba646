"""The desk's pages about devices: the list, one device, a code that enrols, PINs."""

from typing import Any

import segno
from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.addresses import leaf
from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import NotFound
from survey.fieldwork.devices import enrolment, pins, store
from survey.fieldwork.devices.forms import EnrolForm, PinForm, RenameForm, RevokeForm
from survey.fieldwork.devices.gaps import gaps_of, missing
from survey.fieldwork.devices.signer import SANE
from survey.fieldwork.devices.tables import CentrePin
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, check_scope, may, visible_areas
from survey.staff.names import actor_names
from survey.units.places import centre_by_code, counter_by_code, counters
from survey.units.tables import Centre

bp = Blueprint("devices", __name__, url_prefix="/desk/devices")
PAGE = 25
GAPS_SHOWN = 60


def of_device(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about one device: the area of its centre. Raises NotFound."""
    return store.find_device(session, args["id"]).centre.area_id


def of_centre(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about a centre: its area. Raises NotFound."""
    return _centre(session, args["code"]).area_id


def _centre(session: Session, code: str) -> Centre:
    found = centre_by_code(session, code)
    if found is None:
        raise NotFound
    return found


@bp.route("", endpoint="list")
@allowed("device.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """The devices of one's areas, with how they were when they last called."""
    session = reading()
    lines = store.devices(session, areas=visible_areas(session, g.staff, "device.see"))
    page = leaf(lines, PAGE)
    gaps = gaps_of(session, [line.device for line in page.rows])
    return render_template(
        "devices/list.html",
        lines=page.rows,
        missing={id: missing(found) for id, found in gaps.items()},
        page=page.page,
        pages=page.pages,
        silent=clock() - store.SILENT,
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed("device.edit", scope=anywhere)
def new() -> ResponseReturnValue:
    """A one-time code for a counter; shown in the answer to this form and never again."""
    session = reading() if request.method == "GET" else writing()
    form = EnrolForm(data={"counter": request.args.get("counter", "")})
    visible = visible_areas(session, g.staff, "device.edit")
    found = counters(session, areas=visible, day=local_day(clock()))
    form.counter.choices = [SelectChoice(c.code, f"{c.name} ({c.code})") for c in found]
    if request.method == "GET" or not form.validate():
        page = render_template("devices/new.html", form=form, none=not found)
        return page, 422 if form.errors else 200
    counter = counter_by_code(session, form.counter.data)
    if counter is None:
        raise NotFound
    check_scope("device.edit", session.get_one(Centre, counter.centre_id).area_id)
    now = clock()
    code = enrolment.make_code(session, counter, form.name.data or "", by=g.staff.actor, now=now)
    session.commit()
    address = f"{request.url_root}k?code={code}"
    return render_template(
        "devices/code.html",
        code=f"{code[: enrolment.HALF]}-{code[enrolment.HALF :]}",
        address=f"{request.url_root}k",
        picture=segno.make(address, error="m").svg_data_uri(scale=6, border=4, light="white"),
        counter=counter,
        until=now + enrolment.LIVES,
    )


@bp.route("/<id>")
@allowed("device.see", scope=of_device)
def show(id: str) -> ResponseReturnValue:
    return _page(id)


def _page(id: str, status: int = 200, **forms: Any) -> ResponseReturnValue:
    """One device with what can be done to it; forms: those with faults to show."""
    session = reading()
    line = store.find_device(session, id)
    shown = {
        "rename_form": RenameForm(formdata=None, name=line.device.name),
        "pin_form": PinForm(formdata=None),
        "revoke_form": RevokeForm(formdata=None),
        **forms,
    }
    page = render_template(
        "devices/show.html",
        line=line,
        device=line.device,
        gaps=gaps_of(session, [line.device])[id],
        gaps_shown=GAPS_SHOWN,
        centre_pin=session.get(CentrePin, line.centre.id),
        people=actor_names(session),
        editable=may("device.edit", line.centre.area_id),
        silent=clock() - store.SILENT,
        sane=SANE,
        **shown,
    )
    return page, status


@bp.route("/<id>/rename", methods=["POST"])
@allowed("device.edit", scope=of_device)
def rename(id: str) -> ResponseReturnValue:
    form = RenameForm()
    if not form.validate():
        return _page(id, 422, rename_form=form)
    line = store.find_device(writing(), id)
    store.rename(writing(), line.device, form.name.data or "", by=g.staff.actor, now=clock())
    return _saved(id)


@bp.route("/<id>/pin", methods=["POST"])
@allowed("device.edit", scope=of_device)
def pin(id: str) -> ResponseReturnValue:
    """A PIN of its own, or with the other button that of its centre again."""
    form, own = PinForm(), request.form.get("act") != "centre"
    if own and not form.validate():
        return _page(id, 422, pin_form=form)
    line = store.find_device(writing(), id)
    typed = form.pin.data if own else None
    pins.set_for_device(writing(), line.device, typed, by=g.staff.actor, now=clock())
    return _saved(id)


@bp.route("/<id>/revoke", methods=["POST"])
@allowed("device.edit", scope=of_device)
def revoke(id: str) -> ResponseReturnValue:
    form = RevokeForm()
    if not form.validate():
        return _page(id, 422, revoke_form=form)
    line = store.find_device(writing(), id)
    store.revoke(writing(), line.device, form.reason.data or "", by=g.staff.actor, now=clock())
    return _saved(id)


def _saved(id: str) -> ResponseReturnValue:
    writing().commit()
    flash(_("Saved."))
    return redirect(url_for(".show", id=id), 303)


@bp.route("/pin/<code>", methods=["GET", "POST"])
@allowed("device.edit", scope=of_centre)
def centre_pin(code: str) -> ResponseReturnValue:
    """The PIN of every device of a centre that has none of its own."""
    session = reading() if request.method == "GET" else writing()
    centre, form = _centre(session, code), PinForm()
    if request.method == "GET" or not form.validate():
        kept = session.get(CentrePin, centre.id)
        page = render_template("devices/pin.html", form=form, centre=centre, kept=kept)
        return page, 422 if form.errors else 200
    pins.set_for_centre(session, centre, form.pin.data or "", by=g.staff.actor, now=clock())
    session.commit()
    flash(_("Saved."))
    return redirect(url_for(".list"), 303)


def install(app: Flask) -> None:
    """Devices at the desk."""
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Devices"),
        "devices.list",
        "device.see",
        group="survey",
        order=25,
        about=_l("Enrol kiosks at counters, see how they are and what has not arrived."),
    )
