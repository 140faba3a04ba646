"""Taking a submission: checked against what is published and open, stored once, acknowledged.

These acts are run by the writer, which answers after the commit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.conditions import answered
from questionnaires.model import Questionnaire
from questionnaires.today import on
from survey.calendar import local_day
from survey.crypto import derive, keyed_hash
from survey.fieldwork.tables import Round
from survey.respond.facts import Whereabouts, asked_of, check, check_places, counter_of, whereabouts
from survey.respond.submission import (
    Submission,
    SubmissionFault,
    Unfinished,
    canonical,
    digest,
    parse,
    read_json,
)
from survey.respond.tables import Intake, KeptForReview, Receipt
from survey.respond.traffic import count

State = Literal["stored", "already", "kept-for-review"]
REASON_LENGTH = 200
KEY_PURPOSE = "receipt"


@dataclass(frozen=True)
class Acknowledgement:
    """What a sender is told of one submission, once it is durable."""

    id: UUID | None
    sha256: str
    state: State
    reason: str = ""


def receipt_key(secret: bytes) -> bytes:
    """The key under which receipts keep the hash of what was sent."""
    return derive(secret, KEY_PURPOSE)


def take(
    session: Session,
    submission: Submission,
    body: bytes,
    *,
    now: datetime,
    key: bytes,
    asked: datetime | None = None,
    seconds: float | None = None,
    began: int = 0,
) -> Acknowledgement:
    """Stored, or already there, or the same id with another body, which is kept for review.

    body: the bytes sent, which tell a resend from a second opinion. asked: when the form was
    opened, for one that its citizen began while the round was still open. seconds: how long it
    was open, where the body does not say. began: 1 when nobody has counted its beginning yet.
    Raises SubmissionFault.
    """
    known = session.get(Receipt, submission.id)
    if known is not None:
        return _compare(session, known, submission.round, body, now=now, key=key)
    round_, questionnaire = asked_of(session, submission.round, submission.version, asked or now)
    waited = round_.opens if asked is None else None  # a device may have kept it since then
    check(submission, round_, on(questionnaire, local_day(now), earliest=waited))
    check_places(session, submission, round_, questionnaire)
    where = whereabouts(session, submission, round_, now)
    receipt = _receipt(submission.id, body, submission.device, submission.seq, now=now, key=key)
    try:
        with session.begin_nested():
            session.add_all([receipt, _intake(submission, questionnaire, where, now, seconds)])
    except IntegrityError:  # another process stored the same id a moment ago
        known = session.get_one(Receipt, submission.id, populate_existing=True)
        return _compare(session, known, submission.round, body, now=now, key=key)
    count(session, round_.code, where.counter_id, now=now, started=began, finished=1)
    return Acknowledgement(submission.id, digest(body), "stored")


def take_page(
    session: Session,
    submission: Submission,
    *,
    now: datetime,
    key: bytes,
    asked: datetime,
    seconds: float | None,
) -> Acknowledgement:
    """`take` for a page without JavaScript, whose bytes are the canonical submission."""
    body = canonical(submission)
    try:
        return take(session, submission, body, now=now, key=key, asked=asked, seconds=seconds)
    except SubmissionFault as fault:
        return keep(session, body, str(fault), submission.id, submission.round, now=now, key=key)


def receive(session: Session, body: bytes, *, now: datetime, key: bytes) -> Acknowledgement:
    """One submission of a batch as its bytes came; what cannot be taken is kept for review."""
    found, round_ = None, None
    try:
        table = read_json(body)
        found, round_ = _named(table)
        sent = parse(table)
        if isinstance(sent, Unfinished):
            return _count_unfinished(session, sent, body, now=now, key=key)
        return take(session, sent, body, now=now, key=key, began=1)
    except SubmissionFault as fault:
        return keep(session, body, str(fault), found, round_, now=now, key=key)


def keep(
    session: Session,
    body: bytes,
    reason: str,
    id: UUID | None,
    round_: str | None,
    *,
    now: datetime,
    key: bytes,
) -> Acknowledgement:
    """Kept as it came, with the reason; once, however often it is sent."""
    kept_hash = _hash(key, body)
    place = UUID(kept_hash[:32])
    reason = _storable(reason)[:REASON_LENGTH]
    row = KeptForReview(
        key=place,
        id=id,
        hash=kept_hash,
        round=round_,
        body=_storable(body.decode(errors="replace")),
        reason=reason,
        day=local_day(now),
    )
    if session.get(KeptForReview, place) is None:
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process kept it a moment ago
            session.get_one(KeptForReview, place)
    return Acknowledgement(id, digest(body), "kept-for-review", reason)


def _hash(key: bytes, body: bytes) -> str:
    return keyed_hash(key, bytes.fromhex(digest(body)))


def _storable(text: str) -> str:
    """Without what no database keeps: NUL and halves of letters."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _named(table: object) -> tuple[UUID | None, str | None]:
    """The id and the round that a faulty submission names, as far as they can be read."""
    if not isinstance(table, dict):
        return None, None
    try:
        found = UUID(table["id"]) if isinstance(table.get("id"), str) else None
    except ValueError:
        found = None
    named = table.get("round")
    return found, _storable(named)[:40] if isinstance(named, str) else None


def _receipt(
    id: UUID, body: bytes, device: str | None, seq: int | None, *, now: datetime, key: bytes
) -> Receipt:
    return Receipt(id=id, hash=_hash(key, body), device=device, seq=seq, day=local_day(now))


def _compare(
    session: Session, known: Receipt, round_: str, body: bytes, *, now: datetime, key: bytes
) -> Acknowledgement:
    if known.hash == _hash(key, body):
        return Acknowledgement(known.id, digest(body), "already")
    reason = "id: was used before, for another body"
    return keep(session, body, reason, known.id, round_, now=now, key=key)


def _intake(
    submission: Submission,
    questionnaire: Questionnaire,
    where: Whereabouts,
    now: datetime,
    seconds: float | None,
) -> Intake:
    given: dict[str, Any] = {
        name: getattr(submission, name)
        for name in ("id", "round", "version", "device", "seq", "mode", "assisted", "language")
    }
    given_items = [i for i in questionnaire.items if answered(i, submission.answers)]
    return Intake(
        **given,
        received_at=now,
        seconds=seconds if submission.seconds is None else submission.seconds,
        counter_id=where.counter_id,
        agency_id=where.agency_id,
        residence_id=where.residence_id,
        cell_id=None,
        field=where.field,
        answers={item.id: submission.answers[item.id] for item in given_items},
    )


def _count_unfinished(
    session: Session, sent: Unfinished, body: bytes, *, now: datetime, key: bytes
) -> Acknowledgement:
    known = session.get(Receipt, sent.id)
    if known is not None:
        return _compare(session, known, sent.round, body, now=now, key=key)
    round_ = session.get(Round, sent.round)
    if round_ is None:
        raise SubmissionFault("round: there is no such round")
    counter = counter_of(session, sent.place.counter, round_)
    receipt = _receipt(
        sent.id, body, sent.extra.get("device"), sent.extra.get("seq"), now=now, key=key
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:  # another process counted it a moment ago
        known = session.get_one(Receipt, sent.id, populate_existing=True)
        return _compare(session, known, sent.round, body, now=now, key=key)
    counter_id = None if counter is None else counter.id
    count(session, round_.code, counter_id, now=now, started=1)
    return Acknowledgement(sent.id, digest(body), "stored")
