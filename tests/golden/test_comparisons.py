"""Changes, contrasts, tests of tables and t-tests against R survey 4.5 at 1e-8 relative."""

import numpy as np
import pytest

from analysis import covariance
from analysis.comparisons import compare, goodness, independence, sentences, trend
from tests.golden.reference import DATA, cases, design, table
from tests.golden.test_sipas import DESIGN, data_2024

CLOSE = 1e-8
WORDS = sentences("vi")
ITEM = {"kind": "share", "of": ["c01"], "satisfied": [4, 5], "missing": [0]}
SIPAS = DATA / "sipas_36k.parquet"
CORRECTIONS = {"F": "second", "Chisq": "first", "Wald": "wald", "adjWald": "adjusted-wald"}
HVE = {"values": ["H", "E"], "coefficients": [1, -1]}
AVG = {"values": ["E", "H", "M"], "coefficients": [1 / 3, 1 / 3, 1 / 3]}
YES = {"values": ["Yes", "No"], "coefficients": [1, -1]}
BOTH = {"values": ["api00", "api99"], "coefficients": [1, -1]}
CONTRASTS = [f"strat.contrast.{name}" for name in ("diff", "crossdomain", "change")]
TABLES = [f"{own}.chisq.{s}" for own in ("strat", "clus1") for s in CORRECTIONS]
T_TESTS = ["strat.ttest", "clus1.ttest", "strat.ttest.paired"]


def only(plan: dict, data, *asked: dict) -> list:
    return list(compare(plan | {"compare": list(asked)}, data, WORDS).lines)


def agree(line, expected: dict, key: str = "contrast") -> None:
    assert line.status == "ok"
    assert line.value == pytest.approx(expected["estimate"][key], rel=CLOSE)
    assert line.se == pytest.approx(expected["se"][key], rel=CLOSE)


@pytest.mark.parametrize(
    ("name", "by", "of", "column", "asked", "key"),
    [
        ("diff", ["stype"], ["api00"], "stype", HVE, "HvE"),
        ("diff", ["stype"], ["api00"], "stype", AVG, "avg"),
        ("crossdomain", ["sch.wide"], ["api00"], "sch.wide", YES, "contrast"),
        ("change", [], ["api00", "api99"], "of", BOTH, "contrast"),
    ],
)
def test_contrasts_of_domains_and_of_items(name, by, of, column, asked, key):
    """R: svycontrast(svyby(..., covmat = TRUE), ...) and svycontrast(svymean(~a + b), ...)."""
    case = cases("classic")[f"strat.contrast.{name}"]
    plan = {"design": design(case), "estimate": [{"kind": "mean", "of": of, "by": by}]}
    (line,) = only(plan, table(case["data"]), {"kind": "contrast", "column": column} | asked)
    agree(line, case["expected"], key)
    assert (line.verdict is None) == (key == "avg")


def test_a_contrast_of_figures_named_one_by_one():
    """R: svycontrast(svyby(~api00, ~stype, dst, svymean, covmat = TRUE), c(H = 1, E = -1))."""
    case = cases("classic")["strat.contrast.diff"]
    mean = {"kind": "mean", "of": ["api00"]}
    plan = {"design": design(case), "estimate": [mean, mean | {"by": ["stype"]}]}
    terms = [
        {"block": 1, "where": {"stype": "H"}, "coefficient": 1},
        {"block": 1, "where": {"stype": "E"}, "coefficient": -1},
    ]
    (line,) = only(plan, table(case["data"]), {"kind": "contrast", "terms": terms})
    agree(line, case["expected"], "HvE")


@pytest.mark.parametrize("province", [1, 17])
def test_a_change_between_years_that_are_samples_of_their_own(province):
    """R: svycontrast(svyby(~s01, ~year, subset(des, ...)), c(`2024` = 1, `2023` = -1))."""
    case = cases("sipas")[f"sipas.change.independent.p{province}"]["expected"]
    plan = {
        "design": {"strata": ["ystrat"], "stages": ["ypsu"], "weight": "w"},
        "estimate": [ITEM | {"by": ["prov", "year"]}],
    }
    change = {"kind": "change", "column": "year", "from": 2023, "to": 2024}
    lines = only(plan, SIPAS, change)
    assert len(lines) == 63
    (line,) = (line for line in lines if line.by == {"prov": province})
    agree(line, case)


