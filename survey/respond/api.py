"""The door for devices: batches of submissions, each answered for itself after the commit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask, current_app, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.config import Settings
from survey.database import database
from survey.errors import DatabaseUnreachable
from survey.fieldwork.devices.signer import Signer, claims_device, signer_of
from survey.fieldwork.tables import MODES
from survey.respond import device_door
from survey.respond.arrival import Arrival
from survey.respond.batch import BATCH_BYTES, ITEM_BYTES, ITEMS, BatchNotTyped, items
from survey.respond.bundle import views as bundles
from survey.respond.health import tally
from survey.respond.intake import Acknowledgement, keep, receipt_key, receive
from survey.respond.origin import refuse_strangers
from survey.respond.sealed import ALGORITHM, MARK, PARTS, Item, opened
from survey.respond.submission import GREATEST, OUTCOMES

TOGETHER = 32  # items written in one act, so that a long batch does not hold up the counter


class AnswerOfItem(Schema):
    """What became of one submission of the batch, in the order of the batch."""

    id = fields.UUID(allow_none=True, metadata={"description": "As sent; null when unreadable."})
    sha256 = fields.String(
        metadata={
            "description": "Of the item's bytes: the slice of the request's body that is this "
            "element of the list, from { to }. Delete your copy only when id and sha256 are "
            "yours: a captive portal also answers 200. Absent when the item was refused."
        }
    )
    state = fields.String(
        metadata={
            "enum": ["stored", "already", "kept-for-review", "refused"],
            "description": "stored; already (same id and body before); kept-for-review (same id "
            "and another body, or a body that is faulty); refused (too large: not kept).",
        }
    )
    reason = fields.String(metadata={"description": "Why it is kept for review or refused."})


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


ITEM_ID = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
PLACE = {
    "type": "object",
    "description": "Codes of where somebody was served, who decided, and where they live.",
    "properties": {"counter": _text(40), "agency": _text(40), "residence": _text(12)},
    "additionalProperties": False,
}
COMMON: dict[str, Any] = {
    "id": {"type": "string", "format": "uuid", "description": "Version 4, made by the sender."},
    "round": _text(40),
    "version": {**_text(80), "description": "The published form, e.g. one-stop-ward@1."},
    "place": PLACE,
    "field": _text(40),
    "mode": {"type": "string", "enum": list(MODES)},
    "assisted": {"type": "boolean"},
    "language": {"type": "string", "pattern": "^[a-z]{2,8}$"},
    "seconds": {"type": "number", "minimum": 0},
    "device": _text(64),
    "seq": {"type": "integer", "minimum": 0, "description": "The device's own count, from 1."},
    "finished_at": {
        "type": "integer",
        "minimum": 0,
        "description": "Milliseconds since 1970 by the device's clock; of use when signed.",
    },
}
FINISHED = {
    "type": "object",
    "title": "Submission",
    "properties": {
        **COMMON,
        "answers": {
            "type": "object",
            "description": "Item to code, number, day (20260731) or commune. Absent: not answered; "
            "0 means the same, save for a number.",
            "propertyNames": ITEM_ID,
            "additionalProperties": {"type": "integer", "minimum": 0, "maximum": GREATEST},
        },
    },
    "required": [
        "id", "round", "version", "place", "mode", "assisted", "language", "answers",
    ],
    "additionalProperties": False,
}  # fmt: skip
UNFINISHED = {
    "type": "object",
    "title": "Unfinished",
    "description": "Somebody began and left: only counted, so it carries no answers.",
    "properties": {
        **COMMON,
        "outcome": {"type": "string", "enum": list(OUTCOMES)},
        "last_item": ITEM_ID,
    },
    "required": ["id", "round", "outcome", "last_item"],
    "additionalProperties": False,
}
SEALED = {
    "type": "object",
    "title": "Sealed",
    "description": f"A submission under AES-256-GCM; alg is {ALGORITHM}. Bytes in base64url.",
    "properties": {name: {"type": "string"} for name in PARTS},
    "required": list(PARTS),
    "additionalProperties": False,
}
BODY = {
    "required": True,
    "description": f"At most {ITEMS} items of at most {ITEM_BYTES} bytes each, in UTF-8. "
    "Freeze the bytes of an item when you first send it.",
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "maxItems": ITEMS,
                "items": {"oneOf": [FINISHED, UNFINISHED, SEALED]},
            }
        }
    },
}


def responses() -> list[dict[str, Any]]:
    """Each item is judged for itself; a faulty one is kept for review and harms no other."""
    refuse_strangers()
    if request.mimetype != "application/json":
        raise BatchNotTyped
    request.max_content_length = BATCH_BYTES
    now, body = clock(), request.get_data()
    bodies = items(body)
    settings: Settings = current_app.extensions["sipas.settings"]
    key = receipt_key(settings.secret())
    signer, found = _read(body, bodies, now)
    answers: list[dict[str, Any]] = []
    for start in range(0, len(found), TOGETHER):
        answers += _store(_all(found[start : start + TOGETHER], signer, now=now, key=key))
    for answer in answers:
        tally("api", answer["state"])
    return answers


def _read(body: bytes, bodies: list[bytes], now: datetime) -> tuple[Signer | None, list[Item]]:
    """Who signed, and each item opened: before the writer's turn, for both take their time.

    Raises SignatureWrong and its kinds.
    """
    headers = dict(request.headers)
    sealed = any(MARK in one for one in bodies)
    if not sealed and not claims_device(headers):
        return None, [Item(one, one) for one in bodies]
    with database().read() as session:
        signer = None
        if claims_device(headers):
            signer = signer_of(session, headers, "POST", request.path, body, now=now)
        fitting = [one if len(one) <= ITEM_BYTES else b"" for one in bodies]
        found = opened(session, fitting)
    return signer, [replace(item, body=one) for item, one in zip(found, bodies, strict=True)]


def _store(act: Callable[[Session], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    try:
        return database().writer.submit(act)
    except TimeoutError as error:
        raise DatabaseUnreachable from error


def _all(
    found: list[Item], signer: Signer | None, *, now: datetime, key: bytes
) -> Callable[[Session], list[dict[str, Any]]]:
    def act(session: Session) -> list[dict[str, Any]]:
        return [
            _one(session, item, Arrival(item.body, now, key, signer=signer, began=1))
            for item in found
        ]

    return act


def _one(session: Session, item: Item, arrival: Arrival) -> dict[str, Any]:
    """The answer to one item; what the database itself refuses is kept like any other fault."""
    if len(item.body) > ITEM_BYTES:
        return {"id": None, "state": "refused", "reason": f"larger than {ITEM_BYTES} bytes"}
    try:
        with session.begin_nested():
            return _answer(receive(session, item, arrival))
    except (DataError, IntegrityError) as error:
        reason = f"the database refused it: {type(error).__name__}"
        return _answer(keep(session, reason, arrival))


def _answer(given: Acknowledgement) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": given.id, "sha256": given.sha256, "state": given.state}
    return {**answer, "reason": given.reason} if given.reason else answer


REFUSALS = {
    401: "Wrongly signed (reason unsigned, unknown-device, signature): nothing was stored.",
    400: "Not a JSON list: nothing was stored.",
    403: "Sent by a page of another site: nothing was stored.",
    413: "Too many items, or too many bytes: nothing was stored.",
    415: "Not application/json: nothing was stored.",
    503: "The database cannot be reached: keep everything and try later.",
}


def _door() -> Blueprint:
    """The view with its description, hung on a blueprint of its own."""
    door = Blueprint("api", __name__, url_prefix="/api/v1", description="For devices with a queue")
    words = "One answer an item, in the order of the batch, after the commit."
    view = door.response(200, AnswerOfItem(many=True), description=words)(responses)
    for status, description in REFUSALS.items():
        view = door.alt_response(status, description=description)(view)
    view = door.doc(requestBody=BODY, summary="Store a batch of submissions")(view)
    door.route("/responses", methods=["POST"])(view)
    return door


def install(app: Flask) -> None:
    """Hang the door, with its description at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="sipas",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    api.register_blueprint(_door())
    for door in bundles.doors():
        api.register_blueprint(door)
    api.register_blueprint(device_door.door())
    device_door.install(app)
