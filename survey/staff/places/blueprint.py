"""The one blueprint of the pages about units, and what all of them need."""

from datetime import date

from flask import Blueprint, g, request
from flask_babel import lazy_gettext as _l

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.errors import Words
from survey.staff import audit
from survey.staff.guard import may, visible_areas

bp = Blueprint("units", __name__, url_prefix="/desk/units")

PAGE = 50
LEVEL_NAMES: dict[str, Words] = {
    "country": _l("Country"),
    "province": _l("Province"),
    "district": _l("District"),
    "commune": _l("Commune"),
    "village": _l("Village"),
}


def today() -> date:
    return local_day(clock())


def page_number() -> int:
    """The `page` of the address, at least 1."""
    return max(request.args.get("page", 1, type=int), 1)


def done(act: str, thing: str, detail: str = "") -> None:
    """Note what was done in the audit chain and commit."""
    audit.record(writing(), actor=g.staff.actor, act=act, object=thing, now=clock(), detail=detail)
    writing().commit()


def may_everywhere() -> bool:
    """Whether one may edit what belongs to the whole installation."""
    return may("unit.edit") and visible_areas(reading(), g.staff, "unit.edit") is None
