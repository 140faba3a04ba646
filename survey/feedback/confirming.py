"""Somebody looks at what is masked of a case, changes it and answers for it; or looks behind it.

Nothing of a case is told outside before the first. The second says why, and is never done by the
unit that the case is about.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback import contacts, masking, search, texts
from survey.feedback.access import may_unmask
from survey.feedback.cases import Act, do
from survey.feedback.contacts import Contact
from survey.feedback.events import events_of
from survey.feedback.tables import Case, CaseText
from survey.feedback.text.marks import Mark
from survey.staff.sessions import SignedIn

LEAVING: Final = ("original", "answer", "comment", "question", "reply", "change")  # roles of texts
PAGE: Final = 500


class OwnUnit(Conflict):
    title = _l("What is masked stays hidden from the unit that the feedback is about")
    remedy = _l("Somebody with that right above the unit can look, and says why.")


class NotRead(Conflict):
    title = _l("Marks are taken away by somebody who has read what stands behind them")
    remedy = _l("Read the words as they were written, say why, and take the marks away there.")


def leaving(session: Session, case: Case) -> list[CaseText]:
    """The texts of a case that may be told outside, as long as the original is kept."""
    found = texts.texts_of(session, case.id)
    return [text for text in found if text.role in LEAVING and text.sealed]


def confirm(
    session: Session,
    case: Case,
    text: CaseText,
    marks: Sequence[Mark],
    *,
    by: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """`by` answers for these marks: the text is shown so from now on. The caller commits.

    Raises ChangedSince.
    """
    do(session, case, Act("confirm", by, "officer", {"of": str(text.id)}), now=now, version=version)
    text.marks = masking.stored(marks)
    text.shown = masking.masked(texts.original(session, text), marks, case.language)
    text.confirmed_by, text.confirmed_at = by, now
    search.refresh(session, [case.id])


def looks(session: Session, case: Case, staff: SignedIn) -> bool:
    """Whether `staff` may look behind what is masked: the receiver of what is sealed always may."""
    return (case.sealed and case.officer_id == staff.id) or may_unmask(session, staff, case)


def allowed_to(session: Session, case: Case, staff: SignedIn) -> None:
    """Raises OwnUnit for whoever may not look behind what is masked of this case."""
    if not looks(session, case, staff):
        raise OwnUnit


def has_read(session: Session, case: Case, text: CaseText, staff: SignedIn) -> bool:
    """Whether `staff` has read this text as it was written."""
    return any(
        event.act == "read" and event.actor == staff.actor and event.at >= text.at
        for event in events_of(session, [case.id])[case.id]
    )


def may_show(session: Session, case: Case, text: CaseText, staff: SignedIn) -> None:
    """Raises OwnUnit or NotRead for whoever may take no mark of this text away."""
    allowed_to(session, case, staff)
    if not has_read(session, case, text, staff):
        raise NotRead


def read(session: Session, case: Case, why: str, *, by: SignedIn, now: datetime) -> None:
    """`by` reads the words as written, and said why. The caller commits. Raises OwnUnit."""
    allowed_to(session, case, by)
    do(session, case, Act("read", by.actor, "officer", {}, why, "reason"), now=now)


def unmask(session: Session, case: Case, why: str, *, by: SignedIn, now: datetime) -> Contact:
    """The contact, for somebody who said why. The caller commits. Raises OwnUnit."""
    allowed_to(session, case, by)
    do(session, case, Act("unmask", by.actor, "officer", {}, why, "reason"), now=now)
    return contacts.contact_of(session, case.id)


def mask_again(session: Session) -> int:
    """What nobody confirmed is masked as it would be today; how many texts changed so."""
    ids = list(session.scalars(select(CaseText.id).where(_unconfirmed).order_by(CaseText.id)))
    changed = set()
    count = 0
    for start in range(0, len(ids), PAGE):
        rows = select(CaseText, Case.language).join(Case, Case.id == CaseText.case_id)
        part = CaseText.id.in_(ids[start : start + PAGE])
        for text, language in session.execute(rows.where(part)):
            words = texts.original(session, text)
            marks = masking.suggested(words)
            shown = masking.masked(words, marks, language)
            if (text.shown, text.marks) != (shown, masking.stored(marks)):
                text.shown, text.marks = shown, masking.stored(marks)
                changed.add(text.case_id)
                count += 1
    search.refresh(session, changed)
    return count


_unconfirmed = CaseText.confirmed_at.is_(None) & (CaseText.sealed != "")
