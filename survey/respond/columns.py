"""Released responses as columns: one row a response, in the order of their random keys.

    round version day area counter agency field mode assisted flagged
    stratum cluster1 cluster2 w_* items

`flagged` says that the published rule on flags, or what was decided of its counter's day, leaves it
out of the second figure; all other figures are of all rows.
Places are text codes, weights whole millionths (null for a response that came after its set was
frozen), items the codes in the form's order, 0 where nothing was answered. An item that is a
number, a day (20260731) or a commune's code has 32 bits, and is null there: 0 may be its answer.
No key of a response.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pysqlite3.dbapi2
from adbc_driver_postgresql import dbapi as adbc
from pyarrow import json as arrow_json
from sqlalchemy import BigInteger, Dialect, Select, Text, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from questionnaires.model import Item, Questionnaire
from survey.database import Database
from survey.database.copies import reading_copy
from survey.errors import Conflict
from survey.fieldwork.publishing import published
from survey.fieldwork.tables import Cell, Round, WeightSet
from survey.respond.flags.decided import left_out_in
from survey.respond.tables import Response, Weight
from survey.units.tables import Agency, Area, Counter

TEXT = pa.string()
FIXED = pa.schema(
    [
        ("round", TEXT),
        ("version", TEXT),
        ("day", pa.date32()),
        ("area", TEXT),
        ("counter", TEXT),
        ("agency", TEXT),
        ("field", TEXT),
        ("mode", TEXT),
        ("assisted", pa.bool_()),
        ("flagged", pa.bool_()),
        ("stratum", TEXT),
        ("cluster1", TEXT),
        ("cluster2", TEXT),
    ]
)
BLOCK = 50_000  # rows read together


@dataclass(frozen=True)
class Layout:
    """A round's columns: forms answered, items in order, newest weight set of each name."""

    round: str
    forms: tuple[Questionnaire, ...]
    items: tuple[Item, ...]
    weights: tuple[WeightSet, ...]

    @property
    def schema(self) -> pa.Schema:
        weights = [pa.field(f"w_{kept.name}", pa.int64()) for kept in self.weights]
        return pa.schema([*FIXED, *weights, *self.answers])

    @property
    def answers(self) -> pa.Schema:
        """The columns of the items. What any of the forms has as a number is one in all."""
        wide = {item.id for form in self.forms for item in form.items if item.wide}
        types = {item.id: pa.int32() if item.id in wide else pa.int8() for item in self.items}
        return pa.schema(list(types.items()))


def layout(session: Session, round_: Round) -> Layout:
    """The columns of a round as it is now. Raises FormNotPublished; Conflict for a name twice."""
    answered = select(Response.version).where(Response.round == round_.code).distinct()
    others = sorted(set(session.scalars(answered)) - {round_.questionnaire})
    forms = tuple(published(session, name) for name in (round_.questionnaire, *others))
    items = {item.id: item for form in reversed(forms) for item in form.items}
    order = dict.fromkeys(item.id for form in forms for item in form.items)
    taken = [name for name in order if name in FIXED.names or name.startswith("w_")]
    if taken:
        raise Conflict(f"{round_.questionnaire}: an item may not be called {taken[0]}")
    newest = select(func.max(WeightSet.id)).where(WeightSet.round == round_.code)
    sets = session.scalars(
        select(WeightSet)
        .where(WeightSet.id.in_(newest.group_by(WeightSet.name)))
        .order_by(WeightSet.name)
    )
    return Layout(round_.code, forms, tuple(items[name] for name in order), tuple(sets))


def statement(made: Layout) -> Select[*tuple[Any, ...]]:
    """The rows of FIXED, of the weights, and the answers as one JSON text."""
    flags, is_flagged = left_out_in(made.round)
    chosen = [
        Response.round,
        Response.version,
        Response.day,
        Area.code.label("area"),
        Counter.code.label("counter"),
        Agency.code.label("agency"),
        Response.field,
        Response.mode,
        Response.assisted,
        case((is_flagged, True), else_=False).label("flagged"),
        Cell.stratum,
        Cell.cluster1,
        Cell.cluster2,
    ]
    joined = select(Response.id).where(Response.round == made.round)
    joined = joined.outerjoin(flags, flags.c.id == Response.id)
    for table, column in (
        (Area, Response.area_id),
        (Counter, Response.counter_id),
        (Agency, Response.agency_id),
        (Cell, Response.cell_id),
    ):
        joined = joined.outerjoin(table, table.id == column)
    for kept in made.weights:
        weight = aliased(Weight)
        is_its = (weight.set_id == kept.id) & (weight.response_id == Response.id)
        joined = joined.outerjoin(weight, is_its)
        chosen.append(cast(weight.value, BigInteger).label(f"w_{kept.name}"))
    answers = cast(Response.answers, Text).label("answers")
    return joined.with_only_columns(*chosen, answers).order_by(Response.id)


@contextmanager
def open_source(database: Database) -> Iterator["Source"]:
    """What `blocks` reads from: a copy of the embedded database, or PostgreSQL's own stream."""
    if database.is_sqlite:
        with reading_copy(database) as path:
            yield Source(database, path)
    else:
        yield Source(database, None)


@dataclass(frozen=True)
class Source:
    database: Database
    copy: Path | None

    def blocks(self, made: Layout) -> Iterator[pa.Table]:
        """The rows of a round in tables of `made.schema`, some ten thousand rows each."""
        sql = _plain(statement(made), self.database.engine.dialect)
        raw = self._from_copy(sql) if self.copy else self._from_postgresql(sql)
        for block in raw:
            yield _typed(block, made)

    def _from_copy(self, sql: str) -> Iterator[pa.Table]:
        connection = pysqlite3.dbapi2.connect(str(self.copy))
        try:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(BLOCK):
                yield pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        finally:
            connection.close()

    def _from_postgresql(self, sql: str) -> Iterator[pa.Table]:
        url = self.database.settings.database.replace("postgresql+psycopg://", "postgresql://", 1)
        with adbc.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            yield from _gathered(cursor.fetch_record_batch())


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Small batches joined to blocks of BLOCK rows or more."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= BLOCK:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if any(one.num_rows for one in waiting):
        yield pa.Table.from_batches(waiting)


def _plain(wanted: Select[*tuple[Any, ...]], dialect: Dialect) -> str:
    """The statement with its values written in by SQLAlchemy, for drivers it does not know."""
    return str(wanted.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _typed(raw: pa.Table, made: Layout) -> pa.Table:
    """The columns in their declared types; the answers read from their JSON, a column an item."""
    schema = made.schema
    fixed = [raw[name].cast(schema.field(name).type) for name in raw.column_names[:-1]]
    codes = made.answers
    lines = "\n".join(raw["answers"].to_pylist()).encode()
    answers = arrow_json.read_json(
        BytesIO(lines),
        arrow_json.ReadOptions(block_size=max(len(lines), 1)),
        arrow_json.ParseOptions(explicit_schema=codes, unexpected_field_behavior="ignore"),
    )
    items = [
        answers[name] if codes.field(name).type == pa.int32() else pc.fill_null(answers[name], 0)
        for name in codes.names
    ]
    return pa.table([*fixed, *items], schema=schema)
