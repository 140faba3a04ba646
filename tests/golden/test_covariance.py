"""Covariances between domains, items and rounds, against R survey 4.5 at 1e-8."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from analysis import covariance, estimate
from tests.analysis.conftest import survey
from tests.golden.reference import DATA, cases, design, table
from tests.golden.test_classic import margins

CLOSE = 1e-8
ITEM = {"kind": "share", "of": ["c01"], "satisfied": [4, 5], "missing": [0]}
YEARLY = {"strata": ["ystrat"], "stages": ["ypsu"], "weight": "w"}
LASTING = {"strata": ["stratum"], "stages": ["psu"], "weight": "w"}


def combined(name: str, block: dict, weights: dict, by: str | None = None):
    case = cases("classic")[name]
    plan = {"design": design(case), "estimate": [block]}
    found = covariance(plan, table(case["data"]))
    row = [weights.get(r.by[by] if by else r.of, 0.0) for r in found.rows]
    return found, np.array([row]), case["expected"]


@pytest.mark.parametrize(
    ("name", "block", "weights", "key"),
    [
        ("diff", {"by": ["stype"], "of": ["api00"]}, {"H": 1, "E": -1}, "HvE"),
        ("crossdomain", {"by": ["sch.wide"], "of": ["api00"]}, {"Yes": 1, "No": -1}, "contrast"),
        ("change", {"of": ["api00", "api99"]}, {"api00": 1, "api99": -1}, "contrast"),
    ],
)
def test_contrasts_of_domains_and_of_items(name, block, weights, key):
    """R: svycontrast(svyby(..., covmat = TRUE), ...) and svycontrast(svymean(~a + b), ...)."""
    by = block.get("by", [None])[0]
    found, row, expected = combined(f"strat.contrast.{name}", block | {"kind": "mean"}, weights, by)
    value, matrix = found.linear(row)
    assert value[0] == pytest.approx(expected["estimate"][key], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(expected["se"][key], rel=CLOSE)


def test_the_covariance_of_a_distribution():
    """R: svymean(~factor(c01), subset(des, c01 > 0 & prov == 17 & year == 2024))."""
    where = [{"column": c, "op": "==", "value": v} for c, v in (("prov", 17), ("year", 2024))]
    block = {"kind": "distribution", "of": ["c01"], "missing": [0]}
    plan = {"design": YEARLY | {"where": where}, "estimate": [block]}
    found = covariance(plan, DATA / "sipas_36k.parquet")
    expected = cases("sipas")["sipas.dist5pt"]["expected"]["cov"]
    assert found.matrix == pytest.approx(np.array(expected), rel=1e-7, abs=1e-15)


@pytest.mark.parametrize("province", [1, 17])
def test_years_that_are_samples_of_their_own(province):
    """R: svycontrast(svyby(~s01, ~year, subset(des, ...), svymean, covmat = TRUE), ...)."""
    case = cases("sipas")[f"sipas.change.independent.p{province}"]["expected"]
    where = [{"column": "prov", "op": "==", "value": province}]
    where += [{"column": "year", "op": ">=", "value": 2023}]
    plan = {"design": YEARLY | {"where": where}, "estimate": [ITEM | {"by": ["year"]}]}
    found = covariance(plan, DATA / "sipas_36k.parquet")
    value, matrix = found.linear(np.array([[-1.0, 1.0]]))
    assert value[0] == pytest.approx(case["estimate"]["contrast"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(case["se"]["contrast"], rel=CLOSE)


def test_the_trend_of_the_country():
    """R: svycontrast(svyby(~s01, ~year, des, svymean, covmat = TRUE), c(-2, -1, 0, 1, 2) / 10)."""
    case = cases("sipas")["sipas.trend.national"]["expected"]
    plan = {"design": YEARLY, "estimate": [ITEM | {"by": ["year"]}]}
    found = covariance(plan, DATA / "sipas_36k.parquet")
    value, matrix = found.linear(np.arange(-2.0, 3.0)[None, :] / 10)
    assert value[0] == pytest.approx(case["estimate"]["contrast"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(case["se"]["contrast"], rel=CLOSE)


def test_clusters_that_stay_over_the_years_as_r_has_them():
    """R: svyby(~s01, ~year, dov, svymean, covmat = TRUE), clusters of all years in one design."""
    case = cases("sipas")["sipas.change.overlap.p17"]["expected"]
    where = [{"column": "prov", "op": "==", "value": 17}]
    plan = {"design": LASTING | {"where": where}, "estimate": [ITEM | {"by": ["year"]}]}
    found = covariance(plan, DATA / "sipas_36k.parquet")
    value, matrix = found.linear(np.array([[0, 0, 0, -1.0, 1.0]]))
    assert value[0] == pytest.approx(case["estimate"]["contrast"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(case["se"]["contrast"], rel=CLOSE)


def test_rounds_have_their_own_strata_and_share_the_clusters_that_are_in_both():
    """Each year's error is that of its own sample; the overlap makes a change surer."""
    where = [{"column": "prov", "op": "==", "value": 17}]
    plan = {"estimate": [ITEM | {"by": ["year"]}]}
    alone = covariance(plan | {"design": YEARLY | {"where": where}}, DATA / "sipas_36k.parquet")
    rounds = LASTING | {"where": where, "rounds": "year"}
    found = covariance(plan | {"design": rounds}, DATA / "sipas_36k.parquet")
    assert [r.se for r in found.rows] == pytest.approx([r.se for r in alone.rows], rel=CLOSE)
    assert [r.df for r in found.rows] == [r.df for r in alone.rows]
    change = np.array([[0, 0, 0, -1.0, 1.0]])
    assert 0 < found.linear(change)[1][0, 0] < alone.linear(change)[1][0, 0]
    assert alone.matrix[3, 4] == pytest.approx(0, abs=1e-15)


