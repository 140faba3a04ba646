"""The places and services that feedback may be about, by name, as choices of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.errors import CodeExpired, CodeUnknown
from survey.text import fold
from survey.units.areas import areas_on
from survey.units.places import centres, counter_for_code, field_names
from survey.units.tables import Area, Centre, Counter

LEVELS = ("province", "commune")
Choices = Mapping[str, list[SelectChoice]]


@dataclass(frozen=True)
class About:
    """What feedback is about: an area, perhaps a centre of it, perhaps a counter of that."""

    area: Area
    centre: Centre | None = None
    counter: Counter | None = None

    @property
    def name(self) -> str:
        parts = [self.counter and self.counter.name, self.centre and self.centre.name]
        return ", ".join(part for part in parts if part) or self.area.name

    @property
    def key(self) -> str:
        """The place among those of which incoming feedback is counted."""
        return f"area:{self.area.id}" if self.centre is None else f"centre:{self.centre.code}"


def at_counter(session: Session, code: str, *, day: date) -> About | None:
    """The counter whose poster has the code; None for a code that is unknown or ended."""
    try:
        counter, _code = counter_for_code(session, code, day=day)
    except (CodeUnknown, CodeExpired):
        return None
    centre = session.get_one(Centre, counter.centre_id)
    return About(session.get_one(Area, centre.area_id), centre, counter)


def places(session: Session, *, day: date) -> dict[str, About]:
    """Every place that may be chosen, by what a form sends for it.

    Centres, and the provinces and communes of the provinces that have any.
    """
    known = {area.id: area for area in areas_on(session, day)}
    of_centres = [
        About(known.get(centre.area_id) or session.get_one(Area, centre.area_id), centre)
        for centre in centres(session, day=day)
    ]
    provinces = {_top(about.area, known) for about in of_centres}
    of_areas = [
        About(area)
        for area in known.values()
        if area.level in LEVELS and (not provinces or _top(area, known) in provinces)
    ]
    return {about.key: about for about in (*of_centres, *of_areas)}


def _top(area: Area, known: Mapping[int, Area]) -> int:
    """The area above all others that it belongs to."""
    while area.parent_id is not None and area.parent_id in known:
        area = known[area.parent_id]
    return area.id


def choices(found: Mapping[str, About]) -> Choices:
    """The places as groups of a list, each by name; the first line chooses none."""
    lines = sorted(found.items(), key=lambda line: fold(line[1].name))
    centres_: list[SelectChoice] = []
    areas: list[SelectChoice] = []
    for key, about in lines:
        (areas if about.centre is None else centres_).append(SelectChoice(key, about.name))
    areas.sort(key=lambda choice: found[choice.value].area.level != "province")
    groups = {"": [SelectChoice("", _("Choose a place"))]}
    if centres_:
        groups[_("Public administrative service centres")] = centres_
    if areas:
        groups[_("Province, communes and wards")] = areas
    return groups


def services(session: Session, language: str) -> list[SelectChoice]:
    """The fields of service by name; the first line chooses none."""
    named = sorted(field_names(session, language).items(), key=lambda line: fold(line[1]))
    return [
        SelectChoice("", _("I do not know, or another")),
        *(SelectChoice(*one) for one in named),
    ]
