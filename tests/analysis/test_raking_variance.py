"""The variance of a raked total is the variance that raked totals have, at unequal rates."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import estimate
from analysis.plan import read_plan
from benchmarks._raking import by_hand, drawn, plan, population, raked

SAMPLES = 300


def test_the_variance_by_hand_is_that_of_an_estimate():
    people = population()
    at = drawn(np.random.default_rng(1))
    (row,) = estimate(plan(people), pa.table({c: v[at] for c, v in people.items()}))
    value, variance = by_hand(read_plan(plan(people)), people, at)
    assert (row.value, row.se**2) == (pytest.approx(value), pytest.approx(variance))


def test_the_variance_of_raked_totals_is_within_3_percent_of_the_simulated_one():
    done = raked(SAMPLES)
    error = done.plain**0.5 / SAMPLES**0.5
    assert done.totals.mean() == pytest.approx(population()["y"].sum(), abs=4 * error)
    assert done.plain == pytest.approx(done.simulated, rel=0.25)
    assert done.estimated == pytest.approx(done.simulated, rel=0.03)
