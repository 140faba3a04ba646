"""The one writer: acts queue up, run in one transaction, and are answered after the commit. Many
submissions then share one flush to the disk, and what they all ask of the database is asked once.

Group commit after DeWitt et al. (1984), Implementation techniques for main memory database systems.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from random import random
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from survey.database.remembered import together, write_now
from survey.errors import DatabaseUnreachable, SurveyError

T = TypeVar("T")
Act = Callable[[Session], Any]
Keys = frozenset[Hashable]
Entry = tuple[Act, Future[Any], Keys]

BATCH = 64
PATIENCE = 0.003  # seconds without another act after which a batch of several is run
LONGEST = 0.025  # seconds after which it is run although more acts come
TRIES = 3
PAUSE = 0.1  # seconds at most between two tries
LOST_TO_ANOTHER = ("40P01", "40001")  # SQLSTATE: deadlock_detected, serialization_failure


class WriterClosed(SurveyError):
    """The installation is shutting down."""

    status = 503


class Writer:
    """Runs acts one after another. `submit` returns the act's result after it is durable.

    An act may run more than once (a clash with another process is tried again), so it must do
    nothing but read and write its session. An act that raises leaves no trace and does not
    disturb the others of its batch.
    """

    def __init__(
        self, new_session: Callable[[], Session], lock: AbstractContextManager[None]
    ) -> None:
        self._new_session = new_session
        self._lock = lock
        self._queue: SimpleQueue[Entry | None] = SimpleQueue()
        self._start = Lock()
        self._thread: Thread | None = None
        self._closing = Event()  # whose waiting, unlike sleep, a clock set elsewhere does not touch
        self._patience = 0.0

    def submit(
        self, act: Callable[[Session], T], *, sought: Keys = frozenset(), timeout: float = 30
    ) -> T:
        """The result of `act(session)` once committed. Raises what the act raised.

        sought: keys that the act will look up, so that a batch may look up all of them at once.
        """
        future: Future[T] = Future()
        with self._start:
            if self._closing.is_set():
                raise WriterClosed
            if self._thread is None:
                self._thread = Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._queue.put((act, future, sought))
        return future.result(timeout)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._start:
            self._closing.set()
            thread = self._thread
            self._queue.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            batch = self._gather()
            if batch:
                self._commit_together(batch)
            else:
                return

    def _gather(self) -> list[Entry]:
        """The next acts, at least one; empty when the writer is to stop.

        After a batch of several the next waits a moment for further acts: under load, fewer and
        larger batches cost less. It sleeps meanwhile, for an act that woke it would cost a turn at
        the interpreter. An act that comes alone is not kept waiting.
        """
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        end = monotonic() + LONGEST
        more = self._take_waiting(batch) or len(batch) == 1
        while more and self._patience and monotonic() < end:
            self._closing.wait(self._patience)
            more = self._take_waiting(batch)
        self._patience = PATIENCE if len(batch) > 1 else 0.0
        return batch

    def _take_waiting(self, batch: list[Entry]) -> bool:
        """Add the acts that wait already; whether there were any, and more may be taken."""
        before = len(batch)
        while len(batch) < BATCH:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                self._queue.put(None)
                return False
            batch.append(following)
        return before < len(batch) < BATCH

    def _commit_together(self, batch: list[Entry]) -> None:
        """Run and commit a batch; all of it again when another process had to be let go first."""
        for left in range(TRIES - 1, -1, -1):
            try:
                done = self._run_once([entry for entry in batch if not entry[1].done()])
            except Exception as error:  # nothing of this batch is stored
                if left and _lost_to_another(error):
                    sleep(PAUSE * random())  # the other goes on first; else both meet again
                    continue
                fault = DatabaseUnreachable(str(error)) if _is_outage(error) else error
                for _, future, _ in batch:
                    if not future.done():
                        future.set_exception(fault)
                return
            for future, result in done:
                future.set_result(result)
            return

    def _run_once(self, batch: list[Entry]) -> list[tuple[Future[Any], Any]]:
        """The results of the acts, once committed; an act that failed has been told so.

        Most batches have no failing act, and run without the cost of savepoints. When an act does
        fail, nothing of the batch is kept and all of it runs again, each act in its savepoint.
        """
        try:
            return self._act(batch, _plainly, quick=True)
        except OperationalError:
            raise
        except Exception:  # told to its sender below, if it fails once more
            return self._act(batch, _apart, quick=False)

    def _act(
        self, batch: list[Entry], do: Callable[[Session, Entry], Any], *, quick: bool
    ) -> list[tuple[Future[Any], Any]]:
        done: list[tuple[Future[Any], Any]] = []
        with self._lock, self._new_session() as session:
            sought = frozenset[Hashable]().union(*(entry[2] for entry in batch))
            together(session, quick=quick, sought=sought)
            for entry in batch:
                result = do(session, entry)
                if not entry[1].done():
                    done.append((entry[1], result))
            write_now(session)
            session.commit()
        return done


def _plainly(session: Session, entry: Entry) -> Any:
    return entry[0](session)


def _apart(session: Session, entry: Entry) -> Any:
    """The result of the act; one that fails is told so and leaves the others alone."""
    act, future, _ = entry
    try:
        return _in_savepoint(session, act)
    except OperationalError:
        raise
    except Exception as error:
        future.set_exception(error)
        return None


def _lost_to_another(error: Exception) -> bool:
    """Whether PostgreSQL gave way to another process's transaction."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state in LOST_TO_ANOTHER


def _is_outage(error: Exception) -> bool:
    return isinstance(error, OperationalError | PoolTimeout | OSError)


def _in_savepoint(session: Session, act: Act) -> Any:
    """`act` in its own savepoint; a clash of keys with another process is tried again."""
    for left in range(TRIES - 1, -1, -1):
        try:
            with session.begin_nested():
                return act(session)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")
