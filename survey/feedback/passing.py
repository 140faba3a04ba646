"""What happens by itself: an answered case is closed when it can no longer be opened again."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from survey.database import Database
from survey.feedback.cases import SYSTEM, Act, do
from survey.feedback.dues import reopen_until
from survey.feedback.events import events_of
from survey.feedback.standing import standing
from survey.feedback.tables import Case

MOST: Final = 500  # cases of one transaction: others wait that long


def close_answered(database: Database, now: datetime) -> str:
    """Close the cases whose sender may no longer open them again."""
    closed, last = 0, 0
    while True:
        with database.write() as session:
            query = select(Case).where(Case.state == "released", Case.id > last)
            cases = list(session.scalars(query.order_by(Case.id).limit(MOST)))
            last = max((case.id for case in cases), default=last)
            known = events_of(session, (case.id for case in cases))
            for case in cases:
                until = reopen_until(session, standing(known[case.id]))
                if until is not None and now > until:
                    do(session, case, Act("close", SYSTEM, "system"), now=now)
                    closed += 1
        if len(cases) < MOST:
            return f"{closed} answered cases closed"
