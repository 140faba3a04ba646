"""What leaves with a person: the lines as rows of a file, the words of the chart."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from survey.feedback.reports import words
from survey.feedback.reports.lines import By, Line, Wait
from survey.feedback.reports.periods import Period
from survey.lazy import load

ENDINGS: Final = ("csv", "xlsx")
DRAWN: Final = 20  # bars of a chart; a table has them all
COUNTS: Final = (
    "received", "answered", "on_time", "late", "open", "overdue", "refused", "guided",
    "transferred", "transferred_soon", "merged", "withdrawn", "reopened", "open_again",
    "outstanding", "extended", "paused_cases", "templates", "compared",
)  # fmt: skip


def rows(
    lines: Sequence[Line], by: By, units: Mapping[int, str], period: Period
) -> list[dict[str, Any]]:
    """One flat row a line; waits in working hours, shares 0 to 1, empty where not published."""
    return [
        {
            "period": period.key,
            by: words.named(line.key, by, units),
            **{name: getattr(line, name) for name in COUNTS},
            **_waited("accept", line.accept),
            **_waited("answer", line.answer),
            "paused_hours_median": _hours(line.paused),
            "satisfied_n": line.satisfaction.n,
            "satisfied": line.satisfaction.value,
            "satisfied_low": line.satisfaction.low,
            "satisfied_high": line.satisfaction.high,
            "oldest_open": _moment(line.oldest),
        }
        for line in lines
    ]


def _waited(name: str, wait: Wait) -> dict[str, Any]:
    return {
        f"{name}_n": wait.n,
        f"{name}_hours_median": _hours(wait.median),
        f"{name}_hours_90": _hours(wait.ninety),
        f"{name}_not_yet": wait.waiting,
    }


def _hours(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes / words.HOUR, 2)


def _moment(seconds: int | None) -> str | None:
    found = words.since(seconds)
    return None if found is None else found.isoformat()


def table(found: list[dict[str, Any]], ending: str) -> bytes:
    """The rows as a file, safe to open in a spreadsheet."""
    body: bytes = load("survey.feedback.numbers").table_bytes(found, ending)
    return body


def picture(
    lines: Sequence[Line],
    by: By,
    units: Mapping[int, str],
    period: Period,
    *,
    ending: str,
    simulated: bool,
    outlines: bool,
) -> bytes:
    """The lines as bars; the longest where there are too many."""
    drawn = lines[:DRAWN]
    more = _("the %(n)d with the most cases", n=DRAWN) if len(lines) > DRAWN else ""
    body: bytes = load("survey.feedback.numbers").picture(
        [words.named(line.key, by, units) for line in drawn],
        [str(part) for part in words.PARTS],
        [words.parts(line) for line in drawn],
        title=_("Feedback received: %(period)s", period=period.label),
        x=_("Cases") + (f" ({more})" if more else ""),
        simulated=_("Simulated data") if simulated else "",
        ending=ending,
        outlines=outlines,
    )
    return body
