"""The calendar of a unit: the nation's days, those of its centre, then of the units above it and
its own. Of two that speak of one day the later in this order holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.clock.calendars import OFFICE, Calendar, Day, Frames, spans_of
from survey.feedback.own_days import Change, days_of_units
from survey.units import national
from survey.units.tables import Centre, CentreHours

KEPT: Final = "feedback.calendars"  # in a session: one transaction judges by one calendar
SUPPOSED: Final = "feedback.supposed"  # in a session that only asks: a change not made yet
Week = Mapping[str, list[list[str]]]


@cache
def national_days() -> Mapping[date, Day]:
    """The days on which nobody, or everybody, works against the week."""
    days = dict.fromkeys(national.holidays(), Day("holiday"))
    for worked, in_place_of in national.makeup().items():
        days[worked] = Day("makeup", stands_for=in_place_of)
    return days


def calendar_of(
    week: Week | None = None,
    days_off: Iterable[list[str]] = (),
    special_days: Iterable[list[Any]] = (),
    own: Mapping[date, Day] | None = None,
) -> Calendar:
    """The calendar of a week as centres keep it, or of an office without one.

    The days off and the special days of the centre come on top of the nation's, the units' `own`
    days on top of both.
    """
    centre = {date.fromisoformat(day): Day("holiday") for day, *_name in days_off}
    for day, spans, _name in special_days:
        centre[date.fromisoformat(day)] = Day("makeup", spans_of(spans))
    frames = Frames.of(week) if week else OFFICE
    return Calendar(frames, {**national_days(), **centre, **(own or {})})


def centres_of_units(session: Session, area_ids: Iterable[int]) -> dict[int, CentreHours]:
    """The hours of the first open centre that keeps any, of each unit that has one."""
    query = (
        select(Centre.area_id, CentreHours)
        .join(CentreHours, CentreHours.centre_id == Centre.id)
        .where(Centre.area_id.in_(area_ids), Centre.closed_on.is_(None))
        .order_by(Centre.id.desc())
    )
    return dict(session.execute(query).all())


def hours_of_units(session: Session, area_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendar of each unit; two statements for those that the session does not know yet."""
    known: dict[int, Calendar] = session.info.setdefault(KEPT, {})
    ids = set(area_ids)
    if missing := ids - known.keys():
        centres = centres_of_units(session, missing)
        own = days_of_units(session, missing, session.info.get(SUPPOSED))
        for area_id in missing:
            days = {day: row.told for day, row in own[area_id].items()}
            hours = centres.get(area_id)
            known[area_id] = (
                calendar_of(own=days)
                if hours is None
                else calendar_of(hours.week, hours.days_off, hours.special_days, days)
            )
    return {area_id: known[area_id] for area_id in ids}


def hours_of(session: Session, area_id: int) -> Calendar:
    """The calendar of one unit."""
    return hours_of_units(session, [area_id])[area_id]


def forget(session: Session) -> None:
    """A calendar has changed: the session asks anew."""
    session.info.pop(KEPT, None)


@contextmanager
def supposed(session: Session, change: Change) -> Iterator[None]:
    """Within it the session judges by the calendars as they would be after `change`."""
    forget(session)
    session.info[SUPPOSED] = change
    try:
        yield
    finally:
        del session.info[SUPPOSED]
        forget(session)
