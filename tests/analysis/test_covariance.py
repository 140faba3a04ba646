"""Two rounds that share clusters: what is estimated is what would be seen over many samples."""

import numpy as np
import pytest

from analysis import covariance
from analysis.errors import PlanError
from analysis.influence import Stratum, shared
from analysis.units import Stage
from tests.analysis.conftest import survey


def a_round(code: int, totals: np.ndarray) -> Stratum:
    n = len(totals)
    unit, column = np.arange(n), np.array([code])
    return Stratum(code, unit, unit, totals[:, None], column, np.array([True]))


@pytest.mark.parametrize("common", [1, 3])
def test_the_covariance_of_overlapping_rounds_is_right_on_average(common):
    rng = np.random.default_rng(4)
    size, n = 30, 5
    first = rng.normal(10, 3, size)
    second = first + rng.normal(1, 2, size)
    stage = Stage(np.arange(1), np.arange(1), np.array([n, n]), np.array([size, size]) * 1.0)
    found, a, b = [], [], []
    for _ in range(6000):
        order = rng.permutation(size)
        one, two = order[:n], order[n - common : 2 * n - common]
        own, other = size / n * first[one], size / n * second[two]
        out = np.zeros((2, 2))
        shared(stage, (a_round(0, own), one), (a_round(1, other), two), out)
        found.append(out[0, 1])
        a.append(own.sum())
        b.append(other.sum())
    seen = np.cov(a, b)[0, 1]
    spread = np.std(a) * np.std(b) / np.sqrt(len(a))
    assert np.mean(found) == pytest.approx(seen, abs=4 * spread)


def test_an_estimate_over_two_rounds_is_refused():
    years = survey(year=[2023, 2024] * 6)
    design = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w", "rounds": "year"}
    mean = {"kind": "mean", "of": ["q1"]}
    with pytest.raises(PlanError, match='"year" are samples of their own: name it in `by`'):
        covariance({"design": design, "estimate": [mean]}, years)
    found = covariance({"design": design, "estimate": [mean | {"by": ["year"]}]}, years)
    assert found.matrix[0, 1] != 0
