"""Agencies, centres, counters and fields added and changed one at a time, by form."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.units.tables import Agency, Centre, Counter, Field

Place = Agency | Centre | Counter


class UnitCodeTaken(Conflict):
    """A code names one thing, open or closed."""

    title = _l("This code is in use already")
    remedy = _l("Please choose another code, or edit what has this one.")


def add(session: Session, unit: Place | Field) -> None:
    """Store a new unit. Raises UnitCodeTaken."""
    model = type(unit)
    if session.scalar(select(model.code).where(model.code == unit.code)) is not None:
        raise UnitCodeTaken
    session.add(unit)
    session.flush()


def reopen(place: Place) -> None:
    """It is there again, as if it had never closed. Raises Conflict when it is not closed."""
    if place.closed_on is None:
        raise Conflict(_l("This is not closed."))
    place.closed_on = None
