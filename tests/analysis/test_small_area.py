"""Areas too small to publish lean on the others: what they get, how sure, and what is refused."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import minimize

from analysis import estimate
from analysis.errors import SmallAreaError
from analysis.fay_herriot import fay_herriot
from analysis.modelling import Options
from analysis.small_area import small_areas


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def drawn(count: int, between: float, own: np.random.Generator) -> tuple:
    """Truth, direct estimates, their variances and covariates of some areas."""
    psi = own.uniform(0.2, 2.0, count)
    sides = np.stack([np.ones(count), own.normal(size=count)], axis=1)
    truth = sides @ [1.0, 0.5] + own.normal(size=count) * np.sqrt(between)
    return truth, truth + own.normal(size=count) * np.sqrt(psi), psi, sides


def minus_loglik(log_a: float, y: np.ndarray, psi: np.ndarray, x: np.ndarray, reml: bool) -> float:
    """The textbook formula with full matrices."""
    v = np.diag(np.exp(log_a) + psi)
    i = np.linalg.inv(v)
    b = np.linalg.solve(x.T @ i @ x, x.T @ i @ y)
    more = np.linalg.slogdet(x.T @ i @ x)[1] if reml else 0.0
    return 0.5 * (np.linalg.slogdet(v)[1] + more + (y - x @ b) @ i @ (y - x @ b))


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_variance_is_the_one_of_greatest_likelihood(method):
    _, y, psi, x = drawn(40, 1.0, rng())
    found = fay_herriot(y, psi, x, method)
    best = minimize(
        lambda p: minus_loglik(p[0], y, psi, x, method == "reml"),
        [0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-14},
    )
    assert found.variance == pytest.approx(np.exp(best.x[0]), rel=1e-5)


def test_the_mean_squared_error_is_what_a_simulation_has():
    """40 areas, 1,500 draws: the mean of the estimated mse is within 8 % of the true one."""
    own = rng(7)
    psi = np.tile([0.3, 0.6, 1.0, 1.5], 10)
    sides = np.stack([np.ones(40), own.normal(size=40)], axis=1)
    squares, told, inside = np.zeros(40), np.zeros(40), 0
    for _ in range(1500):
        truth = sides @ [1.0, 0.5] + own.normal(size=40)
        found = fay_herriot(truth + own.normal(size=40) * np.sqrt(psi), psi, sides, "moments")
        squares += (found.value - truth) ** 2
        told += found.mse
        inside += int((np.abs(found.value - truth) < 1.96 * np.sqrt(found.mse)).sum())
    assert told.sum() / squares.sum() == pytest.approx(1, abs=0.08)
    assert 0.935 < inside / (1500 * 40) < 0.965


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_likelihoods_mean_squared_errors_hold_too(method):
    own = rng(8)
    psi = np.tile([0.3, 0.6, 1.0, 1.5], 8)
    sides = np.ones((32, 1))
    squares, told = 0.0, 0.0
    for _ in range(150):
        truth = 1 + own.normal(size=32)
        found = fay_herriot(truth + own.normal(size=32) * np.sqrt(psi), psi, sides, method)
        squares += float(((found.value - truth) ** 2).sum())
        told += float(found.mse.sum())
    assert told / squares == pytest.approx(1, abs=0.1)


def test_an_area_nobody_answered_in_gets_the_synthetic_value_and_a_larger_error():
    _, y, psi, x = drawn(30, 1.0, rng(3))
    y[4], psi[4] = np.nan, np.nan
    found = fay_herriot(y, psi, x)
    assert found.gamma[4] == 0 and found.value[4] == found.synthetic[4]
    assert found.mse[4] > np.delete(found.mse, 4).max()
    assert found.mse[4] > found.variance


@pytest.mark.parametrize("method", ["reml", "ml", "moments"])
def test_the_unit_of_the_figures_changes_nothing(method):
    _, y, psi, x = drawn(30, 1.0, rng(4))
    once, again = fay_herriot(y, psi, x, method), fay_herriot(100 * y, 1e4 * psi, x, method)
    assert again.value == pytest.approx(100 * once.value, rel=1e-6)
    assert again.mse == pytest.approx(1e4 * once.mse, rel=1e-6)


def test_areas_that_do_not_differ_are_all_synthetic():
    y = np.full(12, 0.5) + np.tile([0.01, -0.01], 6)
    found = fay_herriot(y, np.full(12, 0.04), np.ones((12, 1)))
    assert found.variance == 0 and found.value == pytest.approx(0.5)


def communes(satisfied: dict[str, tuple[int, int]]) -> pa.Table:
    """Answers by commune: (satisfied, asked)."""
    return pa.Table.from_pylist(
        [
            {"commune": name, "q1": 5 if i < good else 1}
            for name, (good, asked) in satisfied.items()
            for i in range(asked)
        ]
    )


SHARES = {
    "Hải Lăng": (30, 40),
    "Cam Lộ": (20, 40),
    "Gio Linh": (9, 10),
    "Vĩnh Linh": (35, 50),
    "Triệu Phong": (28, 60),
    "Đakrông": (3, 8),
    "Hướng Hóa": (12, 12),
}
PLAN = {"estimate": [{"kind": "share", "of": ["q1"], "satisfied": [4, 5], "by": ["commune"]}]}
ALL = pa.table({"commune": [*SHARES, "Cồn Cỏ"]})


@pytest.mark.parametrize("scale", ["identity", "arcsine"])
def test_communes_are_labelled_as_modelled_with_the_weight_of_their_own_answers(scale):
    options = Options(scale=scale, smoothing="gvf")
    done = small_areas(estimate(PLAN, communes(SHARES)), ALL, options)
    rows = {row["commune"]: row for row in done.table.to_pylist()}
    assert all("model-based" in row["method"] for row in rows.values())
    assert rows["Gio Linh"]["direct"] == 0.9 > rows["Gio Linh"]["value"]
    assert rows["Triệu Phong"]["gamma"] > rows["Đakrông"]["gamma"]
    everyone = rows["Hướng Hóa"]
    assert everyone["direct"] == 1 and everyone["se"] > 0 and everyone["source"] == "composite"
    nobody = rows["Cồn Cỏ"]
    assert (nobody["source"], nobody["status"]) == ("synthetic", "no-answers")
    assert (nobody["n"], nobody["direct"], nobody["gamma"]) == (0, None, 0)
    assert nobody["low"] < nobody["value"] < nobody["high"]
    assert done.lines()[0] == "model-based: reml, fitted to 7 areas with a direct estimate"


def test_a_share_on_the_logit_scale_stays_between_0_and_1_and_names_how_it_came_back():
    some = {name: pair for name, pair in SHARES.items() if name != "Hướng Hóa"}
    options = Options(scale="logit")
    table = small_areas(estimate(PLAN, communes(some)), None, options).table
    for row in table.to_pylist():
        assert 0 < row["low"] < row["value"] < row["high"] < 1
        assert (row["scale"], row["back"]) == ("logit", "inverse")


@pytest.mark.parametrize(
    ("options", "areas", "said"),
    [
        (Options(), ALL, "Hướng Hóa has the value 1 without any variance"),
        (Options(scale="logit"), ALL, "Hướng Hóa has the value 1"),
        (Options(scale="probit"), ALL, 'the scale "probit" is none of'),
        (Options(method="bayes", smoothing="gvf"), ALL, 'the method "bayes" is none of'),
        (Options(covariates=("poor",)), None, "no table of areas with poor"),
        (Options(covariates=("poor",)), ALL, 'has no column "poor"'),
        (Options(), ALL.slice(1), "no row for Hải Lăng"),
        (Options(), pa.concat_tables([ALL, ALL]), "twice"),
    ],
)
def test_what_cannot_be_modelled_is_refused_by_name(options, areas, said):
    with pytest.raises(SmallAreaError, match=said):
        small_areas(estimate(PLAN, communes(SHARES)), areas, options)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 2, 3, None, 5, 6, 7, 8], '"poor" of Vĩnh Linh is missing'),
        ([3.0] * 8, '"poor" is 3 everywhere'),
        (list("abcdefgh"), "must be numbers only"),
    ],
)
def test_covariates_that_explain_nothing_are_named(values, said):
    areas = ALL.append_column("poor", pa.array(values))
    with pytest.raises(SmallAreaError, match=said):
        small_areas(
            estimate(PLAN, communes(SHARES)), areas, Options(covariates=("poor",), smoothing="gvf")
        )


@pytest.mark.parametrize(
    ("direct", "psi", "sides", "said"),
    [
        ([1.0, 2.0], [1.0, 1.0], np.ones((2, 1)), "2 areas have a direct estimate"),
        ([1.0, 2, 3, 4], [1.0, 0, 1, 1], np.ones((4, 1)), "variance of area 2 is 0"),
        ([1.0, 2, 3, 4], [1.0, np.nan, 1, 1], np.ones((4, 1)), "without the other"),
        ([1.0, 2, 3, 4], np.ones(4), np.ones((4, 2)), "depend on each other"),
    ],
)
def test_numbers_without_a_model_are_refused(direct, psi, sides, said):
    with pytest.raises(SmallAreaError, match=said):
        fay_herriot(np.array(direct, dtype=float), np.array(psi, dtype=float), sides)


def test_a_table_of_areas_prints_with_its_label():
    done = small_areas(estimate(PLAN, communes(SHARES)), ALL, Options(smoothing="gvf"))
    said = str(done).splitlines()
    assert said[0].split()[:4] == ["commune", "n", "direct", "value"]
    assert said[8].split()[:5] == ["Cồn", "Cỏ", "0", "-", f"{done.table['value'][7].as_py():.4f}"]
    assert said[9].startswith("model-based")
