"""Questions and answers that are published: chosen and looked through by a second person.

Only words that somebody confirmed leave the house, and as they are shown: erased ones are gone here
too, and what is masked anew stands anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback import following, masking, texts
from survey.feedback.cases import Act, do
from survey.feedback.events import events_of
from survey.feedback.machine import ANSWERED
from survey.feedback.tables import Case, CaseText, Event
from survey.text import normal


class NothingToPublish(Conflict):
    title = _l("There is nothing here that could be published")
    remedy = _l("A case can be published when it is answered and its words are not erased.")


@dataclass(frozen=True)
class Words:
    """What would be published of a case: the sender's words and the reply, masked."""

    original: CaseText
    reply: CaseText

    @property
    def confirmed(self) -> bool:
        return None not in (self.original.confirmed_at, self.reply.confirmed_at)


@dataclass(frozen=True)
class Answer:
    """A published question with its answer, and what was changed because of it."""

    case: Case
    asked: str
    reply: str
    changed: str


def words_of(session: Session, case: Case) -> Words:
    """Raises NothingToPublish."""
    written = texts.texts_of(session, case.id)
    original = next((text for text in written if text.role == "original"), None)
    reply = following.released(session, case) if case.state in ANSWERED else None
    if original is None or reply is None or case.sealed or not (original.shown and reply.shown):
        raise NothingToPublish
    return Words(original, reply)


def as_shown(case: Case, changed: str) -> str:
    """What was changed because of a case, as everybody would read it."""
    words = normal(changed)
    return masking.masked(words, masking.suggested(words), case.language)


def publish(session: Session, case: Case, changed: str, *, by: str, now: datetime) -> None:
    """Question and answer, which `by` has looked through, are public. The caller commits.

    changed : what was changed because of the case; may be empty. Raises NothingToPublish.
    """
    words = words_of(session, case)
    for text in (words.original, words.reply):
        if text.confirmed_at is None:
            do(session, case, Act("confirm", by, "officer", {"of": str(text.id)}), now=now)
            text.confirmed_by, text.confirmed_at = by, now
    data = {"original": str(words.original.id), "reply": str(words.reply.id)}
    event = do(session, case, Act("publish", by, "second", data, changed, "change"), now=now)
    if "text" in event.data:
        made = texts.find(session, event.data["text"])
        if made is not None:
            made.confirmed_by, made.confirmed_at = by, now


def unpublish(session: Session, case: Case, *, by: str, now: datetime) -> None:
    do(session, case, Act("unpublish", by, "second"), now=now)


def public() -> ColumnElement[bool]:
    """The cases that everybody may read: answered ones, for what opens a case again unpublishes."""
    return Case.published_at.is_not(None)


def newest(
    session: Session, *, unit_id: int | None, topic: str | None, start: int, most: int
) -> tuple[list[Answer], int]:
    """Published answers, the newest first, and how many there are."""
    where = [public()]
    where += [Case.unit_id == unit_id] if unit_id is not None else []
    where += [Case.topic == topic] if topic is not None else []
    count = session.scalar(select(func.count()).select_from(Case).where(*where)) or 0
    query = select(Case).where(*where).order_by(Case.published_at.desc(), Case.id.desc())
    return answers_of(session, session.scalars(query.offset(start).limit(most)).all()), count


def answers_of(session: Session, cases: Sequence[Case]) -> list[Answer]:
    """What is published of some cases; those of which nothing is left are left out."""
    events = events_of(session, (case.id for case in cases))
    told = {case.id: _latest(events[case.id]) for case in cases}
    written = _texts(session, told.values())
    found = []
    for case in cases:
        event = told[case.id]
        if event is None:
            continue
        asked, reply = (written.get(event.data[name], "") for name in ("original", "reply"))
        if asked and reply:
            found.append(Answer(case, asked, reply, written.get(event.data.get("text", ""), "")))
    return found


def _latest(events: Sequence[Event]) -> Event | None:
    return next((event for event in reversed(events) if event.act == "publish"), None)


def _texts(session: Session, events: Iterable[Event | None]) -> dict[str, str]:
    """Confirmed words by id, as they are shown outside."""
    ids = {
        str(event.data[name])
        for event in events
        if event is not None
        for name in ("original", "reply", "text")
        if name in event.data
    }
    chosen = CaseText.id.in_([UUID(id) for id in ids]), CaseText.confirmed_at.is_not(None)
    return {str(text.id): text.shown for text in session.scalars(select(CaseText).where(*chosen))}
