"""How many to ask: textbook numbers, R's, and a search through every size."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import SampleError
from analysis.sampling.sizes import (
    WIDTHS,
    change,
    cochran,
    exact_binomial,
    normal,
    sized,
    yamane,
)


def test_the_ministrys_formula():
    assert yamane(400, 0.05).answers == 200  # 400 / (1 + 1)
    assert yamane(2000, 0.05).exact == pytest.approx(333.333, abs=1e-3)
    assert yamane(2000, 0.05).answers == 334
    assert yamane(2000, 0.05, rounding="nearest").answers == 333
    assert yamane(10**9, 0.05).answers == 400, "never more than 400 for 5 %"
    assert yamane(2000, 0.05, deff=1.5, response=0.8).answers == 500
    assert yamane(2000, 0.05, deff=1.5, response=0.8).invited == 625


def test_cochrans_own_examples():
    """Cochran (1977), p. 75 and 76: t = 2, d = 5 %, p = 0.5: 400, and 356 of 3,200."""
    two = 2 * stats.norm.cdf(2) - 1
    assert cochran(0.05, level=two).exact == pytest.approx(400)
    assert cochran(0.05, level=two, population=3200).answers == 356
    assert cochran(0.05).exact == pytest.approx(384.1459, abs=1e-4)


@given(
    st.integers(50, 10**6),
    st.floats(0.01, 0.2),
    st.floats(0.1, 0.9),
    st.floats(1, 4),
    st.floats(0.2, 1),
)
def test_cochrans_size_has_the_error_it_was_made_for(population, error, share, deff, response):
    size = cochran(error, share=share, population=population, deff=deff, response=response)
    n = size.exact
    spread = population / (population - 1) * share * (1 - share)
    variance = deff * (1 / n - 1 / population) * spread
    if deff == 1:
        assert normal(0.95) * math.sqrt(variance) == pytest.approx(error)
    assert size.answers <= size.invited <= population
    assert size.answers == population or size.answers >= n - 1e-6


def test_the_exact_binomial_against_every_size_below():
    for interval in WIDTHS:
        for share, error in ((0.5, 0.08), (0.85, 0.05), (0.97, 0.03)):
            n = exact_binomial(error, share=share, interval=interval).answers
            first = next(m for m in range(1, n + 1) if WIDTHS[interval](m, share, 0.95) <= error)
            assert n == first


def test_wilson_at_one_half_by_hand():
    """At one half the half-width is z / (2 √(n + z²)), so n = z²/(4 e²) - z²."""
    z = stats.norm.ppf(0.975)
    assert exact_binomial(0.05, interval="wilson").answers == math.ceil(z**2 / 0.01 - z**2) == 381


def test_clopper_and_pearson_as_binom_test_prints_them():
    """R: binom.test(85, 100)$conf.int is 0.7646925 to 0.9135456."""
    assert WIDTHS["beta"](100, 0.85, 0.95) == pytest.approx((0.9135456 - 0.7646925) / 2, abs=1e-7)
    assert exact_binomial(0.05).answers > cochran(0.05).answers, "exact is wider"


def test_a_change_between_two_rounds_as_r_sizes_it():
    """R: power.prop.test(p1 = .50, p2 = .75, power = .90) has n = 76.7."""
    assert change(0.50, 0.75, power=0.9).exact == pytest.approx(76.7, abs=0.05)
    assert change(0.50, 0.75, power=0.9).answers == 77
    panel = change(0.50, 0.75, power=0.9, overlap=0.5, correlation=0.6)
    assert panel.answers == math.ceil(change(0.5, 0.75, power=0.9).exact * 0.7)
    assert change(0.80, 0.85, population=900).census


def test_the_size_for_a_change_has_its_power():
    """Every outcome of two rounds of n, weighed by its probability: 80 % see the change."""
    n = change(0.80, 0.87).answers
    x = np.arange(n + 1)
    p, q = x[:, None] / n, x[None, :] / n
    middle = (p + q) / 2
    with np.errstate(invalid="ignore"):
        z = np.abs(p - q) / np.sqrt(2 * middle * (1 - middle) / n)
    chance = np.outer(stats.binom.pmf(x, n, 0.80), stats.binom.pmf(x, n, 0.87))
    assert chance[z > normal(0.95)].sum() == pytest.approx(0.80, abs=0.01)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: yamane(0, 0.05), "`population` is 0"),
        (lambda: yamane(100, 1.5), "`error` is 1.5"),
        (lambda: cochran(0.05, share=0), "`share` is 0"),
        (lambda: cochran(0.05, response=0), "`response` is 0"),
        (lambda: cochran(0.05, deff=-1), "`deff` is -1"),
        (lambda: cochran(1e-9), "no sample has an error that small"),
        (lambda: cochran(0.05, level=1e-300), "too near 0 or 1"),
        (lambda: cochran(2e-6), "the error asked is too small"),
        (lambda: exact_binomial(2e-6), "no sample has an error as small"),
        (lambda: change(0.5, 0.5), "no sample sees a change of nothing"),
        (lambda: change(0.5, 0.6, overlap=1, correlation=1), "not both 1"),
        (lambda: sized("x", 1, float("nan"), None, 1), "the error asked"),
    ],
)
def test_what_no_size_answers_is_said(make, words):
    with pytest.raises(SampleError, match=words):
        make()
