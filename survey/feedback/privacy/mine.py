"""Everything that is kept of a case and may be told to its sender: to read, and as JSON."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.feedback import contacts, following, pictures, texts
from survey.feedback.cases import SENDER
from survey.feedback.contacts import Contact
from survey.feedback.events import events_of, last_draft
from survey.feedback.privacy.retention import KINDS, destroyed_from
from survey.feedback.tables import Case, CaseContact, CaseText, Event
from survey.units.tables import Area, Centre, Counter

FROM_SENDER: Final = ("original", "answer", "comment")


def kept_of(session: Session, case: Case, *, whole: bool) -> dict[str, Any]:
    """What is kept, under names that stay the same in every language.

    whole : contact as it was left; else masked, for a slip may be found. Who works on the case and
    what officers noted among themselves is not told here: a request at the desk is looked through
    by a person first.
    """
    past = events_of(session, [case.id])[case.id]
    events = following.told(past)
    written = {str(text.id): text for text in texts.texts_of(session, case.id)}
    words = {event.seq: _words(past, event) for event in events}
    told = ((event, written.get(words[event.seq] or "")) for event in events)
    notes = [text for text in written.values() if text.role == "note" and text.sealed]
    return {
        "case": _case(session, case),
        "contact": _contact(session, case, whole=whole),
        "texts": [_text(session, event, text) for event, text in told if text is not None],
        "pictures": [_picture(session, row) for row in pictures.pictures_of(session, case.id)],
        "events": [{"at": _moment(event.at), "act": event.act} for event in events],
        "internal_notes": len(notes),
        "parts": _parts(session, case, whole=whole),
        "destroyed_from": {kind: _moment(destroyed_from(case, kind)) for kind in KINDS},
    }


def _parts(session: Session, case: Case, *, whole: bool) -> list[dict[str, Any]]:
    """What was split from the case, each as its own; the parts of a part stand in it."""
    parts = session.scalars(select(Case).where(Case.split_from == case.id).order_by(Case.id))
    return [kept_of(session, part, whole=whole) for part in parts]


def _case(session: Session, case: Case) -> dict[str, Any]:
    centre = session.get(Centre, case.centre_id) if case.centre_id else None
    counter = session.get(Counter, case.counter_id) if case.counter_id else None
    return {
        "number": case.number,
        "received_at": _moment(case.received_at),
        "channel": case.channel,
        "language": case.language,
        "kind": case.kind,
        "topic": case.topic,
        "service": case.field,
        "about": session.get_one(Area, case.area_id).name,
        "centre": centre and centre.name,
        "counter": counter and counter.name,
        "handled_by": session.get_one(Area, case.unit_id).name,
        "state": case.state,
        "due_at": _moment(case.due_at),
        "satisfied": case.satisfied,
        "published_at": _moment(case.published_at),
    }


def _contact(session: Session, case: Case, *, whole: bool) -> dict[str, Any] | None:
    row = session.scalar(select(CaseContact).where(CaseContact.case_id == case.id))
    if row is None:
        return None
    contact = contacts.contact_of(session, case.id)
    return {
        **asdict(contact if whole else contact.masked),
        "masked": not whole,
        "consent_version": row.notice,
        "consent_sha256": row.notice_digest,
        "consented_at": _moment(row.consented_at),
    }


def _words(past: Sequence[Event], event: Event) -> str | None:
    """Id of the words that went with an event; a reply that was released is the draft before it."""
    if event.act == "release" and "text" not in event.data:
        draft = last_draft(past[: event.seq])
        return str(draft.data.get("text")) if draft else None
    return event.data.get("text")


def _text(session: Session, event: Event, text: CaseText) -> dict[str, Any]:
    return {
        "at": _moment(event.at),
        "act": event.act,
        "by": "sender" if text.actor == SENDER or text.role in FROM_SENDER else "office",
        "words": texts.readable(session, text),
        "erased_at": _moment(text.erased_at),
    }


def _picture(session: Session, row: Any) -> dict[str, Any]:
    shown = pictures.shown(session, row)
    return {
        "at": _moment(row.at),
        "media_type": row.media_type,
        "width": row.width,
        "height": row.height,
        "erased_at": _moment(row.erased_at),
        "base64": b64encode(shown.content).decode() if shown else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(ZONE).isoformat(timespec="seconds")


def proves(contact: Contact, typed: str) -> bool:
    """Whether `typed` is the number or the address that was left with the case."""
    if "@" in typed:
        return bool(contact.email) and typed.strip().casefold() == contact.email.casefold()
    plain = contacts.plain_phone(typed)
    return bool(plain) and plain == contacts.plain_phone(contact.phone)
