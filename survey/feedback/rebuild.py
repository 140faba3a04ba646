"""Derived columns made again from the events, and the events themselves looked through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from survey.feedback.cases import derived
from survey.feedback.events import broken_at, events_of
from survey.feedback.standing import standing
from survey.feedback.tables import Case, Event

PAGE = 500


@dataclass(frozen=True)
class Difference:
    """A derived column that does not hold what the events say."""

    case_id: int
    number: str
    column: str
    stored: Any
    right: Any


def differences(
    session: Session, *, mend: bool = False, among: ColumnElement[bool] | None = None
) -> list[Difference]:
    """Every derived column that is not as the events say; `mend` sets it right, uncommitted.

    among : the cases looked at; without it all.
    Raises BrokenHistory and ActNotPossible for events that cannot have happened.
    """
    found = []
    for cases in _pages(session, true() if among is None else among):
        events = events_of(session, (case.id for case in cases))
        for case in cases:
            for one in differences_of(session, case, events[case.id]):
                found.append(one)
                if mend:
                    setattr(case, one.column, one.right)
    return found


def differences_of(session: Session, case: Case, events: Sequence[Event]) -> list[Difference]:
    """The derived columns of one case that are not as its events say."""
    right = derived(session, case, standing(events), len(events))
    return [
        Difference(case.id, case.number, column, stored, value)
        for column, value in right.items()
        if (stored := getattr(case, column)) != value
    ]


def broken(session: Session) -> list[tuple[str, int]]:
    """Numbers of the cases whose events were altered, each with the first such event."""
    found = []
    for cases in _pages(session, true()):
        events = events_of(session, (case.id for case in cases))
        for case in cases:
            seq = broken_at(events[case.id])
            if seq is not None or len(events[case.id]) != case.version:
                found.append((case.number, seq or len(events[case.id]) + 1))
    return found


def _pages(session: Session, among: ColumnElement[bool]) -> Iterator[list[Case]]:
    last = 0
    while True:
        query = select(Case).where(Case.id > last, among).order_by(Case.id).limit(PAGE)
        cases = list(session.scalars(query))
        if not cases:
            return
        last = cases[-1].id
        yield cases