@pytest.mark.parametrize("province", [17, 40])
def test_a_change_between_years_that_share_clusters(province):
    """R: the same on dov, whose clusters keep their ids."""
    case = cases("sipas")[f"sipas.change.overlap.p{province}"]["expected"]
    plan = {
        "design": {"strata": ["stratum"], "stages": ["psu"], "weight": "w"},
        "estimate": [ITEM | {"by": ["prov", "year"]}],
    }
    change = {"kind": "change", "column": "year", "from": 2023, "to": 2024}
    (line,) = (line for line in only(plan, SIPAS, change) if line.by == {"prov": province})
    agree(line, case)


def test_the_slope_of_the_country():
    """R: svycontrast(svyby(~s01, ~year, des, ...), c(-2, -1, 0, 1, 2) / 10)."""
    case = cases("sipas")["sipas.trend.national"]["expected"]
    plan = {
        "design": {"strata": ["ystrat"], "stages": ["ypsu"], "weight": "w"},
        "estimate": [ITEM | {"by": ["year"]}],
        "trend": {"period": "year"},
    }
    (line,) = (line for line in trend(plan, SIPAS, WORDS).lines if line.kind == "slope")
    agree(line, case)
    assert (line.before, line.after, line.verdict) == (2020, 2024, "rising")


@pytest.mark.parametrize("statistic", list(CORRECTIONS))
@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_independence_in_a_table(sample, statistic):
    """R: svychisq(~sch.wide + stype, dst, statistic = "F" | "Chisq" | "Wald" | "adjWald")."""
    case = cases("classic")[f"{sample}.chisq.{statistic}"]
    expected = case["expected"]
    plan = {
        "design": design(case),
        "estimate": [{"kind": "distribution", "of": ["stype"], "by": ["sch.wide"]}],
    }
    asked = {"kind": "independence", "correction": CORRECTIONS[statistic]}
    (line,) = only(plan, table(case["data"]), asked)
    assert line.p == pytest.approx(expected["p_value"], rel=CLOSE)
    if statistic == "Chisq":
        assert line.df == expected["parameter"]["df"]
        return
    assert line.statistic == pytest.approx(expected["statistic"]["F"], rel=CLOSE)
    assert line.df == pytest.approx(expected["parameter"]["ndf"], rel=CLOSE)
    assert line.ddf == pytest.approx(expected["parameter"]["ddf"], rel=CLOSE)


@pytest.mark.parametrize(
    ("name", "table", "by"), [("sat.region", "s01", "region"), ("5pt.sex", "c01", "sex")]
)
def test_independence_among_thousands_of_people(name, table, by):
    """R: svychisq(~s01 + region, subset(des, year == 2024)) and svychisq(~c01 + sex, ...)."""
    expected = cases("sipas")[f"sipas.chisq.{name}"]["expected"]
    data = data_2024()
    codes = data["c01"].to_pylist()
    data = data.append_column("s01", [[None if c == 0 else int(c >= 4) for c in codes]])
    block = {"kind": "distribution", "of": [table], "by": [by], "missing": []}
    plan = {"design": DESIGN, "estimate": [block | ({"missing": [0]} if table == "c01" else {})]}
    (line,) = only(plan, data, {"kind": "independence"})
    assert line.statistic == pytest.approx(expected["statistic"]["F"], rel=CLOSE)
    assert line.df == pytest.approx(expected["parameter"]["ndf"], rel=CLOSE)
    assert line.ddf == pytest.approx(expected["parameter"]["ddf"], rel=CLOSE)
    assert line.p == pytest.approx(expected["p_value"], rel=CLOSE)


