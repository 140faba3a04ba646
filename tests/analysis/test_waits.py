"""Waits of which some have not ended, against published examples and plain quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.waits import still_waiting, waits

# Miller (1997), Survival Analysis: leukaemia, months in remission; R: survival::aml
MAINTAINED = (
    [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161],
    [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0],
)
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1] * 5 + [0] + [1] * 6)
# Freireich et al. (1963), weeks in remission with 6-MP
SIX_MP = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)


@pytest.mark.parametrize(
    ("times", "ended", "median"), [(*MAINTAINED, 31), (*NOT_MAINTAINED, 23), (*SIX_MP, 23)]
)
def test_the_median_is_the_one_r_survfit_gives(times, ended, median):
    assert waits(times, ended, [0.5]) == [median]


def test_the_share_that_waits_is_the_published_one():
    at, left = still_waiting(*SIX_MP)
    assert list(at) == [6, 7, 10, 13, 16, 22, 23]
    assert left == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)


def test_who_still_waits_makes_the_wait_longer_not_shorter():
    assert waits([1, 2, 3], [True] * 3, [0.5]) == [2]
    assert waits([1, 2, 3, 9, 9], [True, True, True, False, False], [0.5]) == [3]


def test_a_share_that_has_not_been_reached_has_no_wait():
    assert waits([1, 5, 5, 5], [True, False, False, False], [0.2, 0.5]) == [1, None]
    assert waits([5, 5], [False, False], [0.5]) == [None]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_without_anybody_waiting_it_is_the_plain_quantile(times, share):
    plain = np.quantile(times, share, method="averaged_inverted_cdf")
    assert waits(times, [True] * len(times), [share])[0] == pytest.approx(plain)
