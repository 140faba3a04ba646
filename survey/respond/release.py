"""From intake to response: answers leave in shuffled batches, under new keys, with one day.

A batch is at least ENOUGH answers of one round, version, counter, mode and way of answering that
came since the last batch of these; answers of a sample without a counter leave by cell. Fewer
wait. When a round is closed, what still waits goes up with the counter left empty: centre, commune,
province; what is alone even there leaves with the round's last day, so that its day points at no
receipt. In a batch that went up a field or an agency that fewer than ENOUGH share is left empty
too: at many centres it names the counter. A batch of which fewer than ENOUGH used some language
keeps nobody's: a rare one would point at the comment written in it. Receipts are never read.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.database import Base, Database
from survey.fieldwork.publishing import published
from survey.fieldwork.tables import Round
from survey.fieldwork.tickets import settle
from survey.respond.flags.rules import rules
from survey.respond.ladder import ENOUGH, Ladder, Ladders, Place
from survey.respond.tables import Intake, Response, ResponseFlag

SPEED = "speed"
CHUNK = 500
NOT_SAID = ""  # a language that few of a batch share would point at a comment written in it
PATIENCE = 500  # milliseconds that emptying the log waits for a reader
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

COUNTER_KEY = ("round", "version", "counter_id", "mode", "assisted", "cell_id")
CELL_KEY = ("round", "cell_id", "counter_id")
AREA_KEY = (*COUNTER_KEY, "residence_id")
AGENCY_KEY = (*AREA_KEY, "agency_id")
INTAKE = Base.metadata.tables[Intake.__tablename__]
RESPONSE = Base.metadata.tables[Response.__tablename__]
FLAG = Base.metadata.tables[ResponseFlag.__tablename__]
GROUPED = [INTAKE.c[name] for name in AGENCY_KEY]


@dataclass(frozen=True)
class Released:
    """Counts of answers: moved to `response`, of these without their counter, flagged, waiting.

    more: the limit was reached and whole batches are left; call again.
    """

    responses: int = 0
    raised: int = 0
    flagged: int = 0
    waiting: int = 0
    more: bool = False


def new_key(rng: Random) -> UUID:
    """A random UUIDv4: its order tells nothing."""
    return UUID(int=rng.getrandbits(128), version=4)


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """Rows by key, from pairs of key and row."""
    found: dict[K, list[T]] = defaultdict(list)
    for key, row in pairs:
        found[key].append(row)
    return dict(found)


def release(
    session: Session,
    *,
    now: datetime,
    rng: Random,
    everything: bool = False,
    most: int | None = None,
) -> Released:
    """Move what came up to `now` and may leave intake into `response`; the caller commits.

    everything: what waits in open rounds goes up as if they were closed (an installation that
        ends). most: stop after about so many, to hold the write lock for a moment only.
    Raises FormNotPublished for an answer to a version that was never published.
    """
    mover = _Mover(session, rng)
    ended = ended_rounds(session, everything)
    more = False
    for key, (n, last) in _groups(session, now).items():
        room = n if most is None else max(0, most - mover.responses)
        if n < ENOUGH:
            continue
        if room == 0:
            more = True
            break
        part = max(room, ENOUGH)
        taken = n if n < part + ENOUGH else part
        more = more or taken < n
        rows = _rows(session, key, now, taken)
        mover.move(rows, day=local_day(last))
    if not more:
        _raise_what_waits(session, mover, ended, now)
    settle(session)
    waiting = session.scalar(select(func.count()).select_from(INTAKE)) or 0
    return Released(mover.responses, mover.raised, mover.flagged, waiting, more)


def erase_traces(database: Database) -> bool:
    """Make the database forget what release deleted: vacuum, or an empty write-ahead log.

    SQLite overwrites deleted rows (secure_delete) but its log still holds them; PostgreSQL keeps
    dead rows until a vacuum. Blocks of the disk and earlier backups are beyond our reach.
    False when a long read kept the log from being emptied: submissions do not wait for that,
    the next call tries again.
    """
    if database.is_sqlite:
        with database.lock, database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is None:
                return False
            driver.execute(f"PRAGMA busy_timeout={PATIENCE}").fetchall()
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.invalidate()  # it is impatient now: not to be used again
            return not busy
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM intake, pending_comment, ticket"))
    return True


def ended_rounds(session: Session, everything: bool) -> dict[str, date]:
    """Last day by code, of the rounds that are closed; of all when `everything` is to leave."""
    found = session.execute(select(Round.code, Round.closes, Round.state)).all()
    return {code: closes for code, closes, state in found if everything or state == "closed"}


Key = tuple[tuple[str, Any], ...]


def _key(row: Any) -> Key:
    """The columns, with their values, that an answer shares with its batch."""
    if row.counter_id is not None:
        names: tuple[str, ...] = COUNTER_KEY
    elif row.cell_id is not None:
        names = CELL_KEY
    else:
        names = AGENCY_KEY if row.residence_id is None else AREA_KEY
    return tuple((name, getattr(row, name)) for name in names)


def _groups(session: Session, now: datetime) -> dict[Key, tuple[int, datetime]]:
    """Number and latest hour of answering of what waits, by key."""
    latest = func.max(INTAKE.c.answered_at).label("last")
    counts = session.execute(
        select(*GROUPED, func.count().label("n"), latest)
        .where(INTAKE.c.received_at <= now)
        .group_by(*GROUPED)
    )
    found: dict[Key, tuple[int, datetime]] = {}
    for row in counts:
        n, last = found.get(_key(row), (0, row.last))
        found[_key(row)] = (n + row.n, max(last, row.last))
    return found


def _rows(session: Session, key: Key, now: datetime, limit: int) -> Sequence[Any]:
    chosen = select(INTAKE).where(
        INTAKE.c.received_at <= now, *(INTAKE.c[name] == value for name, value in key)
    )
    return session.execute(chosen.order_by(INTAKE.c.id).limit(limit)).all()


class _Mover:
    """Writes batches, deletes their intake, and counts."""

    def __init__(self, session: Session, rng: Random) -> None:
        self.session = session
        self.rng = rng
        self.ladders = Ladders(session)
        self.responses = self.raised = self.flagged = 0
        self._multiple: dict[str, dict[str, str]] = {}

    def move(
        self, rows: Sequence[Any], *, day: date, places: Mapping[UUID, Place] | None = None
    ) -> None:
        """One batch. `places` when it goes up, by id; the counter is then left empty."""
        rows = self.rng.sample(rows, len(rows))
        agencies = Tally(row.agency_id for row in rows)
        fields = Tally(row.field for row in rows)
        languages = Tally(row.language for row in rows)
        made, flags = [], []
        for key, row in zip(sorted(new_key(self.rng) for _ in rows), rows, strict=True):
            values = _values(row) | {"id": key, "day": day}
            if min(languages.values()) < ENOUGH:
                values["language"] = NOT_SAID
            if places is None:
                values |= vars(first_place(self.ladders, row))
            else:
                values |= vars(places[row.id]) | {"counter_id": None}
                self.raised += row.counter_id is not None
                if row.cell_id is None and fields[row.field] < ENOUGH:
                    values["field"] = None
                if row.cell_id is None and agencies[row.agency_id] < ENOUGH:
                    values["agency_id"] = None
            made.append(values)
            marks = {*row.signals, SPEED} if self._too_fast(row) else set(row.signals)
            flags += [_flag(key, rule) for rule in sorted(marks)]
        self._store(made, flags, [row.id for row in rows])

    def _store(self, made: list[Any], flags: list[Any], gone: list[UUID]) -> None:
        self.session.execute(insert(RESPONSE), made)
        if flags:
            self.session.execute(insert(FLAG), flags)
        for start in range(0, len(gone), CHUNK):
            part = gone[start : start + CHUNK]
            self.session.execute(delete(INTAKE).where(INTAKE.c.id.in_(part)))
        self.responses += len(made)
        self.flagged += len({flag["response_id"] for flag in flags})

    def _too_fast(self, row: Any) -> bool:
        """Less than SECONDS_AN_ITEM an item; the options of one question count as one."""
        if row.seconds is None:
            return False
        if row.version not in self._multiple:
            form = published(self.session, row.version)
            self._multiple[row.version] = {
                item.id: question.id
                for question in form.questions
                if question.kind == "multiple"
                for item in question.items
            }
        known = self._multiple[row.version]
        asked = {known.get(item, item) for item, code in row.answers.items() if code}
        return bool(row.seconds < rules()[SPEED].thresholds["seconds_an_item"] * len(asked))


def _flag(key: UUID, rule: str) -> dict[str, Any]:
    return {"response_id": key, "rule": rule, "version": rules()[rule].version}


def first_place(ladders: Ladders, row: Any) -> Place:
    """Where a figure with this answer belongs, when nothing has to be left out."""
    if row.cell_id is not None and row.counter_id is None:
        return Place(None, ladders.cell(row.cell_id).area_id or row.residence_id)
    return ladders.of_answer(row.counter_id, row.residence_id, row.agency_id, row.round)[0]


def _values(row: Any) -> dict[str, Any]:
    """What a response takes over as it is."""
    names = ("round", "version", "counter_id", "agency_id", "field", "mode", "assisted")
    taken = {name: getattr(row, name) for name in (*names, "language", "cell_id")}
    return {**taken, "answers": row.answers}


def _raise_what_waits(
    session: Session, mover: _Mover, ended: dict[str, date], now: datetime
) -> None:
    """Empty intake of the rounds that ended: ever wider places, in the end however few."""
    for code, closes in ended.items():
        waiting = select(INTAKE).where(INTAKE.c.round == code, INTAKE.c.received_at <= now)
        rows = session.execute(waiting.order_by(INTAKE.c.id))
        climbing = [Climber(row, *_steps(mover.ladders, row)) for row in rows]
        for step in range(3):
            left: list[Climber] = []
            for batch in grouped((one.company[step], one) for one in climbing).values():
                if len(batch) < ENOUGH and step < 2:
                    left += batch
                    continue
                last = max(local_day(one.row.answered_at) for one in batch)
                mover.move(
                    [one.row for one in batch],
                    day=last if len(batch) >= ENOUGH else closes,
                    places={one.row.id: one.places[step] for one in batch},
                )
            climbing = left


@dataclass(frozen=True)
class Climber:
    """An answer that waits in a round that ended: with whom it leaves, and from where, by step."""

    row: Any
    company: tuple[Hashable, ...]
    places: Ladder


def _steps(ladders: Ladders, row: Any) -> tuple[tuple[Hashable, ...], Ladder]:
    """Company and places of three steps.

    An answer of a sample keeps its cell, without which it could not be weighted, and leaves with
    its commune, its stratum, the whole round.
    """
    if row.cell_id is not None and row.counter_id is None:
        cell = ladders.cell(row.cell_id)
        place = first_place(ladders, row)
        company = (("area", cell.area_id), ("stratum", cell.stratum), ("round",))
        return company, (place, place, place)
    ladder = ladders.of_answer(row.counter_id, row.residence_id, row.agency_id, row.round)
    same = (row.version, row.mode, row.assisted)
    return tuple((same, place) for place in ladder), ladder
