"""Which unit a page about a case belongs to, and whether its reader may see that case."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.feedback.access import sees
from survey.feedback.cases import find
from survey.feedback.tables import Case
from survey.staff.sessions import SignedIn


def of_case(session: Session, args: dict[str, Any]) -> int:
    """Scope: the unit that handles the case. Raises NotFound."""
    return find(session, args["case_id"]).unit_id


def seen_case(session: Session, staff: SignedIn, case_id: int, *, now: datetime) -> Case:
    """The case, if `staff` may see it. Raises NotFound."""
    case = find(session, case_id)
    if not sees(session, staff, case, now=now):
        raise NotFound
    return case
