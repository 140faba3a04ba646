"""When a centre serves: as people write it, and as kiosks read it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.calendar import day_start, local_day
from survey.errors import Words
from survey.i18n import day as official
from survey.units.national import holidays, makeup
from survey.units.tables import CentreHours

IDLE: Final = 45  # seconds: a person who reads slowly is not asked, one who left is soon noticed
WEEKDAY_NAMES: Final[dict[str, Words]] = {
    "1": _l("Monday"),
    "2": _l("Tuesday"),
    "3": _l("Wednesday"),
    "4": _l("Thursday"),
    "5": _l("Friday"),
    "6": _l("Saturday"),
    "7": _l("Sunday"),
}
WEEKDAYS: Final = tuple(WEEKDAY_NAMES)
SPAN = re.compile(r"(\d{1,2})[:h](\d{2})?\s*[-–]\s*(\d{1,2})[:h](\d{2})?")
LINE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*(.*)")
AND_MORE = re.compile(r"\s*[,;]\s*")  # between two spans
NAME_LENGTH = 80

Spans = list[list[str]]
SpecialDays = list[tuple[str, Spans, str]]  # ISO day, its spans, its name


class Unclear(ValueError):
    """Hours that cannot be read: `words` say which and how to write them."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class Hours:
    """week, days_off and special_days as in CentreHours; week None: it always serves."""

    week: dict[str, Spans] | None = None
    days_off: Spans = field(default_factory=list)
    idle: int = IDLE
    special_days: SpecialDays = field(default_factory=list)

    @property
    def told(self) -> dict[str, Any] | None:
        """As a kiosk reads them; None: always open."""
        if self.week is None:
            return None
        special = [list(line) for line in self.special_days]
        return {"week": self.week, "days_off": self.days_off, "special_days": special}

    def spans_on(self, day: date) -> Spans | None:
        """When it serves on a day, which may be never; None: nobody said when."""
        if self.week is None:
            return None
        if any(off == str(day) for off, _name in self.days_off):
            return []
        own = (spans for special, spans, _name in self.special_days if special == str(day))
        return next(own, self.week.get(str(day.isoweekday()), []))

    def serves_between(self, since: datetime, until: datetime) -> bool:
        """Whether a whole span of service lies between two moments; one that always serves does."""
        if self.week is None:
            return True
        day, last = local_day(since), local_day(until)
        while day <= last:
            for span in self.spans_on(day) or []:
                opens, closes = (_moment(day, text) for text in span)
                if since <= opens and closes <= until:
                    return True
            day += timedelta(days=1)
        return False


def _moment(day: date, text: str) -> datetime:
    """A time as a span has it, on a day; 24:00 is the end of it."""
    hour, minute = (int(part) for part in text.split(":"))
    return day_start(day) + timedelta(hours=hour, minutes=minute)


def hours_of(session: Session, centre_id: int) -> Hours:
    """The hours of a centre, those of one that never said any included."""
    row = session.get(CentreHours, centre_id)
    if row is None:
        return Hours()
    special: SpecialDays = [(day, spans, name) for day, spans, name in row.special_days]
    return Hours(row.week or None, row.days_off, row.idle, special)


def set_hours(session: Session, centre_id: int, hours: Hours) -> None:
    """Keep the hours; a week without any span is no week: the centre always serves."""
    row = session.get(CentreHours, centre_id) or CentreHours(centre_id=centre_id)
    row.week, row.days_off, row.idle = hours.week or {}, hours.days_off, hours.idle
    row.special_days, row.pending = [list(line) for line in hours.special_days], True
    session.add(row)


def spans(text: str) -> Spans:
    """`7:30–11:30, 13h–17h` as [["07:30", "11:30"], ["13:00", "17:00"]]. Raises Unclear."""
    found = [_span(part.strip()) for part in re.split(r"[,;]", text) if part.strip()]
    for before, after in zip(found, found[1:], strict=False):
        if after[0] <= before[1]:
            raise Unclear(
                _l("%(after)s begins before %(before)s ends.", after=_of(after), before=_of(before))
            )
    return found


def _span(part: str) -> list[str]:
    match = SPAN.fullmatch(part)
    if match is None:
        raise Unclear(
            _l("“%(part)s” cannot be read. Write times such as 7:30–11:30.", part=part[:40])
        )
    opens, closes = (_time(match[n], match[n + 1], part) for n in (1, 3))
    if closes <= opens:
        raise Unclear(_l("“%(part)s” ends before it begins.", part=part[:40]))
    return [opens, closes]


