"""Where an answer may be said to come from: ever wider places, until enough people share one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.units.tables import Agency, Area, Centre, Counter

ENOUGH = 5  # people who share a place and a period before any of them is shown


@dataclass(frozen=True)
class Place:
    """A centre with its area, or an area alone; neither when nothing is known."""

    centre_id: int | None
    area_id: int | None


NOWHERE = Place(None, None)
Ladder = tuple[Place, Place, Place]  # centre, commune, province; a missing step repeats the next


def province_above(session: Session, area_id: int) -> int:
    """The id of the province that holds the area; of its topmost area when none is a province."""
    area = session.get_one(Area, area_id)
    while area.level != "province" and area.parent_id is not None:
        area = session.get_one(Area, area.parent_id)
    return area.id


def area_ladder(session: Session, area_id: int | None) -> Ladder:
    if area_id is None:
        return (NOWHERE, NOWHERE, NOWHERE)
    area = Place(None, area_id)
    return (area, area, Place(None, province_above(session, area_id)))


def centre_ladder(session: Session, centre_id: int | None, area_id: int | None) -> Ladder:
    """From a centre upwards; from `area_id` when there is no centre."""
    if centre_id is None:
        return area_ladder(session, area_id)
    centre = session.get_one(Centre, centre_id)
    _, commune, province = area_ladder(session, centre.area_id)
    return (Place(centre.id, centre.area_id), commune, province)


def counter_ladder(
    session: Session, counter_id: int | None, residence_id: int | None, agency_id: int | None
) -> Ladder:
    """From the counter's centre; without a counter from the residence, else from the agency."""
    if counter_id is not None:
        return centre_ladder(session, session.get_one(Counter, counter_id).centre_id, None)
    if residence_id is None and agency_id is not None:
        return area_ladder(session, session.get_one(Agency, agency_id).area_id)
    return area_ladder(session, residence_id)
