"""The queue of a device as a file, brought to the desk by staff: the way in of the network."""

import json
from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.database import reading, writing
from survey.fieldwork.devices.signer import SignatureWrong, Signer, signer_of
from survey.fieldwork.devices.store import find_device
from survey.forms import StaffForm
from survey.respond.batch import ITEM_BYTES, BatchNotJson, items
from survey.respond.health import tally
from survey.respond.intake import receive
from survey.respond.remarks import receive_remark
from survey.respond.sealed import opened
from survey.respond.taking import Receive, take_items
from survey.staff import audit
from survey.staff.guard import allowed, anywhere, check_scope

LARGEST: Final = 64 * 1024 * 1024  # some 20,000 answers
ADDRESS: Final = "/desk/devices/import"  # what the device signs, too
ANSWERS, WORDS = "answers", "words"
DOORS: Final[dict[str, Receive]] = {ANSWERS: receive, WORDS: receive_remark}
STATES: Final = ("stored", "already", "kept-for-review", "refused")

bp = Blueprint("queue_file", __name__)


class FileUnreadable(ValueError):
    """The sentence says which line is wrong."""


@dataclass(frozen=True)
class QueueFile:
    """Bytes of the items by kind, as they were sealed; what was signed, and the headers that say
    by whom, None where nobody did."""

    found: dict[str, list[bytes]]
    body: bytes
    signed: dict[str, str] | None


class ImportForm(StaffForm):
    file = FileField(
        _l("File of the device"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("As the page of staff on the device saves it; it ends in .ndjson."),
    )


def read_file(content: bytes) -> QueueFile:
    """The file of `exported()` in records.js. Raises FileUnreadable."""
    found: dict[str, list[bytes]] = {ANSWERS: [], WORDS: []}
    body, signed = b"", None
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        if not line.strip():
            continue
        table = _table(line, number)
        if signed is not None:
            raise FileUnreadable(_("Line %(n)d stands behind the signature.", n=number))
        if "signed" in table:
            signed = {str(k): str(v) for k, v in table["signed"].items()}
            continue
        body += line
        found[table["kind"]].append(_bytes_of(line, table["kind"]))
    if not any(found.values()):
        raise FileUnreadable(_("There is no answer in this file."))
    return QueueFile(found, body, signed)


def _table(line: bytes, number: int) -> dict[str, Any]:
    try:
        table = json.loads(line)
        good = isinstance(table, dict) and (
            isinstance(table.get("signed"), dict)
            or (table.get("kind") in DOORS and isinstance(table.get("item"), dict))
        )
    except (ValueError, RecursionError):
        good = False
    if not good:
        raise FileUnreadable(_("Line %(n)d is not of a device's queue.", n=number))
    return dict(table)


def _bytes_of(line: bytes, kind: str) -> bytes:
    """The item as it was sealed: its hash is known by what came through the network before."""
    start = f'{{"kind":"{kind}","item":'.encode()
    try:
        [item] = items(b"[" + line.strip().removeprefix(start).removesuffix(b"}") + b"]")
    except (BatchNotJson, ValueError) as error:
        raise FileUnreadable(_("A line is not written as a device writes it.")) from error
    return item


def _signer(session: Session, file: QueueFile) -> Signer | None:
    """Raises SignatureWrong and its kinds, and refuses a device of other people's areas."""
    if file.signed is None:
        return None
    signer = signer_of(session, file.signed, "POST", ADDRESS, file.body, now=clock())
    check_scope("device.edit", find_device(session, signer.id).centre.area_id)
    return signer


def take_file(file: QueueFile, signer: Signer | None) -> Tally[str]:
    """How many of its items came to which state, after the commit."""
    states: Tally[str] = Tally()
    for kind, bodies in file.found.items():
        fitting = [body if len(body) <= ITEM_BYTES else b"" for body in bodies]
        told = take_items(DOORS[kind], opened(reading(), fitting), signer, now=clock())
        states.update(answer["state"] for answer in told)
        if kind == ANSWERS:
            for answer in told:
                tally("file", answer["state"])
    return states


@bp.before_request
def _room() -> None:
    request.max_content_length = LARGEST


@bp.route(ADDRESS, methods=["GET", "POST"])
@allowed("device.edit", scope=anywhere)
def take() -> ResponseReturnValue:
    """The file of a device that could not send: taken like what it sends, each item once."""
    form, states = ImportForm(), None
    if request.method == "POST" and form.validate():
        try:
            file = read_file(form.file.data.read())
            signer = _signer(reading(), file)
        except (FileUnreadable, SignatureWrong) as error:
            wrong = isinstance(error, SignatureWrong)
            form.file.errors = [error.title if isinstance(error, SignatureWrong) else str(error)]
            return _page(form, None), 401 if wrong else 422
        states = take_file(file, signer)
        _note(signer, states)
    return _page(form, states), 422 if form.errors else 200


def _note(signer: Signer | None, states: Tally[str]) -> None:
    session = writing()
    thing = "queue" if signer is None else f"device:{signer.id}"
    detail = ", ".join(f"{state} {states[state]}" for state in STATES if states[state])
    audit.record(
        session, actor=g.staff.actor, act="device.import", object=thing, now=clock(), detail=detail
    )
    session.commit()


def _page(form: ImportForm, states: Tally[str] | None) -> str:
    names = {
        "stored": _("Stored now"),
        "already": _("Stored before"),
        "kept-for-review": _("Kept for review"),
        "refused": _("Too large, not taken"),
    }
    rows = [(names[state], states[state]) for state in STATES if states[state]] if states else None
    return render_template("devices/import.html", form=form, rows=rows)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
