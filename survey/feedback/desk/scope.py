"""Which cases the desk's pages open for whom, and for which units somebody makes rules."""

from datetime import datetime
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from survey.errors import NotFound
from survey.feedback import cases
from survey.feedback.access import sees
from survey.feedback.tables import Case
from survey.staff.guard import current_staff
from survey.units.areas import names_of


def of_case(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of a page about one case: the area of the unit that handles it. Raises NotFound.

    A sealed denunciation belongs to its receiver, whose own area need not be that of the unit.
    """
    case = g.case = cases.find(session, args["case_id"])  # held: the view finds it loaded
    staff = current_staff()
    if case.sealed and staff is not None and case.officer_id == staff.id:
        return next((grant.area_id for grant in staff.grants_for("feedback.see")), case.unit_id)
    return case.unit_id


def found(session: Session, case_id: int, *, now: datetime) -> Case:
    """The case, if who is signed in may see it now. Raises NotFound."""
    case = cases.find(session, case_id)
    if not sees(session, g.staff, case, now=now):
        raise NotFound
    return case


def version_sent() -> int:
    """Of the page that an act was chosen on; one that no case has where none is sent."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else -1


def own_units(session: Session, permission: str) -> list[SelectChoice]:
    """Where who is signed in may use a permission: the areas they were given, or everywhere."""
    roots = {grant.area_id for grant in g.staff.grants_for(permission)}
    named = sorted(names_of(session, roots).items(), key=lambda line: line[1])
    whole = [SelectChoice("", _("All units"))] if None in roots else []
    return whole + [SelectChoice(str(id), name) for id, name in named]
