"""Which areas a grant covers.

A grant on an area covers the area, everything below it at any date, and every older unit all of
whose successors it covers: the new province covers the communes and districts it was made of.
An old unit that was split between two provinces is covered by neither.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.staff.tables import Grant
from survey.units.areas import descendants
from survey.units.tables import AreaLink

COVERED: Final = "staff.covered"  # in a session: a page asks for each of its permissions


def covered(session: Session, area_id: int) -> frozenset[int]:
    """Ids of every area that a grant on `area_id` covers, as they are when a session asks first."""
    known: dict[int, frozenset[int]] = session.info.setdefault(COVERED, {})
    if area_id not in known:
        known[area_id] = frozenset(_covered(session, area_id))
    return known[area_id]


def _covered(session: Session, area_id: int) -> set[int]:
    found = descendants(session, area_id)
    successors: dict[int, set[int]] = {}
    for old, new in session.execute(select(AreaLink.predecessor_id, AreaLink.successor_id)):
        successors.setdefault(old, set()).add(new)
    while True:
        older = {old for old, new in successors.items() if old not in found and new <= found}
        if not older:
            return found
        found |= descendants(session, *older)


def areas_of(session: Session, grants: Iterable[Grant]) -> set[int] | None:
    """Union of what `grants` cover; None when one of them is for the whole installation."""
    roots = {grant.area_id for grant in grants}
    if None in roots:
        return None
    found: set[int] = set()
    for root in roots:
        if root is not None and root not in found:
            found |= covered(session, root)
    return found
