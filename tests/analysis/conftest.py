"""A small survey of eight counters, made to be easy to reckon with."""

import pyarrow as pa
import pytest


def survey(**columns: list) -> pa.Table:
    """Two strata of two clusters of three people, with any column replaced or added."""
    own = {
        "stratum": ["a"] * 6 + ["b"] * 6,
        "cluster": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
        "w": [10.0, 10.0, 12.0, 9.0, 9.0, 9.0, 20.0, 20.0, 21.0, 19.0, 19.0, 18.0],
        "q1": [5, 4, 2, 3, 4, 4, 1, 2, 5, 4, 0, 3],
        "q2": [4, 4, 4, 2, 0, 0, 5, 5, 3, 4, 1, 2],
        "sex": ["nam", "nữ"] * 6,
    }
    return pa.table(own | columns)


@pytest.fixture
def people() -> pa.Table:
    return survey()


@pytest.fixture
def design() -> dict:
    return {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}


@pytest.fixture
def satisfied() -> dict:
    return {"kind": "share", "of": ["q1", "q2"], "satisfied": [4, 5], "missing": [0]}
