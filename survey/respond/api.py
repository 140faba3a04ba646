"""The door for devices: batches of submissions, each answered for itself after the commit."""

import json
from functools import partial
from typing import Any

from flask import Flask, Request, Response, request
from flask_smorest import Api, Blueprint

from survey.calendar import clock
from survey.fieldwork.tables import MODES
from survey.respond import device_door, limits, remarks, ticket_door
from survey.respond.batch import ITEM_BYTES, ITEMS
from survey.respond.bundle import views as bundles
from survey.respond.flags.way import signals
from survey.respond.health import tally
from survey.respond.intake import receive
from survey.respond.sealed import ALGORITHM, PARTS
from survey.respond.served import door as served_door
from survey.respond.short_way import ShortWay
from survey.respond.submission import GREATEST, OUTCOMES
from survey.respond.taking import REFUSALS, AnswerOfItem, take_batch


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
    "description": "Somebody began and left, or nobody went on: only counted, without answers.",
    "properties": {
        **COMMON,
        "outcome": {"type": "string", "enum": list(OUTCOMES)},
        "last_item": ITEM_ID,
    },
    "required": ["id", "round", "outcome", "last_item"],
    "additionalProperties": False,
}
SEALED: dict[str, Any] = {
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


def answers(request: Request) -> bytes:
    """Each item is judged for itself; a faulty one is kept for review and harms no other."""
    now = clock()
    given = take_batch(receive, request, now=now, way=partial(signals, request, now=now))
    for answer in given:
        tally("api", answer["state"])
    return json.dumps(given, default=str).encode()


def responses() -> Response:
    """What the short way gives as well: this one is described at /api/v1/openapi.json."""
    return Response(answers(request), mimetype="application/json")


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
    short = ShortWay(app, app.wsgi_app, "api.responses", answers)
    # Flask has what stands in front of it put there; its types call that method no variable
    app.wsgi_app = short  # type: ignore[assignment,method-assign]
    for door in (*bundles.doors(), remarks.door()):
        api.register_blueprint(door)
    api.register_blueprint(device_door.door())
    device_door.install(app)
    limits.install(app)
    api.register_blueprint(served_door.door())
    api.register_blueprint(ticket_door.door())