@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_the_whole_distribution_of_pearsons_statistic(sample):
    """R: svychisq(~sch.wide + stype, dcl, statistic = "saddlepoint"); "lincom" fell back to it.

    R adds up a whole number of chi-squares for the denominator and divides by one with a
    fraction: 20 for 20.9. Simulated, its p of 0.0264 is 0.0220; ours is between the two.
    """
    p = {n: cases("classic")[f"{sample}.chisq.{n}"]["expected"] for n in ("lincom", "saddlepoint")}
    case = cases("classic")[f"{sample}.chisq.saddlepoint"]
    block = {"kind": "distribution", "of": ["stype"], "by": ["sch.wide"]}
    plan = {"design": design(case), "estimate": [block]}
    asked = {"kind": "independence", "correction": "saddlepoint"}
    (line,) = only(plan, table(case["data"]), asked)
    theirs = p["saddlepoint"]
    assert p["lincom"]["p_value"] == theirs["p_value"]
    assert line.statistic == pytest.approx(theirs["statistic"]["X-squared"], rel=CLOSE)
    if sample == "strat":
        assert line.p == pytest.approx(theirs["p_value"], rel=0.01)  # 360 for 360.2
        return
    effects, rng = [0.48114644, 1.81811072], np.random.default_rng(1)
    above = rng.chisquare(1, (2, 1_000_000)).T @ effects
    true = float((above / (rng.chisquare(line.ddf, 1_000_000) / line.ddf) > line.statistic).mean())
    assert abs(line.p - true) < 0.0015 < 0.004 < abs(theirs["p_value"] - true)


@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_pearsons_statistic_itself(sample):
    """R: svychisq(~sch.wide + stype, statistic = "Chisq") prints X² before its correction."""
    case = cases("classic")[f"{sample}.chisq.Chisq"]
    total = {"kind": "total", "of": ["stype"], "by": ["sch.wide"]}
    blocks = [total | {"satisfied": [code]} for code in ("E", "H", "M")]
    data = table(case["data"])
    found = covariance({"design": design(case), "estimate": blocks}, data)
    test = independence(found.value.reshape(3, 2), found.matrix, len(data), found.df, "first")
    expected = case["expected"]["statistic"]["X-squared"]
    assert test.pearson == pytest.approx(expected, rel=CLOSE)
    assert test.statistic * test.scale == pytest.approx(expected, rel=CLOSE)


def test_whether_a_distribution_is_the_one_given():
    """R: svygofchisq(~stype, p = c(4421, 755, 1018) / 6194, subset(dst, comp.imp == "Yes"))."""
    case = cases("classic")["strat.gofchisq"]
    expected = case["expected"]
    where = [{"column": "comp.imp", "op": "==", "value": "Yes"}]
    own = design(case) | {"where": where}
    plan = {"design": own, "estimate": [{"kind": "distribution", "of": ["stype"]}]}
    asked = {"kind": "goodness", "codes": ["E", "H", "M"], "expected": [4421, 755, 1018]}
    (line,) = only(plan, table(case["data"]), asked)
    assert line.df == pytest.approx(expected["parameter"]["df"], rel=CLOSE)
    assert line.p == pytest.approx(expected["p_value"], rel=CLOSE)
    blocks = [{"kind": "total", "of": ["stype"], "satisfied": [c]} for c in ("E", "H", "M")]
    found = covariance({"design": own, "estimate": blocks}, table(case["data"]))
    test = goodness(found.value, found.matrix, np.array([4421.0, 755.0, 1018.0]))
    assert test.pearson == pytest.approx(expected["statistic"]["X-squared"], rel=CLOSE)
    assert test.scale == pytest.approx(expected["parameter"]["scale"], rel=CLOSE)


@pytest.mark.parametrize(
    ("name", "of", "by", "column", "values"),
    [
        ("strat.ttest", ["enroll"], ["comp.imp"], "comp.imp", []),
        ("clus1.ttest", ["api00"], ["comp.imp"], "comp.imp", []),
        ("strat.ttest.paired", ["api00", "api99"], [], "of", ["api99", "api00"]),
    ],
)
def test_the_t_test(name, of, by, column, values):
    """R: svyttest(enroll ~ comp.imp, dst) and svyttest(I(api00 - api99) ~ 0, dst)."""
    case = cases("classic")[name]
    expected = case["expected"]
    plan = {"design": design(case), "estimate": [{"kind": "mean", "of": of, "by": by}]}
    asked = {"kind": "t-test", "column": column} | ({"values": values} if values else {})
    (line,) = only(plan, table(case["data"]), asked)
    (value,) = expected["estimate"].values()
    assert line.value == pytest.approx(value, rel=CLOSE)
    assert line.df == expected["parameter"]["df"]
    assert line.statistic == pytest.approx(expected["statistic"]["t"], rel=CLOSE)
    assert line.p == pytest.approx(expected["p_value"], rel=CLOSE)
    assert [line.low, line.high] == pytest.approx(expected["conf_int"], rel=CLOSE)
