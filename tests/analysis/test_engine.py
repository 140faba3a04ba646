"""Every estimate has a connection of its own to one DuckDB of the process."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import estimate, source
from analysis.errors import DataError
from tests.analysis.conftest import survey

MEAN = {"estimate": [{"kind": "mean", "of": ["x"]}]}


def mean(values: list) -> float:
    return estimate(MEAN, pa.table({"x": values})).rows[0].value


def test_what_a_connection_registers_no_other_sees():
    first, second = source.connected(), source.connected()
    first.register("people", survey())
    with pytest.raises(duckdb.CatalogException, match="people"):
        second.execute("SELECT * FROM people")
    first.close()
    assert second.execute("SELECT 1").fetchall() == [(1,)]


def test_a_file_that_was_replaced_is_read_anew(tmp_path):
    path = tmp_path / "data.parquet"
    for values in ([1, 2, 3], [4, 5, 6, 7]):
        pq.write_table(pa.table({"x": values}), path)
        assert estimate(MEAN, path).rows[0].value == sum(values) / len(values)


def test_estimates_in_threads_do_not_meet():
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda i: mean([i, i + 2]), range(30))) == list(range(1, 31))


def test_an_estimate_that_failed_leaves_the_next_alone():
    huge = pa.table({"x": [2**62] * 3, "w": [2**62] * 3})
    with pytest.raises(DataError, match="do not fit"):
        estimate(MEAN | {"design": {"weight": "w"}}, huge)
    assert mean([1, 3]) == 2


def test_a_duckdb_that_a_fault_has_closed_is_opened_anew(monkeypatch):
    given = iter([duckdb.FatalException("database has been invalidated")])
    settings = source.with_settings

    def faulty(own):
        for error in given:
            raise error
        return settings(own)

    before = source.engine()
    monkeypatch.setattr(source, "with_settings", faulty)
    assert mean([1, 3]) == 2
    assert source.engine() is not before


def test_a_process_that_forks_takes_none_with_it():
    before = source.engine()
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # fail, and do not wait, where it hangs
        os._exit(0 if mean([1, 3]) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert source.engine() is not before
