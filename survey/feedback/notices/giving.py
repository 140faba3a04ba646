"""The job that notes which steps the clocks of open cases have reached.

Notices are given in the working time of the unit alone. What is noted already is not noted again:
it may run as often as it likes, and be killed half-way.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from survey.database import Database
from survey.feedback.clock.working import works_at
from survey.feedback.dues import reading_of
from survey.feedback.events import events_of
from survey.feedback.hours import hours_of
from survey.feedback.notices.steps import Step, steps
from survey.feedback.notices.tables import Notice
from survey.feedback.standing import Standing, standing
from survey.feedback.tables import Case

MOST: Final = 500  # cases looked at together
OPEN: Final = (Case.answered_at.is_(None), Case.closed_at.is_(None))  # as its index says


@dataclass(frozen=True)
class Change:
    """A notice to give, anew or again (`step`), or to end (None)."""

    key: tuple[int, datetime, str]
    step: Step | None


def give_notices(database: Database, now: datetime) -> str:
    """Note the steps that were reached since, and end what no longer holds."""
    given, last = 0, 0
    ended = _end_of_answered(database, now)
    while True:
        with database.read() as session:
            query = select(Case).where(*OPEN, Case.id > last).order_by(Case.id).limit(MOST)
            cases = list(session.scalars(query))
            last = max((case.id for case in cases), default=last)
            changes = list(_changes(session, cases, now))
        if changes:
            with database.write() as session:
                for change in changes:
                    _make(session, change, now)
            new = sum(change.step is not None for change in changes)
            given, ended = given + new, ended + len(changes) - new
        if len(cases) < MOST:
            return f"{given} notices given, {ended} ended" if given or ended else ""


def _end_of_answered(database: Database, now: datetime) -> int:
    is_open = exists().where(Case.id == Notice.case_id, *OPEN)
    over = (Notice.ended_at.is_(None), ~is_open)
    with database.read() as session:
        keys = session.execute(select(Notice.case_id, Notice.step).where(*over)).all()
    if keys:
        with database.write() as session:
            session.execute(
                update(Notice).where(*over).values(ended_at=now),
                execution_options={"synchronize_session": False},
            )
    return len(keys)


def _changes(session: Session, cases: Iterable[Case], now: datetime) -> Iterator[Change]:
    """What differs between the clocks of these cases and the notices of them."""
    by_id = {case.id: case for case in cases}
    events = events_of(session, by_id)
    known: dict[int, list[Notice]] = {id: [] for id in by_id}
    for notice in session.scalars(select(Notice).where(Notice.case_id.in_(by_id))):
        known[notice.case_id].append(notice)
    for case in by_id.values():
        yield from _of_case(session, case, standing(events[case.id]), known[case.id], now)


def _of_case(
    session: Session, case: Case, stands: Standing, notices: Iterable[Notice], now: datetime
) -> Iterator[Change]:
    clock = reading_of(session, stands, anonymous=case.anonymous, at=now)
    begun = stands.clock_from
    reached = {} if clock is None else {one.name: one for one in steps() if one.reached(clock)}
    waits = clock is not None and clock.paused
    holding = set()
    for notice in notices:
        same = clock is not None and notice.clock_from == begun
        if notice.ended_at is not None:
            continue
        if same and (waits or notice.step in reached):
            holding.add(notice.step)
        else:
            yield Change((case.id, notice.clock_from, notice.step), None)
    if begun is None or waits or not works_at(now, hours_of(session, case.unit_id)):
        return
    for name, step in reached.items():
        if name not in holding:
            yield Change((case.id, begun, name), step)


def _make(session: Session, change: Change, now: datetime) -> None:
    case_id, begun, name = change.key
    notice = session.get(Notice, change.key)
    if change.step is None:
        if notice is not None:
            notice.ended_at = now
        return
    if notice is None:
        notice = Notice(case_id=case_id, clock_from=begun, step=name)
        session.add(notice)
    notice.tells, notice.at, notice.ended_at = change.step.tells, now, None
