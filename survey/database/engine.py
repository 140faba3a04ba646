"""Engine and sessions. SQLite is one fixed build with one writer at a time; PostgreSQL is plain."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

import pysqlite3.dbapi2
from flask import current_app, g
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.database.space import refuse_when_full
from survey.database.writer import Writer
from survey.errors import DatabaseUnreachable, SettingError

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "temp_store=MEMORY",
)
OUTAGES = (OperationalError, PoolTimeout)  # the database is away, or everything waits for it

POOL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 24,
    "pool_timeout": 5,  # seconds for which somebody waits who could be told to come back
    "hide_parameters": True,  # an error in a log must not hold what somebody answered
}
EMBEDDED = POOL | {"max_overflow": 120}  # two for each thread of the server
LINK = {  # a server that is gone without a word is noticed
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
HURRY = (  # milliseconds; for requests, whose senders wait. Jobs and commands may take longer.
    "-c statement_timeout=20000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
)


def make_engine(url: str, *, serving: bool = False) -> Engine:
    """An engine for `url`; on SQLite our own build, WAL, full sync, and explicit BEGIN.

    serving: on PostgreSQL a statement that takes too long, or waits for a lock, is given up.
    """
    if not url.startswith("sqlite"):
        link = {**LINK, "options": HURRY} if serving else dict(LINK)
        try:
            return create_engine(url, pool_pre_ping=True, connect_args=link, **POOL)
        except (ArgumentError, ValueError) as error:
            raise SettingError(f"SIPAS_DATABASE cannot be read: {error}") from error
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, module=pysqlite3.dbapi2, **EMBEDDED)

    @event.listens_for(engine, "do_connect")
    def make_private(*_: object) -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))  # its log files take its mode

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


class WriteLock:
    """Held by whoever writes: threads of this process, and on SQLite other processes too."""

    def __init__(self, path: Path | None) -> None:
        self._threads = Lock()
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._path is not None:
                if self._file is None:
                    self._file = self._path.open("a")
                fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:  # held by nobody, or every later write would wait for ever
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Database:
    """Engine, sessions and writer of one installation.

    read() gives a session for reading; write() one that holds the write lock and commits when its
    block ends without an error; `writer` takes submissions and answers after the commit.
    serving: for requests, which do not wait long and write nothing on the last of the disk.
    """

    def __init__(self, settings: Settings, *, serving: bool = False) -> None:
        self.settings = settings
        self.serving = serving
        self.engine = make_engine(settings.database, serving=serving)
        self.engine.update_execution_options(settings=settings)  # its keys, for who has a session
        lock = None
        if settings.is_sqlite:
            lock = Path(settings.database.removeprefix("sqlite:///") + ".lock")
        self.lock = WriteLock(lock)
        self.writer = Writer(self._immediate_session, self.lock)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def _immediate_session(self) -> Session:
        if self.serving:
            refuse_when_full(self.settings)
        return Session(self.engine.execution_options(immediate=True), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        """A session under the write lock; who uses it commits."""
        lock = self.lock if self.is_sqlite else nullcontext()
        with lock, self._immediate_session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self.write_session() as session:
            yield session
            session.commit()

    def reachable(self) -> bool:
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except (DatabaseError, PoolTimeout):
            return False
        return True

    def close(self) -> None:
        self.writer.close()
        self.engine.dispose()
        self.lock.close()


def database() -> Database:
    """The database of the running application."""
    found: Database = current_app.extensions["sipas.database"]
    return found


def reading() -> Session:
    """The request's session for reading; closed with the request. Raises DatabaseUnreachable."""
    if "reading" not in g:
        session = Session(database().engine, expire_on_commit=False)
        try:
            session.connection()
        except OUTAGES as error:
            session.close()
            raise DatabaseUnreachable from error
        g.reading = session
    found: Session = g.reading
    return found


def writing() -> Session:
    """The request's session for writing, holding the write lock until the request ends.

    The view commits once; what it does not commit is rolled back.
    """
    if "writing" not in g:
        g.writing_stack = ExitStack()
        g.writing = g.writing_stack.enter_context(database().write_session())
    found: Session = g.writing
    return found


def end_request(_error: BaseException | None = None) -> None:
    """Close what the request opened. Registered by create_app."""
    g.pop("writing", None)
    stack = g.pop("writing_stack", None)
    if stack is not None:
        stack.close()
    session = g.pop("reading", None)
    if session is not None:
        session.close()
