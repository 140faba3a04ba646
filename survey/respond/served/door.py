"""The door where another system tells how many people counters served."""

import hmac
import json
from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from survey.calendar import clock, local_day
from survey.config import Settings
from survey.crypto import derive
from survey.database import database
from survey.errors import SurveyError
from survey.respond.served import store
from survey.respond.served.file import SERVED
from survey.staff import audit
from survey.units.files import MAX_ROWS, Row

BODY_BYTES = 4 * 1024 * 1024
BY = "api"


class TokenWrong(SurveyError):
    status = 401
    reason = "token"
    title = _l("The token is missing or wrong")
    remedy = _l("Send Authorization: Bearer with the token of: sipas site served-token")


class ServedUnreadable(SurveyError):
    status = 422
    reason = "body"
    title = _l("The body is not a list of counters and days")
    remedy = _l("Send a JSON list of objects with counter, day, served and perhaps offered.")


class ServedTaken(Schema):
    changed = fields.Integer(metadata={"description": "Counters' days with other counts now."})
    same = fields.Integer(metadata={"description": "Those that were so already."})
    faults = fields.List(
        fields.String(), metadata={"description": "When there is any, nothing was stored."}
    )


BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "maxItems": MAX_ROWS,
                "items": {
                    "type": "object",
                    "properties": {
                        "counter": {"type": "string"},
                        "day": {"type": "string", "format": "date"},
                        "served": {"type": "integer", "minimum": 0},
                        "offered": {"type": "integer", "minimum": 0},
                    },
                    "required": ["counter", "day", "served"],
                    "additionalProperties": False,
                },
            }
        }
    },
}


def served_token(settings: Settings) -> str:
    """What the other system sends; follows from the installation's secret."""
    return derive(settings.secret(), "served").hex()


def served() -> Any:
    """All rows or none: each is checked first. The same again changes nothing."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = served_token(current_app.extensions["sipas.settings"])
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise TokenWrong
    request.max_content_length = BODY_BYTES
    rows, now = _rows(request.get_data()), clock()
    with database().write() as session:
        ready = store.plan(session, rows, areas=None, today=local_day(now))
        if ready.faults:
            told = [str(fault) for fault in ready.faults[:200]]
            return {"changed": 0, "same": 0, "faults": told}, 422
        made = store.bring(session, ready, file_name="api", by=BY, now=now)
        if made is not None:
            thing = f"served:{made.id}"
            audit.record(session, actor=BY, act="served.import", object=thing, now=now)
    return {"changed": len(ready.changes), "same": ready.same, "faults": []}


def _rows(body: bytes) -> list[Row]:
    """The list as rows of a file, counted from 1. Raises ServedUnreadable."""
    try:
        table = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServedUnreadable from error
    if not isinstance(table, list) or len(table) > MAX_ROWS:
        raise ServedUnreadable
    rows = []
    for number, one in enumerate(table, 1):
        if not isinstance(one, dict) or not set(one) <= set(SERVED.names):
            raise ServedUnreadable
        cells = {name: "" if value is None else str(value) for name, value in one.items()}
        rows.append(Row(number, cells))
    return rows


def door() -> Blueprint:
    made = Blueprint("served_api", __name__, url_prefix="/api/v1", description="For other systems")
    view = made.response(200, ServedTaken)(served)
    for status, words in {
        401: "reason token: nothing was stored.",
        422: "Rows cannot be taken: nothing was stored; faults says which and why.",
    }.items():
        view = made.alt_response(status, description=words)(view)
    view = made.doc(requestBody=BODY, summary="People served, by counter and day")(view)
    made.route("/served", methods=["POST"])(view)
    return made
