"""Feedback as it is handed in: a case with its code, pictures and contact, all at once or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from survey.feedback import codes, contacts, pictures, texts
from survey.feedback.cases import Act, Incoming, do, receive, received
from survey.feedback.code import Code
from survey.feedback.contacts import Consent, Contact
from survey.feedback.dues import answer_by
from survey.feedback.events import events_of
from survey.feedback.machine import possible
from survey.feedback.pictures import Picture
from survey.feedback.standing import standing
from survey.feedback.tables import Case
from survey.text import normal

State = Literal["new", "already", "added", "late"]
OF_SENDER: Final = ("original", "answer", "comment")  # roles of what a sender writes


@dataclass(frozen=True)
class Handed:
    """What came in; `agreed` is None where no contact was left."""

    sent: Incoming
    pictures: tuple[Picture, ...] = ()
    contact: Contact = Contact()
    agreed: Consent | None = None


@dataclass(frozen=True)
class Left:
    """new; already: the form came before, with the same words; added: with other words, which the
    case has now too; late: with other words, and the case takes none any more."""

    code: Code
    number: str
    due_at: datetime | None
    answer_at: datetime | None
    state: State


def leave(session: Session, handed: Handed, first: codes.Drawn | None, *, now: datetime) -> Left:
    """The case and its code, whether the form comes for the first time or again.

    first : what `codes.drawn` gave for the form, if it is known to be new. The caller commits.
    """
    form_id = handed.sent.form_id
    known = received(session, form_id)
    if known is not None:
        state = _once_more(session, known, handed, now)
        return Left(
            codes.again(session, known, form_id),
            known.number,
            known.due_at,
            _promised(session, known),
            state,
        )
    case = receive(session, handed.sent, now=now)
    code = codes.give(session, case, form_id, first)
    for picture in handed.pictures:
        pictures.put(session, case.id, picture, now=now)
    if handed.agreed is not None:
        agree(session, case, handed.contact, handed.agreed, by=handed.sent.by, now=now)
    session.flush()
    return Left(code, case.number, case.due_at, _promised(session, case), "new")


def _promised(session: Session, case: Case) -> datetime | None:
    """By when the sender is answered at the latest."""
    now = standing(events_of(session, [case.id])[case.id])
    return answer_by(session, now, anonymous=case.anonymous)


def agree(
    session: Session, case: Case, contact: Contact, agreed: Consent, *, by: str, now: datetime
) -> None:
    """The contact kept, and the consent an event of the case."""
    contacts.put(session, case.id, contact, agreed, now=now)
    data = {"given": True, "notice": agreed.version, "digest": agreed.digest}
    do(session, case, Act("consent", by, "sender", data), now=now)


def disagree(session: Session, case: Case, *, by: str, now: datetime) -> None:
    """Consent withdrawn: the contact is gone at once. Without one nothing happens."""
    if contacts.contact_of(session, case.id):
        contacts.withdraw(session, case.id)
        do(session, case, Act("consent", by, "sender", {"given": False}), now=now)


def _once_more(session: Session, case: Case, handed: Handed, now: datetime) -> State:
    """A form sent a second time, perhaps after going back and writing something else."""
    words = normal(handed.sent.words)
    written = (text for text in texts.texts_of(session, case.id) if text.role in OF_SENDER)
    if any(texts.original(session, text) == words for text in written):
        return "already"
    if "add" not in possible(case.state, "sender"):
        return "late"
    act = Act("add", handed.sent.by, "sender", words=words, role="comment")
    do(session, case, act, now=now)
    return "added"
