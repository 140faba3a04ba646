"""Which areas a grant covers.

A grant on an area covers the area, everything below it at any date, and every older unit all of
whose successors it covers: the new province covers the communes and districts it was made of.
An old unit that was split between two provinces is covered by neither.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.staff.tables import Grant
from survey.units.tables import Area, AreaLink


def below(session: Session, roots: Iterable[int]) -> set[int]:
    """Ids of `roots` and of everything below them by their parents, at any date."""
    start = select(Area.id).where(Area.id.in_(list(roots))).cte("below", recursive=True)
    child = select(Area.id).join(start, Area.parent_id == start.c.id)
    return set(session.scalars(select(start.union(child).c.id)))


def covered(session: Session, area_id: int) -> set[int]:
    """Ids of every area that a grant on `area_id` covers."""
    found = below(session, [area_id])
    successors: dict[int, set[int]] = {}
    for old, new in session.execute(select(AreaLink.predecessor_id, AreaLink.successor_id)):
        successors.setdefault(old, set()).add(new)
    while True:
        older = {old for old, new in successors.items() if old not in found and new <= found}
        if not older:
            return found
        found |= below(session, older)


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
