"""By when a case must be dealt with: the running clock, its rule and its pauses."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.feedback.clock.pauses import Reading, due_with_pauses, read_clock
from survey.feedback.clock.working import Allowance, add_working
from survey.feedback.deadlines import rule_for
from survey.feedback.hours import hours_of
from survey.feedback.rules import RULES
from survey.feedback.standing import Standing


def due_of(session: Session, now: Standing, *, anonymous: bool) -> datetime | None:
    """When the running clock ends; None when none runs, or while it is paused."""
    allowance = allowance_of(session, now, anonymous=anonymous)
    if allowance is None or now.clock_from is None:
        return None
    due = due_with_pauses(now.clock_from, allowance, now.pauses, hours_of(session, now.unit_id))
    return due and (max(due, now.extended) if now.extended else due)


def answer_by(session: Session, now: Standing, *, anonymous: bool) -> datetime | None:
    """By when the sender is answered at the latest; None when nothing can be promised.

    Before a case is accepted: the time for accepting it, then the time for answering it.
    """
    if now.stage != "accept":
        return due_of(session, now, anonymous=anonymous)
    accepted = due_of(session, now, anonymous=anonymous)
    allowance = _allowance(session, now, "answer", accepted, anonymous)
    if accepted is None or allowance is None:
        return None
    return add_working(accepted, allowance, hours_of(session, now.unit_id))


def reading_of(session: Session, now: Standing, *, anonymous: bool, at: datetime) -> Reading | None:
    """What the clock of a case shows at `at`, the working time left included; None: none runs."""
    allowance = allowance_of(session, now, anonymous=anonymous)
    if allowance is None or now.clock_from is None:
        return None
    calendar = hours_of(session, now.unit_id)
    return read_clock(now.clock_from, at, allowance, now.pauses, calendar, until=now.extended)


def reopen_until(session: Session, now: Standing) -> datetime | None:
    """Until when an answered case can be opened again; None when it is not answered."""
    if now.answered_at is None:
        return None
    days = Allowance(RULES["reopen"]["working_days"])
    return add_working(now.answered_at, days, hours_of(session, now.unit_id))


def allowance_of(session: Session, now: Standing, *, anonymous: bool) -> Allowance | None:
    """How long the running clock may take; None when none runs, or no rule holds for it."""
    return _allowance(session, now, now.stage, now.clock_from, anonymous)


def _allowance(
    session: Session, now: Standing, stage: str | None, begins: datetime | None, anonymous: bool
) -> Allowance | None:
    """How long a stage that begins then may take."""
    if stage is None or begins is None:
        return None
    rule = rule_for(
        session,
        stage,
        local_day(begins),
        unit_id=now.unit_id,
        kind=now.kind,
        severity=now.severity,
        anonymous=anonymous,
        topic=now.topic,
    )
    return None if rule is None else rule.allowance
