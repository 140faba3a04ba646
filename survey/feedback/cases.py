"""Cases: received once, acted upon by one at a time, rebuilt from their events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash
from survey.errors import Conflict, NotFound
from survey.feedback import extending, search
from survey.feedback.dues import due_of, reopen_until
from survey.feedback.events import Entry, events_of, last_draft, next_event, store
from survey.feedback.hooks import outbox
from survey.feedback.letters import same
from survey.feedback.machine import Who, move_of
from survey.feedback.rules import TooLateToReopen, check, shown_from, undone_seq
from survey.feedback.standing import Standing, after, standings
from survey.feedback.tables import Case, Event
from survey.feedback.texts import find as find_text
from survey.feedback.texts import original, put
from survey.staff.keys import key

SENDER = "sender"
SYSTEM = "system"


class ChangedSince(Conflict):
    """Somebody else acted on the case since the page was opened."""

    title = _l("Somebody else has worked on this case since you opened it")
    remedy = _l("What you wrote is kept below. Look at what is new, then send it again.")


class NotYours(Conflict):
    """An act that belongs to somebody else."""

    title = _l("This act belongs to somebody else")


@dataclass(frozen=True)
class Origin:
    """The case that a part is split from, and what the part keeps of it: day, unit, clock."""

    case_id: int
    unit_id: int
    received_at: datetime
    shown_at: datetime
    clock: Mapping[str, Any]


@dataclass(frozen=True)
class Incoming:
    """What a sender, or staff for one, hands in; the words are checked for shape already."""

    form_id: UUID
    kind: str
    words: str
    area_id: int
    channel: str
    language: str
    by: str = SENDER
    centre_id: int | None = None
    counter_id: int | None = None
    field: str | None = None
    topic: str | None = None
    severity: str = "normal"
    anonymous: bool = True
    origin: Origin | None = None


@dataclass(frozen=True)
class Act:
    """One act: `data` holds ids, `words` what is written with it, under `role`."""

    act: str
    by: str
    who: Who
    data: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    role: str = "note"


def receipt_of(session: Session, form_id: UUID) -> str:
    """What is kept of the id of an opened form, so that it makes one case only."""
    return keyed_hash(key(session, "feedback-receipt"), form_id.bytes)


def received(session: Session, form_id: UUID) -> Case | None:
    """The case that the form with this id has made already."""
    query = select(Case).where(Case.receipt == receipt_of(session, form_id))
    return session.scalar(query)


def receive(session: Session, sent: Incoming, *, now: datetime) -> Case:
    """A new case; the one of the same form when it was sent before. The caller commits."""
    known = received(session, sent.form_id)
    if known is not None:
        return known
    origin = sent.origin
    data: dict[str, Any] = {"kind": sent.kind, "unit": sent.area_id, "severity": sent.severity}
    if origin is not None:
        data |= {"unit": origin.unit_id, "split_from": origin.case_id, "clock": dict(origin.clock)}
    named = {"field": sent.field, "topic": sent.topic, "channel": sent.channel}
    data |= {name: value for name, value in named.items() if value}
    case = Case(
        receipt=receipt_of(session, sent.form_id),
        received_at=origin.received_at if origin else now,
        shown_at=origin.shown_at if origin else shown_from(now),
        channel=sent.channel,
        language=sent.language,
        anonymous=sent.anonymous,
        area_id=sent.area_id,
        centre_id=sent.centre_id,
        counter_id=sent.counter_id,
        version=0,
        state="new",
        since=now,
        kind=sent.kind,
        severity=sent.severity,
        unit_id=data["unit"],
        pauses=[],
    )
    session.add(case)
    session.flush()
    text, digest = put(session, case.id, "original", sent.words, by=sent.by, now=now)
    data |= {"text": str(text.id), "digest": digest}
    events: list[Event] = []
    event = next_event(case.id, events, Entry("receive", sent.by, now, data))
    _derive(session, case, standings(events)[-1], len(events))
    outbox.write(session, zip([case], store(session, [event]), strict=True))
    session.flush()
    return case


def find(session: Session, case_id: int) -> Case:
    """Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound
    return case


def do(
    session: Session, case: Case, act: Act, *, now: datetime, version: int | None = None
) -> Event:
    """Do one act; the event that tells of it. The caller commits.

    version : the case's version on the page that the act was chosen on; None: whatever it is.
    Raises ChangedSince, ActNotPossible, NotYours.
    """
    return do_all(
        session, [case], act, now=now, versions={} if version is None else {case.id: version}
    )[0]


def do_all(
    session: Session,
    cases: Iterable[Case],
    act: Act,
    *,
    now: datetime,
    versions: Mapping[int, int] | None = None,
) -> list[Event]:
    """The same act on each case, as `do_each` does."""
    return do_each(session, [(case, act) for case in cases], now=now, versions=versions)


