"""Jobs: what an installation does by itself, once a day or more often.

The list is in survey/cli/work.py. A job is told the database and the moment, does all that is
due, and says in a sentence what it did. It may run twice and be killed half-way: it finds out from
the data what is left to do.
Why there is no queue: docs/decisions/0003-jobs.md.
"""

import fcntl
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.calendar import ZONE
from survey.database import Base, Database, Moment
from survey.errors import SurveyError

RETRY = timedelta(minutes=10)
QUIET = timedelta(hours=1)  # a frequent job that found nothing to do is noted this often
TICK = 60.0  # seconds between two looks at the clock
ADVISORY = 7_462_101  # number of PostgreSQL's advisory lock held while jobs run

log = structlog.get_logger()


class JobRun(Base):
    """When a job last did its work, so that one missed while the machine was off is made up for."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_at: Mapped[datetime | None] = mapped_column(Moment)  # ended well
    failed_at: Mapped[datetime | None] = mapped_column(Moment)  # cleared by the next good end
    result: Mapped[str] = mapped_column(String(400))


class AlreadyRunning(SurveyError):
    """Another process serves or works on the embedded database."""

    status = 409
    title = "The installation is in use"


@dataclass(frozen=True)
class Job:
    """`act(database, now)` returns a sentence, or nothing when there was nothing to do.

    Due once a day, from `at` in Vietnam's time; with `every` as often as that, at any hour.
    """

    name: str
    at: time
    act: Callable[[Database, datetime], str]
    every: timedelta | None = None


@dataclass(frozen=True)
class Outcome:
    """How a job ended: what it did, or what went wrong."""

    name: str
    ok: bool
    result: str


def due(job: Job, last: JobRun | None, now: datetime) -> bool:
    """Whether the latest hour of `job` up to `now` has not been served; failures wait RETRY."""
    if job.every is not None:
        planned = now - job.every + timedelta(microseconds=1)
        return last is None or _not_since(last, planned, now)
    local = now.astimezone(ZONE)
    planned = local.replace(hour=job.at.hour, minute=job.at.minute, second=0, microsecond=0)
    if planned > local:
        planned -= timedelta(days=1)
    return last is None or _not_since(last, planned, now)


def _not_since(last: JobRun, planned: datetime, now: datetime) -> bool:
    """Whether a job has not ended well since `planned`, nor failed a moment ago."""
    if last.failed_at is not None and now - last.failed_at < RETRY:
        return False
    return last.ran_at is None or last.ran_at < planned


def run(database: Database, jobs: Sequence[Job], *, now: datetime) -> list[Outcome]:
    """Run `jobs` one after another, due or not. One that fails does not stop the others."""
    with alone(database):
        return [_run_one(database, job, now) for job in jobs]


def run_due(database: Database, jobs: Sequence[Job], *, now: datetime) -> list[Outcome]:
    """Run those of `jobs` that are due at `now`."""
    with alone(database):
        with database.read() as session:
            last = {row.name: row for row in session.query(JobRun)}
        waiting = [job for job in jobs if due(job, last.get(job.name), now)]
        return [_run_one(database, job, now) for job in waiting]


def keep_running(
    database: Database, jobs: Sequence[Job], stop: Event, clock: Callable[[], datetime]
) -> None:
    """Run what is due, look again every TICK seconds, return when `stop` is set."""
    while not stop.is_set():
        try:
            run_due(database, jobs, now=clock())
        except Exception as error:  # the database is away: the next look may find it again
            log.error("jobs.unreachable", error=_told(error))
        stop.wait(TICK)


def _run_one(database: Database, job: Job, now: datetime) -> Outcome:
    try:
        outcome = Outcome(job.name, True, job.act(database, now)[:400])
        if not outcome.result and _noted(database, job, now):
            return outcome
        log.info("job.done", job=job.name, result=outcome.result)
    except Exception as error:  # told in the log and by `sipas check`; tried again
        outcome = Outcome(job.name, False, _told(error))
        log.error("job.failed", job=job.name, error=outcome.result)
    with database.write() as session:
        row = session.get(JobRun, job.name) or JobRun(name=job.name)
        row.result = outcome.result
        row.failed_at = None if outcome.ok else now
        row.ran_at = now if outcome.ok else row.ran_at
        session.add(row)
    return outcome


def _noted(database: Database, job: Job, now: datetime) -> bool:
    """Whether it is known already that a frequent job runs well."""
    if job.every is None:
        return False
    with database.read() as session:
        row = session.get(JobRun, job.name)
    last = row.ran_at if row is not None and row.failed_at is None else None
    return last is not None and now - last < QUIET


def _told(error: Exception) -> str:
    """What happened and where. A database error's own words may hold answers: they stay out."""
    words = str(error) if isinstance(error, SurveyError) else "see the line named"
    frames = traceback.extract_tb(error.__traceback__)
    place = ([f for f in frames if "site-packages" not in f.filename] or frames)[-1]
    return f"{type(error).__name__}: {words} ({Path(place.filename).name}:{place.lineno})"[:400]


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Jobs run in one process at a time; the others wait."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": ADVISORY})
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": ADVISORY})
                connection.commit()
        return
    with beside(database, ".jobs").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def beside(database: Database, ending: str) -> Path:
    """A file beside the embedded database's own, e.g. `sipas.db.jobs`."""
    return Path(database.settings.database.removeprefix("sqlite:///") + ending)


@contextmanager
def in_use(database: Database) -> Iterator[None]:
    """Held by the process that serves or works on the embedded database, or replaces it.

    Raises AlreadyRunning when another holds it. PostgreSQL may have many: nothing is held.
    """
    if not database.is_sqlite:
        yield
        return
    with beside(database, ".running").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(
                "another 'sipas serve' or 'sipas work' runs on this database: stop it first"
            ) from error
        yield
