"""Quantiles and Woodruff's intervals against R survey 4.5."""

import pytest

from analysis import estimate
from analysis.errors import DataError, PlanError
from tests.golden.reference import cases, design, table
from tests.golden.test_replicates import in_columns, repeated
from tests.golden.test_sipas import DESIGN, data_2024

CLOSE = 1e-8
RULES = [f"hf{i}" for i in (1, 2, 3, 5, 6, 7, 8, 9)] + ["math", "school"]


def quantiles(name: str, **more) -> tuple[list, dict]:
    case = cases("classic")[name]
    block = {"kind": "quantile", "of": [case["args"]["y"]], "probs": case["args"]["p"]}
    plan = {"design": design(case), "estimate": [block | more]}
    return list(estimate(plan, table("apistrat"))), case["expected"]


@pytest.mark.parametrize("rule", RULES)
def test_rules(rule):
    """R: svyquantile(~api00, dst, p, qrule = ..., interval.type = "mean")."""
    rows, expected = quantiles(f"strat.quantile.{rule}", qrule=rule)
    for row in rows:
        key = f"{row.code:g}"
        assert row.value == pytest.approx(expected["estimate"][key], rel=CLOSE)
        assert row.low == pytest.approx(expected["ci_low"][key], rel=CLOSE)
        assert row.high == pytest.approx(expected["ci_high"][key], rel=CLOSE)
        assert row.se == pytest.approx(expected["se"][key], rel=CLOSE)


@pytest.mark.parametrize("ci", ["beta", "xlogit", "asin"])
def test_intervals(ci):
    """R: svyquantile(~enroll, dst, c(.25, .5, .75), interval.type = ...)."""
    rows, expected = quantiles(f"strat.quantile.ci.{ci}", ci=ci)
    for row in rows:
        key = f"{row.code:g}"
        assert row.value == expected["estimate"][key]
        assert (row.low, row.high) == (expected["ci_low"][key], expected["ci_high"][key])
        assert row.se == pytest.approx(expected["se"][key], rel=CLOSE)


def test_the_rule_that_r_fails_at_is_defined():
    """R: qrule = "hf4" stops with "subscript out of bounds" at p = .1."""
    rows, _ = quantiles("strat.quantile.hf4", qrule="hf4")
    hf5, _ = quantiles("strat.quantile.hf5", qrule="hf5")
    for row, near in zip(rows, hf5, strict=True):
        assert row.low <= row.value <= row.high
        assert row.value == pytest.approx(near.value, rel=0.005)


def test_quantiles_of_answers_on_a_scale_come_from_the_table_by_code():
    """R: svyquantile(~c01, subset(d24, c01 > 0), c(.1, .25, .5), qrule = "math")."""
    expected = cases("estimator")["x.quantile.ordinal"]["expected"]
    block = {"kind": "quantile", "of": ["c01"], "probs": [0.1, 0.25, 0.5], "missing": [0]}
    rows = list(estimate({"design": DESIGN, "estimate": [block]}, data_2024()))
    assert [r.value for r in rows] == expected["estimate"]
    assert [r.low for r in rows] == expected["ci_low"]
    assert [r.high for r in rows] == expected["ci_high"]
    assert [r.se for r in rows] == pytest.approx(expected["se"], rel=CLOSE)


def test_quantiles_by_replicate_weights():
    """R: svyquantile(~api00, RBt, c(.25, .5, .75), interval.type = "quantile")."""
    expected = cases("classic")["rep.raowu.quantile"]["expected"]
    block = {"kind": "quantile", "of": ["api00"], "probs": [0.25, 0.5, 0.75], "ci": "replicates"}
    rows = list(estimate({"design": repeated("raowu"), "estimate": [block]}, in_columns("raowu")))
    assert [r.value for r in rows] == expected["estimate"]
    for key, name in (("se", "se"), ("low", "ci_low"), ("high", "ci_high")):
        assert [getattr(r, key) for r in rows] == pytest.approx(expected[name], rel=CLOSE)


def test_quantiles_of_domains_beside_other_estimates():
    """R: svyby(~api00, ~stype, dst, svyquantile, ...): as where the domain is alone."""
    block = {"kind": "quantile", "of": ["api00", "enroll"], "probs": [0.5], "by": ["stype"]}
    case = cases("classic")["strat.mean"]
    plan = {"design": design(case), "estimate": [{"kind": "mean", "of": ["api00"]}, block]}
    mean, *rows = estimate(plan, table("apistrat"))
    assert (mean.code, [r.code for r in rows]) == (None, [0.5] * 6)
    alone = design(case) | {"where": [{"column": "stype", "op": "==", "value": "M"}]}
    one, _ = estimate({"design": alone, "estimate": [block | {"by": []}]}, table("apistrat"))
    (same,) = (r for r in rows if (r.of, r.by["stype"]) == ("api00", "M"))
    assert (one.value, one.low, one.high) == (same.value, same.low, same.high)


@pytest.mark.parametrize(
    ("block", "error", "told"),
    [
        ({"probs": []}, PlanError, "`probs` is needed"),
        ({"probs": [1.5]}, PlanError, "`probs` is needed"),
        ({"probs": [0.5], "qrule": "shahvaish"}, PlanError, '`qrule` is "shahvaish"'),
        ({"probs": [0.5], "of": ["sch.wide"]}, DataError, 'holds "Yes" in row 1'),
        ({"probs": [0.5], "ci": "pooled"}, PlanError, "is for shares"),
    ],
)
def test_what_a_quantile_needs_is_told(block, error, told):
    plan = {"estimate": [{"kind": "quantile", "of": ["api00"]} | block]}
    with pytest.raises(error, match=told):
        estimate(plan, table("apistrat"))