def do_each(
    session: Session,
    acts: Iterable[tuple[Case, Act]],
    *,
    now: datetime,
    versions: Mapping[int, int] | None = None,
) -> list[Event]:
    """An act on each case, one event a case; the first refusal undoes none: it is raised.

    The caller commits, or rolls back what was done.
    """
    chosen = list(acts)
    known = events_of(session, (case.id for case, _act in chosen))
    indexed = {case.id: _indexed(case) for case, _act in chosen}
    bodies = same.bodies(session) if any(act.act == "release" for _case, act in chosen) else []
    made = []
    for case, act in chosen:
        _same(case, known[case.id], versions)
        made.append(_one(session, case, known[case.id], act, now, bodies))
    done = store(session, made)
    cases = [case for case, _act in chosen]
    outbox.write(session, zip(cases, done, strict=True))
    session.flush()
    search.refresh(session, (case.id for case in cases if _indexed(case) != indexed[case.id]))
    return done


def take(session: Session, case: Case, officer_id: int, *, by: str, now: datetime) -> None:
    """Who takes a case up has it from then on. The caller commits."""
    if case.officer_id != officer_id:
        given = {"unit": case.unit_id, "officer": officer_id}
        do(session, case, Act("assign", by, "officer", given), now=now)


def refusals(
    session: Session,
    acts: Iterable[tuple[Case, Act]],
    *,
    now: datetime,
    versions: Mapping[int, int] | None = None,
) -> dict[int, Conflict]:
    """Why an act cannot be done now, by the id of its case; those that are not in it can be."""
    chosen = list(acts)
    known = events_of(session, (case.id for case, _act in chosen))
    found: dict[int, Conflict] = {}
    for case, act in chosen:
        try:
            _same(case, known[case.id], versions)
            _allowed(session, case, known[case.id], act, now)
        except Conflict as refusal:
            found[case.id] = refusal
    return found


def _same(case: Case, events: list[Event], versions: Mapping[int, int] | None) -> None:
    if versions and versions.get(case.id, len(events)) != len(events):
        raise ChangedSince


def _allowed(
    session: Session, case: Case, events: list[Event], act: Act, now: datetime
) -> list[Standing]:
    """How the case stood after each event. Raises the Conflict that keeps the act from it."""
    before = standings(events)
    if act.who not in move_of(act.act, before[-1].state).who:
        raise NotYours
    check(before[-1], events, act.act, act.by, now=now)
    if act.act == "reopen" and now > (reopen_until(session, before[-1]) or now):
        raise TooLateToReopen
    if act.act == "extend":
        until = datetime.fromisoformat(act.data["until"])
        extending.check(session, before[-1], until, anonymous=case.anonymous, at=now)
    return before


def _indexed(case: Case) -> tuple[int, bool]:
    """What the index of words knows of a case beside its words."""
    return case.unit_id, case.sealed


def _one(
    session: Session,
    case: Case,
    events: list[Event],
    act: Act,
    now: datetime,
    bodies: Sequence[str],
) -> Event:
    """One act on one case; its event, to be stored.

    bodies : of templates, which a released reply is compared with.
    """
    before = _allowed(session, case, events, act, now)
    data = dict(act.data)
    if act.act == "undo":
        data["seq"] = undone_seq(events, act.by, now)
    if act.words:
        text, digest = put(session, case.id, act.role, act.words, by=act.by, now=now)
        data |= {"text": str(text.id), "digest": digest}
    if act.act == "release":
        data["as_template"] = same.as_template(act.words or _drafted(session, events), bodies)
    entry = Entry(act.act, act.by, now, data)
    now_standing = before[data["seq"] - 2] if act.act == "undo" else after(before[-1], entry)
    event = next_event(case.id, events, entry)
    _derive(session, case, now_standing, len(events))
    return event


def _drafted(session: Session, events: Sequence[Event]) -> str:
    """The words of the last draft that was not taken back."""
    last = last_draft(events)
    text = find_text(session, last.data["text"]) if last and "text" in last.data else None
    return "" if text is None else original(session, text)


def _derive(session: Session, case: Case, now: Standing, version: int) -> None:
    """The derived columns, from the events."""
    for name, value in derived(session, case, now, version).items():
        setattr(case, name, value)


def derived(session: Session, case: Case, now: Standing, version: int) -> dict[str, Any]:
    """What the derived columns of a case must hold."""
    return {
        "version": version,
        "state": now.state,
        "since": now.since,
        "kind": now.kind,
        "topic": now.topic,
        "field": now.field,
        "severity": now.severity,
        "unit_id": now.unit_id,
        "officer_id": now.officer_id,
        "due_at": due_of(session, now, anonymous=case.anonymous),
        "accepted_at": now.accepted_at,
        "answered_at": now.answered_at,
        "closed_at": now.closed_at,
        "reopened": now.reopened,
        "merged_into": now.merged_into,
        "split_from": now.split_from,
        "outstanding": now.outstanding,
        "sealed": now.sealed,
        **_judged(session, case, now),
    }


def _judged(session: Session, case: Case, now: Standing) -> dict[str, Any]:
    """What reports ask of a case: its first answer, when that was due, how long it was paused."""
    told = now.judged or now
    due = due_of(session, now.judged, anonymous=case.anonymous) if now.judged else None
    return {
        "first_answered_at": now.first_answered_at,
        "first_due_at": due,
        "extended_until": told.extended,
        "pauses": [[_written(begun), ended and _written(ended)] for begun, ended in told.pauses],
        "satisfied": now.satisfied,
        "published_at": now.published_at,
        "as_template": now.as_template,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
