"""Which days of their own hold in units: of those above them first, the unit's own last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, literal, select
from sqlalchemy.orm import Session

from survey.feedback.day_tables import UnitDay
from survey.units.tables import Area


@dataclass(frozen=True)
class Change:
    """Days of one unit that come to its calendar, and days that go from it."""

    unit_id: int
    added: tuple[UnitDay, ...] = ()
    removed: frozenset[date] = frozenset()

    @property
    def first(self) -> date:
        """The first day that differs: no clock that ends before it is touched."""
        return min([*(row.day for row in self.added), *self.removed])


def days_of_units(
    session: Session, area_ids: Iterable[int], change: Change | None = None
) -> Mapping[int, Mapping[date, UnitDay]]:
    """What holds in each unit, by day; with `change` as it would be after it. One statement."""
    found: dict[int, dict[date, UnitDay]] = {area_id: {} for area_id in area_ids}
    line = _lines(found)
    query = (
        select(line.c.unit, line.c.above, UnitDay)
        .outerjoin(UnitDay, UnitDay.unit_id == line.c.above)
        .order_by(line.c.depth.desc())
    )
    for unit, above, row in session.execute(query):
        changed = change if change is not None and change.unit_id == above else None
        if row is not None and not (changed and row.day in changed.removed):
            found[unit][row.day] = row
        if changed:
            found[unit].update({added.day: added for added in changed.added})
    return found


def _lines(area_ids: Iterable[int]) -> CTE:
    """Each unit with itself and every unit above it, and how far above."""
    line = (
        select(
            Area.id.label("unit"),
            Area.id.label("above"),
            Area.parent_id.label("parent"),
            literal(0).label("depth"),
        )
        .where(Area.id.in_(list(area_ids)))
        .cte("line", recursive=True)
    )
    return line.union_all(
        select(line.c.unit, Area.id, Area.parent_id, line.c.depth + 1).where(
            Area.id == line.c.parent
        )
    )
