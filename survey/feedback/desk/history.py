"""What happened to a case as its officers read it: who, when, and which words the sender sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.errors import Words
from survey.feedback import texts
from survey.feedback.cases import SENDER
from survey.feedback.events import last_draft, undone
from survey.feedback.following import told
from survey.feedback.tables import Case, CaseText, Event
from survey.feedback.words import ACT_WORDS
from survey.i18n import day
from survey.staff.names import actor_names


@dataclass(frozen=True)
class Line:
    """One event.

    by_day : only the day is shown: nobody is to know from the minute who wrote.
    told : the sender sees it, with its words.
    words : masked, but what officers wrote to a sender; None: the event has none.
    """

    act: str
    name: Words
    at: datetime
    by_day: bool
    who: str
    about: str
    told: bool
    undone: bool
    words: str | None


def history(session: Session, case: Case, events: Sequence[Event], *, behind: bool) -> list[Line]:
    """The events in order; the arrival's words are those of the case.

    behind : for somebody who may look behind what is masked.
    """
    written = {str(text.id): text for text in texts.texts_of(session, case.id)}
    names = {**actor_names(session, _people(events)), SENDER: _("The sender")}
    seen = {event.seq for event in told(events)} | _let_out(events)
    gone = undone(events)
    return [
        Line(
            act=event.act,
            name=ACT_WORDS[event.act],
            at=event.at,
            by_day=event.act == "receive" or event.actor == SENDER,
            who=names.get(event.actor, event.actor),
            about=_about(event, names),
            told=event.seq in seen,
            undone=event.seq in gone,
            words=_words(session, event, written, behind=behind),
        )
        for event in events
    ]


def _people(events: Sequence[Event]) -> set[str]:
    """Who acted, and who was named in an act."""
    ids = (event.data.get(name) for event in events for name in ("officer", "receiver"))
    return {event.actor for event in events} | {f"staff:{id}" for id in ids if id is not None}


def _let_out(events: Sequence[Event]) -> set[int]:
    """Numbers of the drafts whose words a release without its own has shown to the sender."""
    released = [e for e in events if e.act == "release" and "text" not in e.data]
    drafts = (last_draft([e for e in events if e.seq < release.seq]) for release in released)
    return {draft.seq for draft in drafts if draft}


def _about(event: Event, names: Mapping[str, str]) -> str:
    """Whom or what an event names."""
    if event.act == "assign":
        return names.get(f"staff:{event.data['officer']}", "")
    if event.act in ("merge", "split"):
        return Case(id=event.data["into"]).number
    if event.act == "seal":
        return names.get(f"staff:{event.data['receiver']}", "")
    if event.act == "extend":
        return day(datetime.fromisoformat(event.data["until"]))
    if "split_from" in event.data:
        number = Case(id=event.data["split_from"]).number
        return str(_("split from %(number)s", number=number))
    return ""


def _words(
    session: Session, event: Event, written: Mapping[str, CaseText], *, behind: bool
) -> str | None:
    text = written.get(str(event.data.get("text", "")))
    return None if text is None else texts.at_desk(session, text, behind=behind)
