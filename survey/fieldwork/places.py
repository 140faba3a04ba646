"""Where a round asks: places named by code, and the counters and areas they cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from survey.fieldwork.tables import RoundPlace
from survey.units.areas import ancestors, descendants
from survey.units.places import centre_by_code, counter_by_code
from survey.units.tables import Area, Centre, Counter

KINDS = ("area", "centre", "counter")


@dataclass(frozen=True, order=True)
class PlaceRef:
    """A place by kind and code, written `centre:QT-DH`."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True)
class Place:
    """A place of a round as people read it; `area_id` is where it lies."""

    ref: PlaceRef
    name: str
    area_id: int


def parse_place(text: str) -> PlaceRef:
    """`area:18880` as a PlaceRef. Raises ValueError with a sentence that says what to write."""
    kind, colon, code = text.strip().partition(":")
    if not colon or kind.strip() not in KINDS or not code.strip():
        raise ValueError(
            _(
                "“%(text)s” is not a place. Write area:CODE, centre:CODE or counter:CODE.",
                text=text.strip(),
            )
        )
    return PlaceRef(kind.strip(), code.strip())


def find_place(session: Session, ref: PlaceRef, day: date) -> RoundPlace:
    """A new place row for `ref`, not yet of any round. Raises ValueError with a sentence."""
    if ref.kind == "area":
        return RoundPlace(area_id=_area(session, ref.code, day).id)
    if ref.kind == "centre":
        centre = _there(centre_by_code(session, ref.code), ref, day)
        return RoundPlace(centre_id=centre.id)
    counter = _there(counter_by_code(session, ref.code), ref, day)
    return RoundPlace(counter_id=counter.id)


P = TypeVar("P", Centre, Counter)


def _there(found: P | None, ref: PlaceRef, day: date) -> P:
    if found is None:
        raise ValueError(_("There is no %(place)s.", place=ref))
    if found.closed_on is not None and found.closed_on <= day:
        raise ValueError(_("%(place)s was closed before the round opens.", place=ref))
    return found


def _area(session: Session, code: str, day: date) -> Area:
    named = list(session.scalars(select(Area).where(Area.code == code)))
    found = [area for area in named if area.exists_on(day)]
    if len(found) == 1:
        return found[0]
    if found:
        levels = ", ".join(sorted(area.level for area in found))
        raise ValueError(_("area:%(code)s is used at several levels: %(levels)s.",
                           code=code, levels=levels))  # fmt: skip
    if named:
        raise ValueError(_("area:%(code)s does not exist on the day the round opens.", code=code))
    raise ValueError(_("There is no %(place)s.", place=PlaceRef("area", code)))


def places_of(session: Session, code: str) -> list[Place]:
    """The places of a round, areas first, by code."""
    rows = session.scalars(select(RoundPlace).where(RoundPlace.round == code))
    return sorted((_place(session, row) for row in rows), key=lambda place: place.ref)


def _place(session: Session, row: RoundPlace) -> Place:
    if row.area_id is not None:
        area = session.get_one(Area, row.area_id)
        return Place(PlaceRef("area", area.code), area.name, area.id)
    if row.centre_id is not None:
        centre = session.get_one(Centre, row.centre_id)
        return Place(PlaceRef("centre", centre.code), centre.name, centre.area_id)
    counter = session.get_one(Counter, row.counter_id)
    centre = session.get_one(Centre, counter.centre_id)
    name = f"{centre.name}, {counter.name}"
    return Place(PlaceRef("counter", counter.code), name, centre.area_id)


def counters_of(session: Session, code: str, day: date) -> list[Counter]:
    """The counters that the places of a round cover and that are open on `day`, by code."""
    rows = list(session.scalars(select(RoundPlace).where(RoundPlace.round == code)))
    areas: set[int] = set()
    for row in rows:
        if row.area_id is not None:
            areas |= descendants(session, row.area_id)
    centres = {row.centre_id for row in rows if row.centre_id is not None}
    counters = {row.counter_id for row in rows if row.counter_id is not None}
    covered = or_(Counter.id.in_(counters), Centre.id.in_(centres), Centre.area_id.in_(areas))
    found = session.scalars(
        select(Counter)
        .join(Centre, Centre.id == Counter.centre_id)
        .where(covered, or_(Counter.closed_on.is_(None), Counter.closed_on > day))
        .order_by(Counter.code)
    )
    return list(found)


def rounds_covering(session: Session, counter: Counter) -> set[str]:
    """The codes of the rounds whose places cover `counter`, whatever their state."""
    this = Counter.id == counter.id
    covered = select(RoundPlace.round).join(Counter, this).where(covering(this))
    return set(session.scalars(covered))


def covering(this: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the places of rounds: whether they cover the counter of a query, which is `this`."""
    own = (
        select(Area.id, Area.parent_id)
        .join(Centre, Centre.area_id == Area.id)
        .join(Counter, Counter.centre_id == Centre.id)
        .where(this)
        .cte("own", recursive=True)
    )
    line = own.union(select(Area.id, Area.parent_id).join(own, Area.id == own.c.parent_id))
    return or_(
        RoundPlace.counter_id == Counter.id,
        RoundPlace.centre_id == Counter.centre_id,
        RoundPlace.area_id.in_(select(line.c.id)),
    )


def common_area(session: Session, areas: Iterable[int]) -> int | None:
    """The smallest area that holds all of `areas`; None when there is none or no area is given.

    Who may work in that area may work in every place; None asks for the whole installation.
    """
    chains = [
        [area, *(above.id for above in ancestors(session, area))] for area in sorted(set(areas))
    ]
    if not chains:
        return None
    shared = set(chains[0]).intersection(*chains[1:])
    return next((area for area in chains[0] if area in shared), None)


def in_sight(session: Session, places: Iterable[Place], visible: set[int] | None) -> bool:
    """Whether a round at `places` concerns someone who sees the areas `visible` (None: all)."""
    if visible is None:
        return True
    return any(
        place.area_id in visible or bool(descendants(session, place.area_id) & visible)
        for place in places
    )
