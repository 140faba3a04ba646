"""What whoever holds the code of a case is shown: never who works on it, never what is internal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback import contacts, pictures, splitting, texts
from survey.feedback.cases import Act
from survey.feedback.contacts import Contact
from survey.feedback.dues import answer_by, reopen_until
from survey.feedback.events import events_of, undone
from survey.feedback.machine import ANSWERED, BY_ACT, possible
from survey.feedback.rules import RULES
from survey.feedback.standing import standing
from survey.feedback.tables import Case, CaseText, Event

ANSWERED_WORDS: Final = ("yes", "partly", "no")
OF_THE_FIRST: Final = frozenset({"consent", "erase"})  # acts on all that somebody sent
SAME_AS_BEFORE: Final = 50  # merges upon merges that are followed at most


@dataclass(frozen=True)
class Line:
    """Something that happened and that the sender is told, with the words that go with it."""

    at: datetime
    act: str
    words: str
    until: datetime | None = None  # of a later day that was granted
    number: str = ""  # of the other case where one became two


@dataclass(frozen=True)
class Standing:
    """A case as its sender sees it.

    question : what waits for their answer; empty when nothing does.
    reply : the newest answer, that of another case where this one was merged with it.
    checking : there is an answer in that other case, which somebody must look through first.
    answer_at : by when they are answered at the latest.
    reopen_until : the last moment to open it again; None while it is not answered.
    rating : what they said of it, since it was answered last; None when nothing.
    parts : what was split from it, each a case with a standing of its own.
    part : it was split from another, to which the code leads and where the contact is.
    """

    case: Case
    lines: Sequence[Line]
    question: str
    reply: str
    checking: bool
    rating: Mapping[str, Any] | None
    can: frozenset[str]
    answer_at: datetime | None
    reopen_until: datetime | None
    contact: Contact
    pictures: int
    erased: bool
    parts: Sequence["Standing"] = field(default=())

    @property
    def part(self) -> bool:
        return self.case.split_from is not None


def standing_of(session: Session, case: Case, *, now: datetime) -> Standing:
    """The case now, for its sender, with what was split from it."""
    whole = _alone(session, case, now=now)
    if whole.part:
        return replace(whole, can=whole.can - OF_THE_FIRST)
    parts = [_alone(session, one, now=now) for one in splitting.parts_of(session, case)]
    may = {"erase"} if any("erase" in part.can for part in parts) else set()
    return replace(whole, parts=parts, can=whole.can | may)


def _alone(session: Session, case: Case, *, now: datetime) -> Standing:
    events = events_of(session, [case.id])[case.id]
    last = standing(events)
    until = reopen_until(session, last)
    written = {str(text.id): text for text in texts.texts_of(session, case.id)}
    reply, checking = reply_of(session, case)
    lines = [_line(session, event, written) for event in told(events)]
    kept = [row for row in pictures.pictures_of(session, case.id) if row.sealed is not None]
    erased = any(event.act == "erase" for event in events)
    return Standing(
        case=case,
        lines=lines,
        question=_latest(lines, "ask").words if case.state == "waiting-sender" else "",
        reply=reply,
        checking=checking,
        rating=_rating(events),
        can=can(case, events, erased=erased, late=until is not None and now > until),
        answer_at=answer_by(session, last, anonymous=case.anonymous),
        reopen_until=until,
        contact=contacts.contact_of(session, case.id).masked,
        pictures=len(kept),
        erased=erased,
    )


def told(events: Sequence[Event]) -> list[Event]:
    """Those that a sender is told of; what was taken back never happened to them."""
    gone = undone(events)
    return [
        event
        for event in events
        if event.seq not in gone and (event.act == "receive" or BY_ACT[event.act].told)
    ]


def can(case: Case, events: Sequence[Event], *, erased: bool, late: bool) -> frozenset[str]:
    """The acts that the sender may do now; late: too late to open it again."""
    acts = set(possible(case.state, "sender"))
    if late or case.reopened >= RULES["reopen"]["times"]:
        acts.discard("reopen")
    if erased or case.sealed:  # a denunciation has a law of its own, and a receiver who keeps it
        acts &= {"consent"} if not erased else set()
    return frozenset(acts)


def _line(session: Session, event: Event, written: Mapping[str, CaseText]) -> Line:
    text = written.get(str(event.data.get("text", "")))
    words = "" if text is None else texts.readable(session, text)
    until = datetime.fromisoformat(event.data["until"]) if event.act == "extend" else None
    into = event.data.get("into") if event.act == "split" else event.data.get("split_from")
    number = "" if into is None else Case(id=into).number
    act = "split" if number else event.act
    return Line(event.at, act, words, until, number)


def _latest(lines: Sequence[Line], act: str) -> Line:
    return next(line for line in reversed(lines) if line.act == act)


def _rating(events: Sequence[Event]) -> Mapping[str, Any] | None:
    """What was said since the last answer."""
    for event in reversed(events):
        if event.act == "release":
            return None
        if event.act == "rate":
            return event.data
    return None


def reply_of(session: Session, case: Case) -> tuple[str, bool]:
    """The answer that was released, in the case itself or in the one it was merged into.

    From another case only what is shown of it outside, with personal data masked, and not before
    somebody has confirmed that: until then the words are empty and the second is true.
    """
    mine = True
    for _turn in range(SAME_AS_BEFORE):
        if case.state in ANSWERED:
            text = released(session, case)
            if text is None:
                return "", False
            if mine:
                return texts.readable(session, text), False
            checked = text.confirmed_at is not None
            return ((text.shown or "") if checked else ""), not checked
        if case.merged_into is None:
            return "", False
        case, mine = session.get_one(Case, case.merged_into), False
    return "", False


def held_back(session: Session, case: Case, events: Sequence[Event] | None = None) -> bool:
    """Whether senders of cases merged into this one wait until its reply is confirmed.

    events : of the case, where they are known.
    """
    text = released(session, case, events) if case.state in ANSWERED else None
    if text is None or text.confirmed_at is not None or not text.sealed:
        return False
    merged = select(Case.id).where(Case.merged_into == case.id, Case.state == "merged").limit(1)
    return session.scalar(merged) is not None


def released(
    session: Session, case: Case, events: Sequence[Event] | None = None
) -> CaseText | None:
    """The words of the last reply: those of the release, or else of the draft that it let out."""
    events = events_of(session, [case.id])[case.id] if events is None else events
    gone = undone(events)
    for event in reversed(events):
        said = event.act in ("release", "draft") and event.seq not in gone
        if said and "text" in event.data:
            return texts.find(session, event.data["text"])
    return None


def said_before(session: Session, case: Case, act: Act, *, since: bool) -> bool:
    """Whether this very act was the last: a button pressed twice, a page loaded again.

    since : the last of the sender, whatever others did after it.
    """
    events = events_of(session, [case.id])[case.id]
    own = [event for event in events if event.actor == act.by]
    if not own or own[-1].act != act.act or not (since or own[-1] is events[-1]):
        return False
    last = own[-1]
    text = texts.find(session, last.data["text"]) if "text" in last.data else None
    words = "" if text is None else texts.original(session, text)
    same = {k: v for k, v in last.data.items() if k not in ("text", "digest")} == dict(act.data)
    return same and words == act.words
