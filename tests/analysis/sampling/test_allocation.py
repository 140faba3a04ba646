"""Where the sample goes: sums, limits, and the cheapest one against a search."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.errors import AllocationError
from analysis.sampling.allocation import allocate, equal, neyman, power, proportional
from analysis.sampling.bethel import Target, solve


def shared(total, shares, high, low=1):
    high = np.asarray(high)
    names = [f"s{i}" for i in range(len(high))]
    return allocate(total, shares, np.full(len(high), low), high, names).tolist()


def test_rules_by_hand():
    many = np.array([100.0, 200.0, 300.0])
    assert shared(60, proportional(many), many.astype(int)) == [10, 20, 30]
    assert shared(60, equal(many), many.astype(int)) == [20, 20, 20]
    sd = np.array([10.0, 20.0, 5.0])  # N S = 1000, 4000, 1500
    assert shared(65, neyman(many, sd), many.astype(int)) == [10, 40, 15]
    cost = np.array([1.0, 4.0, 1.0])  # N S / √c = 1000, 2000, 1500
    assert shared(45, neyman(many, sd, cost), many.astype(int)) == [10, 20, 15]
    size = np.array([100.0, 400.0, 900.0])  # roots 10, 20, 30
    assert shared(60, power(size, 0.5), size.astype(int)) == [10, 20, 30]
    assert shared(60, power(size, 0.0), size.astype(int)) == [20, 20, 20]


def test_cochrans_64_cities():
    """Cochran (1977), ch. 5: 16 large and 48 other cities, 24 to draw, 12.21 by Neyman."""
    many, sd = np.array([16.0, 48.0]), np.sqrt([53843.0, 5581.0])
    assert 24 * neyman(many, sd) == pytest.approx([12.21, 11.79], abs=0.005)
    assert shared(24, neyman(many, sd), [16, 48]) == [12, 12]
    assert shared(24, proportional(many), [16, 48]) == [6, 18]


def test_minimum_and_population_give_to_and_take_from_the_others():
    many = np.array([1000.0, 1000.0, 10.0])
    assert shared(100, proportional(many), many.astype(int), low=10) == [45, 45, 10]
    assert shared(2009, proportional(many), many.astype(int), low=1) == [1000, 999, 10]


def test_largest_remainder_breaks_ties_in_the_order_of_the_strata():
    assert shared(10, equal(np.ones(4)), [9] * 4) == [3, 3, 2, 2]


@given(st.data(), st.integers(1, 12))
def test_sums_limits_and_order(data, count):
    high = np.array(data.draw(st.lists(st.integers(1, 200), min_size=count, max_size=count)))
    low = np.array([data.draw(st.integers(0, int(h))) for h in high])
    pull = np.array(data.draw(st.lists(st.floats(0, 1e6), min_size=count, max_size=count)))
    if not pull.sum() > 0:
        pull = np.ones(count)
    total = data.draw(st.integers(int(low.sum()), int(high.sum())))
    names = [str(i) for i in range(count)]
    got = allocate(total, pull / pull.sum(), low, high, names)
    assert got.sum() == total
    assert (got >= low).all() and (got <= high).all()
    shuffled = np.array(data.draw(st.permutations(range(count))))
    again = allocate(total, pull[shuffled] / pull.sum(), low[shuffled], high[shuffled], names)
    assert (abs(again - got[shuffled]) <= 1).all(), "only ties depend on the order"


def targets(part, sds, limits):
    return [
        Target(f"y{i}", part, np.asarray(sd), v)
        for i, (sd, v) in enumerate(zip(sds, limits, strict=True))
    ]


def solved(part_of, sds, limits, cost=None, low=2):
    many = np.asarray(part_of, dtype=float)
    part = many / many.sum()
    cost = np.ones(len(many)) if cost is None else np.asarray(cost, dtype=float)
    low_high = np.full(len(many), low), many.astype(int)
    return solve(targets(part, sds, limits), many, cost, *low_high)


def test_one_target_is_neymans_closed_form():
    """n = (Σ W S)² / (V + Σ W S² / N), in proportion to W S: Cochran (1977), eq. 5.25, p. 98."""
    many, sd = np.array([400.0, 300.0, 300.0]), np.array([10.0, 20.0, 5.0])
    part = many / many.sum()
    own = solved(many, [sd], [0.5]).own
    total = (part @ sd) ** 2 / (0.5 + part @ sd**2 / many.sum())
    assert own == pytest.approx(total * part * sd / (part @ sd), rel=1e-5)


def variance(part, sd, many, n):
    return float((part**2 * sd**2 * (1 / n - 1 / many)).sum())


def test_two_targets_against_every_allocation():
    many, cost = np.array([30.0, 25.0, 20.0]), np.array([1.0, 2.0, 1.5])
    sds, limits = [np.array([9.0, 3.0, 6.0]), np.array([2.0, 8.0, 3.0])], [1.2, 0.8]
    found = solved(many, sds, limits, cost)
    part = many / many.sum()
    good = [
        float(cost @ n)
        for n in itertools.product(*(range(2, int(m) + 1) for m in many))
        if all(variance(part, s, many, np.array(n)) <= v for s, v in zip(sds, limits, strict=True))
    ]
    assert (found.used <= 1 + 1e-9).all()
    assert found.price <= min(good) + 1e-6, "the optimum before rounding is a lower bound"
    assert float(cost @ found.sizes) <= min(good) + cost.max()


def test_many_targets_against_a_general_optimiser():
    rng = np.random.default_rng(5)
    for _ in range(8):
        many = rng.integers(200, 2000, 6).astype(float)
        part, cost = many / many.sum(), rng.uniform(1, 3, 6)
        sds = rng.uniform(0.5, 5, (4, 6))
        limits = rng.uniform(0.01, 0.04, 4)
        own = solved(many, sds, limits, cost).own
        room = [
            {
                "type": "ineq",
                "fun": lambda n, s=s, v=v, m=many, p=part: 1 - variance(p, s, m, n) / v,
            }
            for s, v in zip(sds, limits, strict=True)
        ]
        best = minimize(
            lambda n, c=cost: c @ n,
            many / 2,
            bounds=[(2, m) for m in many],
            constraints=room,
            options={"maxiter": 500, "ftol": 1e-10},
        )
        assert cost @ own == pytest.approx(best.fun, rel=1e-3)
        assert all(
            variance(part, s, many, own) <= v * (1 + 1e-5) for s, v in zip(sds, limits, strict=True)
        )


def test_what_cannot_be_allocated_is_said():
    ones = np.ones(3)
    for total, high, low, words in (
        (2, [5, 5, 5], 1, "2 cannot be allocated: the minimums add up to 3"),
        (20, [5, 5, 5], 1, "20 cannot be allocated: the strata have only 15"),
        (6, [5, 1, 5], 2, "the stratum s1 has 1 units, fewer than the minimum of 2"),
    ):
        with pytest.raises(AllocationError, match=words):
            shared(total, equal(ones), high, low)
    with pytest.raises(AllocationError, match="standard deviation is 0 in every"):
        neyman(ones, np.zeros(3))
    with pytest.raises(AllocationError, match="exponent is 2"):
        power(ones, 2.0)
    part = np.array([0.5, 0.5])
    with pytest.raises(AllocationError, match=r"target y0 cannot be met: .* 19\.41 times"):
        solve(targets(part, [[2.0, 2.0]], [0.004]), np.full(2, 50.0), np.ones(2), *caps(2, 17))


def caps(low, high):
    return np.full(2, low), np.full(2, high)
