"""The desk's door to fieldwork: its blueprint, and what its pages ask about a round."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from sqlalchemy.orm import Session

from survey.errors import RoundUnknown
from survey.fieldwork.catalogue import form
from survey.fieldwork.places import Place, common_area, counters_of, in_sight, places_of
from survey.fieldwork.poster import Poster
from survey.fieldwork.rounds import asks_at_counters, find_round
from survey.fieldwork.tables import Round
from survey.staff.guard import visible_areas
from survey.units.places import current_code
from survey.units.tables import Centre, Counter

bp = Blueprint("fieldwork", __name__)
PAPER = "exchange.round_paper"


def of_round(session: Session, args: dict[str, Any]) -> int | None:
    """The smallest area that holds every place of the round; None when there is no such area."""
    places = places_of(session, find_round(session, args["code"]).code)
    return common_area(session, (place.area_id for place in places))


def covered(session: Session, places: list[Place]) -> bool:
    """Whether who is signed in may edit a round that asks at all of `places`."""
    areas = visible_areas(session, g.staff, "round.edit")
    return areas is None or common_area(session, (p.area_id for p in places)) in areas


def seen_round(session: Session, code: str) -> tuple[Round, list[Place]]:
    """The round and its places, if it concerns an area of who is signed in. Raises RoundUnknown."""
    round_ = find_round(session, code)
    places = places_of(session, code)
    if not in_sight(session, places, visible_areas(session, g.staff, "round.see")):
        raise RoundUnknown(code)
    return round_, places


def papers(session: Session, round_: Round) -> list[tuple[str, str]]:
    """Language and address of the round's form on paper, where the installation makes any."""
    if PAPER not in current_app.view_functions:
        return []
    spoken = form(session, round_.questionnaire).languages
    return [(one, url_for(PAPER, code=round_.code, language=one)) for one in spoken]


@dataclass(frozen=True)
class CounterLine:
    """A counter that shows the round; `poster` is None until it has a code."""

    counter: Counter
    centre: Centre
    poster: Poster | None


def counter_lines(session: Session, round_: Round, day: date) -> list[CounterLine]:
    """The counters of a round in the areas of who is signed in, by code."""
    if not asks_at_counters(session, round_):
        return []
    visible = visible_areas(session, g.staff, "round.see")
    lines = []
    for counter in counters_of(session, round_.code, day):
        centre = session.get_one(Centre, counter.centre_id)
        if visible is None or centre.area_id in visible:
            lines.append(CounterLine(counter, centre, _poster(session, counter, centre)))
    return lines


def _poster(session: Session, counter: Counter, centre: Centre) -> Poster | None:
    code = current_code(session, counter.id)
    if code is None:
        return None
    url = f"{request.host_url}c/{code.code}"
    return Poster(centre=centre.name, counter=counter.name, code=code.code, url=url)
