"""One line of a report, as pages and files show it."""

from dataclasses import dataclass
from typing import Final, Literal

By = Literal["unit", "topic", "channel", "kind", "month"]
BYS: Final[tuple[By, ...]] = ("unit", "topic", "channel", "kind", "month")
TRANSFER_DAYS: Final = 5  # working days within which a case goes to the agency that is competent
SATISFIED: Final = 4  # from this step of five on


@dataclass(frozen=True)
class Wait:
    """Working minutes within which half, and nine of ten, had what they waited for.

    None: that many have not got it yet, or there are too few cases to tell. `waiting` is the
    share that waits still, among `n`. Kaplan and Meier; who waits still counts.
    """

    n: int
    median: float | None
    ninety: float | None
    waiting: float | None


@dataclass(frozen=True)
class Share:
    """Of `n`, with Wilson's interval at 95 %; all None where n is too small to be shown."""

    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Line:
    """The cases of one unit, topic, channel, kind or month; all of them where `key` is None.

    received is the sum of answered, open, refused, guided, transferred, merged and withdrawn.
    Answered counts first answers: what is opened again stays answered and is counted again under
    `open_again`. on_time and late leave out answers that had no deadline.
    extended : cases whose clock was given a later end, so that on_time and late count from it.
    templates : replies that are a template word for word, of those `compared` with them.
    paused : working minutes that half of the cases that were paused stood still.
    """

    key: str | int | None
    received: int
    answered: int
    on_time: int
    late: int
    open: int
    overdue: int
    refused: int
    guided: int
    transferred: int
    transferred_soon: int
    merged: int
    withdrawn: int
    reopened: int
    open_again: int
    outstanding: int
    extended: int
    oldest: int | None  # seconds since 1970 when the oldest open case came in
    accept: Wait
    answer: Wait
    paused_cases: int
    paused: float | None
    satisfaction: Share
    templates: int
    compared: int
