"""Every case of the reference on DuckDB, and by `-m spark` on Spark too."""

from functools import cache

import pyarrow as pa
import pytest

from analysis.spark import SparkFile, session

TAKES_DATA = ("estimate", "covariance", "compare", "trend", "rank", "drivers")


def pytest_generate_tests(metafunc):
    on_spark = any(hasattr(metafunc.module, name) for name in TAKES_DATA)
    both = ["duckdb", *([pytest.param("spark", marks=pytest.mark.spark)] if on_spark else [])]
    metafunc.parametrize("engine", both, indirect=True)


@pytest.fixture
def engine(request, monkeypatch):
    """The engine of a test: what its module calls to estimate reads the same data with it."""
    if request.param == "spark":
        for name in TAKES_DATA:
            made = getattr(request.module, name, None)
            if made is not None:
                monkeypatch.setattr(request.module, name, through_spark(made))
    return request.param


@pytest.fixture(autouse=True)
def on_engine(engine):
    """Every test of this folder has an engine."""


def through_spark(made):
    return lambda plan, data, *rest, **more: made(plan, in_spark(data), *rest, **more)


def in_spark(data):
    if not isinstance(data, pa.Table):
        return SparkFile(str(data), session("local[2]"))
    return frame(Same(data))


class Same:
    """A table that is the same key as long as it lives."""

    def __init__(self, table):
        self.table = table

    def __hash__(self):
        return id(self.table)

    def __eq__(self, other):
        return self.table is other.table


@cache
def frame(own):
    return session("local[2]").createDataFrame(own.table)
