"""Agencies, centres and counters as three shelves of one kind: how to list, find, show and fill."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.errors import InputFault, NotFound, Words
from survey.i18n import language
from survey.staff.guard import check_scope
from survey.staff.names import area_from
from survey.staff.places.blueprint import today
from survey.staff.places.forms import AgencyForm, CentreForm, CounterForm, choices_of
from survey.units import areas, places
from survey.units.tables import Agency, Centre, Counter

Place = Agency | Centre | Counter


@dataclass(frozen=True)
class Shelf:
    """One list of places: its words, its table, its form."""

    kind: str  # as in files and in the audit chain
    title: Words
    add: Words
    model: type[Place]
    form: type[Any]
    listed: Callable[..., Any]
    by_code: Callable[..., Any]


SHELVES = {
    "agencies": Shelf(
        "agency", _l("Agencies"), _l("Add an agency"), Agency, AgencyForm,
        places.agencies, places.agency_by_code,
    ),
    "centres": Shelf(
        "centre", _l("Centres"), _l("Add a centre"), Centre, CentreForm,
        places.centres, places.centre_by_code,
    ),
    "counters": Shelf(
        "counter", _l("Counters"), _l("Add a counter"), Counter, CounterForm,
        places.counters, places.counter_by_code,
    ),
}  # fmt: skip
KINDS_RULE = "any(agencies,centres,counters)"


def place_of(session: Session, shelf: str, code: str) -> Any:
    """The place of that code, open or closed. Raises NotFound."""
    found = SHELVES[shelf].by_code(session, code)
    if found is None:
        raise NotFound
    return found


def area_id_of(session: Session, place: Place) -> int:
    """Where the place is: a counter is where its centre is."""
    if isinstance(place, Counter):
        return places.area_of_counter(session, place.id).id
    return place.area_id


def of_place(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about one place: its area. Raises NotFound."""
    return area_id_of(session, place_of(session, args.get("shelf", "counters"), args["code"]))


def form_of(
    session: Session, shelf: str, place: Place | None, visible: Collection[int] | None
) -> Any:
    """The shelf's form with its choices, filled from `place` when it is shown first."""
    form = SHELVES[shelf].form(data=None if place is None else shown_in_form(session, place))
    if isinstance(form, CentreForm):
        listed = places.agencies(session, areas=visible, day=today())
        form.agency.choices = choices_of({"": _("No agency"), **{a.code: a.name for a in listed}})
        keep_present(form.agency)
    if isinstance(form, CounterForm):
        found = places.centres(session, areas=visible, day=today())
        form.centre.choices = choices_of({c.code: f"{c.name} ({c.code})" for c in found})
        keep_present(form.centre)
        names = places.field_names(session, language())
        form.field.choices = choices_of({"": _("All fields"), **names})
    if place is not None:
        form.code.validators = ()
        form.code.data = place.code
    return form


def keep_present(field: Any) -> None:
    """A closed place stays a choice where it was the choice before."""
    present = field.object_data
    if present and present not in {choice.value for choice in field.choices}:
        field.choices += choices_of({present: _("%(code)s (closed)", code=present)})


def shown_in_form(session: Session, place: Place) -> dict[str, Any]:
    filled: dict[str, Any] = {"code": place.code, "name": place.name}
    if isinstance(place, Counter):
        centre = session.get(Centre, place.centre_id)
        return {**filled, "centre": centre and centre.code, "field": place.field or ""}
    filled["area"] = areas.area_of(session, place.area_id).code
    if isinstance(place, Centre):
        agency = place.agency_id and session.get(Agency, place.agency_id)
        filled["agency"] = agency.code if agency else ""
    return filled


def values_of(session: Session, form: Any) -> dict[str, Any]:
    """Columns from a valid form. Raises InputFault for an area that is not exactly one, and
    NotFound when the place would lie where one may not edit."""
    values: dict[str, Any] = {"name": form.name.data}
    if isinstance(form, CounterForm):
        centre = place_of(session, "centres", form.centre.data)
        check_scope("unit.edit", centre.area_id)
        return {**values, "centre_id": centre.id, "field": form.field.data or None}
    values["area_id"] = area_from(session, form.area.data, today())
    if values["area_id"] is None:
        raise InputFault([_("Please name an area.")])
    check_scope("unit.edit", values["area_id"])
    if isinstance(form, CentreForm):
        code = form.agency.data
        values["agency_id"] = place_of(session, "agencies", code).id if code else None
    return values
