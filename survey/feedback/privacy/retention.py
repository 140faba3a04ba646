"""The job that destroys, on its date, what is kept of a case for a time only.

Counted from the end of a case (closed, or apart). Events stay, as does what somebody confirmed as
masked. What was sealed as a denunciation is kept by its own law.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from survey.database import Database
from survey.feedback import contacts, pictures, texts, unsent
from survey.feedback.cases import SYSTEM, Act, do
from survey.feedback.privacy import requests
from survey.feedback.rules import RULES
from survey.feedback.tables import Case, CaseContact, CasePicture, CaseText

MOST: Final = 200  # cases of one transaction: others wait that long
RETENTION: Final[dict[str, int]] = RULES["retention"]


def _contact(session: Session, case: Case, _now: datetime) -> None:
    contacts.withdraw(session, case.id)


def _pictures(session: Session, case: Case, now: datetime) -> None:
    for row in pictures.pictures_of(session, case.id):
        pictures.erase(row, now=now)


def _originals(session: Session, case: Case, now: datetime) -> None:
    for text in texts.texts_of(session, case.id):
        texts.forget(session, text, now=now)
    unsent.erase(session, case.id)


Destroy = Callable[[Session, Case, datetime], None]
KINDS: Final[dict[str, tuple[ColumnElement[bool], Destroy]]] = {
    "contact": (exists().where(CaseContact.case_id == Case.id), _contact),
    "pictures": (
        exists().where(CasePicture.case_id == Case.id, CasePicture.sealed.is_not(None)),
        _pictures,
    ),
    "originals": (
        exists().where(CaseText.case_id == Case.id, CaseText.sealed != ""),
        _originals,
    ),
}


def destroyed_from(case: Case, kind: str) -> datetime | None:
    """When something of a case is destroyed; None while it has not ended, or by another law."""
    if case.closed_at is None or case.sealed:
        return None
    return case.closed_at + timedelta(RETENTION[kind])


def destroy_due(database: Database, now: datetime) -> str:
    """Destroy what is past its date."""
    done = dict.fromkeys(KINDS, 0)
    for kind in KINDS:
        more = True
        while more:
            with database.write() as session:
                found = due(session, kind, now=now)
                _destroy(session, found, kind, now)
            done[kind] += len(found)
            more = len(found) == MOST
    with database.write() as session:
        asked = requests.destroy_due(session, now=now)
        typed = unsent.destroy_old(session, now=now)
    told = [f"{count} cases without {kind}" for kind, count in done.items()]
    return ", ".join([*told, f"{asked} requests without persons", f"{typed} texts not sent"])


def due(session: Session, kind: str, *, now: datetime) -> Sequence[Case]:
    """Some cases of which something is kept past its date, oldest first."""
    ended = Case.closed_at < now - timedelta(RETENTION[kind])
    query = select(Case).where(ended, ~Case.sealed, KINDS[kind][0])
    return session.scalars(query.order_by(Case.closed_at, Case.id).limit(MOST)).all()


def _destroy(session: Session, found: Iterable[Case], kind: str, now: datetime) -> None:
    destroy = KINDS[kind][1]
    for case in found:
        destroy(session, case, now)
        do(session, case, Act("forget", SYSTEM, "system", {"what": kind}), now=now)
