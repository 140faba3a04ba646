"""Own rules of deadlines: made for days to come, and ended. What has begun keeps its rule."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.errors import Conflict, NotFound
from survey.feedback.deadline_tables import DeadlineRule
from survey.feedback.deadlines import KEPT
from survey.staff import audit


def find(session: Session, rule_id: int) -> DeadlineRule:
    """Raises NotFound."""
    row = session.get(DeadlineRule, rule_id)
    if row is None:
        raise NotFound
    return row


def listed(session: Session, areas: Collection[int] | None, day: date) -> list[DeadlineRule]:
    """Rules not over before `day`, of these areas (None: everywhere) and of the installation."""
    query = select(DeadlineRule).where(
        or_(DeadlineRule.ended_on.is_(None), DeadlineRule.ended_on > day)
    )
    if areas is not None:
        query = query.where(or_(DeadlineRule.unit_id.is_(None), DeadlineRule.unit_id.in_(areas)))
    return list(session.scalars(query.order_by(DeadlineRule.valid_from, DeadlineRule.id)))


def add(session: Session, row: DeadlineRule, *, by: str, now: datetime) -> DeadlineRule:
    """Keep a rule for clocks of days to come. Raises Conflict for a day that is not to come.

    The caller commits.
    """
    if row.valid_from <= local_day(now):
        raise Conflict
    row.made_by, row.made_at = by, now
    session.add(row)
    session.flush()
    session.info.pop(KEPT, None)
    detail = f"{row.stage} {row.amount} {row.counted} {row.valid_from}"
    audit.record(
        session, actor=by, act="deadline.add", object=f"deadline:{row.id}", now=now, detail=detail
    )
    return row


def end(session: Session, row: DeadlineRule, on: date, *, by: str, now: datetime) -> None:
    """From that day on no clock begins under it. Raises Conflict for a day that is not to come, or
    a rule that was ended already. The caller commits."""
    if row.ended_on is not None or on <= local_day(now):
        raise Conflict
    row.ended_on = on
    session.flush()
    session.info.pop(KEPT, None)
    audit.record(
        session, actor=by, act="deadline.end", object=f"deadline:{row.id}", now=now, detail=str(on)
    )
