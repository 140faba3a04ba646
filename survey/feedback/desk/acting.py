"""The acts of the desk on one case: which are offered to whom, and how each is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.feedback.cases import Act, do, take
from survey.feedback.desk.case_forms import (
    FORMS,
    ActForm,
    AssignForm,
    ClassifyForm,
    ExtendForm,
    MergeForm,
    WordedForm,
)
from survey.feedback.desk.scope import found
from survey.feedback.machine import ANSWERED, OPEN, Who, possible, role_of
from survey.feedback.rules import RULES, NothingToUndo, undone_seq
from survey.feedback.standing import standing
from survey.feedback.tables import Case, Event
from survey.staff.roles import PERMISSIONS
from survey.staff.sessions import SignedIn
from survey.staff.tables import Grant, Staff

SECOND: Final = ("release", "return")  # acts of a second person


def offered(
    case: Case,
    events: Sequence[Event],
    actor: str,
    *,
    releases: bool,
    extends: bool,
    now: datetime,
) -> list[str]:
    """The acts that `actor` may do now, in the order in which the page has them."""
    acts = set(possible(case.state, "officer"))
    if releases:
        acts |= set(possible(case.state, "second")) & set(SECOND)
    if extends:
        acts.add("extend")
    if RULES["release"]["second_person"] and standing(events).drafter == actor:
        acts.discard("release")
    acts.discard("owe" if case.outstanding else "done")
    try:
        undone_seq(events, actor, now)
    except NothingToUndo:
        acts.discard("undo")
    return [act for act in FORMS if act in acts]


def officers(session: Session, case: Case, staff: SignedIn, *, assigns: bool) -> dict[str, str]:
    """Who may be given the case, by id: officers of its unit; without that right oneself alone."""
    own = {str(staff.id): staff.name}
    if not assigns:
        return own
    granted = select(Grant.staff_id).where(
        Grant.role.in_(PERMISSIONS["feedback.work"]), Grant.area_id == case.unit_id
    )
    people = select(Staff).where(Staff.id.in_(granted), Staff.disabled_at.is_(None))
    return own | {str(one.id): one.name for one in session.scalars(people.order_by(Staff.name))}


def holds(session: Session, case: Case, form: ActForm, *, now: datetime) -> bool:
    """Whether the form can be taken; its faults stand at its fields."""
    if not form.holds():
        return False
    if isinstance(form, MergeForm) and not may_take(session, case, form.case_id, now=now):
        form.into.errors = [_("Please type the number of another case that is not merged itself.")]
        return False
    return True


def may_take(session: Session, case: Case, into: int | None, *, now: datetime) -> bool:
    """Whether a case can be merged into that one: seen by who asks, and alive."""
    if into is None or into == case.id:
        return False
    try:
        other = found(session, into, now=now)
    except NotFound:
        return False
    return not other.sealed and other.state in (*OPEN, *ANSWERED)


def perform(
    session: Session,
    case: Case,
    name: str,
    form: ActForm,
    *,
    by: SignedIn,
    assigns: bool,
    version: int,
    now: datetime,
) -> None:
    """Do the act; who takes a case up has it from then on. The caller commits.

    Raises ChangedSince and the other Conflicts.
    """
    who: Who = "second" if name in SECOND else "officer"
    if name == "extend" or (name == "assign" and assigns):
        who = "head"
    words = form.typed if isinstance(form, WordedForm) else ""
    act = Act(name, by.actor, who, _data(case, form), words, role_of(name))
    do(session, case, act, now=now, version=version)
    if name == "begin":
        take(session, case, by.id, by=by.actor, now=now)


def _data(case: Case, form: ActForm) -> dict[str, Any]:
    """The ids that the event holds."""
    if isinstance(form, AssignForm):
        return {"unit": case.unit_id, "officer": int(form.officer.data)}
    if isinstance(form, MergeForm):
        return {"into": form.case_id}
    if isinstance(form, ExtendForm):
        return {"until": form.until.data}
    if isinstance(form, ClassifyForm):
        named = {"kind": form.kind.data, "severity": form.severity.data}
        return {**named, "field": form.field.data or None, "topic": form.topic.data or None}
    return {}
