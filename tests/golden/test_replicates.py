"""Jackknife, bootstrap and replicate weights against R survey 4.5 at 1e-8."""

import numpy as np
import pyarrow.compute as pc
import pytest

from analysis import covariance, estimate, totals
from analysis.blocks import INTERVALS
from analysis.comparisons import compare, sentences
from analysis.data import read_all
from analysis.errors import DataError, PlanError
from tests.golden.reference import DATA, cases, design, table
from tests.golden.test_calibration import calibration
from tests.golden.test_classic import margins
from tests.golden.test_sipas import DESIGN, SHARE, data_2024

CLOSE = 1e-8
JACK = {"variance": "jackknife"}


def close(found: float, expected: float, rel: float = CLOSE) -> None:
    assert found == pytest.approx(expected, rel=rel, abs=1e-12)


def run(name: str, block: dict, **more) -> list:
    case = cases("classic")[name]
    own = {k: v for k, v in case["design"].items() if k != "rep"}
    plan = {"design": design(case | {"design": own}), "estimate": [JACK | block], **more}
    return list(estimate(plan, table(case["data"])))


@pytest.mark.parametrize(
    ("name", "kind", "of"),
    [
        ("rep.jk1.mean", "mean", ["api00", "enroll"]),
        ("rep.jk1.total", "total", ["enroll"]),
        ("rep.jk1.ratio", "ratio", ["api.stu/enroll"]),
        ("rep.jkn.strat.mean", "mean", ["api00", "enroll"]),
        ("rep.jkn.strat.ratio", "ratio", ["api.stu/enroll"]),
    ],
)
def test_the_jackknife_with_populations(name, kind, of):
    """R: svymean(~api00 + enroll, as.svrepdesign(dcl, type = "JK1")) and "JKn"."""
    expected = cases("classic")[name]["expected"]
    for row in run(name, {"kind": kind, "of": of}):
        close(row.value, expected["estimate"][row.of])
        se = expected["se"]
        close(row.se, se if isinstance(se, float) else se[row.of])


def test_the_jackknife_of_domains_and_after_calibration():
    """R: svyby(~api00, ~stype, R1, svymean), postStratify(R1, ...) and rake(R1, ...)."""
    expected = cases("classic")["rep.jk1.by"]["expected"]
    for row in run("rep.jk1.by", {"kind": "mean", "of": ["api00"], "by": ["stype"]}):
        close(row.value, expected["estimate"][row.by["stype"]])
        close(row.se, expected["se"][row.by["stype"]])
    for name, method in (("rep.jk1.poststrat", "poststratify"), ("rep.jk1.rake", "rake")):
        expected = cases("classic")[name]["expected"]
        own = margins(method)
        for row in run(name, {"kind": "mean", "of": list(expected["se"])}, calibration=own):
            close(row.value, expected["estimate"][row.of], 1e-7)
            close(row.se, expected["se"][row.of], 1e-7)


CIPROP = [name for name in cases("classic") if name.startswith("rep.jk1.ciprop.")]


@pytest.mark.parametrize("name", CIPROP)
def test_intervals_with_a_jackknifed_error(name):
    """R: svyciprop(~I(sch.wide == "Yes"), R1, method = ...)."""
    case = cases("classic")[name]
    method = {"mean": "wald"}.get(case["args"]["method"], case["args"]["method"])
    own = {k: v for k, v in case["design"].items() if k != "rep"}
    block = {"kind": "share", "of": ["sch.wide"], "satisfied": ["Yes"], "ci": method}
    plan = {"design": design(case | {"design": own}), "estimate": [JACK | block]}
    (row,) = estimate(plan, table("apiclus1"))
    expected, loose = case["expected"], {"likelihood": 5e-3}.get(method, CLOSE)
    assert row.df == 14
    close(row.se, expected["se"])
    if method == "logit":
        expected = cases("classic")["rep.jk1.ciprop.xlogit"]["expected"]
    close(row.low, expected["ci_low"], loose)
    close(row.high, expected["ci_high"], loose)


def test_the_covariance_of_jackknifed_means():
    """R: vcov(svymean(~api00 + enroll, R1))."""
    case = cases("classic")["rep.jk1.mean"]
    own = {k: v for k, v in case["design"].items() if k != "rep"}
    block = JACK | {"kind": "mean", "of": ["api00", "enroll"]}
    found = covariance(
        {"design": design(case | {"design": own}), "estimate": [block]}, table("apiclus1")
    )
    assert found.method == "jackknife"
    assert found.matrix == pytest.approx(np.array(case["expected"]["cov"]), rel=CLOSE)


