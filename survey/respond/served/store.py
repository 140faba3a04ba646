"""Counts of people served, brought in by file or by program, and taken back.

What is told for a counter's day stands at hour 0 of each round that asks there on that day, in
place of what was told before; hours of forms begun and finished stay as they are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Conflict, NotFound
from survey.fieldwork.places import rounds_covering
from survey.fieldwork.rounds import asks_at_counters
from survey.fieldwork.tables import Round
from survey.respond.served.file import SERVED
from survey.respond.tables import ServedImport, Traffic
from survey.units.files import Fault, Row
from survey.units.kinds import Unreadable
from survey.units.places import counter_by_code
from survey.units.tables import Centre, Counter

HOUR = 0  # where the count of a whole day stands
NAMES = ("served", "offered")
Counts = dict[str, int | None]


@dataclass(frozen=True)
class Change:
    """One counter's day in one round: counts before and after; None: not told."""

    row: int
    round: str
    counter: Counter
    day: date
    before: Counts
    after: Counts


@dataclass
class Plan:
    """What an import would do."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


def plan(
    session: Session, rows: Sequence[Row], *, areas: Collection[int] | None, today: date
) -> Plan:
    """The changes that `rows` bring, in the areas where one may; every fault is told."""
    made, seen = Plan(), set[tuple[str, date]]()
    known: dict[str, tuple[Counter, list[Round]] | None] = {}
    for row in rows:
        values = _values(row, made)
        if values is None:
            continue
        code, day = values["counter"], values["day"]
        if code not in known:
            known[code] = _counter(session, code, areas)
        here = known[code]
        fault = _fault(here, day, today, (code, day) in seen)
        seen.add((code, day))
        if here is None or fault is not None:
            made.faults.append(Fault(row.number, *(fault or ("counter", ""))))
            continue
        for round_ in _asking(here[1], day):
            _change(session, made, row.number, round_, here[0], day, values)
    return made


def _values(row: Row, made: Plan) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    faults = []
    for column in SERVED.columns:
        cell = row.cells.get(column.name, "").strip()
        if not cell:
            values[column.name] = None
            if column.required:
                faults.append(Fault(row.number, column.name, _l("is empty; please fill it in")))
            continue
        try:
            values[column.name] = column.read(cell)
        except Unreadable as error:
            faults.append(Fault(row.number, column.name, error.words))
    made.faults += faults
    return None if faults else values


def _counter(
    session: Session, code: str, areas: Collection[int] | None
) -> tuple[Counter, list[Round]] | None:
    counter = counter_by_code(session, code)
    if counter is None:
        return None
    if areas is not None and session.get_one(Centre, counter.centre_id).area_id not in areas:
        return None
    rounds = [session.get_one(Round, name) for name in sorted(rounds_covering(session, counter))]
    return counter, [one for one in rounds if asks_at_counters(session, one)]


def _asking(rounds: Sequence[Round], day: date) -> list[Round]:
    return [r for r in rounds if r.state != "draft" and r.opens <= day <= r.closes]


def _fault(
    here: tuple[Counter, list[Round]] | None, day: date, today: date, twice: bool
) -> tuple[str, Any] | None:
    """Column and words; None when there is none."""
    if here is None:
        return "counter", _l("there is no such counter in your areas")
    if twice:
        return "day", _l("this counter and day stand there twice; keep one")
    if day > today:
        return "day", _l("this day is yet to come")
    if not _asking(here[1], day):
        return "day", _l("no round is asked at this counter on this day")
    return None


def _change(
    session: Session,
    made: Plan,
    number: int,
    round_: Round,
    counter: Counter,
    day: date,
    values: Mapping[str, Any],
) -> None:
    rows = _traffic(session, round_.code, counter.id, day)
    before: Counts = {name: sum(getattr(row, name) for row in rows) for name in NAMES}
    after: Counts = {name: before[name] if values[name] is None else values[name] for name in NAMES}
    if before == after:
        made.same += 1
        return
    made.changes.append(Change(number, round_.code, counter, day, before, after))


def _traffic(session: Session, round_: str, counter_id: int, day: date) -> list[Traffic]:
    where = Traffic.round == round_, Traffic.counter_id == counter_id, Traffic.day == day
    return list(session.scalars(select(Traffic).where(*where).order_by(Traffic.hour)))


def bring(
    session: Session, ready: Plan, *, file_name: str, by: str, now: datetime
) -> ServedImport | None:
    """Do what was planned; None when everything is so already. The caller commits."""
    if not ready.changes:
        return None
    before = []
    for change in ready.changes:
        rows = _traffic(session, change.round, change.counter.id, change.day)
        kept = {str(row.hour): [row.served, row.offered] for row in rows}
        after = [change.after[name] for name in NAMES]
        before.append([change.round, change.counter.id, change.day.isoformat(), kept, after])
        _set(session, change.round, change.counter.id, change.day, {str(HOUR): after})
    made = ServedImport(
        at=now, by=by, file_name=file_name[:200], rows=len(before), before=before, undone_at=None
    )
    session.add(made)
    session.flush()
    return made


def _set(
    session: Session, round_: str, counter_id: int, day: date, hours: Mapping[str, Sequence[Any]]
) -> None:
    """The counts of these hours, and none in any other hour of the day."""
    rows = {str(row.hour): row for row in _traffic(session, round_, counter_id, day)}
    for hour in [*hours, *(name for name in rows if name not in hours)]:
        counts = hours.get(hour, (0, 0))
        row = rows.get(hour)
        if row is None:
            row = Traffic(
                round=round_, counter_id=counter_id, day=day, hour=int(hour), started=0, finished=0
            )
            session.add(row)
        row.served, row.offered = int(counts[0] or 0), int(counts[1] or 0)


def imports(session: Session) -> list[ServedImport]:
    """The latest first."""
    return list(session.scalars(select(ServedImport).order_by(ServedImport.id.desc()).limit(100)))


def find(session: Session, import_id: int) -> ServedImport:
    """Raises NotFound."""
    found = session.get(ServedImport, import_id)
    if found is None:
        raise NotFound
    return found


def undo(session: Session, made: ServedImport, *, now: datetime) -> None:
    """Counts become what they were. Raises Conflict when they were changed since, or undone."""
    if made.undone_at is not None:
        raise Conflict(_l("This import is undone already."))
    for round_, counter_id, day, _kept, after in made.before:
        rows = _traffic(session, round_, counter_id, date.fromisoformat(day))
        if [sum(getattr(row, name) for row in rows) for name in NAMES] != after:
            raise Conflict(_l("A later import or a count has changed these days since."))
    for round_, counter_id, day, kept, _after in made.before:
        _set(session, round_, counter_id, date.fromisoformat(day), kept)
    made.undone_at = now
