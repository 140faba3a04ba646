"""Grants, areas and actors as people read them, and an area from what a person typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import InputFault
from survey.staff.accounts import plain
from survey.staff.roles import ROLE_NAMES
from survey.staff.tables import Grant, Staff
from survey.units.areas import ancestors, search
from survey.units.tables import Area

STAFF = "staff:"  # before the id of an actor who is a person
SHOWN = 8  # areas named when a name is not enough


@dataclass(frozen=True)
class GrantRow:
    """One grant in words."""

    id: int
    role: str
    area: str


def grant_rows(session: Session, grants: Iterable[Grant]) -> list[GrantRow]:
    """Grants with the names of their roles and areas, in the language of the page."""
    grants = list(grants)
    wanted = {grant.area_id for grant in grants if grant.area_id is not None}
    areas = {a.id: a for a in session.scalars(select(Area).where(Area.id.in_(wanted)))}
    return [
        GrantRow(
            id=grant.id,
            role=str(ROLE_NAMES.get(grant.role, grant.role)),
            area=_("the whole installation")
            if grant.area_id is None
            else f"{areas[grant.area_id].name} ({areas[grant.area_id].code})",
        )
        for grant in grants
    ]


def actor_names(session: Session, actors: Iterable[str] | None = None) -> dict[str, str]:
    """Who acts in the audit chain, as people read it: `staff:12` is that person's name.

    actors : whose names are wanted; None: everybody's.
    """
    query = select(Staff.id, Staff.name)
    if actors is not None:
        ids = {int(actor.removeprefix(STAFF)) for actor in actors if actor.startswith(STAFF)}
        query = query.where(Staff.id.in_(ids))
    people = {f"{STAFF}{id}": name for id, name in session.execute(query)}
    return {**people, "command": _("command line"), "system": _("the system itself")}


def area_from(session: Session, text: str, day: date) -> int | None:
    """Id of the area of `day` with that code or name; None for an empty text.

    Raises InputFault with what was found when that is not exactly one.
    """
    wanted = plain(text)
    if not wanted:
        return None
    found = search(session, wanted, day)
    exact = [area for area in found if area.code == wanted]
    exact = exact or [
        area
        for area in found
        if wanted.casefold() in (area.name.casefold(), area.short_name.casefold())
    ]
    if len(exact) == 1:
        return exact[0].id
    if len(found) == 1:
        return found[0].id
    if not found:
        raise InputFault([_("No area has this code or name: %(text)s", text=wanted)])
    some = "; ".join(_with_parent(session, area) for area in (exact or found)[:SHOWN])
    raise InputFault([_("Several areas fit; please type the code: %(areas)s", areas=some)])


def _with_parent(session: Session, area: Area) -> str:
    above = ancestors(session, area.id)
    place = f"{area.name}, {above[0].name}" if above else area.name
    return f"{place} = {area.code}"
