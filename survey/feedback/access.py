"""Who sees which case, and whose contact: never the unit that the feedback is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    and_,
    any_,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from survey.feedback.tables import Case
from survey.staff.scope import covered
from survey.staff.sessions import SignedIn

CROWD: Final = 40  # areas


@dataclass(frozen=True)
class Reach:
    """Areas whose cases somebody sees: `own` from `shown_at` on, `below` at once; or all.

    crowded : so many areas that SQLite is better off reading cases in order than area by area,
        which it would not guess.
    arrays : of PostgreSQL, which is given all ids as one value: taking a question with some hundred
        values apart takes longer than answering it.
    """

    own: frozenset[int]
    below: frozenset[int]
    everywhere: bool = False
    crowded: bool = False
    arrays: bool = False

    @property
    def ids(self) -> frozenset[int]:
        return self.own | self.below

    def has(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """That a column of ids names one of these areas."""
        if self.arrays:
            return column == any_(literal(sorted(self.ids), ARRAY(Integer)))
        looked_up = column + 0 if self.crowded else column  # a sum is looked up in no index
        return looked_up.in_(self.ids)


def reach(session: Session, staff: SignedIn) -> Reach:
    """The areas in which `staff` may see cases."""
    roots = {grant.area_id for grant in staff.grants_for("feedback.see")}
    if None in roots:
        return Reach(frozenset(), frozenset(), everywhere=True)
    own = frozenset(root for root in roots if root is not None)
    below = frozenset[int]().union(*(covered(session, root) for root in own)) - own
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    crowded = on_sqlite and len(own | below) > CROWD
    return Reach(own, below, crowded=crowded, arrays=not on_sqlite)


def within_reach(areas: Reach, *, now: datetime) -> ColumnElement[bool]:
    """The cases in these areas, in their own unit from `shown_at` on; without what is sealed."""
    if areas.everywhere:
        return ~Case.sealed
    shown = or_(
        Case.unit_id.not_in(areas.own), Case.shown_at <= now, Case.area_id.not_in(areas.own)
    )
    return and_(~Case.sealed, areas.has(Case.unit_id), shown)


def sealed_for(staff: SignedIn) -> ColumnElement[bool]:
    """Sealed denunciations, each seen by its named receiver alone."""
    return and_(Case.sealed, Case.officer_id == staff.id)


def visible(session: Session, staff: SignedIn, *, now: datetime) -> ColumnElement[bool]:
    """The cases that `staff` may see."""
    return or_(within_reach(reach(session, staff), now=now), sealed_for(staff))


def sees(session: Session, staff: SignedIn, case: Case, *, now: datetime) -> bool:
    """Whether `staff` may see this case."""
    query = select(Case.id).where(Case.id == case.id, visible(session, staff, now=now))
    return session.scalar(query) is not None


def may_unmask(session: Session, staff: SignedIn, case: Case) -> bool:
    """Whether `staff` may see the contact: a separate right, held above the unit it is about."""
    return above(session, staff, "feedback.unmask", case)


def above(session: Session, staff: SignedIn, permission: str, case: Case) -> bool:
    """Whether `staff` holds a right above the unit that the case is about, not in it alone."""
    for grant in staff.grants_for(permission):
        if grant.area_id is None:
            return True
        if grant.area_id != case.area_id and case.area_id in covered(session, grant.area_id):
            return True
    return False
