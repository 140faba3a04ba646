"""What the page says of a line: names of rows, waits in working hours, why a figure is missing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.errors import Words
from survey.feedback.reports.lines import By, Line, Share, Wait
from survey.feedback.reports.periods import read
from survey.feedback.words import CHANNEL_WORDS, KIND_WORDS, TOPIC_WORDS
from survey.i18n import decimal, percent

INSIDE: Final = 5  # fewest cases of which staff see a wait or a share
PUBLIC: Final = 10  # and everybody
HOUR: Final = 60
NO_TOPIC: Final = "-"  # where a name of a group may not be empty

BY_WORDS: Final[Mapping[By, Words]] = {
    "unit": _l("Unit"),
    "topic": _l("Topic"),
    "channel": _l("Way in"),
    "kind": _l("Kind"),
    "month": _l("Month"),
}
PARTS: Final[tuple[Words, ...]] = (
    _l("Answered in time"),
    _l("Answered late"),
    _l("Answered, without a deadline"),
    _l("Open, not overdue"),
    _l("Open and overdue"),
    _l("Refused, guided or transferred"),
    _l("Merged or withdrawn"),
)


def parts(line: Line) -> list[int]:
    """The cases of a line, as the chart stacks them."""
    return [
        line.on_time,
        line.late,
        line.answered - line.on_time - line.late,
        line.open - line.overdue,
        line.overdue,
        line.refused + line.guided + line.transferred,
        line.merged + line.withdrawn,
    ]


def named(key: str | int | None, by: By, units: Mapping[int, str]) -> str:
    """The name of a row."""
    if key is None:
        return str(_("All together"))
    if by == "unit":
        return units[int(key)]
    if by == "month":
        month = read(str(key))
        return month.label if month else str(key)
    if by == "topic":
        return topic(key)
    known: Mapping[str, Words] = CHANNEL_WORDS if by == "channel" else KIND_WORDS
    return str(known.get(str(key), key))


def topics() -> dict[str, str]:
    """Code and name of every topic."""
    return {code: str(name) for code, name in TOPIC_WORDS.items()}


def topic(key: str | int | None) -> str:
    """The name of a topic; one that is not of the list stands as it was written."""
    if key in (None, "", NO_TOPIC):
        return str(_("Without a topic"))
    return topics().get(str(key), str(key))


def hours(minutes: float) -> str:
    """Working minutes as hours with one decimal."""
    return decimal(minutes / HOUR, 1)


def wait(found: Wait, minutes: float | None) -> str:
    """The median or the 90th percentile of a wait; where it is not reached, who waits still."""
    if found.waiting is None:
        return few()
    if minutes is None:
        return str(_("%(share)s not yet", share=percent(found.waiting, 0)))
    return hours(minutes)


def share(part: int, whole: int) -> str:
    """A part of the cases in percent; of fewer than five, nothing."""
    return percent(part / whole, 0) if whole >= INSIDE else "–"


def satisfaction(found: Share) -> str:
    """The share that was satisfied, with its interval and n."""
    if found.value is None or found.low is None or found.high is None:
        return few(found.n)
    value, low, high = (percent(one, 0) for one in (found.value, found.low, found.high))
    return f"{value} ({low}–{high}; n = {found.n})"


def few(n: int | None = None) -> str:
    """Why there is no figure; the page says what it means."""
    if n == 0:
        return str(_("nobody has said"))
    return f"n < {INSIDE}"


def since(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
