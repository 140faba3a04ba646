"""Areas (địa bàn) by code and day, what lies in them, and who became whom.

A code means something only with its level and a day: 44 was Quảng Bình and is Quảng Trị.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.text import fold, normal
from survey.units.tables import LEVELS, Area, AreaLink

__all__ = [
    "Area",
    "ancestors",
    "area_at",
    "area_of",
    "areas_on",
    "became",
    "children",
    "descendants",
    "names_of",
    "predecessors",
    "province_of",
    "search",
    "successors",
]


def on(day: date) -> Select[Area]:
    """A query for the areas that exist on `day`."""
    return select(Area).where(
        Area.valid_from <= day, or_(Area.valid_to.is_(None), Area.valid_to > day)
    )


def area_at(session: Session, level: str, code: str, day: date) -> Area | None:
    """The area of that level and code on that day."""
    return session.scalar(on(day).where(Area.level == level, Area.code == code))


def area_of(session: Session, area_id: int) -> Area:
    """The area of a stored id. Raises NotFound."""
    found = session.get(Area, area_id)
    if found is None:
        raise NotFound
    return found


def areas_on(
    session: Session, day: date, *, level: str | None = None, within: Iterable[int] | None = None
) -> list[Area]:
    """Areas that exist on `day`, by code; `within` keeps those ids only (see `descendants`)."""
    query = on(day).order_by(Area.code, Area.id)
    if level is not None:
        query = query.where(Area.level == level)
    kept = None if within is None else set(within)
    return [area for area in session.scalars(query) if kept is None or area.id in kept]


def children(session: Session, area_id: int, day: date | None = None) -> list[Area]:
    """Areas directly below, by code; those that exist on `day`, or all there ever were."""
    query = on(day) if day is not None else select(Area)
    return list(session.scalars(query.where(Area.parent_id == area_id).order_by(Area.code)))


def descendants(session: Session, *area_ids: int) -> set[int]:
    """Ids of the areas and everything below them, on whatever day."""
    below = select(Area.id).where(Area.id.in_(area_ids)).cte("below", recursive=True)
    below = below.union(select(Area.id).where(Area.parent_id == below.c.id))
    return set(session.scalars(select(below.c.id)))


def ancestors(session: Session, area_id: int) -> list[Area]:
    """Areas above, nearest first; without the area itself. Raises NotFound."""
    found = []
    parent_id = area_of(session, area_id).parent_id
    while parent_id is not None:
        found.append(area_of(session, parent_id))
        parent_id = found[-1].parent_id
    return found


def province_of(session: Session, area_id: int) -> Area | None:
    """The province in which the area lies, itself if it is one. Raises NotFound."""
    line = [area_of(session, area_id), *ancestors(session, area_id)]
    return next((area for area in line if area.level == "province"), None)


def predecessors(session: Session, area_id: int) -> list[tuple[Area, float]]:
    """Areas that this one was made of, by code, with the portion of each that came here."""
    query = (
        select(Area, AreaLink.portion)
        .join(AreaLink, AreaLink.predecessor_id == Area.id)
        .where(AreaLink.successor_id == area_id)
        .order_by(Area.level, Area.code)
    )
    return [(area, portion) for area, portion in session.execute(query)]


def successors(session: Session, area_id: int) -> list[tuple[Area, float]]:
    """Areas that this one became, by code, with the portion of it that went there."""
    query = (
        select(Area, AreaLink.portion)
        .join(AreaLink, AreaLink.successor_id == Area.id)
        .where(AreaLink.predecessor_id == area_id)
        .order_by(Area.level, Area.code)
    )
    return [(area, portion) for area, portion in session.execute(query)]


def became(session: Session, area_id: int, day: date) -> list[tuple[Area, float]]:
    """Where the area's territory belongs on `day`: areas of that day with portions of it.

    The area itself with 1.0 while it exists; several steps are multiplied; empty when it ended
    without a successor. Raises NotFound.
    """
    area = area_of(session, area_id)
    if area.exists_on(day):
        return [(area, 1.0)]
    portions: dict[int, float] = {}
    found: dict[int, Area] = {}
    for successor, portion in successors(session, area_id):
        for last, share in became(session, successor.id, day):
            found[last.id] = last
            portions[last.id] = portions.get(last.id, 0.0) + portion * share
    return [(found[key], portions[key]) for key in sorted(found, key=lambda k: found[k].code)]


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The name of each area; None, which stands for the whole installation, has none."""
    query = select(Area.id, Area.name).where(Area.id.in_({*ids} - {None}))
    return {row.id: row.name for row in session.execute(query)}


def search(session: Session, text: str, day: date, *, level: str | None = None) -> list[Area]:
    """Areas of `day` whose name contains `text` without regard to accents, or whose code begins so.

    Names with the very accents typed come first (Quảng Tiên before Quảng Tiến), whole names before
    parts of names, higher levels before lower. An empty text finds every area of the day.
    """
    wanted = normal(text)
    folded = " ".join(fold(wanted).split())
    query = on(day).where(
        or_(
            Area.folded.contains(folded, autoescape=True),
            Area.code.startswith(wanted, autoescape=True),
        )
    )
    if level is not None:
        query = query.where(Area.level == level)
    exact = " ".join(wanted.casefold().split())

    def rank(area: Area) -> tuple[bool, bool, bool, int, str, str]:
        whole = {area.name.casefold(), area.short_name.casefold()}
        return (
            exact not in whole and area.code != wanted,
            exact not in area.name.casefold(),
            folded not in {fold(name) for name in whole},
            LEVELS.index(area.level),
            area.folded,
            area.code,
        )

    return sorted(session.scalars(query), key=rank)
