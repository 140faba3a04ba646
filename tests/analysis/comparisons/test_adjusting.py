"""Many comparisons at once: adjusted p-values, and intervals that agree with what is found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from analysis.comparisons import adjusted, benjamini_hochberg, holm

CHANCES = st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=40)


def test_five_p_values_after_holm_and_after_benjamini_and_hochberg():
    p = np.array([0.01, 0.02, 0.03, 0.04, 0.05])
    assert holm(p) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert benjamini_hochberg(p) == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.05])
    assert holm(p[::-1])[4] == pytest.approx(0.05)


@given(CHANCES)
def test_holm_finds_what_its_steps_find(p):
    own, alpha, left = np.array(p), 0.05, len(p)
    found = set()
    for i in np.argsort(own, kind="stable"):
        if own[i] * left > alpha:
            break
        found.add(int(i))
        left -= 1
    assert set(np.flatnonzero(holm(own) <= alpha).tolist()) == found


@given(CHANCES)
def test_benjamini_and_hochberg_as_scipy_has_them(p):
    own = np.array(p)
    assert benjamini_hochberg(own) == pytest.approx(false_discovery_control(own, method="bh"))
    assert (benjamini_hochberg(own) <= holm(own) + 1e-15).all()


@given(CHANCES, st.sampled_from(["holm", "bh", "none"]), st.sampled_from([0.9, 0.95, 0.99]))
def test_an_adjusted_interval_leaves_out_0_where_a_difference_is_found_and_only_there(
    p, method, level
):
    own, levels = adjusted(p, method, level)
    reach = norm.isf((1 - levels) / 2)
    away = norm.isf(np.array(p) / 2)
    clear = np.abs(own - (1 - level)) > 1e-9
    assert ((away >= reach) == (own <= 1 - level))[clear].all()
    assert (levels >= level - 1e-12).all()


def test_nothing_to_adjust_is_nothing():
    own, levels = adjusted([], "holm", 0.95)
    assert (len(own), len(levels)) == (0, 0)


def test_holm_keeps_its_promise_where_nothing_changed():
    """20 areas without any change, 4,000 times: at least one is found in about 5 %."""
    rng = np.random.default_rng(7)
    p = rng.uniform(size=(4000, 20))
    wrong = np.mean([(holm(row) <= 0.05).any() for row in p])
    assert 0.04 < wrong < 0.06
