"""The calendar of a unit: the hours and days off of its centre, the nation's days off and swaps."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.clock.calendars import OFFICE, Calendar, Day, Frames
from survey.units import national
from survey.units.tables import Centre, CentreHours

KEPT: Final = "feedback.calendars"  # in a session: one transaction judges by one calendar
Week = Mapping[str, list[list[str]]]


@cache
def national_days() -> Mapping[date, Day]:
    """The days on which nobody, or everybody, works against the week."""
    days = dict.fromkeys(national.holidays(), Day("holiday"))
    for worked, in_place_of in national.makeup().items():
        days[worked] = Day("makeup", stands_for=in_place_of)
    return days


def calendar_of(week: Week | None = None, days_off: Iterable[list[str]] = ()) -> Calendar:
    """The calendar of a week as centres keep it, or of an office without one.

    The days off of the centre come on top of the nation's.
    """
    own = {date.fromisoformat(day): Day("holiday") for day, *_name in days_off}
    frames = Frames.of(week) if week else OFFICE
    return Calendar(frames, {**national_days(), **own})


def hours_of_units(session: Session, area_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendar of each unit: of its first open centre that keeps hours, else of an office."""
    known: dict[int, Calendar] = session.info.setdefault(KEPT, {})
    ids = set(area_ids)
    if missing := ids - known.keys():
        query = (
            select(Centre.area_id, CentreHours.week, CentreHours.days_off)
            .join(CentreHours, CentreHours.centre_id == Centre.id)
            .where(Centre.area_id.in_(missing), Centre.closed_on.is_(None))
            .order_by(Centre.id.desc())
        )
        known.update(dict.fromkeys(missing, calendar_of()))
        for area_id, week, days_off in session.execute(query):
            known[area_id] = calendar_of(week, days_off)
    return {area_id: known[area_id] for area_id in ids}


def hours_of(session: Session, area_id: int) -> Calendar:
    """The calendar of one unit."""
    return hours_of_units(session, [area_id])[area_id]
