"""The events of a case: appended in a chain of its own, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.feedback.tables import Event

GENESIS = "0" * 64
COLUMNS = ("case_id", "seq", "at", "actor", "act", "data", "previous", "hash")  # all but the id
CANONICAL = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Entry:
    """An event that is about to be appended: ids and salted digests, never words."""

    act: str
    actor: str
    at: datetime
    data: Mapping[str, Any]


def events_of(session: Session, case_ids: Iterable[int]) -> dict[int, list[Event]]:
    """The events of some cases, each in order."""
    ids = list(case_ids)
    found: dict[int, list[Event]] = {id: [] for id in ids}
    for start in range(0, len(ids), 500):
        part = Event.case_id.in_(ids[start : start + 500])
        for event in session.scalars(select(Event).where(part).order_by(Event.case_id, Event.seq)):
            found[event.case_id].append(event)
    return found


def undone(events: Iterable[Event]) -> set[int]:
    """Numbers of the events of a case that were taken back: their words were never said."""
    return {event.data["seq"] for event in events if event.act == "undo"}


def last_draft(events: Sequence[Event]) -> Event | None:
    """The reply as it was last written, and not taken back."""
    gone = undone(events)
    drafts = (event for event in reversed(events) if event.act == "draft")
    return next((event for event in drafts if event.seq not in gone), None)


def next_event(case_id: int, before: list[Event], entry: Entry) -> Event:
    """The next event of a case, not stored yet; `before` grows by it."""
    previous = before[-1].hash if before else GENESIS
    seq = len(before) + 1
    event = Event(
        case_id=case_id,
        seq=seq,
        at=entry.at,
        actor=entry.actor,
        act=entry.act,
        data=dict(entry.data),
        previous=previous,
        hash=chained(previous, case_id, seq, entry),
    )
    before.append(event)
    return event


def store(session: Session, made: Sequence[Event]) -> list[Event]:
    """Events put into the chains of their cases by one statement; as they are stored, with ids.

    Two at once clash on (case_id, seq), by which those that come back find their places: what
    SQLite returns has no order, and for an order it would be asked once for each.
    """
    if not made:
        return []
    rows = [{name: getattr(event, name) for name in COLUMNS} for event in made]
    stored = session.scalars(insert(Event).returning(Event), rows)
    found = {(event.case_id, event.seq): event for event in stored}
    return [found[event.case_id, event.seq] for event in made]


def chained(previous: str, case_id: int, seq: int, entry: Entry | Event) -> str:
    """Hash of an event onto the one before it."""
    told = {
        "case": case_id,
        "seq": seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "act": entry.act,
        "data": dict(entry.data),
    }
    return sha256(f"{previous}\n{CANONICAL(told)}".encode()).hexdigest()


def broken_at(events: Iterable[Event]) -> int | None:
    """Number of the first event of a case that was altered or stands after a gap; None: intact."""
    previous = GENESIS
    for place, event in enumerate(events, 1):
        right = chained(previous, event.case_id, place, event)
        if event.seq != place or event.previous != previous or event.hash != right:
            return event.seq
        previous = event.hash
    return None
