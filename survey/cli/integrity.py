"""Whether the database itself is whole, and set so that what it acknowledges stays."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from survey.cli.finding import Finding
from survey.database import Database
from survey.database.durable import loose_settings

MAY_LOOK = (
    "SELECT count(*) = 2 AND bool_and(has_function_privilege(oid, 'execute')) FROM pg_proc "
    "WHERE oid IN (to_regprocedure('bt_index_check(regclass,boolean)'), "
    "to_regproc('verify_heapam'))"
)
KEPT_HERE = (
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relpersistence = 'p' "
)
TREES = (
    f"SELECT c.relname {KEPT_HERE} AND c.relkind = 'i' AND EXISTS (SELECT FROM pg_index i "
    "JOIN pg_am m ON m.oid = c.relam WHERE i.indexrelid = c.oid AND m.amname = 'btree')"
)
HEAPS = f"SELECT c.relname {KEPT_HERE} AND c.relkind = 'r'"


def integrity(database: Database, now: datetime) -> Iterator[Finding]:
    """SQLite's own check and its keys; of PostgreSQL, which keeps its keys, tables and indexes."""
    with database.read() as session:
        yield from _embedded(session) if database.is_sqlite else _served(session)


def _embedded(session: Session) -> Iterator[Finding]:
    faults = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
    yield Finding("integrity", faults == ["ok"], "; ".join(faults)[:400])
    orphans = session.execute(text("PRAGMA foreign_key_check")).all()
    tables = ", ".join(sorted({str(row[0]) for row in orphans}))
    told = f"{len(orphans)} rows point at nothing" + (f": {tables}" if tables else "")
    yield Finding("keys", not orphans, told)


def _served(session: Session) -> Iterator[Finding]:
    """What pg_amcheck looks at, where its extension is there and may be used."""
    if not session.scalar(text(MAY_LOOK)):
        told = "not looked at: a superuser must CREATE EXTENSION amcheck and grant its functions"
        yield Finding("integrity", True, told)
        return
    trees, heaps = session.scalars(text(TREES)).all(), session.scalars(text(HEAPS)).all()
    faults: list[str] = []
    for name in trees:
        try:
            with session.begin_nested():
                look = text("SELECT bt_index_check(CAST(:name AS regclass), true)")
                session.execute(look, {"name": f'"{name}"'})
        except DatabaseError as error:
            faults.append(f"{name}: {error.orig}".partition("\n")[0])
    for name in heaps:
        look = text("SELECT msg FROM verify_heapam(CAST(:name AS regclass)) LIMIT 3")
        faults += [f"{name}: {msg}" for msg in session.scalars(look, {"name": f'"{name}"'})]
    told = "; ".join(faults)[:400] or f"{len(heaps)} tables and {len(trees)} indexes are whole"
    yield Finding("integrity", not faults, told)


def durability(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether what is acknowledged would survive a power cut."""
    loose = loose_settings(database)
    yield Finding("durability", not loose, "; ".join(loose) or "commits are flushed to the disk")
