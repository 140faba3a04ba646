"""What the filters of the inbox offer: fields, and units and officers of cases one may see."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import String, cast, literal, or_, select, union_all
from sqlalchemy.orm import Session

from survey.feedback.access import Reach
from survey.feedback.tables import Case
from survey.staff.roles import PERMISSIONS
from survey.staff.tables import Grant, Staff
from survey.text import fold
from survey.units.tables import Area, Field

Named = list[tuple[str, str]]  # what a form sends, and the name, by name


@dataclass(frozen=True)
class Offered:
    fields: Named
    units: Named  # areas of the day that handle cases
    officers: Named  # who may work on cases there


def offered(session: Session, within: Reach, *, day: date, language: str) -> Offered:
    """All three by one question to the database: the page has few to spare."""
    lived = (Area.valid_from <= day, or_(Area.valid_to.is_(None), Area.valid_to > day))
    handled = select(Case.id).where(Case.unit_id == Area.id).exists()
    units = select(literal("unit"), cast(Area.id, String), Area.name).where(*lived, handled)
    granted = select(Grant.staff_id).where(Grant.role.in_(PERMISSIONS["feedback.work"]))
    if not within.everywhere:
        units = units.where(within.has(Area.id))
        granted = granted.where(within.has(Grant.area_id))
    people = select(literal("officer"), cast(Staff.id, String), Staff.name)
    people = people.where(Staff.id.in_(granted), Staff.disabled_at.is_(None))
    field = select(literal("field"), Field.code, Field.name)
    english = select(literal("english"), Field.code, Field.name_en).where(Field.name_en != "")
    parts = [units, people, field] + ([english] if language == "en" else [])
    found: dict[str, dict[str, str]] = {"unit": {}, "officer": {}, "field": {}, "english": {}}
    for kind, key, name in session.execute(union_all(*parts)):
        found[kind][key] = name
    return Offered(
        fields=_by_name({**found["field"], **found["english"]}),
        units=_by_name(found["unit"]),
        officers=_by_name(found["officer"]),
    )


def _by_name(named: dict[str, str]) -> Named:
    return sorted(named.items(), key=lambda line: fold(line[1]))


def desks(session: Session, within: Reach, *, day: date, taker: int | None) -> dict[str, Named]:
    """Where cases may be assigned: by unit its own queue and its people, as `unit:staff`.

    taker : who may take cases only, and assign them to nobody else.
    """
    lived = (Area.valid_from <= day, or_(Area.valid_to.is_(None), Area.valid_to > day))
    people = (
        select(Area.id, Area.name, Staff.id, Staff.name)
        .join(Grant, Grant.area_id == Area.id)
        .join(Staff, Staff.id == Grant.staff_id)
        .where(*lived, Grant.role.in_(PERMISSIONS["feedback.work"]), Staff.disabled_at.is_(None))
        .distinct()
    )
    if not within.everywhere:
        people = people.where(within.has(Area.id))
    if taker is not None:
        people = people.where(Staff.id == taker)
    found: dict[tuple[str, int], dict[str, str]] = {}
    for unit_id, unit, staff_id, name in session.execute(people):
        found.setdefault((unit, unit_id), {})[f"{unit_id}:{staff_id}"] = name
    queue = _("Queue of the unit")
    return {
        unit: [*([(f"{unit_id}:", queue)] if taker is None else []), *_by_name(named)]
        for (unit, unit_id), named in sorted(found.items(), key=lambda line: fold(line[0][0]))
    }
