"""A later end for the running clock of a case: which there can be."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.calendar import day_start, days_between, local_day
from survey.errors import Conflict
from survey.feedback.clock.working import Allowance, add_working, close_of, minute_of, moment_of
from survey.feedback.dues import allowance_of, due_of
from survey.feedback.hours import hours_of
from survey.feedback.rules import RULES
from survey.feedback.standing import Standing


class NoSuchEnd(Conflict):
    title = _l("The time cannot be extended to that day")
    remedy = _l(
        "Only a time that runs and is not over yet is extended, to one of the days offered."
    )


def ends(session: Session, now: Standing, *, anonymous: bool, at: datetime) -> list[datetime]:
    """The later ends there can be, one for each working day of the unit after the present end.

    Each is the close of its day, none later than the rules allow on top of the time that the rule
    of deadlines gave. None while the clock stands, when it is over, or was extended already.
    """
    allowance = allowance_of(session, now, anonymous=anonymous)
    due = due_of(session, now, anonymous=anonymous)
    given = due_of(session, replace(now, extended=None), anonymous=anonymous)
    rule = RULES["extend"]
    if allowance is None or due is None or given is None:
        return []
    if at > due or now.extensions >= rule["times"]:
        return []
    calendar = hours_of(session, now.unit_id)
    more = Allowance(max(1, int(allowance.amount * rule["at_most"])), allowance.unit)
    last = add_working(given, more, calendar)
    days = days_between(local_day(due) + timedelta(days=1), local_day(last))
    closing = (
        moment_of(close_of(_first_minute(day), calendar)) for day in days if calendar.spans(day)
    )
    return [min(one, last) for one in closing]


def check(
    session: Session, now: Standing, until: datetime, *, anonymous: bool, at: datetime
) -> None:
    """Raise NoSuchEnd unless the clock can be extended until then."""
    if until not in ends(session, now, anonymous=anonymous, at=at):
        raise NoSuchEnd


def _first_minute(day: date) -> int:
    return minute_of(day_start(day))