def test_a_jackknife_of_a_province():
    """R: svymean(~s01, jk, na.rm = TRUE), jk the JKn replicates of the province alone."""
    expected = cases("estimator")["sipas.jkn.p17"]["expected"]
    plan = {"design": DESIGN | {"weight": "w0"}, "estimate": [SHARE | JACK | {"of": ["c01"]}]}
    data = data_2024()
    (row,) = estimate(plan, data.filter(pc.equal(data["prov"], 17)))
    close(row.value, expected["estimate"]["s01"])
    close(row.se, expected["se"]["s01"])


def test_the_bootstrap_of_rao_and_wu_is_seeded_and_near_the_linearised_error():
    block = SHARE | {"of": ["c01"], "by": ["region"]}
    boot = block | {"variance": "bootstrap", "replicates": 400, "seed": 7}
    data = data_2024()
    plan = {"design": DESIGN, "estimate": [block, boot, boot | {"seed": 8}]}
    rows = list(estimate(plan, data))
    linear, first, other = (
        rows[i::1][: len(rows) // 3] for i in range(0, len(rows), len(rows) // 3)
    )
    assert [r.se for r in first] != [r.se for r in other]
    for a, b in zip(linear, first, strict=True):
        assert b.value == a.value
        assert b.se == pytest.approx(a.se, rel=0.15)
    again = estimate(
        {"design": DESIGN, "estimate": [boot]}, data.take(list(range(len(data)))[::-1])
    )
    assert [r.se for r in again] == pytest.approx([r.se for r in first], rel=1e-9)


@pytest.fixture
def scans(monkeypatch):
    """A mark for each time that the engine is asked for sums."""
    asked = []
    real = totals.one_pass

    def counted(*args):
        asked.append(1)
        return real(*args)

    monkeypatch.setattr(totals, "one_pass", counted)
    return asked


def test_replicates_cost_no_further_scan(scans):
    block = SHARE | {"of": ["c01", "c02"], "by": ["prov"]}
    boot = {"variance": "bootstrap", "replicates": 100}
    plan = {"design": DESIGN, "estimate": [block, block | boot, block | {"ci": "wilson"} | JACK]}
    assert len(estimate(plan, data_2024())) == 6 * 63
    assert len(scans) == 1


def test_every_interval_and_every_grouping_of_the_same_domains_come_from_one_scan(scans):
    """By province and region, by each of the two, and all together; by stratum costs nothing."""
    block = SHARE | {"of": ["c01", "c02"], "by": ["region", "prov"]}
    coarser = [block | {"by": by} for by in (["prov"], ["region"], [], [DESIGN["strata"][0]])]
    asked = [*(block | {"ci": ci} for ci in INTERVALS), *coarser]
    together = estimate({"design": DESIGN, "estimate": asked}, data_2024()).rows
    assert len(scans) == 1
    for one in coarser:
        alone = estimate({"design": DESIGN, "estimate": [one]}, data_2024()).rows
        beside = [row for row in together if row.estimate == asked.index(one)]
        assert [row.by for row in beside] == [row.by for row in alone]
        for row, own in zip(beside, alone, strict=True):
            assert (row.n, row.df, row.status) == (own.n, own.df, own.status)
            assert (row.low is None) == (own.low is None)
            close(row.value, own.value, 1e-9)
            assert row.low is None or abs(row.low - own.low) + abs(row.high - own.high) < 1e-9
    assert len(scans) == 1 + len(coarser)


def test_domains_that_cross_have_a_scan_each(scans):
    """Their crossing would be a table that nobody asked for."""
    blocks = [SHARE | {"of": ["c01"], "by": [by]} for by in ("sex", "service")]
    estimate({"design": DESIGN, "estimate": blocks}, data_2024())
    assert len(scans) == 2


def test_a_lonely_cluster_leaves_no_replicated_error_either():
    own = {"strata": ["str"], "stages": ["dnum"], "weight": "pw"}
    block = JACK | {"kind": "mean", "of": ["api00"], "by": ["stype"]}
    rows = list(estimate({"design": own, "estimate": [block]}, table("lonely")))
    assert {"lonely"} <= {r.status for r in rows}
    sure = estimate({"design": own | {"lonely": "certainty"}, "estimate": [block]}, table("lonely"))
    assert all(r.se > 0 for r in sure)
    with pytest.raises(PlanError, match='"adjust" is for variance = "linearized"'):
        estimate({"design": own | {"lonely": "adjust"}, "estimate": [block]}, table("lonely"))


def in_columns(kind: str):
    """`apiclus1` with the replicate weights of R beside it, as columns r1, r2, ..."""
    weights = read_all(DATA / f"repw_clus1_{kind}.csv")
    data = table("apiclus1")
    for i, column in enumerate(weights.columns, start=1):
        data = data.append_column(f"r{i}", column)
    return data


def repeated(kind: str, **more) -> dict:
    scale = {"canty": 0.010822510822510822, "jk1": 0.9148392778511668}.get(kind)
    own = {"columns": "r[0-9]+", "kind": "jk1" if kind == "jk1" else "bootstrap"}
    return {"weight": "pw", "replicates": own | ({"scale": scale} if scale else {}) | more}


@pytest.mark.parametrize("kind", ["jk1", "raowu", "canty"])
def test_weights_in_columns(kind):
    """R: svymean(~api00 + enroll, svrepdesign(repweights = ..., weights = ~pw, ...))."""
    expected = cases("classic")[f"rep.{kind}.mean"]["expected"]
    block = {"kind": "mean", "of": ["api00", "enroll"]}
    found = covariance({"design": repeated(kind), "estimate": [block]}, in_columns(kind))
    for row in found.rows:
        close(row.value, expected["estimate"][row.of])
        close(row.se, expected["se"][row.of])
        assert row.df == 14
    assert found.matrix == pytest.approx(np.array(expected["cov"]), rel=CLOSE)
    assert found.method == "replicates"


def test_weights_in_columns_around_the_estimate():
    """R: svymean(~api00 + enroll, rdes(dcl, "JK1", mse = TRUE))."""
    expected = cases("classic")["rep.jk1.mse"]["expected"]
    block = {"kind": "mean", "of": ["api00", "enroll"]}
    plan = {"design": repeated("jk1", mse=True, df=14), "estimate": [block]}
    for row in estimate(plan, in_columns("jk1")):
        close(row.se, expected["se"][row.of])


def test_domains_groups_and_calibration_by_weights_in_columns():
    """R: svyby(~api00, ~stype, RBt, svymean), rake(R1, ...), withReplicates(R1, ...)."""
    expected = cases("classic")["rep.raowu.by"]["expected"]
    block = {"kind": "mean", "of": ["api00"], "by": ["stype"]}
    for row in estimate({"design": repeated("raowu"), "estimate": [block]}, in_columns("raowu")):
        close(row.value, expected["estimate"][row.by["stype"]])
        close(row.se, expected["se"][row.by["stype"]])
    expected = cases("classic")["rep.jk1.rake"]["expected"]
    plan = {"design": repeated("jk1"), "calibration": margins("rake")}
    plan["estimate"] = [{"kind": "mean", "of": ["api00"]}]
    (row,) = estimate(plan, in_columns("jk1"))
    close(row.value, expected["estimate"]["api00"], 1e-7)
    close(row.se, expected["se"]["api00"], 1e-7)
    expected = cases("classic")["rep.withReplicates"]["expected"]
    data = in_columns("jk1")
    squares = pc.power(data["api00"].cast("float64"), 2)
    plan["estimate"] = [{"kind": "ratio", "of": ["square/api00"]}]
    del plan["calibration"]
    (row,) = estimate(plan, data.append_column("square", squares))
    close(row.value, expected["estimate"])
    close(row.se, expected["se"])


def test_brr_and_fay_have_their_scales():
    """Half samples of two clusters a stratum: 1/R, or 1/(R (1 - rho)²) for Fay's."""
    data = table("apiclus1").slice(0, 4).append_column("r1", [[2.0, 0.0, 2.0, 0.0]])
    data = data.append_column("r2", [[0.0, 2.0, 2.0, 0.0]]).append_column("one", [[1.0] * 4])
    block = {"kind": "total", "of": ["one"]}
    own = {"columns": "r[12]", "kind": "brr", "mse": True}
    data = data.append_column("x", [[1.0, 2.0, 4.0, 8.0]])
    plan = {"design": {"weight": "one", "replicates": own}, "estimate": [block | {"of": ["x"]}]}
    (row,) = estimate(plan, data)
    assert row.se == pytest.approx(((5**2 + 3**2) / 2) ** 0.5)
    plan["design"]["replicates"] = own | {"kind": "fay", "rho": 0.5}
    (fay,) = estimate(plan, data)
    assert fay.se == pytest.approx(row.se / 0.5)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"strata": ["stype"]}, "`strata` is not for a design of replicate weights"),
        ({"weight": None}, "`weight` is needed beside replicate weights"),
        ({"replicates": {"columns": "r.*", "kind": "jkn"}}, "`rscales` is needed for jkn"),
        ({"replicates": {"columns": "q.*", "kind": "brr"}}, "0 columns match q"),
        ({"replicates": {"columns": "(", "kind": "brr"}}, "`columns` is no regular expression"),
    ],
)
def test_what_replicate_weights_need_is_told(change, told):
    own = {k: v for k, v in (repeated("jk1") | change).items() if v is not None}
    plan = {"design": own, "estimate": [{"kind": "mean", "of": ["api00"]}]}
    with pytest.raises(PlanError, match=told.replace("(", r"\(")):
        estimate(plan, in_columns("jk1"))


