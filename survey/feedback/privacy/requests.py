"""Requests: received with their clocks, answered, extended once, ended; every act is logged."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import seal, unseal
from survey.errors import Conflict, NotFound
from survey.feedback.clock.working import Allowance, add_working
from survey.feedback.hours import hours_of
from survey.feedback.privacy.tables import PrivacyAct, PrivacyCase, PrivacyRequest
from survey.feedback.rules import RULES
from survey.feedback.tables import Case
from survey.staff import audit
from survey.staff.keys import key
from survey.text import normal

PURPOSE: Final = "feedback-privacy"
RULE: Final[Mapping[str, Any]] = RULES["privacy"]
LISTED: Final = 200


class AlreadyEnded(Conflict):
    title = _l("This request has ended")


class ExtendedAlready(Conflict):
    title = _l("A request can be extended once")
    remedy = _l("Answer it, or refuse it with the reason.")


@dataclass(frozen=True)
class Asked:
    """A request as it comes in: who asks and how to reach them, and what they wrote or said."""

    kind: str
    channel: str
    proof: str
    area_id: int
    processor: bool = False
    person: Mapping[str, str] = field(default_factory=dict, repr=False)  # name, phone, email
    words: str = field(default="", repr=False)


def receive(session: Session, asked: Asked, *, by: str, now: datetime) -> PrivacyRequest:
    """The request with its clocks; the caller commits."""
    hours = hours_of(session, asked.area_id)
    days = RULE["days"][asked.kind]
    if asked.processor:
        days = RULE["with_processor"].get(asked.kind, days)
    told = {**asked.person, "words": normal(asked.words)}
    made = PrivacyRequest(
        kind=asked.kind,
        channel=asked.channel,
        proof=asked.proof,
        area_id=asked.area_id,
        processor=asked.processor,
        received_at=now,
        made_by=by,
        sealed=seal(key(session, PURPOSE), json.dumps(told, ensure_ascii=False)),
        reply_due_at=add_working(now, Allowance(RULE["reply_working_days"]), hours),
        due_at=add_working(now, Allowance(days, "calendar-days"), hours),
    )
    session.add(made)
    session.flush()
    _log(session, made, "receive", by, now)
    return made


def find(session: Session, request_id: int) -> PrivacyRequest:
    """Raises NotFound."""
    found = session.get(PrivacyRequest, request_id)
    if found is None:
        raise NotFound
    return found


def told_of(session: Session, request: PrivacyRequest) -> dict[str, str]:
    """Who asks, how to reach them, and their words; empty once destroyed."""
    if not request.sealed:
        return {}
    found: dict[str, str] = json.loads(unseal(key(session, PURPOSE), request.sealed))
    return found


def words_of(session: Session, act: PrivacyAct) -> str:
    return unseal(key(session, PURPOSE), act.sealed) if act.sealed else ""


def listed(session: Session, areas: Collection[int] | None, *, ended: bool) -> list[PrivacyRequest]:
    """Requests that are open, the most pressing first, or those that ended, the latest first."""
    query = select(PrivacyRequest)
    if areas is not None:
        query = query.where(PrivacyRequest.area_id.in_(areas))
    if ended:
        query = query.where(PrivacyRequest.ended_at.is_not(None))
        query = query.order_by(PrivacyRequest.ended_at.desc(), PrivacyRequest.id.desc())
    else:
        query = query.where(PrivacyRequest.ended_at.is_(None))
        query = query.order_by(PrivacyRequest.due_at, PrivacyRequest.id)
    return list(session.scalars(query.limit(LISTED)))


def of_case(session: Session, case_id: int) -> list[PrivacyRequest]:
    """Requests about a case, the latest first."""
    about = select(PrivacyCase.request_id).where(PrivacyCase.case_id == case_id)
    query = select(PrivacyRequest).where(PrivacyRequest.id.in_(about))
    return list(session.scalars(query.order_by(PrivacyRequest.id.desc())))


def acts_of(session: Session, request: PrivacyRequest) -> list[PrivacyAct]:
    query = select(PrivacyAct).where(PrivacyAct.request_id == request.id)
    return list(session.scalars(query.order_by(PrivacyAct.id)))


def cases_of(session: Session, request: PrivacyRequest) -> list[Case]:
    ids = select(PrivacyCase.case_id).where(PrivacyCase.request_id == request.id)
    return list(session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id)))


def link(session: Session, request: PrivacyRequest, case: Case, *, by: str, now: datetime) -> None:
    """The request is about this case too."""
    _refuse_ended(request)
    if session.get(PrivacyCase, (request.id, case.id)) is None:
        session.add(PrivacyCase(request_id=request.id, case_id=case.id))
        _log(session, request, "link", by, now, {"case": case.id})


def unlink(
    session: Session, request: PrivacyRequest, case: Case, *, by: str, now: datetime
) -> None:
    _refuse_ended(request)
    row = session.get(PrivacyCase, (request.id, case.id))
    if row is not None:
        session.delete(row)
        _log(session, request, "unlink", by, now, {"case": case.id})


def reply(session: Session, request: PrivacyRequest, words: str, *, by: str, now: datetime) -> None:
    """The person was told that the request is here, and how it goes on."""
    _refuse_ended(request)
    request.replied_at = request.replied_at or now
    _log(session, request, "reply", by, now, words=words)


def extend(
    session: Session, request: PrivacyRequest, words: str, *, by: str, now: datetime
) -> None:
    """More days, once; `words` is the reason that the person is told. Raises ExtendedAlready."""
    _refuse_ended(request)
    if request.extended_at is not None:
        raise ExtendedAlready
    hours = hours_of(session, request.area_id)
    request.extended_at = now
    request.due_at = add_working(request.due_at, longer(request.kind), hours)
    _log(session, request, "extend", by, now, words=words)


def longer(kind: str) -> Allowance:
    """What one extension of a request adds."""
    return Allowance(RULE["extension"][kind], "calendar-days")


def end(
    session: Session,
    request: PrivacyRequest,
    outcome: str,
    words: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """Done as asked, or refused with the reason; what is told is an answer too."""
    _refuse_ended(request)
    request.replied_at = request.replied_at or now
    request.ended_at, request.outcome = now, outcome
    _log(session, request, outcome, by, now, words=words)


def note(
    session: Session, request: PrivacyRequest, act: str, case: Case, *, by: str, now: datetime
) -> None:
    """Something that was done to a case because of the request."""
    _refuse_ended(request)
    _log(session, request, act, by, now, {"case": case.id})


def destroy_due(session: Session, *, now: datetime) -> int:
    """Who asked, and what was written, is destroyed some time after the end; how many requests."""
    past = PrivacyRequest.ended_at < now - timedelta(RULE["kept"])
    found = session.scalars(select(PrivacyRequest).where(past, PrivacyRequest.sealed != "")).all()
    for request in found:
        request.sealed = ""
        for act in acts_of(session, request):
            act.sealed = ""
    return len(found)


def _refuse_ended(request: PrivacyRequest) -> None:
    if request.ended_at is not None:
        raise AlreadyEnded


def _log(
    session: Session,
    request: PrivacyRequest,
    act: str,
    by: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    words: str = "",
) -> None:
    """An act of the request, and of the audit chain, which holds no words."""
    words = normal(words)
    sealed = seal(key(session, PURPOSE), words) if words else ""
    session.add(
        PrivacyAct(
            request_id=request.id, at=now, actor=by, act=act, data=dict(data or {}), sealed=sealed
        )
    )
    thing = f"privacy:{request.id}"
    audit.record(session, actor=by, act=f"privacy.{act}", object=thing, now=now, detail=words)
