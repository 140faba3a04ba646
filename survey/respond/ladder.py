"""Where an answer may be said to come from: ever wider places, until enough people share one."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.fieldwork.tables import Cell, RoundPlace
from survey.units.tables import Agency, Area, Centre, Counter

ENOUGH = 5  # people who share a place and a period before any of them is shown


@dataclass(frozen=True)
class Place:
    """A centre with its area, or an area alone; neither when nothing is known."""

    centre_id: int | None
    area_id: int | None


NOWHERE = Place(None, None)
Ladder = tuple[Place, Place, Place]  # centre, commune, province; a missing step repeats the next


class Ladders:
    """The ladders of a session, each read from the database once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._areas: dict[int, Ladder] = {}
        self._centres: dict[int, Ladder] = {}
        self._counters: dict[int, Ladder] = {}
        self._agencies: dict[int, Ladder] = {}
        self._cells: dict[int, Cell] = {}
        self._rounds: dict[str, int | None] = {}

    def cell(self, cell_id: int) -> Cell:
        if cell_id not in self._cells:
            self._cells[cell_id] = self._session.get_one(Cell, cell_id)
        return self._cells[cell_id]

    def of_area(self, area_id: int | None) -> Ladder:
        if area_id is None:
            return (NOWHERE, NOWHERE, NOWHERE)
        if area_id not in self._areas:
            here = Place(None, area_id)
            self._areas[area_id] = (here, here, Place(None, self._province_above(area_id)))
        return self._areas[area_id]

    def of_centre(self, centre_id: int | None, area_id: int | None) -> Ladder:
        """From a centre upwards; from `area_id` when there is no centre."""
        if centre_id is None:
            return self.of_area(area_id)
        if centre_id not in self._centres:
            centre = self._session.get_one(Centre, centre_id)
            _, commune, province = self.of_area(centre.area_id)
            self._centres[centre_id] = (Place(centre_id, centre.area_id), commune, province)
        return self._centres[centre_id]

    def of_answer(
        self,
        counter_id: int | None,
        residence_id: int | None,
        agency_id: int | None,
        round_code: str,
    ) -> Ladder:
        """From the counter's centre; without a counter from the residence, else from the agency,
        else from the one area in which the round asks."""
        if counter_id is not None:
            if counter_id not in self._counters:
                counter = self._session.get_one(Counter, counter_id)
                self._counters[counter_id] = self.of_centre(counter.centre_id, None)
            return self._counters[counter_id]
        if residence_id is None and agency_id is not None:
            if agency_id not in self._agencies:
                agency = self._session.get_one(Agency, agency_id)
                self._agencies[agency_id] = self.of_area(agency.area_id)
            return self._agencies[agency_id]
        return self.of_area(residence_id or self._area_of_round(round_code))

    def _area_of_round(self, code: str) -> int | None:
        """The area of a round that asks in one area alone; None when it asks in several places."""
        if code not in self._rounds:
            places = self._session.scalars(select(RoundPlace).filter_by(round=code)).all()
            self._rounds[code] = places[0].area_id if len(places) == 1 else None
        return self._rounds[code]

    def _province_above(self, area_id: int) -> int:
        """The province that holds the area; its topmost area when none is a province."""
        area = self._session.get_one(Area, area_id)
        while area.level != "province" and area.parent_id is not None:
            area = self._session.get_one(Area, area.parent_id)
        return area.id
