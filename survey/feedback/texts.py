"""Words of a case: sealed as they came, shown with personal data masked, erasable."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto import keyed_hash, seal, unseal
from survey.feedback import masking, search
from survey.feedback.tables import Case, CaseText
from survey.staff.keys import key
from survey.text import normal

PURPOSE = "feedback-text"
INTERNAL = ("note", "reason")  # roles of what officers write for each other


def put(
    session: Session, case_id: int, role: str, words: str, *, by: str, now: datetime
) -> tuple[CaseText, str]:
    """The words put away, masked by suggestion, and the salted digest that an event may keep."""
    words = normal(words)
    marks = masking.suggested(words)
    made = CaseText(
        id=uuid4(),
        case_id=case_id,
        role=role,
        actor=by,
        at=now,
        salt=secrets.token_hex(16),
        sealed=seal(key(session, PURPOSE), words),
        shown=masking.masked(words, marks, session.get_one(Case, case_id).language),
        marks=masking.stored(marks),
        confirmed_by=None,
        confirmed_at=None,
        erased_at=None,
    )
    session.add(made)
    search.add(session, case_id, role, made.shown)
    return made, digest(session, made.salt, words)


def digest(session: Session, salt: str, words: str) -> str:
    """Says whether words are the ones an event speaks of, as long as their salt is kept."""
    return keyed_hash(key(session, PURPOSE), f"{salt}\n{words}".encode())


def original(session: Session, text: CaseText) -> str:
    """The words as written; empty when erased. Whoever shows them logs it. Raises SealError."""
    return unseal(key(session, PURPOSE), text.sealed) if text.sealed else ""


def texts_of(session: Session, case_id: int) -> list[CaseText]:
    """Everything written about a case, in order."""
    query = select(CaseText).where(CaseText.case_id == case_id)
    return list(session.scalars(query.order_by(CaseText.at, CaseText.id)))


def find(session: Session, text_id: str | UUID) -> CaseText | None:
    return session.get(CaseText, UUID(str(text_id)))


def readable(session: Session, text: CaseText) -> str:
    """The words as written while they are kept, then as they are masked; empty when erased."""
    return original(session, text) or text.shown


def at_desk(session: Session, text: CaseText, *, behind: bool) -> str:
    """What officers read: what they wrote to a sender as written, those of a sender as masked.

    behind : for somebody who may look behind masks; to others notes and reasons are masked too.
    """
    by_staff = text.actor.startswith("staff:") and text.role != "original"
    by_staff = by_staff and (behind or text.role not in INTERNAL)
    return readable(session, text) if by_staff else text.shown


def forget(session: Session, text: CaseText, *, now: datetime) -> None:
    """The original is destroyed; what somebody confirmed as masked stays."""
    if text.confirmed_at is None:
        erase(session, text, now=now)
    else:
        text.sealed = text.salt = ""
        text.marks = []


def erase(session: Session, text: CaseText, *, now: datetime) -> None:
    """Nothing is left of the words, nor of what could prove or find them."""
    text.sealed = text.shown = text.salt = ""
    text.marks = []
    text.erased_at = now
    search.refresh(session, [text.case_id])
