"""Working time between two moments, and the moment at which some of it is over.

Moments carry their zone and are read in Vietnam's, whole minutes: seconds are dropped.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from survey.calendar import ZONE, day_start
from survey.feedback.clock.calendars import DAY, Calendar

Unit = Literal["hours", "days", "calendar-days"]
UNITS: Final[tuple[Unit, ...]] = ("hours", "days", "calendar-days")
YEAR: Final = 366  # days looked through for one on which somebody works


class NeverWorked(ValueError):
    """A calendar without work for a whole year: nothing that counts working time would end."""


@dataclass(frozen=True)
class Allowance:
    """How long something may take.

    hours : working hours, to the minute.
    days : working days. The day of the start is not counted; the last ends when work ends.
    calendar-days : days of the calendar, counted alike; the last, when nobody works on it,
        ends with the next working day (Bộ luật Dân sự 2015, điều 147 and 148).
    """

    amount: int
    unit: Unit = "days"

    def __post_init__(self) -> None:
        if self.amount < 1 or self.unit not in UNITS:
            raise ValueError(f"not an allowance: {self.amount} {self.unit}")


def add_working(start: datetime, allowance: Allowance, calendar: Calendar) -> datetime:
    """When `allowance` is over, counted from `start`: within working time, or at its end."""
    if allowance.unit == "hours":
        return moment_of(after(minute_of(start), allowance.amount * 60, calendar))
    return moment_of(_end_of_days(start, allowance, calendar))


def working_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Working minutes from `a` to `b`; negative when `b` is the earlier."""
    return between(minute_of(a), minute_of(b), calendar)


def works_at(moment: datetime, calendar: Calendar) -> bool:
    """Whether it is working time."""
    day, at = _day_and_minute(minute_of(moment))
    return any(opens <= at < closes for opens, closes in calendar.spans(day))


def minute_of(moment: datetime) -> int:
    """Minutes of Vietnam's time since the first day of the calendar. Raises ValueError without a
    zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    local = moment.astimezone(ZONE)
    return local.toordinal() * DAY + local.hour * 60 + local.minute


def moment_of(minute: int) -> datetime:
    """The reverse of `minute_of`, in UTC as the database keeps moments."""
    day, at = divmod(minute, DAY)
    local = day_start(date.fromordinal(day))
    return (local + timedelta(minutes=at)).astimezone(UTC)


def after(start: int, minutes: int, calendar: Calendar) -> int:
    """The minute at which `minutes` of working time after `start` are over."""
    day, at = _day_and_minute(start)
    left, idle = minutes, 0
    while True:
        for opens, closes in calendar.spans(day):
            begins = max(opens, at)
            if closes - begins >= left:
                return day.toordinal() * DAY + begins + left
            left -= max(closes - begins, 0)
        idle = 0 if calendar.spans(day) else idle + 1
        day, at = _next(day, idle), 0


def between(a: int, b: int, calendar: Calendar) -> int:
    """Working minutes from minute `a` to minute `b`."""
    if b < a:
        return -between(b, a, calendar)
    first, last = _day_and_minute(a), _day_and_minute(b)
    total, day = 0, first[0]
    while day <= last[0]:
        begins = first[1] if day == first[0] else 0
        ends = last[1] if day == last[0] else DAY
        for opens, closes in calendar.spans(day):
            total += max(min(closes, ends) - max(opens, begins), 0)
        day += timedelta(days=1)
    return total


def close_of(minute: int, calendar: Calendar) -> int:
    """The end of the working day in which `minute` lies, or of the next one."""
    day, at = _day_and_minute(minute)
    idle = 0
    while not (spans := calendar.spans(day)) or spans[-1][1] < at:
        idle = 0 if spans else idle + 1
        day, at = _next(day, idle), 0
    return day.toordinal() * DAY + spans[-1][1]


def _end_of_days(start: datetime, allowance: Allowance, calendar: Calendar) -> int:
    day, _at = _day_and_minute(minute_of(start))
    if allowance.unit == "calendar-days":
        last = day + timedelta(days=allowance.amount)
        return close_of(last.toordinal() * DAY, calendar)
    left, idle = allowance.amount, 0
    while left:
        day = _next(day, idle)
        worked = bool(calendar.spans(day))
        left, idle = left - worked, 0 if worked else idle + 1
    return close_of(day.toordinal() * DAY, calendar)


def _next(day: date, idle: int) -> date:
    """The next day, unless `idle` days without work are behind. Raises NeverWorked."""
    if idle > YEAR:
        raise NeverWorked(f"nobody works from {day - timedelta(days=idle)} to {day}")
    return day + timedelta(days=1)


def _day_and_minute(minute: int) -> tuple[date, int]:
    day, at = divmod(minute, DAY)
    return date.fromordinal(day), at
