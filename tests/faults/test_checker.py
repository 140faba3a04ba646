"""The checker of histories bites: what is lost, doubled, invented or altered is each found."""

import random
import subprocess
import sys
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update

from survey.calendar import clock
from survey.respond.arrival import Arrival
from survey.respond.intake import receipt_key, receive
from survey.respond.release import release
from survey.respond.sealed import Item
from survey.respond.tables import Intake, Receipt, Response, ResponseFlag, Traffic
from tests.faults.checker import Verdict, examine
from tests.faults.citizens import furnish, item
from tests.faults.history import History, read_history

MANY = 30


def arrive(session, one, key):
    """As a batch of one brings it."""
    return receive(session, Item(one.body, one.body), Arrival(one.body, clock(), key, began=1))


class Run:
    """An installation that took `MANY` answers, and the history of who sent them."""

    def __init__(self, database, path):
        self.database, self.path = database, path
        furnish(database)
        self.items = [item(n) for n in range(MANY)]
        key = receipt_key(database.settings)
        with History(path) as history, database.write() as session:
            for one in self.items:
                history.add("1", one.id, one.sha256, "invoke")
                answer = arrive(session, one, key)
                assert (str(answer.id), answer.sha256, answer.state) == (
                    one.id,
                    one.sha256,
                    "stored",
                )
                history.add("1", one.id, one.sha256, "ok")

    def add(self, one, *ops):
        with History(self.path) as history:
            for op in ops:
                history.add("2", one.id, one.sha256, op)

    def release(self):
        with self.database.write() as session:
            told = release(session, now=clock() + timedelta(days=1), rng=random.Random(1))
        assert (told.responses, told.waiting) == (MANY, 0)

    def change(self, *statements):
        with self.database.write() as session:
            for statement in statements:
                session.execute(statement)

    def verdict(self) -> Verdict:
        return examine(self.database, self.path, now=clock())


@pytest.fixture
def run(both, tmp_path):
    return Run(both, tmp_path / "history.csv")


def test_a_sound_run_has_no_fault_before_and_after_release(run):
    assert run.verdict() == Verdict(acknowledged=MANY)
    run.release()
    assert run.verdict() == Verdict(acknowledged=MANY)


def test_a_lost_answer_is_found(run):
    gone = UUID(run.items[3].id)
    run.change(delete(Receipt).where(Receipt.id == gone), delete(Intake).where(Intake.id == gone))
    found = run.verdict()
    assert found.lost == 1 and "1 acknowledged and not stored" in found.faults
    assert f"faults: {MANY} counted as finished, {MANY - 1} rows" in found.faults


def test_an_answer_lost_after_its_release_is_found(run):
    run.release()
    with run.database.read() as session:
        gone = session.scalars(select(Response.id)).first()
    run.change(
        delete(ResponseFlag).where(ResponseFlag.response_id == gone),
        delete(Response).where(Response.id == gone),
    )
    found = run.verdict()
    assert found.lost == 1 and "1 receipts whose answer is gone" in found.faults


def test_a_doubled_answer_is_found(run):
    run.release()
    with run.database.read() as session:
        values = dict(session.execute(select(Response.__table__)).first()._mapping)
    run.change(insert(Response).values(**values | {"id": uuid4()}))
    found = run.verdict()
    assert found.doubled == 1 and "1 responses more than receipts" in found.faults


def test_an_answer_released_and_kept_as_well_is_found(run):
    with run.database.read() as session:
        values = dict(session.execute(select(Intake.__table__)).first()._mapping)
    run.release()
    run.change(insert(Intake).values(**values))
    assert run.verdict().doubled == 1


def test_an_invented_answer_is_found(run):
    key = receipt_key(run.database.settings)
    with run.database.write() as session:
        arrive(session, item(77), key)
    found = run.verdict()
    assert found.invented == 1 and "1 stored and never sent" in found.faults


def test_an_answer_without_its_receipt_is_found(run):
    run.change(delete(Receipt).where(Receipt.id == UUID(run.items[0].id)))
    found = run.verdict()
    assert (found.lost, found.invented) == (1, 1)
    assert any(fault.startswith("receipts: 1 answers") for fault in found.faults)


def test_an_answer_that_was_refused_and_is_stored_is_found(run):
    refused = item(78)
    run.add(refused, "invoke", "fail")
    assert run.verdict() == Verdict(acknowledged=MANY)
    key = receipt_key(run.database.settings)
    with run.database.write() as session:
        arrive(session, refused, key)
    assert "1 refused and stored all the same" in run.verdict().faults


def test_other_bytes_than_acknowledged_are_found(run):
    run.change(update(Receipt).where(Receipt.id == UUID(run.items[0].id)).values(hash="0" * 64))
    assert run.verdict().altered == 1


def test_two_bodies_acknowledged_under_one_id_are_found(run):
    run.add(item(79, id=run.items[0].id), "invoke", "ok")
    found = run.verdict()
    assert found.altered == 2 and "1 acknowledged with two bodies" in found.faults


def test_what_nobody_can_say_may_be_stored_or_not(run):
    unanswered, unsent = item(80), item(81)
    run.add(unanswered, "invoke", "info")
    run.add(unsent, "invoke")
    assert run.verdict() == Verdict(acknowledged=MANY, undecided=2)
    key = receipt_key(run.database.settings)
    with run.database.write() as session:
        arrive(session, unanswered, key)
    assert run.verdict() == Verdict(acknowledged=MANY, undecided=2, found=1)


def test_a_total_that_is_not_the_rows_is_found(run):
    with run.database.read() as session:
        hour = session.scalars(select(Traffic.hour)).first()
    run.change(update(Traffic).where(Traffic.hour == hour).values(finished=Traffic.finished + 1))
    assert any("counted as finished" in fault for fault in run.verdict().faults)


def test_a_damaged_index_is_found(run, both):
    """PostgreSQL: an index that no longer holds a row; SQLite: one whose rows are out of order."""
    if both.is_sqlite:
        with both.engine.connect() as connection:
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA writable_schema=ON")
            driver.execute(
                "UPDATE sqlite_master SET sql = replace(sql, '(day)', '(device)') "
                "WHERE name = 'ix_receipt_day'"
            )
            connection.invalidate()
    else:
        run.change(
            update(Receipt).where(Receipt.id == UUID(run.items[0].id)).values(device="x"),
        )
        with both.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE pg_index SET indkey = '3' WHERE indexrelid = 'ix_receipt_day'::regclass"
            )
        both.engine.dispose()
    assert any(fault.startswith("integrity:") for fault in run.verdict().faults)


def test_the_program_tells_what_is_wrong_and_ends_with_one(kept, tmp_path):
    run = Run(kept, tmp_path / "history.csv")
    words = [sys.executable, "-m", "tests.faults.checker", run.path]
    words += ["--database", kept.settings.database, "--data", tmp_path]
    told = subprocess.run(words, capture_output=True, text=True)
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, f"acknowledged: {MANY}")
    run.add(item(99), "invoke", "ok")
    told = subprocess.run(words, capture_output=True, text=True)
    assert (told.returncode, "WRONG 1 acknowledged and not stored" in told.stdout) == (1, True)


def test_a_line_that_is_no_event_is_named(tmp_path):
    (tmp_path / "h.csv").write_text("1.0,1,a,b,ok\n1.0,1,a,b,perhaps\n")
    with pytest.raises(ValueError, match="line 2"):
        list(read_history(tmp_path / "h.csv"))
