"""Tests of tables: what changes nothing, and how often they err where nothing is to be found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from analysis.comparisons import goodness, independence
from analysis.errors import CompareError

SEEDS = st.integers(0, 2**32 - 1)
CORRECTIONS = st.sampled_from(["second", "first", "wald", "adjusted-wald"])


def drawn(seed: int, clusters: int = 30, shape: tuple[int, int] = (2, 3)):
    """Counts of a table over clusters whose people resemble each other, and their covariance."""
    rng = np.random.default_rng(seed)
    columns = rng.dirichlet(2 * np.array([0.2, 0.3, 0.5][: shape[1]]), size=clusters)
    rows = np.arange(clusters) % shape[0]
    counts = np.zeros((clusters, *shape))
    for i in range(clusters):
        counts[i, rows[i]] = rng.multinomial(15, columns[i])
    return of_clusters(counts)


def of_clusters(counts):
    flat = counts.reshape(len(counts), -1)
    away = flat - flat.mean(axis=0)
    n = len(counts)
    return counts.sum(axis=0), away.T @ away * n / (n - 1), counts.sum()


@given(SEEDS, CORRECTIONS, st.floats(0.01, 100))
def test_neither_the_scale_of_weights_nor_turning_the_table_changes_a_test(seed, how, scale):
    totals, spread, n = drawn(seed)
    plain = independence(totals, spread, n, 29, how)
    again = independence(scale * totals, scale**2 * spread, n, 29, how)
    at = np.arange(totals.size).reshape(totals.shape).T.ravel()
    turned = independence(totals.T, spread[np.ix_(at, at)], n, 29, how)
    assert again.p == pytest.approx(plain.p, rel=1e-5, abs=1e-10)
    assert turned.p == pytest.approx(plain.p, rel=1e-5, abs=1e-10)
    assert 0 <= plain.p <= 1


@given(SEEDS)
def test_a_simple_random_sample_needs_no_correction(seed):
    """Each person a cluster: X² over its scale is about X², on about the plain degrees."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, 400) * 3 + rng.choice(3, 400, p=[0.2, 0.3, 0.5])
    totals, spread, n = of_clusters(np.eye(6)[codes].reshape(400, 2, 3))
    test = independence(totals, spread, n, 399)
    assert test.scale == pytest.approx(2, rel=0.3)
    assert test.df == pytest.approx(2, rel=0.15)


def test_people_of_a_cluster_resemble_each_other_and_the_test_knows():
    """600 samples of 30 clusters without any difference: about 5 % found, plainly 30 %."""
    found, naive = [], []
    for seed in range(600):
        totals, spread, n = drawn(seed)
        test = independence(totals, spread, n, 28)
        found.append(test.p <= 0.05)
        naive.append(chi2.sf(test.pearson, 2) <= 0.05)
    assert 0.03 < np.mean(found) < 0.08
    assert np.mean(naive) > 0.3


def test_a_distribution_that_is_true_is_seldom_refused():
    wrong = []
    for seed in range(600):
        totals, spread, _ = drawn(seed, shape=(1, 3))
        wrong.append(goodness(totals[0], spread, np.array([0.2, 0.3, 0.5])).p <= 0.05)
    assert 0.03 < np.mean(wrong) < 0.1


def test_rows_and_columns_without_answers_leave_the_table():
    totals, spread, n = drawn(1)
    wide = np.zeros((3, 4))
    wide[:2, :3] = totals
    at = np.arange(12).reshape(3, 4)[:2, :3].ravel()
    more = np.zeros((12, 12))
    more[np.ix_(at, at)] = spread
    assert independence(wide, more, n, 29) == independence(totals, spread, n, 29)
    with pytest.raises(CompareError, match="two rows and two columns"):
        independence(totals[:1], spread[:3, :3], n, 29)
    with pytest.raises(CompareError, match="no sampling error"):
        independence(totals, np.zeros((6, 6)), n, 29)
    with pytest.raises(CompareError, match="more clusters than"):
        independence(totals, spread, n, 1, "adjusted-wald")