def _time(hour: str, minute: str | None, part: str) -> str:
    if int(hour) > 24 or int(minute or 0) > 59 or (int(hour) == 24 and int(minute or 0)):
        raise Unclear(_l("“%(part)s” names a time that no day has.", part=part[:40]))
    return f"{int(hour):02d}:{int(minute or 0):02d}"


def _of(span: list[str]) -> str:
    return f"{span[0]}–{span[1]}"


def spans_text(found: Iterable[list[str]]) -> str:
    """The reverse of `spans`."""
    return ", ".join(_of(span) for span in found)


def days_off(text: str) -> Spans:
    """A day and its name a line, `2/9/2026 Quốc khánh`, in order of days. Raises Unclear."""
    wanted = _l("Write a day and its name, such as 2/9/2026 Quốc khánh.")
    found = {day: rest[:NAME_LENGTH] for day, rest in _lines(text, wanted)}
    return [[day, found[day]] for day in sorted(found)]


def _lines(text: str, wanted: Words) -> Iterator[tuple[str, str]]:
    """The ISO day of each line and what follows it. Raises Unclear, which says what is wanted."""
    for line in text.splitlines():
        match = LINE.fullmatch(line.strip())
        try:
            day = date(*(int(match[n]) for n in (3, 2, 1))) if match else None
        except ValueError:
            day = None
        if match is not None and day is not None:
            yield day.isoformat(), match[4].strip()
        elif line.strip():
            raise _unreadable(line, wanted)


def _unreadable(line: str, wanted: Words) -> Unclear:
    shown = line.strip()[:40]
    return Unclear(_l("“%(line)s” cannot be read. %(wanted)s", line=shown, wanted=wanted))


def special_days(text: str) -> SpecialDays:
    """A day, its times and its name a line, `22/8/2026 7:30–11:30, 13:30–17:00 Làm bù`, in order
    of days. Raises Unclear."""
    wanted = _l("Write a day, its times and a name, such as 22/8/2026 7:30–11:30, 13:30–17:00.")
    found: dict[str, tuple[Spans, str]] = {}
    for day, rest in _lines(text, wanted):
        times, name = _times_first(rest)
        if not times:
            raise _unreadable(official(date.fromisoformat(day), "vi"), wanted)
        found[day] = spans(times), name[:NAME_LENGTH]
    return [(day, *found[day]) for day in sorted(found)]


def _times_first(text: str) -> tuple[str, str]:
    """A text that begins with spans, as those and what follows them."""
    at = 0
    while match := SPAN.match(text, at):
        end = match.end()
        between = AND_MORE.match(text, end)
        if between is None or not SPAN.match(text, between.end()):
            return text[:end], text[end:].strip(" ,;")
        at = between.end()
    return "", text


def with_national_days(found: Spans, since: date) -> Spans:
    """Days off and the nation's from a day to the end of the next year; own names are kept."""
    nation = {str(day): name for day, name in holidays().items() if since <= day <= _end(since)}
    return [list(line) for line in sorted({**nation, **dict(found)}.items())]


def with_makeup_days(hours: Hours, since: date) -> SpecialDays:
    """The special days of a centre and those that the nation works in place of a weekday, to the
    end of the next year, at that weekday's hours; what the centre said itself is kept, its days
    off too."""
    own = {day: (times, name) for day, times, name in hours.special_days}
    off = {day for day, _name in hours.days_off}
    for worked, instead in makeup().items():
        times = (hours.week or {}).get(str(instead.isoweekday()), [])
        if since <= worked <= _end(since) and times and str(worked) not in off:
            own.setdefault(str(worked), (times, f"Làm bù {official(instead, 'vi')}"))
    return [(day, *own[day]) for day in sorted(own)]


def _end(since: date) -> date:
    return date(since.year + 1, 12, 31)


def days_off_text(found: Iterable[list[str]]) -> str:
    """The reverse of `days_off`."""
    return "\n".join(f"{official(date.fromisoformat(day), 'vi')} {name}" for day, name in found)


def special_days_text(found: SpecialDays) -> str:
    """The reverse of `special_days`."""
    return "\n".join(
        f"{official(date.fromisoformat(day), 'vi')} {spans_text(times)} {name}".rstrip()
        for day, times, name in found
    )
