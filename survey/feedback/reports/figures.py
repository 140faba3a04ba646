"""What a report says of groups of cases: arrays in, lines out. Reached through `numbers` alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.feedback.machine import OPEN
from survey.feedback.reports.cohort import Cohort
from survey.feedback.reports.lines import SATISFIED, TRANSFER_DAYS, By, Line, Share, Wait
from survey.feedback.reports.ruler import VIETNAM, Ruler, Worked

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Waits = Callable[[Numbers, Mask], list[float | None]]
Interval = Callable[[int, int], tuple[float, float]]


@dataclass(frozen=True)
class Methods:
    """How waits and shares are estimated, and the fewest cases of which either is shown."""

    waits: Waits
    interval: Interval
    minimum: int


@dataclass(frozen=True)
class Measured:
    """The columns of a cohort as arrays; moments in seconds, NaN for what has not happened.

    to_accept, to_answer : working minutes until it happened, or until now; paused : those of
    them in which the clock of the answer stood; days : working days until the case was closed.
    """

    cohort: Cohort
    state: NDArray[np.str_]
    received: Numbers
    accepted: Numbers
    answered: Numbers
    answer_due: Numbers
    due: Numbers
    to_accept: Numbers
    to_answer: Numbers
    paused: Numbers
    days: Numbers
    satisfied: Numbers
    now: float


def _floats(column: Any) -> Numbers:
    """Whole seconds, of which one database keeps parts."""
    found = np.array([np.nan if value is None else value for value in column], dtype=float)
    whole: Numbers = np.floor(found)
    return whole


def measured(
    cohort: Cohort, calendars: Mapping[int, Worked], first: date, *, now: datetime
) -> Measured:
    """The cohort with its waits, each by the calendar of its unit, from `first` until `now`."""
    at = now.timestamp()
    received, accepted = _floats(cohort.received), _floats(cohort.accepted)
    answered, closed = _floats(cohort.answered), _floats(cohort.closed)
    to_accept, to_answer, paused, days = (np.zeros(len(cohort)) for _ in range(4))
    units = np.array(cohort.unit)
    pauses = _pauses(cohort, at)
    for unit in np.unique(units):
        own = np.flatnonzero(units == unit)
        ruler = Ruler(calendars[int(unit)], first, now.date())
        came = received[own]
        to_accept[own] = ruler.between(came, _else_now(accepted[own], at))
        to_answer[own] = ruler.between(came, _else_now(answered[own], at))
        days[own] = ruler.days_between(came, _else_now(closed[own], at))
        stood = [pauses[n] for n in own.tolist() if n in pauses]
        spans = np.array([span for one in stood for span in one]).reshape(-1, 3)
        if len(spans):
            lost = ruler.between(spans[:, 1], spans[:, 2])
            np.add.at(paused, spans[:, 0].astype(int), lost)
    return Measured(
        cohort, np.array(cohort.state), received, accepted, answered, _floats(cohort.answer_due),
        _floats(cohort.due), to_accept, to_answer, paused, days, _floats(cohort.satisfied), at,
    )  # fmt: skip


def _else_now(moments: Numbers, now: float) -> Numbers:
    return np.where(np.isnan(moments), now, moments)


def _pauses(cohort: Cohort, now: float) -> dict[int, list[tuple[int, float, float]]]:
    """The pauses of each place of the cohort that has any: place, since, until."""
    return {
        place: [
            (place, datetime.fromisoformat(since or "").timestamp(), _ended(until, now))
            for since, until in own
        ]
        for place, own in enumerate(cohort.pauses)
        if own
    }


def _ended(until: str | None, now: float) -> float:
    return now if until is None else datetime.fromisoformat(until).timestamp()


def lines(found: Measured, by: By, methods: Methods) -> list[Line]:
    """A line for each group that has cases, those with most first, months in order."""
    made = [_line(found, key, own, methods) for key, own in _groups(found, by)]
    if by == "month":
        return sorted(made, key=lambda line: str(line.key))
    return sorted(made, key=lambda line: (-line.received, str(line.key)))


def total(found: Measured, methods: Methods) -> Line:
    """All cases of the cohort in one line."""
    return _line(found, None, np.arange(len(found.cohort)), methods)


def _groups(found: Measured, by: By) -> Iterator[tuple[str | int, NDArray[np.int64]]]:
    if by == "month":
        days = (found.received.astype(np.int64) + VIETNAM).astype("datetime64[s]")
        column = days.astype("datetime64[M]").astype(str)
    else:
        named = getattr(found.cohort, by)
        column = np.array(named if by == "unit" else [value or "" for value in named])
    keys, place = np.unique(column, return_inverse=True)
    order = np.argsort(place, kind="stable")
    edges = np.cumsum(np.bincount(place, minlength=len(keys)))
    parts = np.split(order, edges[:-1]) if len(keys) else []
    return zip(keys.tolist(), parts, strict=True)


def _line(found: Measured, key: str | int | None, own: NDArray[np.int64], methods: Methods) -> Line:
    state, answered = found.state[own], ~np.isnan(found.answered[own])
    unanswered = np.isin(state, OPEN)
    is_open = unanswered & ~answered
    late = found.answered[own] > found.answer_due[own]
    on_time = found.answered[own] <= found.answer_due[own]
    apart = {name: (state == name) & ~answered for name in
             ("refused", "guided", "transferred", "merged", "withdrawn")}  # fmt: skip
    reopened = np.array(found.cohort.reopened)[own] > 0
    templates = _floats([found.cohort.as_template[n] for n in own])
    open_since = found.received[own][unanswered]
    paused = found.paused[own][(found.paused[own] > 0) & (answered | is_open)]
    return Line(
        key=key,
        received=len(own),
        answered=int(answered.sum()),
        on_time=int(on_time.sum()),
        late=int(late.sum()),
        open=int(is_open.sum()),
        overdue=int((is_open & (found.due[own] < found.now)).sum()),
        **{name: int(mask.sum()) for name, mask in apart.items()},
        transferred_soon=int((apart["transferred"] & (found.days[own] <= TRANSFER_DAYS)).sum()),
        reopened=int(reopened.sum()),
        open_again=int((unanswered & answered).sum()),
        outstanding=int(np.array(found.cohort.outstanding, dtype=bool)[own].sum()),
        extended=int(np.array(found.cohort.extended, dtype=bool)[own].sum()),
        oldest=int(open_since.min()) if len(open_since) else None,
        accept=_accept(found, own, state, methods),
        answer=_wait(found.to_answer[own], answered, answered | is_open, methods),
        paused_cases=len(paused),
        paused=float(np.median(paused)) if len(paused) >= methods.minimum else None,
        templates=int((templates == 1).sum()),
        compared=int((~np.isnan(templates)).sum()),
        satisfaction=_satisfaction(found.satisfied[own], methods),
    )


def _accept(
    found: Measured, own: NDArray[np.int64], state: NDArray[np.str_], methods: Methods
) -> Wait:
    accepted = ~np.isnan(found.accepted[own])
    return _wait(found.to_accept[own], accepted, accepted | (state == "new"), methods)


def _wait(minutes: Numbers, ended: Mask, counted: Mask, methods: Methods) -> Wait:
    """The wait of those `counted`; the others will never have what is waited for."""
    n = int(counted.sum())
    if n < methods.minimum:
        return Wait(n, None, None, None)
    median, ninety = methods.waits(minutes[counted], ended[counted])
    return Wait(n, median, ninety, float(1 - ended[counted].mean()))


def _satisfaction(satisfied: Numbers, methods: Methods) -> Share:
    said = satisfied[~np.isnan(satisfied)]
    n = len(said)
    if n < methods.minimum:
        return Share(n, None, None, None)
    hits = int((said >= SATISFIED).sum())
    low, high = methods.interval(hits, n)
    return Share(n, hits / n, low, high)
