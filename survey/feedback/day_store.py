"""A unit's own days: put into its calendar and taken out, for days to come; what follows for cases.

A day that has begun stays as it was: by it is judged whether an answer was in time, and people were
told when theirs is due.
"""

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, or_, select, text
from sqlalchemy.orm import Session

from survey.calendar import day_start, local_day
from survey.errors import Conflict, NotFound
from survey.feedback.day_tables import UnitDay
from survey.feedback.hours import forget, supposed
from survey.feedback.own_days import Change
from survey.feedback.rebuild import Difference, differences
from survey.feedback.tables import Case
from survey.staff import audit
from survey.units.areas import descendants

MOST = 100  # days to come of one unit: a year without work has no end for any clock


class DayHasBegun(Conflict):
    """A day that is not to come."""

    title = _l("A day that has begun stays as it is")
    remedy = _l(
        "Whether answers were in time is judged by it. If single cases need more time, extend them."
    )


class DayTaken(Conflict):
    """The unit has a day of its own there."""

    title = _l("This unit has a day of its own on that day already")
    remedy = _l("Take it out first, then add the other.")


class TooManyDays(Conflict):
    """More days than a calendar bears."""

    title = _l("This unit has too many days of its own")
    remedy = _l("There may be 100 that are still to come.")


def find(session: Session, day_id: int) -> UnitDay:
    """Raises NotFound."""
    row = session.get(UnitDay, day_id)
    if row is None:
        raise NotFound
    return row


def check(session: Session, change: Change, *, now: datetime) -> None:
    """Raises DayHasBegun, DayTaken, TooManyDays for what cannot be done."""
    today = local_day(now)
    if change.first <= today:
        raise DayHasBegun
    query = select(UnitDay.day).where(UnitDay.unit_id == change.unit_id, UnitDay.day > today)
    known = set(session.scalars(query)) - change.removed
    if known & {row.day for row in change.added}:
        raise DayTaken
    if len(known) + len(change.added) > MOST:
        raise TooManyDays


def foreseen(session: Session, change: Change, *, now: datetime) -> list[Difference]:
    """What the change would do to the columns of cases; nothing is changed.

    Raises as `check` does.
    """
    check(session, change, now=now)
    with supposed(session, change):
        return differences(session, among=touched(session, change))


def make(session: Session, change: Change, *, by: str, now: datetime) -> list[Difference]:
    """Change the calendar and compute anew what runs by it; what has changed in cases.

    The caller commits. Raises as `check` does.
    """
    alone(session)
    check(session, change, now=now)
    gone = UnitDay.unit_id == change.unit_id, UnitDay.day.in_(change.removed)
    session.execute(delete(UnitDay).where(*gone))
    for row in change.added:
        row.made_by, row.made_at = by, now
        session.add(row)
    session.flush()
    forget(session)
    found = differences(session, mend=True, among=touched(session, change))
    session.flush()
    object = f"area:{change.unit_id}"
    if change.added:
        told = " ".join(f"{row.day}:{row.stands_for or 'off'}" for row in change.added)
        audit.record(session, actor=by, act="calendar.add", object=object, now=now, detail=told)
    if change.removed:
        told = " ".join(str(day) for day in sorted(change.removed))
        audit.record(session, actor=by, act="calendar.remove", object=object, now=now, detail=told)
    return found


def touched(session: Session, change: Change) -> ColumnElement[bool]:
    """Cases whose running clock, or that of their first answer, may end otherwise.

    A clock that ends before the first day of the change reads none of its days; one that stands
    has no end.
    """
    since = day_start(change.first)
    return running(descendants(session, change.unit_id), since)


def running(units: Collection[int], since: datetime) -> ColumnElement[bool]:
    """Cases of these units with a clock that ends at `since` or later; cases that were opened again
    also of other units, for their first answer may have been given here."""
    here = Case.unit_id.in_(units)
    return or_(
        and_(here, Case.due_at >= since),
        and_(or_(here, Case.reopened > 0), Case.first_due_at >= since),
    )


def alone(session: Session) -> None:
    """No act is written meanwhile that reckoned with the calendar of before."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE feedback_event IN SHARE ROW EXCLUSIVE MODE"))
