"""Which cases a request is about: found by code, number or contact; and what is done to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.feedback import codes, contacts, erasing, leaving
from survey.feedback.access import above, sees
from survey.feedback.cases import Act, do
from survey.feedback.code import CodeMistyped, read
from survey.feedback.contacts import Contact
from survey.feedback.machine import possible
from survey.feedback.privacy import requests
from survey.feedback.privacy.tables import PrivacyRequest
from survey.feedback.tables import Case
from survey.staff.sessions import SignedIn

MOST = 50
NUMBER = "PA-"


def found(session: Session, staff: SignedIn, typed: str, *, now: datetime) -> list[Case]:
    """Cases by a code, a number (PA-000123), a telephone number or an e-mail address.

    Of those that `staff` may see, and of no unit of their own: contact is never for the unit that
    feedback is about. Raises TooBusy.
    """
    ids = _ids(session, typed.strip())
    cases = [case for id in ids[:MOST] if (case := session.get(Case, id)) is not None]
    return [case for case in cases if handles(session, staff, case, now=now)]


def handles(session: Session, staff: SignedIn, case: Case, *, now: datetime) -> bool:
    """Whether `staff` may deal with what is kept of the sender of this case."""
    return above(session, staff, "feedback.privacy", case) and sees(session, staff, case, now=now)


def _ids(session: Session, typed: str) -> list[int]:
    if typed.upper().startswith(NUMBER):
        digits = typed[len(NUMBER) :]
        return [int(digits)] if digits.isascii() and digits.isdigit() and len(digits) < 10 else []
    by_contact = contacts.cases_of(session, typed)
    if by_contact:
        return by_contact
    try:
        case = codes.opened(session, read(typed))
    except CodeMistyped:
        return []
    return [] if case is None else [case.id]


def linked(session: Session, request: PrivacyRequest, case_id: int) -> Case:
    """A case that the request is about. Raises NotFound."""
    for case in requests.cases_of(session, request):
        if case.id == case_id:
            return case
    raise NotFound


def erase(session: Session, request: PrivacyRequest, case: Case, *, by: str, now: datetime) -> None:
    """Nothing is left but a tombstone. Raises KeptByLaw."""
    erasing.erase(session, case, by=by, now=now)
    requests.note(session, request, "erase", case, by=by, now=now)


def withdraw(
    session: Session, request: PrivacyRequest, case: Case, *, by: str, now: datetime
) -> None:
    """Consent and contact are gone."""
    leaving.disagree(session, case, by=by, now=now)
    requests.note(session, request, "withdraw", case, by=by, now=now)


def correct(
    session: Session,
    request: PrivacyRequest,
    case: Case,
    contact: Contact,
    words: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """The contact as it should be, under the consent that there is, and a correction in words.

    What was written stays as it was written: the correction is added to it.
    """
    if contact and contacts.contact_of(session, case.id):
        contacts.correct(session, case.id, contact)
        do(session, case, Act("consent", by, "sender", {"corrected": True}), now=now)
    if words:
        added = Act("add", by, "sender", {}, words, "comment")
        noted = Act("note", by, "officer", {}, words, "note")
        do(session, case, added if "add" in possible(case.state, "sender") else noted, now=now)
    requests.note(session, request, "correct", case, by=by, now=now)
