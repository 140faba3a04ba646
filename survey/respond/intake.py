"""Taking a submission: checked against what is published and open, stored once, acknowledged.

These acts are run by the writer, which answers after the commit.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypedDict
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.conditions import answered as is_answered
from questionnaires.model import Questionnaire
from questionnaires.today import on
from survey.calendar import local_day
from survey.config import Settings
from survey.crypto import derive, keyed_hash
from survey.database import INSERT, Base
from survey.database.remembered import is_quick, kept_in_batch, later, remembered, sought
from survey.fieldwork.tables import Round
from survey.fieldwork.tickets import use
from survey.respond.arrival import (
    Arrival,
    Hour,
    answered,
    check_counter,
    check_signer,
    check_ticket,
    signals,
)
from survey.respond.facts import Whereabouts, asked_of, check, check_places, counter_of, whereabouts
from survey.respond.sealed import Item
from survey.respond.submission import (
    GREATEST,
    Submission,
    SubmissionFault,
    Unfinished,
    digest,
    parse,
    read_json,
)
from survey.respond.tables import Intake, KeptForReview, Receipt
from survey.respond.traffic import OUTCOME, count
from survey.units.places import counter_by_code

State = Literal["stored", "already", "kept-for-review"]
REASON_LENGTH = 200
KEY_PURPOSE = "receipt"
RECEIPT = Base.metadata.tables[Receipt.__tablename__]
KNOWN = select(RECEIPT.c.hash).where(RECEIPT.c.id == bindparam("sent"))
KNOWN_OF = select(RECEIPT.c.id, RECEIPT.c.hash).where(
    RECEIPT.c.id.in_(bindparam("sought", expanding=True))
)
GIVE = {
    dialect: inserting(RECEIPT).on_conflict_do_nothing(index_elements=["id"])
    for dialect, inserting in INSERT.items()
}
GIVE_NEW = insert(RECEIPT)
GIVEN = "receipts"  # of the batch
STORE = insert(Base.metadata.tables[Intake.__tablename__])


@dataclass(frozen=True)
class Acknowledgement:
    """What a sender is told of one submission, once it is durable."""

    id: UUID | None
    sha256: str
    state: State
    reason: str = ""


@lru_cache(maxsize=8)
def receipt_key(settings: Settings) -> bytes:
    """The key under which receipts keep the hash of what was sent; read once a process."""
    return derive(settings.secret(), KEY_PURPOSE)


def take(session: Session, submission: Submission, arrival: Arrival) -> Acknowledgement:
    """Stored, or already there, or the same id with another body, which is kept for review.

    Raises SubmissionFault; TicketUsed and its kinds when a ticket cannot be used any more.
    """
    known = known_hash(session, submission.id)
    if known is not None:
        return _compare(session, submission.id, known, arrival, submission.round)
    return _take_new(session, submission, arrival)


def _take_new(session: Session, submission: Submission, arrival: Arrival) -> Acknowledgement:
    """`take`, of an id that is not known yet."""
    check_signer(arrival, submission.device, session)
    check_ticket(arrival, submission.mode)
    hour = answered(submission.finished_at, arrival)
    round_, questionnaire = asked_of(
        session, submission.round, submission.version, arrival.asked or hour.moment
    )
    waited = round_.opens if arrival.asked is None else None  # a device may have kept it since
    check(submission, round_, on(questionnaire, local_day(arrival.now), earliest=waited))
    check_places(session, submission, round_, questionnaire)
    counter = counter_of(session, submission.place.counter, round_)
    where = whereabouts(session, submission, counter, hour.moment)
    check_counter(arrival, counter, submission.mode)
    known = give_receipt(session, submission.id, arrival, submission.device, submission.seq)
    if known is not None:
        return _compare(session, submission.id, known, arrival, submission.round)
    if arrival.ticket is not None:
        use(session, arrival.ticket, today=local_day(arrival.now))
    row = _intake(submission, questionnaire, where, arrival, hour)
    later(session, STORE, row)
    counts = {"started": arrival.began, "finished": 1}
    count(session, round_.code, where.counter_id, now=hour.moment, **counts)
    return Acknowledgement(submission.id, digest(arrival.body), "stored")


def take_page(session: Session, submission: Submission, arrival: Arrival) -> Acknowledgement:
    """`take` for a page without JavaScript, whose bytes are the canonical submission."""
    try:
        return take(session, submission, arrival)
    except SubmissionFault as fault:
        return keep(session, str(fault), arrival, id=submission.id, round_=submission.round)


def receive(session: Session, item: Item, arrival: Arrival) -> Acknowledgement:
    """One submission of a batch as its bytes came; what cannot be taken is kept for review."""
    table: object = None
    try:
        if item.fault:
            raise SubmissionFault(item.fault)
        table = read_json(item.plain)
        found = _id(table)
        known = None if found is None else known_hash(session, found)
        if found is not None and known is not None:
            return _compare(session, found, known, arrival, **_named(table))
        sent = parse(table)
        if isinstance(sent, Unfinished):
            return _count_unfinished(session, sent, arrival)
        return _take_new(session, sent, arrival)
    except SubmissionFault as fault:
        found = item.id if table is None else _id(table)
        return keep(session, str(fault), arrival, id=found, **_named(table))


def before(
    session: Session, id: UUID, round_: str | None, arrival: Arrival
) -> Acknowledgement | None:
    """What is said of an id that was taken before: already, or kept for another body."""
    known = known_hash(session, id)
    return None if known is None else _compare(session, id, known, arrival, round_)


def remember(session: Session, id: UUID, arrival: Arrival) -> bool:
    """A receipt of what no device numbers; False when another process took the id meanwhile."""
    return give_receipt(session, id, arrival, None, None) is None


def keep(
    session: Session,
    reason: str,
    arrival: Arrival,
    *,
    id: UUID | None = None,
    round_: str | None = None,
    seq: int | None = None,
    counter: str | None = None,
) -> Acknowledgement:
    """Kept as it came, with the reason; once, however often it is sent."""
    kept_hash, signer = body_hash(arrival), arrival.signer
    place = UUID(kept_hash[:32])
    reason = _storable(reason)[:REASON_LENGTH]
    row = KeptForReview(
        key=place,
        id=id,
        hash=kept_hash,
        round=round_,
        device=None if signer is None else signer.id,
        seq=seq,
        counter_id=_concerned(session, arrival, counter),
        skew=None if signer is None else signer.skew.total_seconds(),
        body=_storable(arrival.body.decode(errors="replace")),
        reason=reason,
        day=local_day(arrival.now),
    )
    if session.get(KeptForReview, place) is None:
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process kept it a moment ago
            session.get_one(KeptForReview, place)
    return Acknowledgement(id, digest(arrival.body), "kept-for-review", reason)


def body_hash(arrival: Arrival) -> str:
    """What receipts keep of the bytes sent."""
    return keyed_hash(arrival.key, bytes.fromhex(digest(arrival.body)))


def _storable(text: str) -> str:
    """Without what no database keeps: NUL and halves of letters."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _concerned(session: Session, arrival: Arrival, code: str | None) -> int | None:
    """The counter whose people look at it: the device's, else the one that is named."""
    if arrival.signer is not None:
        return arrival.signer.counter_id
    counter = None if code is None else counter_by_code(session, code)
    return None if counter is None else counter.id


