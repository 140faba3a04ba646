"""Jobs: due once a day, made up for when missed, tried again on failure, one process at a time."""

from datetime import datetime, time, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select, text

from survey.calendar import ZONE
from survey.errors import Conflict
from survey.jobs import AlreadyRunning, Job, JobRun, alone, due, in_use, keep_running, run, run_due

EVENING = datetime(2026, 7, 6, 18, 0, tzinfo=ZONE)


def job(act=lambda database, now: "done", name="release"):
    return Job(name, time(18, 0), act)


def ran(at=None, failed=None):
    return JobRun(name="release", ran_at=at, failed_at=failed, result="")


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, EVENING - timedelta(hours=5), True),
        (ran(EVENING - timedelta(days=1)), EVENING - timedelta(minutes=1), False),
        (ran(EVENING - timedelta(days=1)), EVENING, True),
        (ran(EVENING), EVENING + timedelta(hours=5), False),
        (ran(EVENING - timedelta(days=9)), EVENING - timedelta(hours=9), True),
        (ran(EVENING - timedelta(days=1), EVENING), EVENING + timedelta(minutes=9), False),
        (ran(EVENING - timedelta(days=1), EVENING), EVENING + timedelta(minutes=10), True),
    ],
    ids=[
        "never ran", "before its hour", "at its hour", "done today", "the machine was off for days",
        "failed a moment ago", "failed ten minutes ago",
    ],
)  # fmt: skip
def test_a_job_is_due_once_a_day_from_its_hour(last, now, expected):
    assert due(job(), last, now) is expected


def test_what_ran_is_not_due_again_until_tomorrow(both):
    days = [EVENING + timedelta(hours=h) for h in (0, 1, 23, 24, 25)]
    assert [len(run_due(both, [job()], now=now)) for now in days] == [1, 0, 0, 1, 0]


def test_a_failing_job_is_remembered_without_anyones_answers_and_stops_no_other(both):
    def fail(database, now):
        raise ValueError("q1=5 of somebody")

    def refuse(database, now):
        raise Conflict("cell north/1/1: no population")

    told = run(both, [job(fail), job(refuse, "snapshot"), job(name="tidy")], now=EVENING)
    assert [one.ok for one in told] == [False, False, True]
    assert "somebody" not in told[0].result and "ValueError" in told[0].result
    assert "north/1/1" in told[1].result
    with both.read() as session:
        kept = {row.name: row for row in session.scalars(select(JobRun))}
    assert kept["release"].failed_at == EVENING and kept["release"].ran_at is None
    assert kept["tidy"].ran_at == EVENING
    assert run(both, [job()], now=EVENING)[0].ok
    with both.read() as session:
        assert session.get_one(JobRun, "release").failed_at is None


def test_jobs_of_two_processes_do_not_run_side_by_side(both):
    entered, left, order = Event(), Event(), []

    def slow(database, now):
        entered.set()
        left.wait(10)
        order.append("slow")
        return ""

    def quick(database, now):
        order.append("quick")
        return ""

    first = Thread(target=run, args=(both, [job(slow)]), kwargs={"now": EVENING})
    second = Thread(target=run, args=(both, [job(quick)]), kwargs={"now": EVENING})
    first.start()
    assert entered.wait(10)
    second.start()
    left.set()
    first.join()
    second.join()
    assert order == ["slow", "quick"]


def test_the_loop_ends_when_told_to(both):
    stop, done = Event(), []

    def act(database, now):
        done.append(now)
        stop.set()
        return ""

    keep_running(both, [job(act)], stop, lambda: EVENING)
    assert done == [EVENING]


def test_an_embedded_database_is_served_once(kept):
    with in_use(kept), pytest.raises(AlreadyRunning), in_use(kept):
        pass
    with in_use(kept), alone(kept):
        pass


def test_a_failing_job_names_our_own_line_and_not_that_of_a_library(both):
    def asks(database, now):
        with database.read() as session:
            session.execute(text("SELECT 1 FROM nowhere"))
        return ""

    (told,) = run(both, [job(asks)], now=EVENING)
    assert not told.ok
    assert "(test_jobs.py:" in told.result


def test_a_frequent_job_is_due_again_after_its_minutes_and_says_nothing_when_idle(both):
    told = ["3 told", "", "", ""]
    often = Job("hooks", time(0), lambda database, now: told.pop(0), every=timedelta(minutes=1))
    moments = [EVENING + timedelta(seconds=s) for s in (0, 30, 60, 3599)]
    assert [len(run_due(both, [often], now=now)) for now in moments] == [1, 0, 1, 1]
    with both.read() as session:
        row = session.get_one(JobRun, "hooks")
        assert (row.ran_at, row.result) == (EVENING, "3 told")
    run_due(both, [often], now=EVENING + timedelta(hours=1))
    with both.read() as session:
        assert session.get_one(JobRun, "hooks").ran_at == EVENING + timedelta(hours=1)