def test_an_empty_replicate_weight_is_told_with_column_and_row():
    data = in_columns("jk1").drop_columns(["r3"])
    data = data.append_column("r3", [[1.0] * 182 + [None]])
    plan = {"design": repeated("jk1"), "estimate": [{"kind": "mean", "of": ["api00"]}]}
    with pytest.raises(DataError, match='column "r3" is empty in row 183'):
        estimate(plan, data)


def test_a_total_calibrated_to_a_sum_of_scores_in_each_replicate():
    """R: svytotal(~enroll, calibrate(R1, ~stype + api99, pop4))."""
    expected = cases("classic")["rep.jk1.cal"]["expected"]
    block = {"kind": "total", "of": ["enroll"]}
    (row,) = run("rep.jk1.cal", block, calibration=calibration("linear"))
    close(row.value, expected["estimate"]["enroll"])
    close(row.se, expected["se"]["enroll"])


def table_of(design_of: dict, data, variance: str = "linearized", correction: str = "second"):
    """The test of whether a school's type and its growth target are independent."""
    block = {"kind": "distribution", "of": ["stype"], "by": ["sch.wide"], "variance": variance}
    asked = {"kind": "independence", "correction": correction}
    plan = {"design": design_of, "estimate": [block], "compare": [asked]}
    (line,) = compare(plan, data, sentences("vi")).lines
    return line


