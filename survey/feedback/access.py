"""Who sees which case, and whose contact: never the unit that the feedback is about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from survey.feedback.tables import Case
from survey.staff.scope import covered
from survey.staff.sessions import SignedIn


@dataclass(frozen=True)
class Reach:
    """Areas whose cases somebody sees: `own` from `shown_at` on, `below` at once; or all."""

    own: frozenset[int]
    below: frozenset[int]
    everywhere: bool = False


def reach(session: Session, staff: SignedIn) -> Reach:
    """The areas in which `staff` may see cases."""
    roots = {grant.area_id for grant in staff.grants_for("feedback.see")}
    if None in roots:
        return Reach(frozenset(), frozenset(), everywhere=True)
    own = frozenset(root for root in roots if root is not None)
    below = frozenset[int]().union(*(covered(session, root) for root in own)) - own
    return Reach(own, below)


def visible(
    session: Session, staff: SignedIn, *, now: datetime, within: Reach | None = None
) -> ColumnElement[bool]:
    """The cases that `staff` may see: in their areas, and from `shown_at` on in their own unit.

    A sealed denunciation is seen by its named receiver alone.
    """
    areas = within or reach(session, staff)
    if areas.everywhere:
        where: ColumnElement[bool] = true()
    else:
        shown = or_(Case.shown_at <= now, Case.area_id.not_in(areas.own))
        where = or_(Case.unit_id.in_(areas.below), and_(Case.unit_id.in_(areas.own), shown))
    sealed = and_(Case.sealed, Case.officer_id == staff.id)
    return or_(and_(~Case.sealed, where), sealed)


def sees(session: Session, staff: SignedIn, case: Case, *, now: datetime) -> bool:
    """Whether `staff` may see this case."""
    query = select(Case.id).where(Case.id == case.id, visible(session, staff, now=now))
    return session.scalar(query) is not None


def may_unmask(session: Session, staff: SignedIn, case: Case) -> bool:
    """Whether `staff` may see the contact: a separate right, held above the unit it is about."""
    for grant in staff.grants_for("feedback.unmask"):
        if grant.area_id is None:
            return True
        if grant.area_id != case.area_id and case.area_id in covered(session, grant.area_id):
            return True
    return False
