"""A batch on its way in: read, opened, given to the writer, and each item answered for itself."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Request, current_app
from marshmallow import Schema, fields
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from survey.database import database
from survey.database.remembered import is_quick
from survey.errors import DatabaseUnreachable
from survey.fieldwork.devices.signer import Signer, claims_device, signer_of
from survey.origin import refuse_strangers
from survey.respond.arrival import Arrival
from survey.respond.batch import BATCH_BYTES, ITEM_BYTES, BatchNotTyped, items
from survey.respond.intake import Acknowledgement, keep, receipt_key
from survey.respond.limits import device_limit
from survey.respond.sealed import MARK, Item, opened

TOGETHER = 32  # items written in one act, so that a long batch does not hold up the counter
ID = re.compile(rb'"id"\s*:\s*"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"')
Receive = Callable[[Session, Item, Arrival], Acknowledgement]
Answers = list[dict[str, Any]]
Way = Callable[[], tuple[str, ...]]


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


REFUSALS = {
    401: "Wrongly signed (reason unsigned, unknown-device, signature): nothing was stored.",
    400: "Not a JSON list: nothing was stored.",
    403: "Sent by a page of another site: nothing was stored.",
    429: "This device sends too much (reason too-many): keep it, Retry-After says how long.",
    413: "Too many items, or too many bytes: nothing was stored.",
    415: "Not application/json: nothing was stored.",
    503: "The database cannot be reached: keep everything and try later.",
}


def take_batch(
    receive: Receive, request: Request, *, now: datetime, way: Way | None = None
) -> Answers:
    """What became of each item of the request's batch, by `receive`, after the commit.

    way: the signals of an item that no device signed, asked for each.
    Raises SentFromElsewhere, BatchNotTyped, BatchNotJson, BatchTooLong, SignatureWrong and its
    kinds, DatabaseUnreachable; then nothing was stored, or what was is known when it comes again.
    """
    refuse_strangers(request)
    if request.mimetype != "application/json":
        raise BatchNotTyped
    request.max_content_length = BATCH_BYTES
    body = request.get_data()
    signer, found = _read(request, body, items(body), now)
    if signer is not None:
        device_limit().count(signer.id, len(found), now=now)
    return take_items(receive, found, signer, now=now, way=way)


def take_items(
    receive: Receive,
    found: list[Item],
    signer: Signer | None = None,
    *,
    now: datetime,
    way: Way | None = None,
) -> Answers:
    """The same for items that are opened already."""
    told: Way = tuple if way is None or signer is not None else way
    key = receipt_key(current_app.extensions["sipas.settings"])
    answers: Answers = []
    for start in range(0, len(found), TOGETHER):
        arrivals = [
            (item, Arrival(item.body, now, key, signer=signer, began=1, signals=told()))
            for item in found[start : start + TOGETHER]
        ]
        answers += _store(_all(receive, arrivals), _ids(arrivals))
    return answers


def _read(
    request: Request, body: bytes, bodies: list[bytes], now: datetime
) -> tuple[Signer | None, list[Item]]:
    """Who signed, and each item opened: before the writer's turn, for both take their time.

    Raises SignatureWrong and its kinds.
    """
    sealed, signed = any(MARK in one for one in bodies), claims_device(request.headers)
    if not sealed and not signed:
        return None, [Item(one, one) for one in bodies]
    with database().read() as session:
        signer = None
        if signed:
            headers = dict(request.headers)
            signer = signer_of(session, headers, "POST", request.path, body, now=now)
        fitting = [one if len(one) <= ITEM_BYTES else b"" for one in bodies]
        found = opened(session, fitting)
    return signer, [replace(item, body=one) for item, one in zip(found, bodies, strict=True)]


def _ids(arrivals: list[tuple[Item, Arrival]]) -> frozenset[UUID]:
    """Ids that the items seem to have; one that is none is looked up for nothing."""
    found = (ID.search(item.plain) for item, _arrival in arrivals)
    return frozenset(UUID(match[1].decode()) for match in found if match)


def _store(act: Callable[[Session], Answers], ids: frozenset[UUID]) -> Answers:
    try:
        return database().writer.submit(act, sought=ids)
    except TimeoutError as error:
        raise DatabaseUnreachable from error


def _all(receive: Receive, arrivals: list[tuple[Item, Arrival]]) -> Callable[[Session], Answers]:
    def act(session: Session) -> Answers:
        return [_one(session, receive, item, arrival) for item, arrival in arrivals]

    return act


def _one(session: Session, receive: Receive, item: Item, arrival: Arrival) -> dict[str, Any]:
    """The answer to one item; what the database itself refuses is kept like any other fault."""
    if len(item.body) > ITEM_BYTES:
        return {"id": None, "state": "refused", "reason": f"larger than {ITEM_BYTES} bytes"}
    if is_quick(session):  # what the database refuses is tried again apart from the others
        return _answer(receive(session, item, arrival))
    try:
        with session.begin_nested():
            return _answer(receive(session, item, arrival))
    except (DataError, IntegrityError) as error:
        reason = f"the database refused it: {type(error).__name__}"
        return _answer(keep(session, reason, arrival))


def _answer(given: Acknowledgement) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": given.id, "sha256": given.sha256, "state": given.state}
    return {**answer, "reason": given.reason} if given.reason else answer
