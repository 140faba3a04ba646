"""A clock that may stand: its end, what is used of it and what is left.

A pause moves the end by the working time that it took; what is left when it begins is left when it
ends. A clock of days ends, as ever, when the working day is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from survey.feedback.clock.calendars import Calendar
from survey.feedback.clock.working import (
    Allowance,
    add_working,
    after,
    between,
    close_of,
    minute_of,
    moment_of,
)

Pause = tuple[datetime, datetime | None]  # None: it has not ended
Stretch = tuple[int, int | None]  # the same in minutes


@dataclass(frozen=True)
class Reading:
    """What a clock shows at a moment.

    due : None while it stands: no day can be promised. One that was over before stays.
    used : share of the working time until its end; above 1 when late.
    remaining : working minutes left; negative when late.
    late : working minutes since the end; None when not late. Late in the evening it may be 0.
    """

    due: datetime | None
    paused: bool
    used: float
    remaining: int
    late: int | None


def due_with_pauses(
    start: datetime, allowance: Allowance, pauses: Iterable[Pause], calendar: Calendar
) -> datetime | None:
    """When the clock is over; None when a pause that has not ended stands before that."""
    end = _end(minute_of(start), _total(start, allowance, calendar), _merged(pauses), calendar)
    if end is None:
        return None
    return moment_of(end if allowance.unit == "hours" else close_of(end, calendar))


def used(
    start: datetime,
    now: datetime,
    allowance: Allowance,
    pauses: Iterable[Pause],
    calendar: Calendar,
) -> float:
    """Share of the allowance that is used at `now`: 0.5 at half time, above 1 when late."""
    return read_clock(start, now, allowance, pauses, calendar).used


def remaining(
    start: datetime,
    now: datetime,
    allowance: Allowance,
    pauses: Iterable[Pause],
    calendar: Calendar,
) -> int:
    """Working minutes left at `now`; negative when late."""
    return read_clock(start, now, allowance, pauses, calendar).remaining


def read_clock(
    start: datetime,
    now: datetime,
    allowance: Allowance,
    pauses: Iterable[Pause],
    calendar: Calendar,
    *,
    until: datetime | None = None,
) -> Reading:
    """Everything that the clock shows at `now`. `until`: a later end that was granted."""
    at, known = minute_of(now), _merged(pauses)
    due = due_with_pauses(start, allowance, pauses, calendar)
    if due is not None and until is not None:
        due = max(due, until)
    ended = [(begins, at if ends is None else max(ends, begins)) for begins, ends in known]
    ended = [(begins, ends) for begins, ends in ended if begins <= ends]
    end = _foreseen(start, allowance, ended, calendar) if due is None else minute_of(due)
    if until is not None:
        end = max(end, minute_of(until))
    whole = _run(minute_of(start), end, ended, calendar)
    run = _run(minute_of(start), at, ended, calendar) if at > minute_of(start) else 0
    late = max(run - whole, 0) if due is not None and now > due else None
    paused = any(begins <= at and (ends is None or at < ends) for begins, ends in known)
    return Reading(due, paused, run / whole, whole - run, late)


def _total(start: datetime, allowance: Allowance, calendar: Calendar) -> int:
    """Working minutes from `start` to an end without pauses."""
    if allowance.unit == "hours":
        return allowance.amount * 60
    end = add_working(start, allowance, calendar)
    return between(minute_of(start), minute_of(end), calendar)


def _merged(pauses: Iterable[Pause]) -> list[Stretch]:
    """Pauses in order, none touching another; those of no length are left out."""
    found: list[Stretch] = []
    known = [(minute_of(a), None if b is None else minute_of(b)) for a, b in pauses]
    for begins, ends in sorted(known, key=lambda one: one[0]):
        if ends is not None and ends <= begins:
            continue
        last = found[-1] if found else None
        if last is not None and (last[1] is None or begins <= last[1]):
            longer = None if last[1] is None or ends is None else max(last[1], ends)
            found[-1] = (last[0], longer)
        else:
            found.append((begins, ends))
    return found


def _end(at: int, left: int, pauses: Iterable[Stretch], calendar: Calendar) -> int | None:
    """The minute at which `left` working minutes from `at` have run; None: it never comes."""
    for begins, ends in pauses:
        if ends is not None and ends <= at:
            continue
        run = between(at, max(begins, at), calendar)
        if run >= left:
            break
        if ends is None:
            return None
        left, at = left - run, ends
    return after(at, left, calendar)


def _foreseen(
    start: datetime, allowance: Allowance, ended: Iterable[Stretch], calendar: Calendar
) -> int:
    """The end of a clock that stands, if it went on now."""
    end = _end(minute_of(start), _total(start, allowance, calendar), ended, calendar)
    if end is None:
        raise ValueError("a pause without an end")
    return end if allowance.unit == "hours" else close_of(end, calendar)


def _run(a: int, b: int, pauses: Iterable[tuple[int, int]], calendar: Calendar) -> int:
    """Working minutes from `a` to `b` that no pause took."""
    taken = ((max(begins, a), min(ends, b)) for begins, ends in pauses)
    lost = sum(between(begins, ends, calendar) for begins, ends in taken if begins < ends)
    return between(a, b, calendar) - lost
