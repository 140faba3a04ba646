"""Codes of cases: given once, found by their selector, proved by their verifier."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from survey.errors import SurveyError
from survey.feedback.code import Code, codes_of
from survey.feedback.proving import fits, hashed
from survey.feedback.tables import Case, CaseCode
from survey.feedback.turnstile import Turnstile
from survey.staff.keys import key

PURPOSE = "feedback-code"
DRAWN = (
    100  # codes of one form that are looked at; at a million cases one form in 24 needs a second
)
MAKING = Turnstile(at_once=2, waiting=32)  # half a second for the last of them


class CodeError(SurveyError):
    """A case has no code of the form that made it: its secret is another, or the row is gone."""

    status = 500


@dataclass(frozen=True)
class Drawn:
    """The first code of a form with its hash, which takes too long to make while others write."""

    code: Code
    hash: str = field(repr=False)


def drawn(session: Session, form_id: UUID) -> Drawn:
    """Raises TooBusy when too many are being made."""
    code = next(codes_of(key(session, PURPOSE), form_id))
    with MAKING.turn():
        return Drawn(code, hashed(code.verifier))


def give(session: Session, case: Case, form_id: UUID, first: Drawn | None) -> Code:
    """The case's code from now on: the first of its form whose selector no other case has."""
    for _turn, code in zip(range(DRAWN), codes_of(key(session, PURPOSE), form_id), strict=False):
        if session.get(CaseCode, code.selector) is None:
            made = first if first and first.code == code else Drawn(code, hashed(code.verifier))
            row = CaseCode(selector=code.selector, verifier_hash=made.hash, case_id=case.id)
            session.add(row)
            session.flush()
            return code
    raise CodeError


def again(session: Session, case: Case, form_id: UUID) -> Code:
    """The code that was given to the form which made the case."""
    for _turn, code in zip(range(DRAWN), codes_of(key(session, PURPOSE), form_id), strict=False):
        row = session.get(CaseCode, code.selector)
        if row is not None and row.case_id == case.id:
            return code
    raise CodeError


def opened(session: Session, code: Code) -> Case | None:
    """The case that the code opens, after one hash whether there is one or not. Raises TooBusy."""
    row = session.get(CaseCode, code.selector)
    if not fits(None if row is None else row.verifier_hash, code.verifier):
        return None
    return None if row is None else session.get_one(Case, row.case_id)