def test_a_sample_asked_twice_is_one_sample_with_two_answers():
    """R: svycontrast(svymean(~a + b, dst), c(a = 1, b = -1)), as two rounds."""
    data = table("apistrat")
    first = data.append_column("round", pa.array([1999] * 200))
    second = data.append_column("round", pa.array([2000] * 200))
    both = pa.concat_tables(
        [
            first.append_column("api", data["api99"].cast(pa.float64())),
            second.append_column("api", data["api00"].cast(pa.float64())),
        ]
    )
    case = cases("classic")["strat.contrast.change"]
    own = design(case) | {"stages": ["snum"], "rounds": "round"}
    block = {"kind": "mean", "of": ["api"], "by": ["round"]}
    found = covariance({"design": own, "estimate": [block]}, both)
    value, matrix = found.linear(np.array([[-1.0, 1.0]]))
    assert value[0] == pytest.approx(case["expected"]["estimate"]["contrast"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(case["expected"]["se"]["contrast"], rel=CLOSE)


@pytest.mark.parametrize("rule", ["certainty", "adjust", "average"])
def test_the_covariance_after_raking_and_beside_lonely_clusters_has_the_errors_of_the_rows(rule):
    """R: svymean(~api00 + enroll, rake(dcl, ...)) and the lonely rules: the same errors."""
    case = cases("classic")["clus1.rake.mean"]
    blocks = [
        {"kind": "mean", "of": ["api00", "enroll"], "by": ["stype"]},
        {"kind": "total", "of": ["enroll"]},
    ]
    plan = {"design": design(case), "estimate": blocks, "calibration": margins("rake")}
    lonely = {"strata": ["str"], "stages": ["dnum"], "weight": "pw", "lonely": rule}
    for own, data in ((plan, "apiclus1"), ({"design": lonely, "estimate": blocks}, "lonely")):
        found = covariance(own, table(data))
        rows = list(estimate(own, table(data)))
        assert np.sqrt(np.diag(found.matrix)) == pytest.approx([r.se for r in rows], rel=CLOSE)
        assert [r.value for r in found.rows] == [r.value for r in rows]
        assert (
            np.linalg.eigvalsh(found.matrix / np.outer(*[np.sqrt(np.diag(found.matrix))] * 2))
            > -1e-9
        ).all()


def test_two_stages_of_2024_vary_together_as_in_r():
    """R: svymean(~s01 + s05, d2s, na.rm = TRUE), the rows where both are answered."""
    data = table("sipas_36k")
    data = data.filter(pc.equal(data["year"], 2024))
    data = data.append_column("person", [list(range(len(data)))])
    where = [{"column": c, "op": ">", "value": 0} for c in ("c01", "c05")]
    own = {"strata": ["ystrat"], "stages": ["ypsu", "person"], "fpc": ["M_h", "N_hi"]}
    own |= {"weight": "w0", "where": where}
    found = covariance({"design": own, "estimate": [ITEM | {"of": ["c01", "c05"]}]}, data)
    expected = cases("sipas")["sipas.twostage.mean"]["expected"]
    assert found.matrix == pytest.approx(np.array(expected["cov"]), rel=CLOSE)


def test_places_of_rows_are_found_by_name():
    people = survey()
    design = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
    blocks = [ITEM | {"of": ["q1", "q2"], "by": ["sex"]}, {"kind": "mean", "of": ["q1"]}]
    found = covariance({"design": design, "estimate": blocks}, people)
    assert (len(found), found.matrix.shape, found.df) == (5, (5, 5), 2)
    assert found.where(of="q2", sex="nữ") == [3]
    assert found.where(estimate=1) == [4]
    assert found.where(sex="nam") == [0, 2]


def test_a_change_on_another_scale_by_the_slope():
    """R: svycontrast(svymean(~api00 + api99, dst), quote(log(api00/api99)))."""
    case = cases("classic")["strat.contrast.nonlinear"]
    plan = {"design": design(case), "estimate": [{"kind": "mean", "of": ["api00", "api99"]}]}
    found = covariance(plan, table("apistrat"))
    after, before = found.value
    _, matrix = found.linear(np.array([[1 / after, -1 / before]]))
    expected = case["expected"]
    assert math.log(after / before) == pytest.approx(expected["estimate"]["contrast"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(expected["se"]["contrast"], rel=CLOSE)


def test_a_total_from_the_ratios_of_the_strata():
    """R: predict(svyratio(~api.stu, ~enroll, dst, separate = TRUE), totals of enroll)."""
    case = cases("classic")["strat.ratio.separate"]
    block = {"kind": "ratio", "of": ["api.stu/enroll"], "by": ["stype"]}
    found = covariance({"design": design(case), "estimate": [block]}, table("apistrat"))
    known = case["args"]["strata_totals"]
    value, matrix = found.linear(np.array([[known[r.by["stype"]] for r in found.rows]]))
    assert value[0] == pytest.approx(case["expected"]["total"], rel=CLOSE)
    assert math.sqrt(matrix[0, 0]) == pytest.approx(case["expected"]["se"], rel=CLOSE)


def test_a_table_of_weighted_counts():
    """R: svytable(~sch.wide + stype, dst)."""
    case = cases("classic")["strat.table"]
    data = table("apistrat").append_column("one", pa.array([1] * 200))
    block = {"kind": "total", "of": ["one"], "by": ["sch.wide", "stype"]}
    rows = list(estimate({"design": design(case), "estimate": [block]}, data))
    expected = case["expected"]["cells"]
    assert {".".join(r.by.values()): r.value for r in rows} == pytest.approx(expected, rel=CLOSE)


def test_all_years_of_the_country_with_clusters_that_stay():
    """R: svyby(~s01, ~year, dov, svymean, na.rm = TRUE, covmat = TRUE)."""
    expected = cases("estimator")["sipas.change.national.overlap"]["expected"]
    plan = {"design": LASTING, "estimate": [ITEM | {"by": ["year"]}]}
    found = covariance(plan, DATA / "sipas_36k.parquet")
    assert [r.se for r in found.rows] == pytest.approx(list(expected["se"].values()), rel=CLOSE)
    if "cov" in expected:
        assert found.matrix == pytest.approx(np.array(expected["cov"]), rel=1e-7, abs=1e-15)
