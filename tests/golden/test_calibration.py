"""Calibration to sums of numbers, as calibrate() of R survey 4.5 has it, at 1e-8 relative."""

import numpy as np
import pytest

from analysis import estimate, weigh
from analysis.propensity import propensity
from analysis.totals import as_key
from tests.golden.reference import STYPE, cases, design, table

CLOSE = 1e-8
BOUNDS = {"linear.bounded": [0.6, 1.6], "logit": [0.5, 1.8]}
METHODS = ("linear", "linear.bounded", "raking", "logit")


def close(found: float, expected: float, rel: float = CLOSE) -> None:
    assert found == pytest.approx(expected, rel=rel, abs=1e-12)


def calibration(method: str) -> dict:
    """calibrate(d, ~stype + api99, population, calfun = ...), every type of school a margin."""
    own = {"raking": "rake"}.get(method, method.removesuffix(".bounded"))
    margins = [{"by": ["stype"], "totals": STYPE}, {"of": "api99", "total": 3914069}]
    bounds = {"bounds": BOUNDS[method]} if method in BOUNDS else {}
    return {"method": own, "margins": margins} | bounds


def run(case: dict, block: dict, own: dict) -> list:
    plan = {"design": design(case), "estimate": [block], "calibration": own}
    return list(estimate(plan, table(case["data"])))


@pytest.mark.parametrize("method", METHODS)
def test_weights_of_schools_brought_to_a_sum_of_scores(method):
    """R: weights(calibrate(dcl, ~stype + api99, pop, calfun = ..., bounds = ...))."""
    case = cases("classic")[f"clus1.calx.{method}.weights"]
    plan = {"design": design(case), "calibration": calibration(method)}
    done = weigh(plan, table(case["data"]))
    weight, expected = done.table["weight"].to_numpy(), case["expected"]
    close(weight.sum(), expected["sum"])
    close((weight**2).sum(), expected["sumsq"])
    close(weight.min(), expected["min"])
    close(weight.max(), expected["max"])
    assert list(weight[:5]) == pytest.approx(expected["first5"], rel=CLOSE)
    last = done.diagnostics.margins[-1]
    assert (last.margin, last.category, last.population) == ("api99", "sum", 3914069)
    close(last.after, 3914069)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("kind", "of"), [("mean", ["api00", "enroll"]), ("total", ["enroll", "api.stu"])]
)
def test_estimates_with_weights_brought_to_a_sum_of_scores(method, kind, of):
    """R: svymean(~api00 + enroll, calibrate(dcl, ~stype + api99, ...)), svytotal."""
    case = cases("classic")[f"clus1.calx.{method}.{kind}"]
    for row in run(case, {"kind": kind, "of": of}, calibration(method)):
        close(row.value, case["expected"]["estimate"][row.of])
        close(row.se, case["expected"]["se"][row.of])


@pytest.mark.parametrize("method", METHODS)
def test_domains_with_weights_brought_to_a_sum_of_scores(method):
    """R: svyby(~api00, ~stype, calibrate(dcl, ~stype + api99, ...), svymean)."""
    case = cases("classic")[f"clus1.calx.{method}.by"]
    block = {"kind": "total", "of": ["enroll"], "by": ["comp.imp"]}
    for row in run(case, block, calibration(method)):
        close(row.value, case["expected"]["estimate"][row.by["comp.imp"]])
        close(row.se, case["expected"]["se"][row.by["comp.imp"]])


def test_one_factor_for_all_schools_of_a_district():
    """R: calibrate(dcl, ~stype + api99, ..., aggregate.stage = 1)."""
    case = cases("classic")["clus1.cal.aggregate"]  # calibrate(..., aggregate.stage = 1)
    own = calibration("linear") | {"within": ["dnum"]}
    (row,) = run(case, {"kind": "mean", "of": ["api00"]}, own)
    close(row.value, case["expected"]["estimate"]["api00"])
    close(row.se, case["expected"]["se"]["api00"])
    data = table(case["data"])
    done = weigh({"design": design(case), "calibration": own}, data).table
    pairs = set(zip(done["dnum"].to_pylist(), done["weight"].to_pylist(), strict=True))
    assert len(pairs) == len(set(done["dnum"].to_pylist()))


def test_a_generalised_regression_estimate_of_a_stratified_sample():
    """R: svytotal(~enroll, calibrate(dst, ~stype + api99, ...))."""
    case = cases("classic")["strat.greg"]
    for row in run(case, {"kind": "mean", "of": ["api00", "enroll"]}, calibration("linear")):
        close(row.value, case["expected"]["estimate"][row.of])
        close(row.se, case["expected"]["se"][row.of])


@pytest.mark.parametrize(
    ("name", "data", "covariates"),
    [
        ("strat.glm.logit", "apistrat", ["ell", "meals", "mobility"]),
        ("clus1.glm", "apiclus1", ["api99", "stype"]),
    ],
)
def test_a_propensity_is_the_weighted_logistic_regression(name, data, covariates):
    """R: svyglm(sch.wide ~ ell + meals + mobility, dst, family = quasibinomial())."""
    expected = cases("classic")[name]["expected"]["estimate"]  # svyglm(..., quasibinomial())
    own = table(data)
    wide = [float(v == "Yes") for v in own["sch.wide"].to_pylist()]
    keys = [as_key(c, own[c]) for c in covariates]
    found = propensity(keys, [], np.array(wide), own["pw"].to_numpy())
    for side, value in found.coefficients.items():
        key = "(Intercept)" if side == "(constant)" else side.replace(" = ", "")
        assert value == pytest.approx(expected[key], rel=1e-6)  # glm stops at 1e-8 of the deviance
