"""Working time, beside a walker that counts minute after minute."""

from datetime import date, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.calendar import ZONE
from survey.feedback.clock.calendars import OFFICE, Calendar, Day, Frames, Season
from survey.feedback.clock.pauses import due_with_pauses, read_clock
from survey.feedback.clock.working import (
    Allowance,
    NeverWorked,
    add_working,
    working_between,
    works_at,
)
from survey.feedback.hours import calendar_of

FIRST, DAYS = date(2026, 1, 1), 500
MORNINGS = Frames.of({"6": [["07:00", "11:00"]], "2": [["08:00", "12:00"], ["13:00", "16:00"]]})
NATIONAL = calendar_of()
CALENDARS = (
    NATIONAL,
    calendar_of({"1": [["07:30", "11:30"]], "6": [["07:00", "11:00"]]}, [["2026-03-02", "Lễ"]]),
    Calendar(OFFICE, {date(2026, 4, 1): Day("half"), date(2026, 4, 4): Day("makeup")}),
    Calendar(OFFICE, seasons=(Season(date(2026, 5, 1), date(2026, 9, 30), MORNINGS),)),
)


def at(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE) + timedelta(
        hours=hour, minutes=minute
    )


def minutes_of(calendar: Calendar) -> np.ndarray:
    """Whether each minute since FIRST is worked."""
    worked = np.zeros(DAYS * 1440, dtype=bool)
    for number in range(DAYS):
        for opens, closes in calendar.spans(FIRST + timedelta(days=number)):
            worked[number * 1440 + opens : number * 1440 + closes] = True
    return worked


def index(moment: datetime) -> int:
    return int((moment.astimezone(ZONE) - at("2026-01-01", 0)).total_seconds() // 60)


def walked(worked: np.ndarray, start: int, allowance: Allowance) -> int:
    """The minute, counted from FIRST, after the last one that the allowance takes."""
    if allowance.unit == "hours":
        taken = np.flatnonzero(worked[start:])[allowance.amount * 60 - 1]
        return start + int(taken) + 1
    by_day = worked.reshape(-1, 1440)
    day = start // 1440
    if allowance.unit == "days":
        working = np.flatnonzero(by_day[day + 1 :].any(axis=1))
        day += 1 + int(working[allowance.amount - 1])
    else:
        day += allowance.amount
        day += int(np.flatnonzero(by_day[day:].any(axis=1))[0])
    return day * 1440 + int(np.flatnonzero(by_day[day])[-1]) + 1


@pytest.mark.parametrize("calendar", CALENDARS)
def test_the_engine_equals_a_counter_of_minutes(calendar):
    """2,500 starts, allowances and pauses of each of four calendars: Tết, swaps, seasons too."""
    rng, worked = Random(6), minutes_of(calendar)
    total = np.concatenate([[0], np.cumsum(worked)])
    for _ in range(2_500):
        start = rng.randrange(200 * 1440)
        unit = rng.choice(["hours", "days", "calendar-days"])
        allowance = Allowance(rng.randint(1, 20), unit)
        begun = at("2026-01-01", 0) + timedelta(minutes=start)
        due = walked(worked, start, allowance)
        assert index(add_working(begun, allowance, calendar)) == due
        end = start + rng.randrange(30 * 1440)
        later = begun + timedelta(minutes=end - start)
        assert working_between(begun, later, calendar) == total[end] - total[start]
        if unit == "hours":
            stopped = start + rng.randrange(due - start)
            again = stopped + rng.randrange(9 * 1440)
            pause = (at("2026-01-01", 0) + timedelta(minutes=m) for m in (stopped, again))
            without = worked.copy()
            without[stopped:again] = False
            found = due_with_pauses(begun, allowance, [tuple(pause)], calendar)
            assert index(found) == walked(without, start, allowance)


@pytest.mark.parametrize(
    ("start", "allowance", "due"),
    [
        (at("2026-07-10", 16, 30), Allowance(1, "hours"), at("2026-07-13", 8)),
        (at("2026-07-11", 10), Allowance(1, "hours"), at("2026-07-13", 8, 30)),
        (at("2026-07-10", 11), Allowance(1, "hours"), at("2026-07-10", 14)),
        (at("2026-02-13", 16), Allowance(2, "hours"), at("2026-02-23", 8, 30)),  # over Tết
        (at("2026-01-09", 9), Allowance(1), at("2026-01-10", 17)),  # the Saturday is worked
        (at("2026-12-31", 9), Allowance(1), at("2027-01-04", 17)),
        (at("2026-08-28", 9), Allowance(1), at("2026-09-03", 17)),
        (at("2026-11-23", 9), Allowance(1), at("2026-11-25", 17)),
    ],
)
def test_known_days(start, allowance, due):
    assert add_working(start, allowance, NATIONAL) == due


@given(st.integers(0, 200 * 1440), st.integers(1, 40), st.sampled_from(["hours", "days"]))
def test_more_time_is_never_over_earlier_and_ends_in_working_time(start, amount, unit):
    begun = at("2026-01-01", 0) + timedelta(minutes=start)
    due = add_working(begun, Allowance(amount, unit), NATIONAL)
    assert begun < due <= add_working(begun, Allowance(amount + 1, unit), NATIONAL)
    assert works_at(due - timedelta(minutes=1), NATIONAL)


@given(st.lists(st.integers(0, 200 * 1440), min_size=3, max_size=3))
def test_working_time_adds_up(minutes):
    a, b, c = (at("2026-01-01", 0) + timedelta(minutes=m) for m in minutes)
    first, second = working_between(a, b, NATIONAL), working_between(b, c, NATIONAL)
    assert first + second == working_between(a, c, NATIONAL)


def test_a_clock_that_stands_promises_no_day_and_keeps_what_is_left():
    start, stop = at("2026-07-06", 8), at("2026-07-06", 10)
    later = at("2026-07-20", 9)
    shown = read_clock(start, later, Allowance(4, "hours"), [(stop, None)], NATIONAL)
    assert (shown.due, shown.paused, shown.remaining, shown.late) == (None, True, 120, None)
    assert shown.used == 0.5


def test_who_is_late_is_told_by_how_much():
    start = at("2026-07-06", 8)
    shown = read_clock(start, at("2026-07-06", 16, 30), Allowance(4, "hours"), [], NATIONAL)
    assert (shown.late, shown.remaining) == (150, -150)


def test_what_cannot_be_counted_is_refused():
    for wrong in (lambda: Allowance(0), lambda: Frames.of({}), lambda: Day("holiday", ((1, 2),))):
        with pytest.raises(ValueError, match=".+"):
            wrong()
    nobody = {date(2026, 1, 1) + timedelta(days=n): Day("holiday") for n in range(800)}
    with pytest.raises(NeverWorked):
        add_working(at("2026-01-01", 8), Allowance(1), Calendar(OFFICE, nobody))
    with pytest.raises(ValueError, match="zone"):
        add_working(datetime(2026, 7, 6, 8), Allowance(1), NATIONAL)  # noqa: DTZ001 – that it has no zone is what is refused
