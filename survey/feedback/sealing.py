"""A denunciation (tố cáo) goes at once, sealed, to one receiver outside the unit it is about."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.feedback import splitting, unsent
from survey.feedback.cases import Act, do
from survey.feedback.tables import Case
from survey.staff.roles import PERMISSIONS
from survey.staff.scope import covered
from survey.staff.tables import Grant, Staff
from survey.units.tables import Area


def receivers(session: Session, case: Case, *, now: datetime) -> list[Staff]:
    """Who may receive a denunciation about the unit of the case, by name.

    Granted the right above the unit, and nothing in it or below it: nobody receives what is said
    of their own house.
    """
    own = covered(session, case.area_id)
    above = select(Area.parent_id).where(Area.parent_id.is_not(None))
    grants = select(Grant.staff_id, Grant.area_id).where(
        Grant.role.in_(PERMISSIONS["feedback.receive"]),
        or_(Grant.area_id.is_(None), Grant.area_id.in_(above)),
    )
    reached: dict[int | None, bool] = {None: True}
    ids = set()
    for staff_id, area_id in session.execute(grants):
        if area_id is not None and area_id not in reached:
            reached[area_id] = area_id not in own and case.area_id in covered(session, area_id)
        if reached[area_id]:
            ids.add(staff_id)
    inside = select(Grant.staff_id).where(Grant.area_id.in_(own))
    query = select(Staff).where(
        Staff.id.in_(ids),
        Staff.id.not_in(inside),
        Staff.disabled_at.is_(None),
        or_(Staff.expires_at.is_(None), Staff.expires_at > now),
    )
    return list(session.scalars(query.order_by(Staff.name, Staff.id)))


def seal(
    session: Session,
    case: Case,
    receiver: int,
    words: str,
    *,
    by: str,
    now: datetime,
    version: int | None = None,
) -> None:
    """From now on `receiver` alone reads the case; what others typed and did not send is gone.

    words : what its sender is told.

    The caller has it from `receivers`, and commits. Raises ChangedSince, ActNotPossible.
    """
    act = Act("seal", by, "officer", {"receiver": receiver}, words, "reason")
    do(session, case, act, now=now, version=version)
    unsent.erase(session, case.id)


def may_hold_the_same(session: Session, case: Case) -> list[Case]:
    """Cases that are not sealed with this one and may hold words of it: split from it or merged."""
    whole = splitting.first_of(session, case)
    others = {one.id: one for one in (whole, *splitting.parts_of(session, whole))}
    merged = select(Case).where(or_(Case.merged_into == case.id, Case.id == case.merged_into))
    others |= {one.id: one for one in session.scalars(merged)}
    return [one for id, one in sorted(others.items()) if id != case.id and not one.sealed]
