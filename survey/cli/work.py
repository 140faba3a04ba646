"""sipas work: the jobs of an installation, and the hours from which each is due."""

import sys
from datetime import datetime, time, timedelta
from random import SystemRandom
from signal import SIGINT, SIGTERM, signal
from threading import Event

import click
import structlog

from survey.calendar import clock
from survey.cli.common import installation
from survey.database import Database
from survey.database.copies import forget_copies
from survey.database.durable import refuse_loose
from survey.errors import SurveyError
from survey.feedback.hooks.deliver import deliver
from survey.feedback.new_hours import follow_new_hours
from survey.feedback.notices.giving import give_notices
from survey.feedback.passing import close_answered
from survey.feedback.privacy.retention import destroy_due
from survey.fieldwork.rounds import close_due
from survey.jobs import Job, in_use, keep_running, run
from survey.respond.flags.waiting import flag_waiting
from survey.respond.release import Released, erase_traces, release
from survey.respond.release_comments import release_comments
from survey.respond.sealing import rotate_due
from survey.respond.snapshot import rounds_with_responses, take_snapshots
from survey.respond.tidy import tidy
from survey.respond.weights import freeze_weights

AT_ONCE = 2_000  # answers of one transaction: submissions wait that long


def release_answers(database: Database, now: datetime) -> str:
    """Close the rounds whose last day is over, then let go what may leave intake."""
    with database.write() as session:
        closed = len(close_due(session, now=now))
    with database.write() as session:
        flag_waiting(session, now=now)
    rng, moved, more = SystemRandom(), 0, True
    told = Released()
    while more:
        with database.write() as session:
            told = release(session, now=now, rng=rng, most=AT_ONCE)
        moved, more = moved + told.responses, told.more
    kept = "" if erase_traces(database) else "; the log is emptied next time"
    return f"{closed} rounds closed, {moved} answers released, {told.waiting} wait{kept}"


def release_words(database: Database, now: datetime) -> str:
    """Let go the comments that may leave, in a transaction of their own."""
    with database.write() as session:
        told = release_comments(session, now=now, rng=SystemRandom())
    erase_traces(database)
    return f"{told.comments} comments released, {told.waiting} wait"


def weigh_and_snapshot(database: Database, now: datetime) -> str:
    """Freeze weights and write snapshots of every round with responses."""
    with database.read() as session:
        rounds = rounds_with_responses(session)
    faults = []
    for code in rounds:
        try:
            freeze_weights(database, code, now=now)
        except SurveyError as error:  # the snapshot is made with the sets there are
            faults.append(f"{code}: {error}")
    made = list(take_snapshots(database, rounds, now=now)) if rounds else []
    told = f"{len(made)} snapshots of {sum(one.rows for one in made)} responses"
    return "; ".join([told, *faults])


def forget(database: Database, now: datetime) -> str:
    """Delete what is past its time."""
    with database.write() as session:
        told = tidy(session, now=now)
    forget_copies(database, now=now)
    return (
        f"{told.receipts} receipts, {told.attempts} attempts, {told.sessions} sessions, "
        f"{told.keys} sealing keys deleted"
    )


def replace_key(database: Database, now: datetime) -> str:
    """A new key to seal to, when the present one has served its year."""
    return "a new sealing key" if rotate_due(database, now=now) else "the sealing key stays"


JOBS = (
    Job("release", time(18, 0), release_answers),  # after the counters close: one batch a day
    Job("comments", time(18, 30), release_words),
    Job("snapshot", time(1, 0), weigh_and_snapshot),
    Job("tidy", time(3, 0), forget),
    Job("sealing", time(3, 30), replace_key),
    Job("closing", time(2, 30), close_answered),
    Job("retention", time(4, 0), destroy_due),
    Job("hours", time(0, 0), follow_new_hours, every=timedelta(minutes=15)),
    Job("notices", time(0, 0), give_notices, every=timedelta(minutes=15)),
    Job("hooks", time(0, 0), deliver, every=timedelta(minutes=1)),
)


def log_to_stderr() -> None:
    """Logs are lines of JSON on stderr; answers, codes and addresses never stand in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@click.command("work")
@click.option("--once", is_flag=True, help="Run every job now, due or not, and stop.")
def command(once: bool) -> None:
    """Run the jobs: release, comments, snapshot, tidy, sealing, closing, retention,
    hours, notices, hooks.

    Without --once it runs until it is stopped; on the embedded database 'sipas serve' does this
    already. With --once, answers that may leave intake are released before snapshots are made.
    """
    log_to_stderr()
    with installation() as database:
        refuse_loose(database)
        if once:
            outcomes = run(database, JOBS, now=clock())
            for outcome in outcomes:
                click.echo(f"{outcome.name}: {outcome.result or 'nothing to do'}")
            if not all(outcome.ok for outcome in outcomes):
                raise click.exceptions.Exit(1)
            return
        stop = Event()
        for number in (SIGINT, SIGTERM):
            signal(number, lambda *_: stop.set())
        with in_use(database):
            click.echo("Working. Stop with Ctrl-C.", err=True)
            keep_running(database, JOBS, stop, clock)
