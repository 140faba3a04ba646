"""Why the days of a unit's calendar differ from its week: named by the nation, a centre, a unit."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.feedback.desk.months import Why
from survey.feedback.own_days import days_of_units
from survey.i18n import day as official
from survey.units import national
from survey.units.areas import names_of
from survey.units.tables import Centre, CentreHours


def whys_of(session: Session, unit_id: int, centre: CentreHours | None) -> Mapping[date, Why]:
    """For each day that differs the reason that holds, in the order in which calendars are made.

    centre : the hours of the unit's centre, of `centres_of_units`.
    """
    nation = _("the nation")
    found = {day: Why(name, nation) for day, name in national.holidays().items()}
    for worked, in_place_of in national.makeup().items():
        name = _("Worked in place of %(day)s", day=official(in_place_of))
        found[worked] = Why(name, nation)
    for day, name in _of_centre(centre):
        if found.get(day, Why("", "")).name != name:
            found[day] = Why(name, _("the centre"))
    rows = days_of_units(session, [unit_id])[unit_id]
    names = names_of(session, {row.unit_id for row in rows.values()})
    own = {day: Why(row.name, names[row.unit_id], row) for day, row in rows.items()}
    return {**found, **own}


def centre_of(session: Session, hours: CentreHours | None) -> Centre | None:
    """The centre whose week the unit works by; None: an office's."""
    return session.get(Centre, hours.centre_id) if hours is not None and hours.week else None


def _of_centre(hours: CentreHours | None) -> list[tuple[date, str]]:
    if hours is None:
        return []
    off = [(day, name or _("Day off")) for day, name in hours.days_off]
    special = [(day, name or _("Hours of its own")) for day, _spans, name in hours.special_days]
    return [(date.fromisoformat(day), name) for day, name in (*off, *special)]