def test_independence_by_replicate_weights():
    """R: svychisq(~sch.wide + stype, R1), R1 given as columns and as a jackknife of clusters."""
    case = cases("classic")["rep.jk1.chisq"]
    expected = case["expected"]
    own = {k: v for k, v in case["design"].items() if k != "rep"}
    made = table_of(design(case | {"design": own}), table("apiclus1"), "jackknife")
    for line in (made, table_of(repeated("jk1"), in_columns("jk1"))):
        close(line.statistic, expected["statistic"]["F"])
        close(line.df, expected["parameter"]["ndf"])
        close(line.ddf, expected["parameter"]["ddf"])
        close(line.p, expected["p_value"])


@pytest.mark.parametrize("mse", [False, True])
def test_independence_by_a_bootstrap_is_what_its_weights_say_one_by_one(mse):
    """Shares of the table by each weight in turn; their spread in Rao and Scott's formula."""
    data = in_columns("raowu")
    types, wide = (np.array(data[c].to_pylist()) for c in ("stype", "sch.wide"))
    cells = np.array([(types == t) & (wide == w) for t in "EHM" for w in ("No", "Yes")])
    weights = np.stack([data[f"r{i}"].to_numpy() for i in range(1, 201)])

    def parts(weight: np.ndarray) -> np.ndarray:
        return (cells @ weight) / weight.sum()

    p = parts(data["pw"].to_numpy())
    every = np.array([parts(w) for w in weights])
    away = every - (p if mse else every.mean(axis=0))
    v = away.T @ away / 199
    main = np.array([np.ones(6), [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1], [0, 1] * 3]).T
    both = np.array([main[:, 1] * main[:, 3], main[:, 2] * main[:, 3]]).T
    c = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    scaled = c / p[:, None]
    delta = np.linalg.solve(c.T @ scaled / 183, scaled.T @ v @ scaled)
    square = p.reshape(3, 2)
    free = np.outer(square.sum(axis=1), square.sum(axis=0))
    pearson = 183 * ((square - free) ** 2 / free).sum()
    line = table_of(repeated("raowu", mse=mse), data)
    close(line.statistic, pearson / np.trace(delta))
    close(line.df, np.trace(delta) ** 2 / np.trace(delta @ delta))
    first = table_of(repeated("raowu", mse=mse), data, correction="first")
    close(first.statistic, 2 * line.statistic)


def test_walds_test_of_a_table_by_replicate_weights_is_of_its_counts():
    """Fewer degrees of freedom for the adjusted one: 15 clusters less 1, less the cells, plus 1."""
    plain, adjusted = (
        table_of(repeated("jk1"), in_columns("jk1"), correction=name)
        for name in ("wald", "adjusted-wald")
    )
    assert (plain.df, plain.ddf) == (2, 14) and (adjusted.df, adjusted.ddf) == (2, 13)
    close(adjusted.statistic, plain.statistic * 13 / 14)
