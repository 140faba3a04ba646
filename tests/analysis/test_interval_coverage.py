"""The intervals of pages keep their promise where clusters are few (`./bench coverage` has all)."""

import numpy as np
import pytest

from analysis import estimate
from benchmarks._interviews import METHODS, SHARE, Cell, Covered, blocks, broken, covered, samples
from tests.analysis.conftest import survey

DRAWS, SEED = 250, 3
HARDEST = [Cell(2, 0.5, 0.3), Cell(2, 0.97, 0.3), Cell(4, 0.97, 0.7)]


@pytest.mark.parametrize("cell", HARDEST, ids=str)
def test_a_nominal_95_percent_is_at_least_92_and_no_interval_is_missing(cell):
    """Few draws, seeded: the grid of `./bench coverage` has 5,000 of each."""
    found = covered(cell, DRAWS, SEED)
    assert broken(cell, found, 0.92, 0.3) == []
    assert {one.name for one in found} == set(blocks()) >= set(METHODS)
    assert all(one.undefined == 0 for one in found)
    width = {one.name: one.width for one in found}
    assert width["pooled"] < width["kg"]


def test_a_promise_that_fails_is_named_with_its_cell():
    bad = [Covered("pooled", 0.9, 0.0, 0.1), Covered("kg", 0.99, 0.01, 0.1)]
    bad.append(Covered("wald", 0.5, 0.5, 0.1))
    assert broken(Cell(2, 0.5, 0.3), bad, 0.92, 0.3) == [
        "pooled: df 2, share 0.5, cluster sd 0.3: covers 90.00%, below 92%",
        "kg: df 2, share 0.5, cluster sd 0.3: 1.00% undefined",
    ]
    assert len(broken(Cell(2, 0.5, 0.7), bad, 0.92, 0.3)) == 1


def test_the_simulated_share_is_the_one_that_intervals_are_held_against():
    cell = Cell(10, 0.87, 0.7)
    table = samples(cell, 400, np.random.default_rng(1))
    share = np.mean([table[name].to_numpy().mean() for name in ("q01", "q22")])
    assert table.num_rows == 400 * 12 * 12
    assert share == pytest.approx(0.87, abs=0.006)


ALIKE = [5, 5, 1, 5, 5, 1, 5, 1, 1, 5, 1, 1]  # the two clusters of a stratum answered alike


@pytest.mark.parametrize("method", METHODS)
def test_clusters_that_answered_alike_by_chance_do_not_make_a_share_certain(design, method):
    block = SHARE | {"of": ["q1"], "satisfied": [5], "by": [], "ci": method}
    even = survey(q1=ALIKE, w=[1.0] * 12)
    (row,) = estimate({"design": design, "estimate": [block]}, even)
    assert (row.value, row.se, row.status) == (0.5, 0, "ok")
    assert row.low < 0.35 and row.high > 0.65
    assert row.method == ("pooled" if method == "pooled" else "kg")


@pytest.mark.parametrize("method", [name for name in METHODS if name not in ("kg", "pooled")])
def test_clusters_that_are_all_there_are_do_make_it_certain(design, method):
    """Every cluster was asked: nothing is left to chance."""
    block = SHARE | {"of": ["q1"], "satisfied": [5], "by": [], "ci": method}
    plan = {"design": design | {"fpc": ["N"]}, "estimate": [block]}
    (row,) = estimate(plan, survey(q1=[5, 4, 1] * 4, N=[2] * 12))
    assert row.se == 0
    assert (row.low, row.high) == (pytest.approx(row.value), pytest.approx(row.value))


@pytest.mark.parametrize("method", METHODS)
def test_no_degree_of_freedom_has_no_interval_by_any_method(design, method):
    where = [{"column": "cluster", "op": "in", "value": [1, 3]}]
    block = SHARE | {"of": ["q1", "q2"], "satisfied": [4, 5], "by": [], "ci": method}
    for row in estimate({"design": design | {"where": where}, "estimate": [block]}, survey()):
        assert (row.df, row.status, row.low, row.high) == (0, "few-clusters", None, None)
