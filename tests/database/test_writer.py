"""What the writer promises: an answer after the commit, one act's failure is its own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.database import INSERT, Database, writer
from survey.database.migrate import current, differences, downgrade, head, upgrade
from survey.database.remembered import add_later, later, remembered, together, write_now
from survey.site import SiteValue, set_site_value, site_values
from survey.tables import METADATA


def test_migrations_make_the_tables_of_the_models_and_go_back_to_nothing(both):
    assert current(both) == head()
    assert differences(both, METADATA) == []
    downgrade(both, "base")
    assert current(both) == ""
    upgrade(both)
    assert differences(both, METADATA) == []


def test_what_the_writer_answers_is_already_stored(both):
    def act(session: Session) -> str:
        set_site_value(session, "organiser", "Sở Nội vụ")
        return "done"

    assert both.writer.submit(act) == "done"
    with both.read() as session:
        assert site_values(session)["organiser"] == "Sở Nội vụ"


def test_an_act_that_fails_does_not_disturb_those_beside_it(both):
    def act(n: int):
        def write(session: Session) -> int:
            session.add(SiteValue(name=f"n{n}", value=str(n)))
            session.flush()
            if n % 7 == 0:
                raise ValueError(f"number {n} is refused")
            return n

        return write

    def send(n: int) -> object:
        try:
            return both.writer.submit(act(n))
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(send, range(1, 101)))
    assert answers == [f"number {n} is refused" if n % 7 == 0 else n for n in range(1, 101)]
    with both.read() as session:
        stored = set(session.scalars(select(SiteValue.value)))
    assert stored == {str(n) for n in range(1, 101) if n % 7}


def test_under_load_acts_that_come_one_after_another_share_a_commit(both, monkeypatch):
    """After a batch of several the next sleeps for more acts; what comes alone never waits."""
    began, may_end, naps, may_wake = Event(), Event(), Event(), Event()

    class Naps(Event):
        def wait(self, timeout: float | None = None) -> bool:
            naps.set()
            return may_wake.wait(20)

    def slow(session: Session) -> None:
        began.set()
        may_end.wait(20)

    def which(session: Session) -> int:
        return id(session.info)

    monkeypatch.setattr(both.writer, "_closing", Naps())
    monkeypatch.setattr(writer, "LONGEST", 3600.0)
    with ThreadPoolExecutor(3) as people:
        first = people.submit(both.writer.submit, slow)
        assert began.wait(20)
        pair = [people.submit(both.writer.submit, which) for _ in range(2)]
        while both.writer._queue.qsize() < 2:
            sleep(0.001)
        may_end.set()
        assert first.result(20) is None  # it was alone
        assert len({future.result(20) for future in pair}) == 1
        assert not naps.is_set()
        late = people.submit(both.writer.submit, which)
        assert naps.wait(20)
        other = people.submit(both.writer.submit, which)
        while not both.writer._queue.qsize():
            sleep(0.001)
        assert not late.done()
        may_wake.set()
        assert late.result(20) == other.result(20)
        last = people.submit(both.writer.submit, which)
        both.close()  # what waits for others is done before the end
        assert last.exception(20) is None or isinstance(last.exception(), writer.WriterClosed)


def test_a_key_already_taken_is_told_and_nothing_is_written(both):
    def act(session: Session) -> None:
        session.add(SiteValue(name="same", value="1"))

    both.writer.submit(act)
    with pytest.raises(Exception, match=r"(?i)unique"):
        both.writer.submit(act)


def test_two_processes_in_each_others_way_are_both_served(cluster, tmp_path):
    """Each holds the row that the other wants: PostgreSQL stops one, and its act runs again."""
    chosen = Settings(cluster.new_database(), tmp_path, tmp_path / "secret")
    one, other = Database(chosen), Database(chosen)
    upgrade(one)
    with one.write() as session:
        session.add_all([SiteValue(name=name, value="") for name in ("a", "b")])
    both_hold = Barrier(2)
    runs: Counter[str] = Counter()

    def act(first: str, second: str):
        def write(session: Session) -> None:
            session.get(SiteValue, first, with_for_update=True).value += first
            session.flush()
            runs[first] += 1
            if runs[first] == 1:
                both_hold.wait(20)
            session.get(SiteValue, second, with_for_update=True).value += first

        return write

    with ThreadPoolExecutor(2) as processes:
        waiting = [
            processes.submit(one.writer.submit, act("a", "b")),
            processes.submit(other.writer.submit, act("b", "a")),
        ]
        assert [future.result(25) for future in waiting] == [None, None]
    with one.read() as session:
        assert [sorted(value) for value in session.scalars(select(SiteValue.value))] == [
            ["a", "b"]
        ] * 2
    assert sum(runs.values()) >= 3
    one.close()
    other.close()


def test_what_is_put_off_is_stored_with_its_batch_and_a_clash_is_only_its_own(both):
    """Rows written at the end of a batch: one that clashes is told so, the others are kept."""
    statement = insert(SiteValue.__table__)

    def act(name: str):
        def write(session: Session) -> str:
            later(session, statement, {"name": name, "value": "1"})
            return name

        return write

    assert both.writer.submit(act("taken")) == "taken"

    def send(name: str) -> str:
        try:
            return both.writer.submit(act(name))
        except IntegrityError:
            return "clash"

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(send, ["a", "b", "taken", "c", "d"]))
    assert told == ["a", "b", "clash", "c", "d"]
    with both.read() as session:
        assert set(session.scalars(select(SiteValue.name))) >= {"a", "b", "c", "d", "taken"}


def test_numbers_that_acts_of_a_batch_add_to_one_row_are_written_once(both):
    tally = Table("tally", MetaData(), Column("name", String(8), primary_key=True),
                  Column("n", Integer), Column("m", Integer))  # fmt: skip
    tally.create(both.engine)
    more = INSERT[both.engine.dialect.name](tally)
    added = {name: tally.c[name] + more.excluded[name] for name in ("n", "m")}
    statement = more.on_conflict_do_update(index_elements=["name"], set_=added)
    written: list[int] = []

    def note(_connection, _cursor, text: str, given, *_rest) -> None:
        if text.startswith("INSERT"):
            written.append(len(given) if isinstance(given, list) else 1)

    event.listen(both.engine, "before_cursor_execute", note)
    with both.write() as session:
        add_later(session, statement, {"name": "a"}, {"n": 1, "m": 0})
        together(session, quick=True)
        for name, n in (("a", 1), ("b", 5), ("a", 2)):
            add_later(session, statement, {"name": name}, {"n": n, "m": 1})
        assert list(session.execute(select(tally))) == [("a", 1, 0)]
        write_now(session)
        write_now(session)  # there is nothing left to write
    with both.read() as session:
        assert set(session.execute(select(tally))) == {("a", 4, 2), ("b", 5, 1)}
    assert written == [1, 2]


def test_what_acts_of_a_batch_ask_is_asked_once_and_outside_of_one_each_time(both):
    asked = Counter()

    def find(session: Session, name: str) -> str:
        asked[name] += 1
        return name

    with both.read() as session:
        assert [remembered(find, session, "x") for _ in range(3)] == ["x"] * 3
        assert asked["x"] == 3
        together(session, quick=True)
        assert [remembered(find, session, "y") for _ in range(3)] == ["y"] * 3
    assert asked["y"] == 1
