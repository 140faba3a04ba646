"""Importing people served at the desk: upload, look at what would change, confirm, undo.

Between the preview and the confirmation the file travels in the page, signed.
"""

from typing import Any

from flask import Blueprint, Flask, Response, flash, g, redirect, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import InputRequired

from survey.calendar import clock, local_day
from survey.crypto import SealError, sign, unsign
from survey.database import reading, writing
from survey.errors import Conflict
from survey.fieldwork.places import common_area
from survey.forms import StaffForm
from survey.respond.served import store
from survey.respond.served.file import EXAMPLE, SERVED
from survey.staff import audit
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, visible_areas
from survey.staff.keys import key
from survey.staff.names import actor_names
from survey.units.files import Fault, FileFault, rows_of
from survey.units.places import area_of_counter

bp = Blueprint("served", __name__, url_prefix="/desk/served")
FRESH = 3600  # seconds between preview and confirmation
SHOWN = 200
SEALED_LIMIT = 400_000
PURPOSE = "served-import"


class ServedFile(StaffForm):
    file = FileField(
        _l("CSV file"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("UTF-8, with commas or semicolons, at most 20,000 rows."),
    )


class Confirmed(StaffForm):
    sealed = HiddenField(validators=[InputRequired()])


@bp.route("", methods=["GET", "POST"])
@allowed("served.edit", scope=anywhere)
def upload() -> ResponseReturnValue:
    """The form, the imports so far, and what is wrong with a file."""
    form = ServedFile()
    if not form.is_submitted():
        return _form(form)
    if not form.validate():
        return _form(form, 422)
    try:
        return _preview(form.file.data.filename or "", form.file.data.read())
    except FileFault as error:
        return _form(form, 422, faults=error.list[:SHOWN], total=len(error.list))


def _form(form: ServedFile, status: int = 200, **more: Any) -> ResponseReturnValue:
    session = reading()
    page = render(
        "served/upload.html",
        form=form,
        imports=[one for one in store.imports(session) if _mine(session, one)],
        people=actor_names(session),
        **more,
    )
    return page, status


def _planned(session: Session, data: bytes) -> store.Plan:
    areas = visible_areas(session, g.staff, "served.edit")
    ready = store.plan(session, rows_of(data, SERVED), areas=areas, today=local_day(clock()))
    if ready.faults:
        raise FileFault(ready.faults)
    return ready


def _preview(name: str, data: bytes) -> ResponseReturnValue:
    """What the file would change. Raises FileFault."""
    ready = _planned(reading(), data)
    value = {"name": name, "text": data.decode("utf-8-sig")}
    sealed = sign(key(reading(), PURPOSE), value)
    if len(sealed) > SEALED_LIMIT:
        raise FileFault([Fault(0, "", _l("The file is too large for this page; please split it."))])
    return render("served/preview.html", plan=ready, sealed=sealed, shown=SHOWN, file=name)


@bp.route("/confirm", methods=["POST"])
@allowed("served.edit", scope=anywhere)
def confirm() -> ResponseReturnValue:
    """Checks everything again: others may have changed something meanwhile."""
    session = writing()
    try:
        sealed = Confirmed().sealed.data or ""
        value: Any = unsign(key(session, PURPOSE), sealed, max_age=FRESH)
    except SealError as error:
        words = _("The preview is older than an hour. Please upload the file again.")
        raise Conflict(words) from error
    ready = _planned(session, value["text"].encode())
    now, by = clock(), g.staff.actor
    made = store.bring(session, ready, file_name=value["name"], by=by, now=now)
    if made is None:
        flash(_("Everything in the file is so already; nothing was changed."))
    else:
        note(session, made.id, value["text"], by=by)
        session.commit()
        flash(_("Imported: %(n)d days of counters.", n=made.rows))
    return redirect(url_for(".upload"), 303)


def note(session: Session, number: int, text: str, *, by: str) -> None:
    thing = f"served:{number}"
    audit.record(session, actor=by, act="served.import", object=thing, now=clock(), detail=text)


def of_import(session: Session, args: dict[str, Any]) -> int | None:
    """Scope: the smallest area with all counters of the import. Raises NotFound."""
    made = store.find(session, args["import_id"])
    ids = {row[1] for row in made.before}
    return common_area(session, (area_of_counter(session, id).id for id in ids))


def _mine(session: Session, made: Any) -> bool:
    areas = visible_areas(session, g.staff, "served.edit")
    return areas is None or of_import(session, {"import_id": made.id}) in areas


@bp.route("/<int:import_id>/undo", methods=["POST"])
@allowed("served.edit", scope=of_import)
def undo(import_id: int) -> ResponseReturnValue:
    session, now = writing(), clock()
    store.undo(session, store.find(session, import_id), now=now)
    thing = f"served:{import_id}"
    audit.record(session, actor=g.staff.actor, act="served.undo", object=thing, now=now)
    session.commit()
    flash(_("The import is undone."))
    return redirect(url_for(".upload"), 303)


@bp.route("/example.csv")
@allowed("served.edit", scope=anywhere)
def example() -> ResponseReturnValue:
    answer = Response("\ufeff" + EXAMPLE, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="served.csv"'
    return answer


def install(app: Flask) -> None:
    """People served, at the desk."""
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("People served"),
        "served.upload",
        "served.edit",
        group="survey",
        order=29,
        about=_l("Bring in how many people each counter served, for rates and weights."),
    )
