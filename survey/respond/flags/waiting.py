"""Flags of the answers that wait for their release, by counter and day, with their exact times.

Done once before each release: afterwards the times are gone, and only the flags stay.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.calendar import day_start, local_day
from survey.fieldwork.publishing import published
from survey.fieldwork.tables import OPEN_MODES, Round
from survey.respond.flags.rules import rules
from survey.respond.flags.signs import Day, Seen, flags, outside
from survey.respond.tables import Intake, Response, Traffic
from survey.units.hours import Hours, hours_of
from survey.units.tables import Counter

OFF_HOURS, CLOCK, OVER_BUDGET = "off-hours", "clock", "over-budget"
COMMON = 50  # answers elsewhere, from which it can be said how common one is
Key = tuple[str, int, date]


def flag_waiting(session: Session, *, now: datetime) -> int:
    """Write the flags of what waits into intake; how many answers have any. The caller commits."""
    found: dict[Key, list[Intake]] = defaultdict(list)
    chosen = select(Intake).where(Intake.received_at <= now, Intake.counter_id.is_not(None))
    for row in session.scalars(chosen):
        found[row.round, row.counter_id or 0, local_day(row.answered_at)].append(row)
    forms: dict[str, Questionnaire] = {}
    for row in (row for rows in found.values() for row in rows):
        if row.version not in forms:
            forms[row.version] = published(session, row.version)
    usual = _Usual(found)
    flagged = 0
    for key, rows in found.items():
        seen = [_seen(row, forms[row.version], key[2]) for row in rows]
        day = _day(session, key, usual.without(key))
        spans = _spans(_hours(session, key[1]), key[2])
        signals = [_signals(row, one, spans) for row, one in zip(rows, seen, strict=True)]
        for number in _over_budget(session, key, rows):
            signals[number].add(OVER_BUDGET)
        for row, marks in zip(rows, flags(seen, day, signals), strict=True):
            flagged += bool(marks)
            if marks != set(row.signals):
                row.signals = sorted(marks)
    return flagged


class _Usual:
    """How common an answer is among those that wait elsewhere."""

    def __init__(self, found: Mapping[Key, Sequence[Intake]]) -> None:
        self._own = {key: Tally(_whole(row) for row in rows) for key, rows in found.items()}
        self._all: Tally[str] = Tally()
        for tally in self._own.values():
            self._all.update(tally)

    def without(self, key: Key) -> dict[str, float] | None:
        own = self._own[key]
        rest = self._all.total() - own.total()
        if rest < COMMON:
            return None
        return {whole: max(self._all[whole] - n, 1) / rest for whole, n in own.items()}


def _whole(row: Intake) -> str:
    return f"{row.version} {sorted(row.answers.items())}"


def _seen(row: Intake, form: Questionnaire, day: date) -> Seen:
    began = day_start(day)
    rated = [item.id for item in form.items if item.rated]
    of_one = {i.id: q.id for q in form.questions if q.kind == "multiple" for i in q.items}
    asked = {of_one.get(name, name) for name, code in row.answers.items() if code}
    levels = tuple(row.answers[name] for name in rated if row.answers.get(name))
    at = (row.answered_at - began).total_seconds()
    timed = CLOCK not in row.signals and row.answered_at != row.received_at
    device = row.device if timed else None  # else the time is that of arrival, with all of a queue
    return Seen(at, row.seconds, len(asked), levels, _whole(row), device)


def _signals(row: Intake, seen: Seen, spans: list[tuple[float, float]] | None) -> set[str]:
    found = set(row.signals)
    slack = rules()[OFF_HOURS].thresholds["minutes"] * 60
    told = spans is not None and row.mode == "kiosk" and CLOCK not in found
    if told and outside(seen.at, spans or [], slack):
        found.add(OFF_HOURS)
    return found


def _over_budget(session: Session, key: Key, rows: Sequence[Intake]) -> list[int]:
    """Numbers of the answers without a ticket that came after as many as the round expects; what
    was released of the day came before."""
    round_, counter_id, day = key
    budget = session.get_one(Round, round_).open_budget
    if budget is None:
        return []
    released = select(func.count()).where(
        Response.round == round_, Response.counter_id == counter_id,
        Response.day == day, Response.mode.in_(OPEN_MODES),
    )  # fmt: skip
    open_ = [number for number, row in enumerate(rows) if row.mode in OPEN_MODES]
    order = sorted(open_, key=lambda number: rows[number].answered_at)
    return order[max(0, budget - (session.scalar(released) or 0)) :]


def _hours(session: Session, counter_id: int) -> Hours:
    return hours_of(session, session.get_one(Counter, counter_id).centre_id)


def _spans(hours: Hours, day: date) -> list[tuple[float, float]] | None:
    """When the centre serves on the day, in seconds since midnight; None: nobody said."""
    spans = hours.spans_on(day)
    if spans is None:
        return None
    return [(_second(start), _second(end)) for start, end in spans]


def _second(clock: str) -> float:
    hour, minute = clock.split(":")
    return int(hour) * 3600.0 + int(minute) * 60.0


def _day(session: Session, key: Key, usual: dict[str, float] | None) -> Day:
    round_, counter_id, day = key
    sums: Any = session.execute(
        select(func.sum(Traffic.served), func.sum(Traffic.finished)).where(
            Traffic.round == round_, Traffic.counter_id == counter_id, Traffic.day == day
        )
    ).one()
    served, finished = sums[0] or None, sums[1]
    spans = _spans(_hours(session, counter_id), day)
    known = {"open": sum(end - start for start, end in spans)} if spans else {}
    return Day(served=served, finished=finished, usual=usual, **known)
