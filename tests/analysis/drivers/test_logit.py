"""The ordinal logit: against its likelihood, under a change of units, and what it refuses."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from analysis.drivers.logit import logit
from analysis.drivers.ordinal import ordinal
from analysis.errors import DriversError
from tests.analysis.drivers.conftest import answers


def drawn(rows: int = 400, seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    own = np.random.default_rng(seed)
    x = own.normal(size=(rows, 2))
    latent = x @ [1.0, -0.5] + own.logistic(size=rows)
    return np.searchsorted([-1.0, 0.5, 2.0], latent), x, own.uniform(0.5, 2, rows)


def minus_loglik(theta: np.ndarray, level: np.ndarray, x: np.ndarray, w: np.ndarray) -> float:
    """The textbook formula, cuts last."""
    cuts = np.concatenate([[-np.inf], np.sort(theta[2:]), [np.inf]])
    line = x @ theta[:2]
    return -float(w @ np.log(expit(cuts[level + 1] - line) - expit(cuts[level] - line)))


def test_the_coefficients_are_those_of_greatest_likelihood():
    level, x, w = drawn()
    found = ordinal(level, x, w, ["a", "b"])
    start = [0.5, 0.0, -0.5, 0.0, 0.5]
    best = minimize(minus_loglik, start, args=(level, x, w), method="BFGS", options={"gtol": 1e-7})
    assert np.concatenate([found.beta, found.cuts]) == pytest.approx(best.x, abs=1e-4)
    assert np.abs(found.influence.sum(axis=0)).max() < 1e-9


def test_influences_are_what_leaving_a_row_out_changes():
    level, x, w = drawn()
    found = ordinal(level, x, w, ["a", "b"])
    less = w.copy()
    less[7] *= 1 - 1e-4
    moved = ordinal(level, x, less, ["a", "b"])
    assert (found.beta - moved.beta) / 1e-4 == pytest.approx(found.influence[7, :2], rel=1e-3)
    assert (found.cuts - moved.cuts) / 1e-4 == pytest.approx(found.influence[7, 2:], rel=1e-3)


def test_units_of_covariates_and_weights_change_nothing_else():
    level, x, w = drawn()
    once = ordinal(level, x, w, ["a", "b"])
    again = ordinal(level, x * [10, 0.1] + [1000, 3], w * 1e6, ["a", "b"])
    assert again.beta * [10, 0.1] == pytest.approx(once.beta, rel=1e-8)
    assert again.cuts == pytest.approx(once.cuts + again.beta @ [1000, 3], rel=1e-8)


def test_waiting_has_the_largest_odds_ratio(plan, people):
    done = logit(plan, people)
    rows = {row["of"]: row for row in done.table.to_pylist()}
    assert rows["waiting"]["odds_low"] > rows["forms"]["odds_ratio"] > 1
    assert rows["waiting"]["p"] < 1e-6 and rows["waiting"]["status"] == "ok"
    assert rows["4|5"]["kind"] == "cut" and rows["4|5"]["odds_ratio"] is None
    assert done.n + done.lost == 720
    assert done.lines()[1].startswith("parallel lines: F(")


def test_items_can_be_the_covariates(plan, people):
    own = plan | {"drivers": plan["drivers"] | {"predictors": "items"}}
    names = logit(own, people).table["of"].to_pylist()
    assert names[:5] == ["wait1", "wait2", "form1", "form2", "place1"]


def test_effects_that_differ_between_cuts_are_noticed(plan):
    """Waiting decides between 1 and 2, and has no effect between 2 and 3."""
    data = answers(80, 20)
    own = np.random.default_rng(5)
    wait = data["wait1"] + data["wait2"]
    low = own.random(1600) < expit(1.2 * (6 - wait))
    data["overall"] = np.where(low, 1, np.where(own.random(1600) < 0.5, 2, 3))
    done = logit(plan, pa.table(data))
    rows = {row["of"]: row for row in done.table.to_pylist()}
    assert done.parallel.p < 0.001 and rows["waiting"]["parallel_p"] < 0.001
    assert rows["place"]["parallel_p"] > 0.001
    assert "differ between cuts" in done.lines()[1]


def test_the_test_of_parallel_lines_keeps_its_level_where_they_are():
    """30 samples of 40 clusters with proportional odds: about 5 % are below 0.05."""
    below = 0
    for seed in range(30):
        own = np.random.default_rng(seed)
        x = own.integers(1, 6, 600)
        latent = 0.5 * x + 0.5 * own.normal(size=40)[np.arange(600) % 40] + own.logistic(size=600)
        data = {
            "overall": np.searchsorted([0.5, 2.0, 3.5], latent) + 1,
            "x": x,
            "cluster": np.arange(600) % 40,
        }
        plan = {
            "design": {"stages": ["cluster"]},
            "drivers": {
                "overall": "overall",
                "factors": [{"name": "f", "of": ["x"]}],
                "satisfied": [4],
            },
        }
        below += int(logit(plan, pa.table(data)).parallel.p < 0.05)
    assert below <= 5


def test_a_self_selected_round_has_coefficients_but_no_tests(plan, people):
    open_ = plan | {"design": plan["design"] | {"sample": "open"}}
    done = logit(open_, people)
    first = done.table.to_pylist()[0]
    assert first["value"] == logit(plan, people).table["value"][0].as_py()
    assert (first["se"], first["p"], first["odds_low"], first["status"]) == (
        None,
        None,
        None,
        "open",
    )
    assert done.lines()[1] == "parallel lines: not tested, a self-selected round has no tests"


def test_a_lonely_cluster_leaves_coefficients_without_errors(plan):
    first = logit(plan, pa.table(answers(2, 200))).table.to_pylist()[0]
    assert (first["status"], first["se"]) == ("lonely", None) and first["value"] is not None


def test_two_levels_are_a_binary_logit_without_a_test(plan):
    data = answers()
    data["overall"] = np.where(data["overall"] >= 4, 1, 2)
    done = logit(plan | {"drivers": plan["drivers"] | {"satisfied": [1]}}, pa.table(data))
    assert done.lines()[1] == "parallel lines: not tested, the overall answer has two levels"
    assert done.table["of"].to_pylist()[-1] == "1|2"


def test_an_item_that_tells_the_answer_without_fail_is_named(plan):
    data = answers()
    data["overall"] = np.where(data["place1"] > 0, np.where(data["place1"] >= 4, 2, 1), 0)
    own = plan | {"drivers": plan["drivers"] | {"satisfied": [2]}}
    with pytest.raises(DriversError, match='did not settle: "place"'):
        logit(own, pa.table(data))


def test_an_answer_of_too_many_levels_is_no_scale(plan):
    data = answers()
    data["overall"] = np.arange(720) + 1
    with pytest.raises(DriversError, match='"overall" has 6.. different answers'):
        logit(plan, pa.table(data))


def test_a_covariate_that_does_not_vary_is_named():
    level, x, w = drawn()
    with pytest.raises(DriversError, match='"b" does not vary'):
        ordinal(level, x * [1, 0], w, ["a", "b"])


def test_calibrated_weights_and_their_residuals_are_used(plan):
    data = answers()
    margin = {"by": ["stratum"], "totals": {"0": 1000, "1": 500}}
    calibration = {"method": "poststratify", "margins": [margin]}
    done = logit(plan | {"calibration": calibration}, pa.table(data))
    w = data["w"].copy()
    for stratum, total in ((0, 1000), (1, 500)):
        own = data["stratum"] == stratum
        w[own] *= total / w[own].sum()
    plain = logit(plan, pa.table(data | {"w": w}))
    assert done.table["value"].to_pylist() == pytest.approx(plain.table["value"].to_pylist())
    assert done.table["se"][0].as_py() <= plain.table["se"][0].as_py() * 1.02
