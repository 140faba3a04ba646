"""Estimates keep their word: properties that hold for any survey, and the reasons for no number."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import estimate
from analysis.errors import NotComputedError, PlanError
from analysis.weights import millionths
from tests.analysis.conftest import survey

DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
SHARE = {"kind": "share", "of": ["q1", "q2"], "satisfied": [4, 5], "missing": [0]}
GROUP = SHARE | {"groups": [{"name": "both", "of": ["q1", "q2"]}]}
METHODS = ["wald", "logit", "xlogit", "wilson", "beta", "kg", "asin", "likelihood", "pooled"]
COLUMNS = ["estimate", "of", "code", "sex", "n", "value", "se", "low", "high", "df", "deff"]
COLUMNS += ["n_eff", "rows", "method", "level", "status"]

answers = st.lists(st.integers(0, 5), min_size=24, max_size=24)


def numbers(results) -> list:
    names = ("value", "se", "low", "high", "df", "deff")
    return [
        float("nan") if getattr(r, n) is None else getattr(r, n) for r in results for n in names
    ]


def data(values: list[int], **more) -> pa.Table:
    return survey(q1=values[:12], q2=values[12:], **more)


@settings(max_examples=25)
@given(answers, st.floats(0.01, 1000))
def test_weighing_in_thousands_changes_no_share(values, unit):
    scaled = data(values, w=[w * unit for w in survey()["w"].to_pylist()])
    plan = {"design": DESIGN, "estimate": [GROUP, {"kind": "mean", "of": ["q1"]}]}
    found, expected = numbers(estimate(plan, scaled)), numbers(estimate(plan, data(values)))
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-9, nan_ok=True)


@settings(max_examples=25)
@given(answers, st.permutations(range(12)), st.sampled_from([DESIGN, {"weight": "w"}]))
def test_whole_weights_give_the_same_bits_in_any_order_of_rows(values, order, design):
    frozen = data(values, w=millionths(survey()["w"].to_numpy() / 7))
    plan = {"design": design, "estimate": [GROUP | {"by": ["sex"]}, {"kind": "mean", "of": ["q2"]}]}
    plan["estimate"].append({"kind": "total", "of": ["q1"]})
    assert estimate(plan, frozen).text("csv") == estimate(plan, frozen.take(order)).text("csv")


@settings(max_examples=25)
@given(answers)
def test_totals_of_domains_add_up_to_the_whole(values):
    block = {"kind": "total", "of": ["q1"], "satisfied": [4, 5], "missing": [0]}
    plan = {"design": DESIGN, "estimate": [block, block | {"by": ["sex"]}]}
    whole, *parts = estimate(plan, data(values))
    assert sum(p.value or 0 for p in parts) == pytest.approx(whole.value or 0)
    assert sum(p.rows for p in parts) == whole.rows


@settings(max_examples=60)
@given(answers, st.sampled_from(METHODS), st.sampled_from([0.8, 0.95]))
def test_an_interval_holds_its_share_and_is_there_at_none_and_at_all(values, method, level):
    block = GROUP | {"ci": method, "level": level}
    for row in estimate({"design": DESIGN, "estimate": [block]}, data(values)):
        if row.n == 0:
            assert (row.status, row.value, row.low) == ("no-answers", None, None)
            continue
        assert row.low - 1e-9 <= row.value <= row.high + 1e-9
        if row.value in (0, 1):
            assert row.low < row.high and row.low >= 0 and row.high <= 1
            assert row.method == ("pooled" if method == "pooled" and row.method != "kg" else "kg")


def test_the_columns_and_their_order(people):
    blocks = [{"kind": "distribution", "of": ["q1"], "missing": [0], "by": ["sex"]}]
    results = estimate({"design": DESIGN, "estimate": blocks}, people)
    assert results.table.column_names == COLUMNS
    plain = estimate({"design": DESIGN, "estimate": [SHARE]}, people)
    assert plain.table.column_names == [c for c in COLUMNS if c not in ("code", "sex")]


def test_a_distribution_adds_up_to_one_and_a_net_share_is_a_difference(people):
    blocks = [
        {"kind": "distribution", "of": ["q1", "q2"], "missing": [0]},
        {"kind": "net", "of": ["q1"], "satisfied": [4, 5], "dissatisfied": [1, 2], "missing": [0]},
        {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "missing": [0]},
        {"kind": "share", "of": ["q1"], "satisfied": [1, 2], "missing": [0]},
    ]
    *codes, net, good, bad = estimate({"design": DESIGN, "estimate": blocks}, people)
    assert [(row.of, row.code) for row in codes] == [
        (q, c) for q in ("q1", "q2") for c in range(1, 6)
    ]
    assert sum(row.value for row in codes if row.of == "q1") == pytest.approx(1)
    assert net.value == pytest.approx(good.value - bad.value)


def test_a_group_of_one_item_is_the_item_and_an_index_pools_or_averages(people):
    groups = [{"name": "f1", "of": ["q1"]}, {"name": "f2", "of": ["q2"]}]
    index = {"kind": "index", "of": ["index"], "groups": groups, "satisfied": [4, 5]}
    index |= {"missing": [0], "top": 5}
    blocks = [
        SHARE,
        SHARE | {"of": [], "groups": [*groups, {"name": "all", "of": ["q1", "q2"]}]},
        index | {"formula": "pooled-items"},
        index | {"formula": "mean-of-factors"},
        index | {"formula": "pooled-items", "scoring": "mean"},
    ]
    q1, q2, f1, f2, everything, pooled, mean, score = estimate(
        {"design": DESIGN, "estimate": blocks}, people
    )
    for item, factor in ((q1, f1), (q2, f2)):
        assert numbers([item]) == pytest.approx(numbers([factor]))
    assert numbers([pooled]) == pytest.approx(numbers([everything]))
    assert (pooled.of, mean.of) == ("index", "index")
    assert mean.value == pytest.approx((q1.value + q2.value) / 2)
    assert mean.deff > 0
    weights, first = people["w"].to_numpy(), people["q1"].to_numpy()
    second = people["q2"].to_numpy()
    given_ = weights @ ((first > 0).astype(float) + (second > 0))
    assert score.value == pytest.approx(weights @ (first + second) / given_ / 5)


def test_the_mean_of_factors_is_the_linear_combination_it_says(people):
    """Two factors of one item each: variance (v1 + v2 + 2 c) / 4, c from the pooled difference."""
    groups = [{"name": "f1", "of": ["q1"]}, {"name": "f2", "of": ["q2"]}]
    index = {"kind": "index", "formula": "mean-of-factors", "groups": groups, "missing": [0]}
    index |= {"satisfied": [4, 5]}
    (row,) = estimate({"design": DESIGN, "estimate": [index]}, people)
    w, h, c = (people[k].to_numpy(zero_copy_only=False) for k in ("w", "stratum", "cluster"))
    z = np.zeros(12)
    for q in ("q1", "q2"):
        given_ = people[q].to_numpy() > 0
        y = people[q].to_numpy() >= 4
        z += w * (y - given_ * (w @ y) / (w @ given_)) / (w @ given_) / 2
    variance = 0.0
    for stratum in ("a", "b"):
        totals = np.array([z[c == k].sum() for k in np.unique(c[h == stratum])])
        variance += 2 / 1 * ((totals - totals.mean()) ** 2).sum()
    assert row.se == pytest.approx(math.sqrt(variance))


def test_nobody_answered_is_said_and_not_guessed(people):
    nobody = survey(q1=[0] * 12)
    plan = {"design": DESIGN, "estimate": [SHARE | {"of": ["q1"]}]}
    (row,) = estimate(plan, nobody)
    assert (row.n, row.rows, row.value, row.se, row.low) == (0, 12, None, None, None)
    assert row.status == "no-answers"
    where = [{"column": "sex", "op": "==", "value": "khác"}]
    (row,) = estimate(plan | {"design": DESIGN | {"where": where}}, people)
    assert (row.rows, row.df, row.status) == (0, 0, "no-answers")
    by = SHARE | {"by": ["sex"]}
    assert len(estimate({"design": DESIGN | {"where": where}, "estimate": [by]}, people)) == 0


def test_a_domain_of_one_cluster_a_stratum_has_no_interval():
    where = [{"column": "cluster", "op": "in", "value": [1, 3]}]
    plan = {"design": DESIGN | {"where": where}, "estimate": [SHARE]}
    for row in estimate(plan, survey()):
        assert (row.df, row.status, row.low, row.high) == (0, "few-clusters", None, None)
    plan["estimate"] = [SHARE | {"df": "inf"}]
    assert all(row.status == "ok" and row.low < row.high for row in estimate(plan, survey()))


def test_a_lonely_stratum_touches_only_the_domains_that_reach_it():
    lonely = survey(cluster=[1] * 6 + [3, 3, 3, 4, 4, 4])
    plan = {"design": DESIGN, "estimate": [SHARE | {"of": ["q1"], "by": ["stratum"]}]}
    a, b = estimate(plan, lonely)
    assert (a.status, a.se, b.status) == ("lonely", None, "ok")


def test_steps_of_weighting_do_not_pass_an_estimate_unsaid(people):
    plan = {"design": DESIGN, "estimate": [SHARE], "trim": {"upper": 20}}
    with pytest.raises(NotComputedError, match=r"\[trim\]"):
        estimate(plan, people)
    with pytest.raises(PlanError, match="nothing to compute"):
        estimate({"design": DESIGN}, people)
    with pytest.raises(PlanError, match='`by` names a column "n"'):
        estimate({"estimate": [SHARE | {"by": ["n"]}]}, survey(n=[1] * 12))


def test_an_item_that_nobody_answered_and_a_table_without_rows(people):
    plan = {
        "design": DESIGN,
        "estimate": [
            SHARE | {"of": ["q9"]},
            {"kind": "mean", "of": ["q9"]},
            {"kind": "distribution", "of": ["q9"]},
        ],
    }
    unasked = people.append_column("q9", pa.nulls(12))
    assert [row.status for row in estimate(plan, unasked)] == ["no-answers", "no-answers"]
    empty = estimate(plan, unasked.slice(0, 0))
    assert [(row.n, row.rows, row.status) for row in empty] == [(0, 0, "no-answers")] * 2


def test_a_distribution_of_numbers_and_texts_has_text_codes(people):
    block = {"kind": "distribution", "of": ["q1", "sex"], "missing": [0]}
    codes = [row.code for row in estimate({"design": DESIGN, "estimate": [block]}, people)]
    assert codes == ["1", "2", "3", "4", "5", "nam", "nữ"]


def test_one_answer_of_one_cluster_has_no_interval_and_of_several_clusters_the_exact_one():
    one = survey(q1=[5] + [0] * 11)
    plan = {"design": DESIGN, "estimate": [SHARE | {"of": ["q1"]}]}
    (row,) = estimate(plan, one)
    assert (row.n, row.df, row.value, row.status) == (1, 2, 1, "ok")
    assert (row.low, row.high) == (pytest.approx(0.025), 1)
    where = [{"column": "cluster", "op": "==", "value": 1}]
    (row,) = estimate(plan | {"design": DESIGN | {"where": where}}, one)
    assert (row.status, row.low, row.high) == ("few-clusters", None, None)


def test_calibrated_domains_are_the_same_however_many_are_taken_at_once(people, monkeypatch):
    totals = {"nam": 90, "nữ": 110}
    calibration = {"method": "poststratify", "margins": [{"by": ["sex"], "totals": totals}]}
    plan = {"design": DESIGN, "calibration": calibration}
    plan["estimate"] = [SHARE | {"by": ["cluster", "sex"]}]
    together = estimate(plan, people)
    monkeypatch.setattr("analysis.values.AT_ONCE", 1)
    assert numbers(estimate(plan, people)) == pytest.approx(numbers(together), nan_ok=True)
    for row in together:
        where = [{"column": c, "op": "==", "value": v} for c, v in row.by.items()]
        one = {"design": DESIGN | {"where": where}, "calibration": calibration}
        one["estimate"] = [SHARE | {"of": [row.of]}]
        assert numbers(estimate(one, people)) == pytest.approx(numbers([row]), nan_ok=True)


def test_an_index_of_six_hundred_items_is_their_pooled_share():
    rng = np.random.default_rng(11)
    answers_ = rng.integers(0, 6, (12, 600))
    items = {f"i{k}": answers_[:, k].tolist() for k in range(600)}
    group = [{"name": "all", "of": list(items)}]
    index = {"kind": "index", "formula": "pooled-items", "groups": group, "missing": [0]}
    index |= {"satisfied": [4, 5]}
    (row,) = estimate({"design": DESIGN, "estimate": [index]}, survey(**items))
    w = survey()["w"].to_numpy()
    given_, good = (answers_ > 0).sum(axis=1), (answers_ >= 4).sum(axis=1)
    assert row.value == pytest.approx((w @ good) / (w @ given_))
    e = (good - row.value * given_) / (w @ given_)
    assert row.deff == pytest.approx(row.se**2 * 11 / (w.sum() * (w @ e**2)))


def test_more_items_than_one_pass_takes_are_summed_alike(people, monkeypatch):
    blocks = [GROUP, {"kind": "mean", "of": ["q1", "q2"], "by": ["sex"]}]
    for design in (DESIGN, {"weight": "w"}):
        plan = {"design": design, "estimate": blocks}
        together = estimate(plan, people).text("csv")
        with monkeypatch.context() as small:
            small.setattr("analysis.totals.BATCH", 1)
            assert estimate(plan, people).text("csv") == together


def test_without_design_effects_every_other_number_is_the_same(people, design, satisfied):
    groups = [{"name": "both", "of": ["q1", "q2"]}]
    kinds = [
        satisfied | {"groups": groups, "by": ["sex"]},
        {"kind": "mean", "of": ["q1"], "groups": groups, "missing": [0]},
        {"kind": "total", "of": ["q1"], "missing": [0]},
        {"kind": "ratio", "of": ["q1/q2"]},
        {"kind": "index", "formula": "mean-of-factors", "satisfied": [4, 5], "missing": [0]}
        | {"groups": [{"name": "a", "of": ["q1"]}, {"name": "b", "of": ["q1", "q2"]}]},
    ]
    whole = estimate({"design": design, "estimate": kinds}, people).table
    fewer = [kind | {"deff": "none"} for kind in kinds]
    plain = estimate({"design": design, "estimate": fewer}, people).table
    assert plain["deff"].null_count == plain["n_eff"].null_count == len(plain)
    assert plain.drop_columns(["deff", "n_eff"]) == whole.drop_columns(["deff", "n_eff"])
    pooled = satisfied | {"deff": "none", "ci": "pooled"}
    with pytest.raises(PlanError, match='`deff` = "none" leaves ci = "pooled" nothing to pool'):
        estimate({"design": design, "estimate": [pooled]}, people)


@pytest.mark.parametrize("gap", [None, 0])
def test_a_group_within_a_group_is_summed_alike_with_empty_cells(tmp_path, design, satisfied, gap):
    """Columns that may be empty, and columns that Parquet says are full, give the same groups."""
    own = {f"q{i}": [(i * j) % 6 or gap for j in range(12)] for i in range(1, 5)}
    path = tmp_path / "people.parquet"
    pq.write_table(survey(**own), path)
    items = [f"q{i}" for i in range(1, 5)]
    groups = [("ab", items[:2]), ("cd", items[2:]), ("all", items), ("three", items[:3])]
    block = satisfied | {"of": [], "groups": [{"name": n, "of": of} for n, of in groups]}
    for extra in ({}, {"deff": "none"}):
        rows = list(estimate({"design": design, "estimate": [block | extra]}, path))
        for row, (_, of) in zip(rows, groups, strict=True):
            weights = survey()["w"].to_pylist()
            codes = [[own[item][i] or 0 for item in of] for i in range(12)]
            given = sum(w * sum(c > 0 for c in cs) for w, cs in zip(weights, codes, strict=True))
            good = sum(w * sum(c > 3 for c in cs) for w, cs in zip(weights, codes, strict=True))
            assert row.n == sum(any(cs) for cs in codes)
            assert row.value == pytest.approx(good / given, rel=1e-12)
