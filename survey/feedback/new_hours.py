"""Deadlines follow the hours of centres, which are changed at the desk of units."""

from datetime import datetime

from sqlalchemy import select

from survey.calendar import day_start, local_day
from survey.database import Database
from survey.feedback.day_store import alone, running
from survey.feedback.rebuild import differences
from survey.units.tables import Centre, CentreHours


def follow_new_hours(database: Database, now: datetime) -> str:
    """Compute anew what runs in the units whose centre has new hours; says how many dates moved.

    A clock that ended before today keeps its end: by that was judged whether an answer was late.
    """
    today = day_start(local_day(now))
    with database.write() as session:
        changed = session.scalars(select(CentreHours).where(CentreHours.pending)).all()
        if not changed:
            return ""
        alone(session)
        ids = [row.centre_id for row in changed]
        units = set(session.scalars(select(Centre.area_id).where(Centre.id.in_(ids))))
        found = differences(session, mend=True, among=running(units, today))
        for row in changed:
            row.pending = False
    cases = len({one.case_id for one in found})
    return f"hours of {len(changed)} centres, other dates in {cases} cases"