def _id(table: object) -> UUID | None:
    """The id that a submission names, as far as it can be read."""
    named = table.get("id") if isinstance(table, dict) else None
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None


class Named(TypedDict, total=False):
    """What a faulty submission names beside its id, as far as it can be read."""

    round_: str | None
    seq: int | None
    counter: str | None


def _named(table: object) -> Named:
    if not isinstance(table, dict):
        return {}
    named, seq = table.get("round"), table.get("seq")
    numbered = isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq <= GREATEST
    round_ = _storable(named)[:40] if isinstance(named, str) else None
    place = table.get("place")
    counter = place.get("counter") if isinstance(place, dict) else None
    code = _storable(counter)[:40] if isinstance(counter, str) else None
    return {"round_": round_, "seq": seq if numbered else None, "counter": code}


def known_hash(session: Session, id: UUID) -> str | None:
    """The keyed hash under which the id was taken before; None when it is new."""
    given: str | None = kept_in_batch(session, GIVEN).get(id)
    if given is None and id in sought(session):
        return remembered(_known_of_batch, session).get(id)
    return given or session.connection().execute(KNOWN, {"sent": id}).scalar()


def _known_of_batch(session: Session) -> dict[UUID, str]:
    """The hashes of the ids that this batch seeks, as far as they were taken before."""
    found = session.connection().execute(KNOWN_OF, {"sought": sorted(sought(session))})
    return {row.id: row.hash for row in found}


