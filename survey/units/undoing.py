"""Taking an import of units back: rows become what they were, unless something rests on them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, defer

from survey.database import Base
from survey.errors import Conflict, NotFound, Words
from survey.units.imports import digest, primary_key, row_as_json
from survey.units.kinds import KINDS
from survey.units.tables import Area, UnitImport

CHUNK = 400  # values in one IN list
NAMED = 5  # rows named in a refusal

DEPENDING: dict[str, Words] = {
    "agency": _l("agencies"),
    "area": _l("areas below them"),
    "area_link": _l("links between areas"),
    "cell": _l("cells of a sample"),
    "centre": _l("centres"),
    "comment": _l("comments"),
    "counter": _l("counters"),
    "counter_code": _l("codes on posters"),
    "intake": _l("answers that were received"),
    "response": _l("answers"),
    "round_place": _l("places of a round"),
    "staff_grant": _l("grants to staff"),
    "traffic": _l("counts of visits"),
}


def undo(session: Session, import_id: int, *, now: datetime) -> UnitImport:
    """Take the import back. Raises NotFound, and Conflict with the reason when it cannot be."""
    made = session.get(UnitImport, import_id)
    if made is None:
        raise NotFound(_l("There is no import %(n)d.", n=import_id))
    if made.undone_at is not None:
        raise Conflict(_l("This import has been undone already."))
    with session.begin_nested():
        rows = _unchanged(session, made)
        added = []
        for entry, row in zip(made.before, rows, strict=True):
            if entry["before"] is None:
                added.append(row)
            else:
                _restore(row, entry["before"])
        session.flush()
        _refuse_if_needed(session, added)
        _delete(session, added)
        made.undone_at = now
    return made


def imports(session: Session) -> list[UnitImport]:
    """Every import, the newest first; what was before is loaded when it is looked at."""
    query = select(UnitImport).options(defer(UnitImport.before))
    return list(session.scalars(query.order_by(UnitImport.id.desc())))


def _unchanged(session: Session, made: UnitImport) -> list[Base]:
    """The rows as the import left them. Raises Conflict when some are no longer so."""
    model = KINDS[made.kind].model
    entries = {tuple(entry["key"]): entry for entry in made.before}
    found: dict[tuple[Any, ...], Base] = {}
    for these in _matching(model, list(entries)):
        for row in session.scalars(select(model).where(these)):
            found[tuple(primary_key(row))] = row
    keys = list(entries)
    other = [
        key
        for key, entry in entries.items()
        if key not in found or digest(row_as_json(found[key])) != entry["after"]
    ]
    if other:
        raise _changed_since(session, made, other, [entries[key]["label"] for key in other])
    return [found[key] for key in keys]


def _changed_since(
    session: Session, made: UnitImport, keys: Sequence[tuple[Any, ...]], labels: list[str]
) -> Conflict:
    names = ", ".join(labels[:NAMED]) + (" …" if len(labels) > NAMED else "")
    wanted = set(keys)
    for later in imports(session):
        beside = later.id > made.id and later.kind == made.kind and later.undone_at is None
        if beside and any(tuple(entry["key"]) in wanted for entry in later.before):
            words = _l(
                "Import %(later)d has changed the same rows since (%(names)s). "
                "Undo that one first.",
                later=later.id,
                names=names,
            )
            return Conflict(words)
    return Conflict(
        _l("These rows were changed after the import: %(names)s. It cannot be undone.", names=names)
    )


def _restore(row: Base, before: dict[str, Any]) -> None:
    for column in row.__table__.columns:
        value = before[column.key]
        if isinstance(column.type, Date) and value is not None:
            value = date.fromisoformat(value)
        setattr(row, column.key, value)


def _refuse_if_needed(session: Session, added: list[Base]) -> None:
    """Raises Conflict when rows that stay refer to rows that the import added."""
    if not added:
        return
    table = added[0].__table__
    own = list(table.primary_key)
    if len(own) != 1:
        return  # nothing refers to a link
    keys = [getattr(row, own[0].key) for row in added]
    found: dict[str, int] = {}
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            if any(key.column is own[0] for key in column.foreign_keys):
                n = _count(session, column, keys, own[0] if other is table else None)
                found[other.name] = max(n, found.get(other.name, 0))
    what = [f"{n} {DEPENDING.get(name, name)}" for name, n in found.items() if n]
    if what:
        raise Conflict(
            _l("Something else needs what was imported: %(what)s.", what=", ".join(what))
        )


def _count(session: Session, column: Any, keys: list[Any], itself: Any) -> int:
    """Rows whose `column` is among `keys`; of the same table only those not added themselves."""
    total = 0
    wanted = set(keys)
    for start in range(0, len(keys), CHUNK):
        where = column.in_(keys[start : start + CHUNK])
        if itself is None:
            query = select(func.count()).select_from(column.table).where(where)
            total += session.scalar(query) or 0
        else:
            total += sum(key not in wanted for key in session.scalars(select(itself).where(where)))
    return total


def _delete(session: Session, added: list[Base]) -> None:
    if not added:
        return
    model, keys = type(added[0]), [tuple(primary_key(row)) for row in added]
    if model is Area:
        for these in _matching(model, keys):
            session.execute(update(model).where(these).values(parent_id=None))
    for these in _matching(model, keys):
        session.execute(delete(model).where(these))


def _matching(model: type[Base], keys: list[tuple[Any, ...]]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together find the rows of these primary keys, a few hundred each."""
    columns = list(model.__table__.primary_key)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        if len(columns) == 1:
            yield columns[0].in_([key[0] for key in part])
        else:
            yield or_(*(and_(*(c == v for c, v in zip(columns, key, strict=True))) for key in part))
