"""Questionnaires from files: what was read is shown with its report before it becomes a draft.

Between the two the questionnaire travels in the page, signed, so that nothing is lost when the name
is taken or the session has ended.
"""

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.calendar import clock
from survey.crypto import SealError, sign, unsign
from survey.database import reading, writing
from survey.errors import Conflict
from survey.exchange.apart import LARGEST, FileRefused
from survey.exchange.arriving import Arrival, again, free_version, named, read
from survey.exchange.door import NAMES, bp
from survey.exchange.formats import FORMATS
from survey.exchange.forms import SaveForm, UploadForm
from survey.fieldwork import drafts
from survey.fieldwork.editor.door import counted, data, findings
from survey.fieldwork.editor.words import SEVERITY_NAMES
from survey.staff.audit import record
from survey.staff.guard import allowed, anywhere
from survey.staff.keys import key

READ_ON = 2 * LARGEST  # bytes that are read of an upload, so that a page can say it is too large
SEALED = 12 * 1024 * 1024  # characters of a page's form that carries a questionnaire
FRESH = 24 * 3600  # seconds between looking at a file and saving it
SHOWN = 100  # findings of the linter, or reasons why a file is refused


@bp.before_request
def _roomy() -> None:
    """A file of another tool, or what was read of it, is larger than what other pages send."""
    if request.endpoint == "exchange.upload":
        request.max_content_length = READ_ON
    elif request.endpoint == "exchange.save":
        request.max_content_length = request.max_form_memory_size = SEALED


@bp.route("/desk/questionnaires/import", methods=["GET", "POST"])
@allowed("questionnaire.edit", scope=anywhere)
def upload() -> ResponseReturnValue:
    """Choose a file; then see what was read of it, and what became of everything in it."""
    form = UploadForm()
    if request.method == "GET":
        return _asked(form, [])
    if not form.validate():
        return _asked(form, []), 422
    file = form.file.data
    try:
        arrival = read(file.read(), file.filename or "")
    except FileRefused as refused:
        return _asked(form, refused.faults, file.filename or ""), 422
    return _looked_at(arrival, _begun(arrival))


def _asked(form: UploadForm, faults: list[str], file: str = "") -> str:
    return render_template(
        "exchange/upload.html",
        form=form,
        faults=faults[:SHOWN],
        total=len(faults),
        file=file,
        formats=[one for one in FORMATS if one.reads],
        largest=LARGEST // 1024**2,
    )


def _taken() -> list[str]:
    return drafts.every_name(reading(), data())


def _begun(arrival: Arrival) -> SaveForm:
    """The form that saves it, with a version that is free."""
    return SaveForm(
        formdata=None,
        sealed=_seal(arrival),
        form=arrival.form,
        version=free_version(arrival.form, arrival.version, _taken()) or arrival.version,
    )


def _looked_at(arrival: Arrival, form: SaveForm) -> str:
    found = findings(arrival.text, f"{arrival.form}@{arrival.version}")
    return render_template(
        "exchange/arrived.html",
        arrival=arrival,
        form=form,
        moved=form.version.data != arrival.version,
        findings=found[:SHOWN],
        counts=counted(found),
        shown=SHOWN,
        severity_names=SEVERITY_NAMES,
        **NAMES,
    )


@bp.route("/desk/questionnaires/import/save", methods=["POST"])
@allowed("questionnaire.edit", scope=anywhere)
def save() -> ResponseReturnValue:
    """Keep what was looked at as a draft. A name that is taken is told, and nothing is lost."""
    form = SaveForm()
    arrival = _unseal(form.sealed.data or "")
    if not form.validate():
        return _looked_at(arrival, form), 422
    called, version = str(form.form.data), int(form.version.data or 0)
    name = f"{called}@{version}"
    if name in _taken():
        form.version.errors = [_free(called, version)]
        return _looked_at(arrival, form), 409
    text = arrival.text
    if (called, version) != (arrival.form, arrival.version):
        text = named(text, called, version)
    drafts.write_draft(data(), name, text, expected=None)
    session = writing()
    record(
        session,
        actor=g.staff.actor,
        act="draft.import",
        object=f"questionnaire:{name}",
        now=clock(),
        detail=text,
    )
    session.commit()
    flash(_("The questionnaire is kept as a draft."))
    return redirect(url_for("questionnaires.show", name=name))


def _free(form: str, version: int) -> str:
    free = free_version(form, version, _taken())
    if free is None:
        return str(_("Every version of “%(form)s” is taken. Give it another name.", form=form))
    name = f"{form}@{version}"
    words = _("There is a questionnaire “%(name)s” already. Version %(free)d is free.",
              name=name, free=free)  # fmt: skip
    return str(words)


def _seal(arrival: Arrival) -> str:
    packed = zlib.compress(json.dumps(arrival.plain(), ensure_ascii=False).encode())
    return sign(key(reading(), "questionnaire-import"), b64encode(packed).decode())


def _unseal(sealed: str) -> Arrival:
    """Raises Conflict when the page is too old, or was not made here."""
    try:
        packed: Any = unsign(key(reading(), "questionnaire-import"), sealed, max_age=FRESH)
    except SealError as error:
        words = _("What was read of the file is older than a day. Please choose the file again.")
        raise Conflict(words) from error
    return again(json.loads(zlib.decompress(b64decode(packed))))
