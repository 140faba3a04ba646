"""Replicates and linearisation are two ways to one variance: they meet as clusters grow."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import covariance, estimate

DESIGN = {"strata": ["h"], "stages": ["c"], "weight": "w"}
SHARE = {"kind": "share", "of": ["q"], "satisfied": [1]}


def people(clusters: int, **more: list) -> pa.Table:
    """Two strata of clusters of four people whose answers are alike within a cluster."""
    rng = np.random.default_rng(clusters)
    cluster = np.repeat(np.arange(2 * clusters), 4)
    mood = rng.normal(0.6, 0.2, 2 * clusters)[cluster]
    own = {
        "h": (cluster >= clusters).astype(int),
        "c": cluster,
        "w": rng.uniform(1, 3, len(cluster)),
        "q": (rng.uniform(size=len(cluster)) < mood).astype(int),
        "N": np.full(len(cluster), 2 * clusters),
        "sex": rng.integers(1, 3, len(cluster)),
    }
    return pa.table(own | more)


def errors(clusters: int, design: dict, *variances: dict) -> list[float]:
    plan = {"design": design, "estimate": [SHARE | own for own in variances]}
    return [row.se for row in estimate(plan, people(clusters))]


def test_the_jackknife_meets_linearisation():
    gaps = []
    for clusters in (5, 20, 80):
        linear, jack = errors(clusters, DESIGN, {}, {"variance": "jackknife"})
        gaps.append(abs(jack / linear - 1))
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.002


def test_a_bootstrap_with_populations_is_as_much_surer():
    known = DESIGN | {"fpc": ["N"]}
    boot = {"variance": "bootstrap", "replicates": 1500}
    linear, wide = errors(30, DESIGN, {}, boot)
    surer, narrow = errors(30, known, {}, boot)
    assert surer / linear == pytest.approx(0.5**0.5)
    assert (wide, narrow) == (pytest.approx(linear, rel=0.06), pytest.approx(surer, rel=0.06))


@pytest.mark.parametrize("variance", ["linearized", "jackknife", "bootstrap"])
def test_a_covariance_of_domains_has_their_errors_and_their_share_of_the_whole(variance):
    """The whole is the domains weighed by their people: their covariance makes the errors fit."""
    block = SHARE | {"variance": variance, "by": ["sex"]}
    data = people(40)
    found = covariance({"design": DESIGN, "estimate": [block]}, data)
    assert np.sqrt(np.diag(found.matrix)) == pytest.approx([r.se for r in found.rows])
    w, sex = data["w"].to_numpy(), data["sex"].to_numpy()
    share = np.array([[w[sex == k].sum() / w.sum() for k in (1, 2)]])
    value, matrix = found.linear(share)
    (whole,) = estimate({"design": DESIGN, "estimate": [SHARE]}, data)
    assert value[0] == pytest.approx(whole.value)
    assert matrix[0, 0] ** 0.5 == pytest.approx(whole.se, rel=0.15)
    assert found.matrix[0, 1] == found.matrix[1, 0] != 0


@pytest.mark.parametrize("variance", ["jackknife", "bootstrap"])
def test_weighing_in_thousands_and_turning_the_rows_changes_no_replicated_error(variance):
    data = people(12)
    plan = {"design": DESIGN, "estimate": [SHARE | {"variance": variance, "by": ["sex"]}]}
    expected = [r.se for r in estimate(plan, data)]
    turned = data.take(list(range(len(data)))[::-1])
    heavy = turned.set_column(2, "w", pa.array(turned["w"].to_numpy() * 1000))
    assert [r.se for r in estimate(plan, heavy)] == pytest.approx(expected, rel=1e-9)


def test_a_sample_without_a_domain_has_no_rows_by_replicates_either():
    block = {"kind": "mean", "of": ["q1"], "by": ["sex"], "variance": "jackknife"}
    plan = {"design": {"stages": ["cluster"]}, "estimate": [block]}
    assert (
        list(estimate(plan, pa.table({"q1": [1, 2, 3], "cluster": [1, 2, 3], "sex": pa.nulls(3)})))
        == []
    )
