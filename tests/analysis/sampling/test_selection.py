"""Who is drawn: probabilities by hand, by frequency, and for pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import SampleError
from analysis.sampling.joint import (
    joint_hajek,
    joint_hartley_rao,
    joint_ordered,
    joint_simple,
    yates_grundy,
)
from analysis.sampling.selection import inclusion, pps, simple, systematic


def rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def test_a_seed_draws_the_same_on_every_machine():
    assert simple(rng(7), 10, 4, 2).chosen.tolist() == [6, 3, 4, 9]
    assert systematic(rng(7), 10, 4).chosen.tolist() == [1, 4, 6, 9]
    assert pps(rng(7), np.arange(1.0, 9.0), 3).chosen.tolist() == [3, 5, 7]


def test_units_for_certain_are_taken_out_one_after_the_other():
    """60 of 120 for 3: 1.5, certain. Then 30 of 60 for 2: 1, certain. Then 1 of 3 tens."""
    probability, certain = inclusion(np.array([60.0, 30, 10, 10, 10]), 3)
    assert certain.tolist() == [True, True, False, False, False]
    assert probability == pytest.approx([1, 1, 1 / 3, 1 / 3, 1 / 3])
    assert set(pps(rng(), np.array([60.0, 30, 10, 10, 10]), 3).chosen[:2]) == {0, 1}


sizes = st.lists(st.floats(0.01, 1000), min_size=1, max_size=30).map(np.array)


@given(sizes, st.data())
def test_every_selection_has_its_size_and_its_probabilities(size, data):
    n = data.draw(st.integers(1, len(size)))
    spare = data.draw(st.integers(0, 10))
    seed = data.draw(st.integers(0, 2**32))
    for found in (
        simple(rng(seed), len(size), n, spare),
        systematic(rng(seed), len(size), n, spare),
        pps(rng(seed), size, n, spare),
    ):
        assert len(set(found.chosen.tolist())) == len(found.chosen) == n
        assert len(found.reserve) == min(spare, len(size) - n)
        assert not set(found.reserve.tolist()) & set(found.chosen.tolist())
        assert found.probability.sum() == pytest.approx(n)
        assert (found.probability > 0).all() and (found.probability <= 1).all()
        assert set(np.flatnonzero(found.certain)) <= set(found.chosen.tolist())


@given(st.integers(1, 200), st.data())
def test_a_systematic_sample_steps_evenly(units, data):
    n = data.draw(st.integers(1, units))
    chosen = systematic(rng(data.draw(st.integers(0, 99))), units, n).chosen
    gaps = np.diff(chosen)
    assert ((gaps >= np.floor(units / n)) & (gaps <= np.ceil(units / n))).all()


def test_units_come_as_often_as_their_probability_says():
    size, draws = np.array([1.0, 2, 3, 4, 5, 6, 40]), 4000
    generator = rng(3)
    for draw in (
        lambda: simple(generator, 7, 3),
        lambda: systematic(generator, 7, 3),
        lambda: pps(generator, size, 3),
    ):
        times = np.zeros(7)
        for _ in range(draws):
            found = draw()
            times[found.chosen] += 1
        p = found.probability
        assert (abs(times / draws - p) <= 4 * np.sqrt(p * (1 - p) / draws) + 1e-9).all()


def test_a_reserve_that_is_used_leaves_a_simple_random_sample():
    """The first three of sample and reserve together: each unit as often as any other."""
    times = np.zeros(6)
    generator = rng(4)
    for _ in range(4000):
        found = simple(generator, 6, 2, 1)
        times[np.concatenate([found.chosen, found.reserve])] += 1
    assert abs(times / 4000 - 0.5).max() < 4 * 0.5 / np.sqrt(4000)


def test_pairs_of_a_list_in_order_are_exact():
    p = inclusion(np.array([1.0, 2, 3, 4, 5, 6]), 3)[0]
    exact = joint_ordered(p)
    assert np.diag(exact) == pytest.approx(p)
    assert exact.sum(axis=1) == pytest.approx(3 * p), "(n - 1) π and the diagonal"
    times = np.zeros((6, 6))
    generator = rng(5)
    for _ in range(4000):
        chosen = pps(generator, np.array([1.0, 2, 3, 4, 5, 6]), 3).chosen
        times[np.ix_(chosen, chosen)] += 1
    assert abs(times / 4000 - exact).max() < 4 * 0.5 / np.sqrt(4000)


def test_pairs_in_random_order_are_near_hartley_and_rao_and_hajek():
    size = np.random.default_rng(2).uniform(1, 4, 40)
    p = inclusion(size, 8)[0]
    total = np.zeros((40, 40))
    generator = np.random.default_rng(6)
    for _ in range(1500):
        mixed = generator.permutation(40)
        back = np.argsort(mixed)
        total += joint_ordered(p[mixed])[np.ix_(back, back)]
    mean = total / 1500
    for approximate, close in ((joint_hartley_rao(p), 0.002), (joint_hajek(p), 0.004)):
        assert np.diag(approximate) == pytest.approx(p)
        assert approximate.sum(axis=1) == pytest.approx(8 * p, rel=0.005)
        heavy = np.argsort(-p)[:8]
        block = np.ix_(heavy, heavy)
        assert abs((approximate - mean)[block].mean()) < close


def test_equal_probabilities_make_every_formula_the_simple_one():
    p = np.full(30, 0.2)
    simple_pairs = joint_simple(30, 6)
    assert joint_hajek(p) == pytest.approx(simple_pairs, rel=0.01)
    assert joint_hartley_rao(p) == pytest.approx(simple_pairs, rel=2e-4)
    y = np.array([3.0, 5, 4, 8, 1, 6])
    pairs = joint_simple(30, 6)[:6, :6]
    by_hand = 30**2 * (1 - 0.2) * y.var(ddof=1) / 6
    assert yates_grundy(y, p[:6], pairs) == pytest.approx(by_hand)


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(SampleError, match="5 units to draw, but there are only 4"):
        simple(rng(), 4, 5)
    with pytest.raises(SampleError, match="at least 1"):
        systematic(rng(), 4, 0)
    with pytest.raises(SampleError, match="number over 0"):
        pps(rng(), np.array([1.0, 0.0]), 1)
