"""The door for words of one's own that a device sends: apart from answers, under ids of their own.

Neither the request nor anything in it names a submission or a device, and it is not signed. What
joins the two until the release is nearness alone, as for a page without JavaScript (`comments`).
"""

from typing import Any, Final
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.fieldwork.tables import Round
from survey.respond.arrival import Arrival
from survey.respond.batch import ITEM_BYTES, ITEMS
from survey.respond.comments import LONGEST, Remark, plain, put_away, remark
from survey.respond.facts import counter_of
from survey.respond.health import meters
from survey.respond.intake import Acknowledgement, before, keep, remember
from survey.respond.sealed import Item
from survey.respond.submission import ITEM, SubmissionFault, digest, read_json, uuid4_of
from survey.respond.taking import REFUSALS, AnswerOfItem, take_batch
from survey.units.places import field_by_code

KEYS: Final = ("id", "round", "counter", "field", "question", "text")
NEEDED: Final = ("id", "round", "text")
REMARK: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Words of one's own",
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "Version 4, of these words."},
        "round": {"type": "string", "minLength": 1, "maxLength": 40},
        "counter": {"type": "string", "minLength": 1, "maxLength": 40},
        "field": {"type": "string", "minLength": 1, "maxLength": 40},
        "question": {
            "type": "string",
            "pattern": "^[a-z][a-z0-9_]*$",
            "description": "The question that they answer; absent at the end of a form.",
        },
        "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    },
    "required": list(NEEDED),
    "additionalProperties": False,
}
BODY: Final[dict[str, Any]] = {
    "required": True,
    "description": f"At most {ITEMS} items of at most {ITEM_BYTES} bytes each, plain or sealed as "
    "submissions are. Unsigned: nothing here may name a device or a submission.",
    "content": {
        "application/json": {"schema": {"type": "array", "maxItems": ITEMS, "items": REMARK}}
    },
}


def receive_remark(session: Session, item: Item, arrival: Arrival) -> Acknowledgement:
    """Words of a batch put away; what cannot be taken is kept for review."""
    found: UUID | None = item.id
    round_: str | None = None
    try:
        if item.fault:
            raise SubmissionFault(item.fault)
        table = _table(read_json(item.plain))
        found, round_ = uuid4_of("id", table["id"]), table["round"][:40]
        known = before(session, found, round_, arrival)
        if known is not None:
            return known
        told = _remark(session, found, table, arrival)
    except SubmissionFault as fault:
        return keep(session, str(fault), arrival, id=found, round_=round_)
    if not remember(session, found, arrival):
        return before(session, found, round_, arrival) or keep(session, "id", arrival, id=found)
    put_away(session, told)
    return Acknowledgement(found, digest(arrival.body), "stored")


def _table(table: object) -> dict[str, str]:
    """Raises SubmissionFault unless it has the keys it must have, and no others."""
    if not isinstance(table, dict):
        raise SubmissionFault("words of one's own are a JSON object")
    for key, value in table.items():
        if key not in KEYS:
            raise SubmissionFault(f"{key[:40]}: unknown key; write one of {', '.join(KEYS)}")
        if not isinstance(value, str) or not value:
            raise SubmissionFault(f"{key}: write a text")
    for key in NEEDED:
        if key not in table:
            raise SubmissionFault(f"{key}: is missing")
    return table


def _remark(session: Session, id: UUID, table: dict[str, str], arrival: Arrival) -> Remark:
    round_ = session.get(Round, table["round"])
    if round_ is None or round_.state == "draft":
        raise SubmissionFault("round: there is no such round")
    text = plain(table["text"])
    if not 0 < len(text) <= LONGEST:
        raise SubmissionFault(f"text: write 1 to {LONGEST} letters")
    question, field = table.get("question"), table.get("field")
    if question is not None and not ITEM.fullmatch(question):
        raise SubmissionFault("question: write the id of a question")
    if field is not None and field_by_code(session, field) is None:
        raise SubmissionFault("field: there is no such field")
    counter = counter_of(session, table.get("counter"), round_)
    told = remark(
        id,
        text,
        round_=round_.code,
        counter_id=None if counter is None else counter.id,
        field=field,
        now=arrival.now,
        question=question,
    )
    if told is None:
        raise SubmissionFault("text: is empty")
    return told


def comments() -> list[dict[str, Any]]:
    """Words of one's own, apart from any submission; each is answered for itself."""
    answers = take_batch(receive_remark, request, now=clock())
    meters().comments.inc(sum(answer["state"] == "stored" for answer in answers))
    return answers


def door() -> Blueprint:
    """The view with its description, hung on a blueprint of its own."""
    made = Blueprint("remarks", __name__, url_prefix="/api/v1", description="Words of one's own")
    words = "One answer an item, in the order of the batch, after the commit."
    view = made.response(200, AnswerOfItem(many=True), description=words)(comments)
    for status, description in REFUSALS.items():
        view = made.alt_response(status, description=description)(view)
    view = made.doc(requestBody=BODY, summary="Put away a batch of comments")(view)
    made.route("/comments", methods=["POST"])(view)
    return made
