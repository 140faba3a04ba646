"""Importance against its definition: every order of adding, one after the other."""

from collections.abc import Iterator, Sequence
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.drivers import importance, shapley


def covariance(p: int, seed: int) -> np.ndarray:
    own = np.random.default_rng(seed)
    root = own.normal(size=(p + 1, p + 1 + p))
    return root @ root.T


def explained(matrix: np.ndarray, items: Sequence[int]) -> float:
    if not items:
        return 0.0
    at = list(items)
    right = matrix[at, -1]
    return float(right @ np.linalg.solve(matrix[np.ix_(at, at)], right) / matrix[-1, -1])


def orders(factors: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Every order in which the items of a factor stand together."""
    for blocks in permutations(factors):
        for inner in product(*(list(permutations(block)) for block in blocks)):
            yield [item for block in inner for item in block]


def by_definition(matrix: np.ndarray, factors: Sequence[Sequence[int]]) -> np.ndarray:
    every = list(orders(factors))
    parts = np.zeros(len(matrix) - 1)
    for order in every:
        for place, item in enumerate(order):
            more = explained(matrix, order[: place + 1]) - explained(matrix, order[:place])
            parts[item] += more / len(every)
    return parts


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize(
    "factors",
    [[[0], [1], [2], [3], [4]], [[0, 1], [2, 3], [4]], [[0, 1, 2, 3, 4]], [[3, 1], [0], [4, 2]]],
)
def test_parts_are_means_over_all_orders(factors):
    matrix = covariance(5, 3)
    found = importance(matrix, factors, 100, rng())
    assert found.method == "owen-exact"
    assert found.items == pytest.approx(by_definition(matrix, factors), abs=1e-12)


def test_the_items_of_a_factor_add_up_to_what_the_factor_adds_as_a_whole():
    """Grömping (2007), 2.3: groups of regressors, added whole in every order."""
    matrix, factors = covariance(6, 5), [[0, 1, 2], [3, 4], [5]]
    found = importance(matrix, factors, 100, rng())
    whole = np.zeros(3)
    every = list(permutations(range(3)))
    for order in every:
        for place, k in enumerate(order):
            before = [i for j in order[:place] for i in factors[j]]
            more = explained(matrix, [*before, *factors[k]]) - explained(matrix, before)
            whole[k] += more / len(every)
    assert [found.items[own].sum() for own in factors] == pytest.approx(whole, abs=1e-12)


@given(st.integers(0, 10_000), st.lists(st.floats(0.001, 1000), min_size=5, max_size=5))
def test_parts_add_up_to_r2_and_the_unit_of_a_column_changes_nothing(seed, units):
    matrix = covariance(4, seed)
    scale = np.array(units)
    once = importance(matrix, [[0, 1], [2, 3]], 100, rng())
    again = importance(matrix * scale * scale[:, None], [[0, 1], [2, 3]], 100, rng())
    assert once.items.sum() == pytest.approx(explained(matrix, range(4)), abs=1e-9)
    assert again.items == pytest.approx(once.items, abs=1e-7)
    assert (once.items > -1e-12).all()


def test_items_that_are_not_correlated_keep_their_squared_correlation():
    matrix = np.diag([1.0, 4.0, 9.0, 1.0])
    matrix[-1, :3] = matrix[:3, -1] = [0.5, 0.8, 0.9]
    found = importance(matrix, [[0], [1], [2]], 100, rng())
    assert found.items == pytest.approx([0.25, 0.16, 0.09], abs=1e-12)


@pytest.mark.parametrize("limit", [shapley.EXACT, 0])
def test_slopes_are_the_derivatives_of_the_parts(limit, monkeypatch):
    monkeypatch.setattr(shapley, "EXACT", limit)
    matrix, factors = covariance(4, 11), [[0, 1], [2, 3]]
    turn = np.random.default_rng(2).normal(size=(5, 5))
    turn = turn + turn.T
    step = 1e-6
    up = importance(matrix + step * turn, factors, 200, rng()).items
    down = importance(matrix - step * turn, factors, 200, rng()).items
    slopes = importance(matrix, factors, 200, rng()).slopes
    assert np.einsum("mjk,jk->m", slopes, turn) == pytest.approx((up - down) / (2 * step), abs=1e-7)


def test_many_items_are_drawn_in_orders_by_a_seed_with_their_monte_carlo_error(monkeypatch):
    matrix, factors = covariance(6, 7), [[0, 1, 2], [3, 4], [5]]
    truth = importance(matrix, factors, 100, rng()).items
    monkeypatch.setattr(shapley, "EXACT", 0)
    found = importance(matrix, factors, 2000, rng())
    assert found.method == "owen-orders"
    assert found.items.sum() == pytest.approx(explained(matrix, range(6)), abs=1e-12)
    assert (np.abs(found.items - truth) < 4 * found.monte_carlo).all()
    assert found.monte_carlo.max() < 0.01 and found.monte_carlo_factors.min() > 0
    assert (importance(matrix, factors, 2000, rng()).items == found.items).all()


@pytest.mark.parametrize("limit", [shapley.EXACT, 0])
def test_many_matrices_at_once_have_the_parts_that_each_has(limit, monkeypatch):
    monkeypatch.setattr(shapley, "EXACT", limit)
    factors = [[0, 2, 4], [1, 5], [3]]
    many = np.stack([covariance(6, seed) for seed in range(5)])
    found = shapley.parts_of(many, factors, 150, 1)
    for one, parts in zip(many, found, strict=True):
        assert parts == pytest.approx(importance(one, factors, 150, rng()).items, abs=1e-12)


def test_forty_five_items_of_three_factors_are_done_in_orders():
    matrix = covariance(45, 9)
    found = importance(matrix, [range(15), range(15, 30), range(30, 45)], 300, rng())
    assert found.method == "owen-orders"
    assert found.items.sum() == pytest.approx(explained(matrix, range(45)), abs=1e-10)
