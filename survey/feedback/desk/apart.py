"""What the page of a case needs to take it apart or to give it time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.feedback import extending, splitting
from survey.feedback.access import sees
from survey.feedback.machine import possible
from survey.feedback.standing import standing
from survey.feedback.tables import Case, Event
from survey.i18n import day
from survey.staff.guard import may

PAGES = ("split", "seal")  # acts with a page of their own, which says what follows


@dataclass(frozen=True)
class Member:
    """A case that was one with another. `seen`: who is signed in may open it."""

    case: Case
    first: bool
    seen: bool


def apart(case: Case) -> list[str]:
    """The acts with a page of their own that may be chosen now."""
    if not may("feedback.work", case.unit_id):
        return []
    acts = possible(case.state, "officer")
    return [act for act in PAGES if act in acts]


def family(session: Session, case: Case, *, now: datetime) -> list[Member]:
    """The other cases of the same feedback, the first before its parts."""
    first = splitting.first_of(session, case)
    others = [one for one in (first, *splitting.parts_of(session, first)) if one.id != case.id]
    return [Member(one, one.id == first.id, sees(session, g.staff, one, now=now)) for one in others]


def later_days(
    session: Session, case: Case, events: Sequence[Event], *, now: datetime
) -> list[SelectChoice]:
    """The days until which the running time can be extended."""
    ends = extending.ends(session, standing(events), anonymous=case.anonymous, at=now)
    return [SelectChoice(end.isoformat(), day(end)) for end in ends]
