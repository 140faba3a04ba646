"""From a commune's code in a snapshot to the area a figure is about, on the round's own day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.units.areas import ancestors, areas_on, predecessors
from survey.units.tables import Area

LEVELS = ("province", "district", "commune")


@dataclass(frozen=True)
class Territory:
    """Areas of one day at one level: `of` maps a commune's (or province's) code to an area id."""

    level: str
    of: dict[str, int]
    areas: dict[int, Area]


def territory(session: Session, day: date, level: str) -> Territory:
    """Where each code belongs at `level` on `day`. Codes without such an area are left out."""
    by_id = {area.id: area for area in areas_on(session, day)}
    of: dict[str, int] = {}
    for area in by_id.values():
        found = _up(by_id, area, level)
        if found is not None and (area.level == "commune" or area.code not in of):
            of[area.code] = found.id
    return Territory(level, of, {i: by_id[i] for i in set(of.values())})


def _up(by_id: dict[int, Area], area: Area, level: str) -> Area | None:
    here: Area | None = area
    while here is not None and here.level != level:
        here = by_id.get(here.parent_id) if here.parent_id is not None else None
    return here


def name(area: Area) -> str:
    """Its name; an area that has ended says so."""
    return area.name if area.valid_to is None else f"{area.name} (cũ)"


def forebears(session: Session, area: Area) -> list[Area]:
    """Areas of before whose series stand beside this one's: the predecessors of a province, the
    old districts of a commune. Nearest in meaning, and never joined to it by a line."""
    old = [found for found, _ in predecessors(session, area.id) if found.level == area.level]
    if area.level != "commune":
        return old
    districts = {
        above.id: above
        for commune in old
        for above in ancestors(session, commune.id)
        if above.level == "district"
    }
    return sorted(districts.values(), key=lambda district: district.code)
