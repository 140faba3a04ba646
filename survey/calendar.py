"""Days and hours of Vietnam. The clock is read in views and commands and passed down as `now`."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def clock() -> datetime:
    """The present moment in Vietnam's zone."""
    return datetime.now(ZONE)


def local_day(moment: datetime) -> date:
    """The day in Vietnam on which `moment` (aware) falls."""
    return moment.astimezone(ZONE).date()


def day_start(day: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return datetime.combine(day, time(), ZONE)


def month_start(day: date) -> date:
    """First day of the month of `day`."""
    return day.replace(day=1)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
