"""The notices of one person: of the cases that are theirs now, whoever had them before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from survey.feedback.access import Reach, reach, sealed_for, within_reach
from survey.feedback.notices.steps import Step, steps
from survey.feedback.notices.tables import Notice, NoticesRead
from survey.feedback.tables import Case
from survey.staff.scope import areas_of
from survey.staff.sessions import SignedIn

MOST: Final = 500  # notices of a page


@dataclass(frozen=True)
class Told:
    """The cases of one step, what is new first. `new`: how many are."""

    step: Step
    case_ids: tuple[int, ...]
    new: int


def told(session: Session, staff: SignedIn, *, now: datetime) -> list[Told]:
    """What somebody is told, the gravest step first; each case once, at its gravest."""
    since = read_up_to(session, staff)
    within = reach(session, staff)
    names = [one.name for one in reversed(steps())]
    query = _of(session, staff, within, now=now).order_by(Notice.at.desc(), Notice.case_id)
    gravest: dict[int, Notice] = {}
    for notice in session.scalars(query.limit(MOST)):
        other = gravest.get(notice.case_id)
        if notice.step in names and (
            other is None or names.index(notice.step) < names.index(other.step)
        ):
            gravest[notice.case_id] = notice
    return list(_by_step(gravest.values(), since))


def _by_step(notices: Iterable[Notice], since: datetime | None) -> Iterable[Told]:
    found = sorted(notices, key=lambda notice: notice.at, reverse=True)
    for step in reversed(steps()):
        here = [notice for notice in found if notice.step == step.name]
        if here:
            new = sum(since is None or notice.at > since for notice in here)
            yield Told(step, tuple(notice.case_id for notice in here), new)


def unread(session: Session, staff: SignedIn, within: Reach, *, now: datetime) -> int:
    """How many cases have a notice that is new to somebody; `within`: what they reach."""
    read = select(NoticesRead.at).where(NoticesRead.staff_id == staff.id).scalar_subquery()
    new = or_(read.is_(None), Notice.at > read)
    rows = _of(session, staff, within, now=now).where(new)
    counted = rows.with_only_columns(func.count(Notice.case_id.distinct()))
    return session.scalar(counted) or 0


def read_up_to(session: Session, staff: SignedIn) -> datetime | None:
    """Until when somebody has read their notices."""
    row = session.get(NoticesRead, staff.id)
    return None if row is None else row.at


def mark_read(session: Session, staff: SignedIn, up_to: datetime) -> None:
    """Nothing that was said up to that moment is new any more. The caller commits."""
    row = session.get(NoticesRead, staff.id)
    if row is None:
        session.add(NoticesRead(staff_id=staff.id, at=up_to))
    else:
        row.at = max(row.at, up_to)


def _of(session: Session, staff: SignedIn, within: Reach, *, now: datetime) -> Select[Notice]:
    return (
        select(Notice)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Notice.ended_at.is_(None),
            Case.answered_at.is_(None),
            Case.closed_at.is_(None),
            or_(within_reach(within, now=now), sealed_for(staff)),
            _addressed(session, staff, within),
        )
    )


def _addressed(session: Session, staff: SignedIn, within: Reach) -> ColumnElement[bool]:
    """Notices of one's own cases, of those in one's unit that nobody has, and by one's office."""
    desks = {grant.area_id for grant in staff.grants if grant.role in ("officer", "head")}
    here = true() if None in desks else Case.unit_id.in_(desks)
    nobody = and_(Case.officer_id.is_(None), here)
    mine = and_(Notice.tells == "officer", or_(Case.officer_id == staff.id, nobody))
    offices = (_by_office(session, staff, role, within) for role in ("head", "supervisor"))
    return or_(mine, *offices)


def _by_office(session: Session, staff: SignedIn, role: str, within: Reach) -> ColumnElement[bool]:
    sees = staff.grants_for("feedback.see")
    held = [grant for grant in sees if grant.role == role]
    if held and len(held) == len(sees):  # as nearly always: what they reach is known already
        here = true() if within.everywhere else within.has(Case.unit_id)
    else:
        areas = areas_of(session, held)
        here = true() if areas is None else Case.unit_id.in_(areas)
    return and_(Notice.tells == role, here)
