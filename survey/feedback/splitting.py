"""A case that speaks of two things becomes two; the one code of its sender leads to both.

The first keeps the contact, the pictures and the code. A part has the unit, the day and the clock
of the first, which goes on by the rule of the part's own kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.cases import Act, Incoming, Origin, do, receive
from survey.feedback.events import events_of
from survey.feedback.machine import possible
from survey.feedback.standing import clock_of, standing
from survey.feedback.tables import Case


@dataclass(frozen=True)
class Part:
    """What is split off, in words that speak of it alone."""

    words: str
    kind: str
    field: str | None = None


def split(
    session: Session, case: Case, part: Part, *, by: str, now: datetime, version: int | None = None
) -> Case:
    """The new case, and the event that names it in the first. The caller commits.

    Raises ChangedSince, ActNotPossible, NothingToSplit: then the caller rolls back.
    """
    before = standing(events_of(session, [case.id])[case.id])
    made = receive(
        session,
        Incoming(
            form_id=uuid4(),
            kind=part.kind,
            words=part.words,
            area_id=case.area_id,
            channel=case.channel,
            language=case.language,
            by=by,
            centre_id=case.centre_id,
            counter_id=case.counter_id,
            field=part.field,
            severity=case.severity,
            anonymous=case.anonymous,
            origin=Origin(
                case.id, case.unit_id, case.received_at, case.shown_at, clock_of(before, now)
            ),
        ),
        now=now,
    )
    do(session, case, Act("split", by, "officer", {"into": made.id}), now=now, version=version)
    return made


def first_of(session: Session, case: Case) -> Case:
    """The case that the sender's code leads to: the one itself when it is no part."""
    while case.split_from is not None:
        case = session.get_one(Case, case.split_from)
    return case


def parts_of(session: Session, case: Case) -> list[Case]:
    """What was split from a case, and from its parts, in order."""
    return sorted(_below(session, case), key=lambda part: part.id)


def _below(session: Session, case: Case) -> Iterator[Case]:
    for part in session.scalars(select(Case).where(Case.split_from == case.id)):
        yield part
        yield from _below(session, part)


def do_for_sender(session: Session, case: Case, act: Act, *, now: datetime) -> None:
    """An act of the sender; what is withdrawn is so with its parts. The caller commits."""
    do(session, case, act, now=now)
    if act.act == "withdraw":
        for part in parts_of(session, case):
            if not part.sealed and "withdraw" in possible(part.state, "sender"):
                do(session, part, act, now=now)