def give_receipt(
    session: Session, id: UUID, arrival: Arrival, device: str | None, seq: int | None
) -> str | None:
    """None when the receipt is written; the hash of the one that another process wrote first."""
    row: dict[str, Any] = {"id": id, "hash": body_hash(arrival), "device": device, "seq": seq}
    row["day"] = local_day(arrival.now)
    if is_quick(session):  # who asked first is not known by then: a clash runs the batch again
        kept_in_batch(session, GIVEN)[id] = row["hash"]
        later(session, GIVE_NEW, row)
        return None
    connection = session.connection()
    written = connection.execute(GIVE[connection.dialect.name], row).rowcount
    return None if written else known_hash(session, id)


def _compare(
    session: Session,
    id: UUID,
    known: str,
    arrival: Arrival,
    round_: str | None = None,
    seq: int | None = None,
    counter: str | None = None,
) -> Acknowledgement:
    if known == body_hash(arrival):
        return Acknowledgement(id, digest(arrival.body), "already")
    reason = "id: was used before, for another body"
    return keep(session, reason, arrival, id=id, round_=round_, seq=seq, counter=counter)


def _intake(
    submission: Submission,
    questionnaire: Questionnaire,
    where: Whereabouts,
    arrival: Arrival,
    hour: Hour,
) -> dict[str, Any]:
    """The row of intake."""
    given: dict[str, Any] = {
        name: getattr(submission, name)
        for name in ("id", "round", "version", "device", "seq", "mode", "assisted", "language")
    }
    given_items = [i for i in questionnaire.items if is_answered(i, submission.answers)]
    return {
        **given,
        **vars(where),
        "received_at": arrival.now,
        "answered_at": hour.moment,
        "signals": signals(arrival, hour, submission.mode),
        "seconds": arrival.seconds if submission.seconds is None else submission.seconds,
        "cell_id": None if arrival.ticket is None else arrival.ticket.cell_id,
        "answers": {item.id: submission.answers[item.id] for item in given_items},
    }


def _count_unfinished(session: Session, sent: Unfinished, arrival: Arrival) -> Acknowledgement:
    device, seq = sent.extra.get("device"), sent.extra.get("seq")
    check_signer(arrival, device, session)
    round_ = session.get(Round, sent.round)
    if round_ is None:
        raise SubmissionFault("round: there is no such round")
    counter = counter_of(session, sent.place.counter, round_)
    counter_id = None if counter is None else counter.id
    check_counter(arrival, counter, sent.extra.get("mode"))
    hour = answered(sent.extra.get("finished_at"), arrival)
    known = give_receipt(session, sent.id, arrival, device, seq)
    if known is not None:
        return _compare(session, sent.id, known, arrival, sent.round)
    ended = {OUTCOME[sent.outcome]: 1}
    count(session, round_.code, counter_id, now=hour.moment, started=1, **ended)
    return Acknowledgement(sent.id, digest(arrival.body), "stored")
