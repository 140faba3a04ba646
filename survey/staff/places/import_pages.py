"""Importing units from the desk: upload, look at what would change, confirm, undo.

Between the preview and the confirmation the file travels in the page, signed.
"""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.calendar import clock, local_day
from survey.crypto import SealError, sign, unsign
from survey.database import reading, writing
from survey.errors import Conflict, NotFound
from survey.staff.guard import allowed, installation
from survey.staff.keys import key
from survey.staff.names import actor_names
from survey.staff.places.blueprint import bp, done
from survey.staff.places.forms import KIND_NAMES, ConfirmForm, UploadForm
from survey.units.files import Fault, FileFault, read, template
from survey.units.imports import bring, plan
from survey.units.kinds import KINDS
from survey.units.undoing import imports, undo

SEALED_LIMIT = 400_000  # characters of a signed file that a page carries
FRESH = 3600  # seconds between preview and confirmation
SHOWN = 200  # faults or changes shown of one file


@bp.route("/import", methods=["GET", "POST"])
@allowed("unit.edit", scope=installation)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if request.method == "GET":
        return render_template("units/import.html", form=form, kinds=KIND_NAMES)
    if not form.validate():
        return render_template("units/import.html", form=form, kinds=KIND_NAMES), 422
    kind, file = form.kind.data, form.file.data
    try:
        return preview(kind, file.filename or "", file.read())
    except FileFault as error:
        page = render_template(
            "units/import.html",
            form=form,
            kinds=KIND_NAMES,
            faults=error.list[:SHOWN],
            total=len(error.list),
            file=file.filename,
        )
        return page, 422


def preview(kind: str, name: str, data: bytes) -> ResponseReturnValue:
    """What the file would change, and a button that does it. Raises FileFault."""
    ready = plan(reading(), kind, read(data, kind), day=local_day(clock()))
    if ready.faults:
        raise FileFault(ready.faults)
    value = {"kind": kind, "name": name, "text": data.decode("utf-8-sig")}
    sealed = sign(key(reading(), "unit-import"), value)
    if len(sealed) > SEALED_LIMIT:
        words = _("The file is too large for this page. Please split it, or use: sipas unit import")
        raise FileFault([Fault(0, "", words)])
    return render_template(
        "units/preview.html",
        form=ConfirmForm(formdata=None, sealed=sealed),
        plan=ready,
        shown=(ready.added + ready.changed)[:SHOWN],
        kind=KIND_NAMES[kind],
        file=name,
        said=said,
    )


def said(value: Any) -> str:
    """A value of a change, as a preview shows it."""
    if isinstance(value, tuple):
        return str(value[1])  # an area: its code
    return "–" if value in (None, "") else str(value)


@bp.route("/import/confirm", methods=["POST"])
@allowed("unit.edit", scope=installation)
def confirm() -> ResponseReturnValue:
    """Checks everything again: others may have changed something meanwhile."""
    sealed = ConfirmForm().sealed.data or ""
    try:
        value: Any = unsign(key(writing(), "unit-import"), sealed, max_age=FRESH)
    except SealError as error:
        words = _("The preview is older than an hour. Please upload the file again.")
        raise Conflict(words) from error
    rows = read(value["text"].encode(), value["kind"])
    made = bring(
        writing(),
        value["kind"],
        rows,
        file_name=value["name"],
        by=g.staff.actor,
        now=clock(),
    )
    if made is None:
        flash(_("Everything in the file is so already; nothing was changed."))
    else:
        done("unit.import", f"import:{made.id}", value["text"])
        flash(
            _(
                "Imported: %(added)d added, %(changed)d changed.",
                added=made.added,
                changed=made.changed,
            )
        )
    return redirect(url_for(".import_list"))


@bp.route("/imports", endpoint="import_list")
@allowed("unit.edit", scope=installation)
def list_() -> ResponseReturnValue:
    return render_template(
        "units/imports.html",
        imports=imports(reading()),
        people=actor_names(reading()),
        kinds=KIND_NAMES,
    )


@bp.route("/imports/<int:import_id>/undo", methods=["POST"])
@allowed("unit.edit", scope=installation)
def undo_import(import_id: int) -> ResponseReturnValue:
    undo(writing(), import_id, now=clock())
    done("unit.undo", f"import:{import_id}")
    flash(_("The import is undone."))
    return redirect(url_for(".import_list"))


@bp.route("/import/<kind>.csv")
@allowed("unit.edit", scope=installation)
def example(kind: str) -> ResponseReturnValue:
    """A file with the header and one row, for a spreadsheet: with a mark of its encoding."""
    if kind not in KINDS:
        raise NotFound
    answer = Response("\ufeff" + template(kind), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer
