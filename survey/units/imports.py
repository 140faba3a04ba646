"""Importing units from a file: check everything first, then write it as one import.

A row is added when its code is new and changed when it is known; a column that the file does not
have stays as it is. What was before is kept with the import (`survey.units.undoing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.database import Base
from survey.units.files import Fault, FileFault, Row
from survey.units.kinds import KINDS
from survey.units.meaning import Reading, understand
from survey.units.register import Register
from survey.units.tables import LEVELS, Area, UnitImport

AREA_REFERENCES = ("parent_id", "area_id", "predecessor_id", "successor_id")
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Change:
    """What a row of the file does: `before` is None for a row that is added."""

    row: int
    key: Key
    before: dict[str, Any] | None
    values: dict[str, Any]

    @property
    def label(self) -> str:
        """The codes by which people know the row: 18853, or 18853 → 18880 for a link."""
        if "code" in self.values:
            return str(self.values["code"])
        return " → ".join(str(part[1]) for part in self.key)

    @property
    def altered(self) -> dict[str, tuple[Any, Any]]:
        """Columns of a known row that get another value: (before, after)."""
        before = self.before or {}
        return {
            name: (before[name], value)
            for name, value in self.values.items()
            if self.before is not None and before[name] != value
        }


@dataclass(frozen=True)
class Plan:
    """What an import would do, or the faults because of which it does nothing."""

    kind: str
    changes: list[Change]
    faults: list[Fault]

    @cached_property
    def added(self) -> list[Change]:
        return [change for change in self.changes if change.before is None]

    @cached_property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.altered]

    @property
    def same(self) -> int:
        return len(self.changes) - len(self.added) - len(self.changed)


def plan(session: Session, kind: str, rows: list[Row], *, day: date) -> Plan:
    """What importing `rows` would do. Codes of areas mean those that exist on `day`."""
    register = Register(session)
    readings = understand(kind, rows, register, day)
    faults = [fault for reading in readings for fault in reading.faults]
    faults += _doubles(kind, readings)
    faults.sort(key=lambda fault: fault.row)
    if faults:
        return Plan(kind, [], faults)
    keys = _area_keys(register)
    stored = {_key(kind, row): row for row in _rows(session, kind, keys)}
    changes = [
        Change(r.row.number, _key(kind, r.values), stored.get(_key(kind, r.values)), r.values)
        for r in readings
    ]
    return Plan(kind, changes, [])


def check(session: Session, kind: str, rows: list[Row], *, day: date) -> list[Fault]:
    """Every fault of the rows, by row; empty when they can be imported. Writes nothing."""
    return plan(session, kind, rows, day=day).faults


def bring(
    session: Session, kind: str, rows: list[Row], *, file_name: str, by: str, now: datetime
) -> UnitImport | None:
    """Import the rows. None when everything is already so. Raises FileFault with every fault."""
    ready = plan(session, kind, rows, day=local_day(now))
    if ready.faults:
        raise FileFault(ready.faults)
    wanted = ready.added + ready.changed
    if not wanted:
        return None
    if kind == "area":
        wanted.sort(key=lambda change: LEVELS.index(change.values["level"]))
    before = _write(session, kind, wanted)
    made = UnitImport(
        at=now,
        by=by,
        kind=kind,
        file_name=file_name[:200],
        added=len(ready.added),
        changed=len(ready.changed),
        before=before,
    )
    session.add(made)
    session.flush()
    return made


def row_as_json(row: Base) -> dict[str, Any]:
    """Every column of the row, days as ISO text."""
    cells = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in cells.items()}


def digest(row: dict[str, Any]) -> str:
    """A short name of a row's content, to see later whether it was changed."""
    return sha256(dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:20]


def primary_key(row: Base) -> list[Any]:
    return [getattr(row, column.key) for column in row.__table__.primary_key]


def _write(session: Session, kind: str, wanted: list[Change]) -> list[dict[str, Any]]:
    """Add and change; returns what is needed to undo, one entry a row."""
    ids = {key: area_id for area_id, key in _area_keys(Register(session)).items()}
    model = KINDS[kind].model
    known = {}
    if any(change.before is not None for change in wanted):
        known = {tuple(primary_key(row)): row for row in session.scalars(select(model))}
    entries = []
    for level in _levels(wanted):
        written = []
        for change in level:
            values = {
                name: ids[value] if name in AREA_REFERENCES and value is not None else value
                for name, value in change.values.items()
            }
            if change.before is None:
                row, before = model(**values), None
                session.add(row)
            else:
                row = known[tuple(change.before["#"])]
                before = row_as_json(row)
                for name, value in values.items():
                    setattr(row, name, value)
            written.append((change, row, before))
        session.flush()
        for change, row, before in written:
            if isinstance(row, Area):
                ids[change.key] = row.id
            entry = {"key": primary_key(row), "label": change.label, "before": before}
            entries.append({**entry, "after": digest(row_as_json(row))})
    return entries


def _levels(wanted: list[Change]) -> Iterable[list[Change]]:
    """Changes in groups, areas above before those below, so that their ids are known in time."""
    groups: dict[str, list[Change]] = {}
    for change in wanted:
        groups.setdefault(change.values.get("level", ""), []).append(change)
    return groups.values()


def _doubles(kind: str, readings: list[Reading]) -> list[Fault]:
    first: dict[Key, int] = {}
    faults = []
    for reading in readings:
        try:
            key = _key(kind, reading.values)
        except KeyError:
            continue
        if None in key:
            continue
        if key in first:
            words = _l("the same as row %(row)d; keep one of them", row=first[key])
            faults.append(Fault(reading.row.number, _code_column(kind), words))
        first.setdefault(key, reading.row.number)
    return faults


def _code_column(kind: str) -> str:
    return "predecessor_code" if kind == "area_link" else "code"


def _key(kind: str, values: dict[str, Any]) -> Key:
    return tuple(values[name] for name in KINDS[kind].key)


def _area_keys(register: Register) -> dict[int, Key]:
    lives = (life for same in register.lives.values() for life in same.values())
    return {life.id: life.key for life in lives if life.id is not None}


def _rows(session: Session, kind: str, keys: dict[int, Key]) -> Iterable[dict[str, Any]]:
    """Stored rows of the kind, areas named by their keys; `#` holds the primary key."""
    table = KINDS[kind].model.__table__
    primary = [column.key for column in table.primary_key]
    for row in session.execute(select(table)).mappings():
        named = {
            name: keys[value] if name in AREA_REFERENCES and value is not None else value
            for name, value in row.items()
        }
        yield {**named, "#": [row[name] for name in primary]}
