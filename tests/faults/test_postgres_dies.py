"""PostgreSQL is killed, restarted, kept waiting: the server needs no restart and loses nothing."""

import os
import signal
import subprocess
import time

import pytest
from sqlalchemy import text

from survey.config import Settings
from tests.faults.conftest import short_and_long
from tests.faults.serving import until
from tests.faults.strace import injected
from tests.postgres import Cluster


@pytest.fixture
def own():
    """A PostgreSQL server that the test may kill."""
    with Cluster() as server:
        yield server


@pytest.fixture
def installed(own, tmp_path, install):
    return install(Settings(own.new_database(), tmp_path, tmp_path / "secret"), tmp_path)


def revive(own: Cluster) -> bool:
    """Started again; False while what was killed still holds its memory."""
    try:
        own.start()
    except subprocess.CalledProcessError:
        return False
    return True


@short_and_long("rounds", 1, 50)
def test_postgresql_is_killed_with_all_its_processes(own, installed, figures, rounds):
    back = []
    with installed.server() as server, installed.crowd(server) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            since = time.monotonic()
            for pid in own.family():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # its parent's end was quicker
            until(lambda: revive(own), "PostgreSQL to start")
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {200, 503}
    figures(
        "PostgreSQL killed, restarted", installed.kind, installed.verdict(), rounds=rounds,
        back=back, note=f"{crowd.states['already']} acknowledged by a resend",
    )  # fmt: skip


@short_and_long("rounds", 2, 50)
def test_one_process_of_postgresql_is_killed(own, installed, figures, rounds):
    """The others are ended by PostgreSQL, which then recovers by itself."""
    back = []
    with installed.server() as server, installed.crowd(server) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            since = time.monotonic()
            os.kill(until(lambda: next(iter(own.backends()), 0), "a backend"), signal.SIGKILL)
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {200, 503}
    figures("one process of PostgreSQL killed", installed.kind, installed.verdict(), rounds=rounds,
            back=back)  # fmt: skip


@short_and_long("rounds", 1, 20)
def test_postgresql_is_restarted(own, installed, figures, rounds):
    back = []
    with installed.server() as server, installed.crowd(server) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            since = time.monotonic()
            own.stop("fast")
            own.start()
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {200, 503}
    figures("PostgreSQL restarted", installed.kind, installed.verdict(), rounds=rounds, back=back)


@short_and_long("rounds", 1, 10)
def test_a_flush_of_postgresql_fails(own, installed, figures, rounds):
    """It panics and recovers from its log, as it must; nobody was told of what was not flushed."""
    back = []
    with installed.server() as server, installed.crowd(server) as crowd:
        for number in range(rounds):
            crowd.more(40)
            calls = installed.folder / f"calls{number}"
            with injected(calls, own.family(), "fdatasync:error=EIO:when=2"):
                crowd.unheard(1)
                since = time.monotonic()
            until(lambda: own.answers(), "PostgreSQL to recover")
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {200, 503}
    figures("flush fails", installed.kind, installed.verdict(), rounds=rounds, back=back)


@short_and_long("rounds", 1, 5)
def test_a_table_that_somebody_holds(own, installed, figures, rounds):
    """Whoever waits for a lock is told to come back, rather than hang."""
    back, longest = [], 0.0
    with installed.server() as server, installed.crowd(server, timeout=30) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            with installed.database() as other, other.engine.begin() as connection:
                connection.execute(text("LOCK TABLE receipt IN ACCESS EXCLUSIVE MODE"))
                crowd.settle()
                crowd.unheard(8)
            back.append(crowd.back(time.monotonic()))
    longest = max(ack.waited for ack in crowd.acks)
    assert set(crowd.statuses) == {200, 503}
    figures(
        "a table is locked", installed.kind, installed.verdict(), rounds=rounds, back=back,
        note=f"{crowd.statuses[503]} told to come back; longest wait {longest:.1f} s",
    )  # fmt: skip
