"""The door where a queue system, or a device at a counter, asks for tickets for its receipts."""

import hmac
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from marshmallow.validate import Length, Range
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.config import Settings
from survey.crypto import derive
from survey.database import database
from survey.errors import Conflict, InputFault
from survey.fieldwork.batches import MOST, known
from survey.fieldwork.devices.signer import DeviceRevoked, claims_device, signer_of
from survey.fieldwork.places import rounds_covering
from survey.fieldwork.rounds import find_round, open_rounds
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import make_tickets, spoken
from survey.respond.device_door import BODY_BYTES, SIGNED, read_body
from survey.respond.served.door import TokenWrong
from survey.units.places import counter_by_code
from survey.units.tables import Counter

BY = "api"
AT_ONCE = 100
AHEAD = timedelta(days=31)


class TooManyTickets(Conflict):
    reason = "too-many-tickets"
    title = _l("The counter has all the tickets of this day that a program may make")


class TicketsTokenWrong(TokenWrong):
    remedy = _l("Send the token of: sipas site tickets-token, or sign as a device of the counter.")


class TicketsAsked(Schema):
    counter = fields.String(required=True, validate=Length(max=40))
    field = fields.String(load_default=None, allow_none=True, validate=Length(max=40))
    day = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the visit: today, which is the default, or later."},
    )
    n = fields.Integer(load_default=1, strict=True, validate=Range(min=1, max=AT_ONCE))
    round = fields.String(
        load_default=None,
        allow_none=True,
        validate=Length(max=40),
        metadata={"description": "Needed where several open rounds give tickets there."},
    )


class TicketMade(Schema):
    code = fields.String(metadata={"description": "As it is printed, in groups of four."})
    address = fields.String(metadata={"description": "What the QR code of the receipt holds."})


class TicketsMade(Schema):
    round = fields.String()
    counter = fields.String()
    field = fields.String(allow_none=True)
    day = fields.Date(metadata={"description": "Of the visit."})
    until = fields.Date(metadata={"description": "The last day on which a code may be used."})
    tickets = fields.List(fields.Nested(TicketMade))


def tickets_token(settings: Settings) -> str:
    """What a queue system sends; follows from the installation's secret."""
    return derive(settings.secret(), "tickets").hex()


def tickets() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Codes that exist in this answer and nowhere else: what is lost is not shown again."""
    now, settings = clock(), _settings()
    request.max_content_length = BODY_BYTES
    with database().write() as session:
        by, own = _asker(session, settings, now)
        asked = read_body(TicketsAsked)
        if own is not None and asked["counter"] != own:
            raise InputFault([f"counter: this device stands at {own}"])
        made = _make(session, settings, asked, by=by, now=now)
    return made, 201, {"Cache-Control": "no-store"}


def _asker(session: Session, settings: Settings, now: datetime) -> tuple[str, str | None]:
    """Who asks, and the counter for which alone they may. Raises TokenWrong, SignatureWrong and
    its kinds, DeviceRevoked."""
    headers = dict(request.headers)
    if claims_device(headers):
        body = request.get_data()
        signer = signer_of(session, headers, request.method, request.path, body, now=now)
        if signer.revoked:
            raise DeviceRevoked
        return f"device:{signer.id}", signer.counter
    given = headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), tickets_token(settings).encode()):
        raise TicketsTokenWrong
    return BY, None


def _make(
    session: Session, settings: Settings, asked: dict[str, Any], *, by: str, now: datetime
) -> dict[str, Any]:
    today = local_day(now)
    day = asked["day"] or today
    if not today <= day <= today + AHEAD:
        raise InputFault([f"day: write a day from {today} to {today + AHEAD}"])
    counter = counter_by_code(session, asked["counter"], day=day)
    if counter is None:
        raise InputFault([f"counter: there is no counter {asked['counter']}"])
    round_ = asked["round"] or _round(session, counter, now)
    plan = find_round(session, round_)
    if plan.state != "open" or not plan.opens <= day <= plan.closes:
        raise InputFault([f"round: {round_} does not ask on {day}"])
    _refuse_many(session, round_, counter, day, asked["n"])
    codes = make_tickets(
        session, settings, round_, counter=counter.code, field=asked["field"], n=asked["n"],
        day=day, by=by, now=now,
    )  # fmt: skip
    one, *_others = known(session, settings, round_, codes[:1])
    root = request.host_url
    return {
        "round": round_,
        "counter": counter.code,
        "field": one.field,
        "day": day,
        "until": one.expires_on,
        "tickets": [{"code": spoken(code), "address": f"{root}i/{code}"} for code in codes],
    }


def _round(session: Session, counter: Counter, now: datetime) -> str:
    """The one open round that gives tickets at the counter. Raises Conflict."""
    here = rounds_covering(session, counter)
    gives = [
        r.code for r in open_rounds(session, now=now) if r.code in here and "ticket" in r.modes
    ]
    if not gives:
        raise Conflict(_l("No round that is open at this counter gives tickets."))
    if len(gives) > 1:
        raise Conflict(
            _l("Several rounds give tickets here: name one of %(codes)s.", codes=", ".join(gives))
        )
    return gives[0]


def _refuse_many(session: Session, round_: str, counter: Counter, day: date, n: int) -> None:
    """Raises TooManyTickets: a token or a device that fell into other hands makes no more."""
    made = select(func.count()).where(
        Ticket.round == round_, Ticket.counter_id == counter.id, Ticket.day == day
    )
    if (session.scalar(made) or 0) + n > MOST:
        raise TooManyTickets


def _settings() -> Settings:
    found: Settings = current_app.extensions["sipas.settings"]
    return found


BODY = {"required": True, "content": {"application/json": {"schema": TicketsAsked}}}
REFUSALS = {
    401: f"reason token; or {SIGNED[401]}",
    403: "reason revoked: the device makes no tickets any more.",
    409: "No round gives tickets there, several do, or there are too many already.",
    422: "The body cannot be read, or names a counter, a field or a day that is none.",
}


def door() -> Blueprint:
    """The view with its description."""
    made = Blueprint("tickets_api", __name__, url_prefix="/api/v1", description="For queue systems")
    view = made.response(201, TicketsMade)(tickets)
    for status, words in REFUSALS.items():
        view = made.alt_response(status, description=words)(view)
    view = made.doc(requestBody=BODY, summary="One-time codes for receipts")(view)
    made.route("/tickets", methods=["POST"])(view)
    return made
