"""What an office reads: what matters, how satisfied people are with it, how sure that is."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import estimate, totals, weigh
from analysis.drivers import drivers, importance, logit, words
from analysis.drivers.moments import Moments, moments_of
from analysis.errors import DataError, DriversError, NotComputedError, PlanError
from tests.analysis.drivers.conftest import ITEMS, answers


def rows_of(done) -> dict[str, dict]:
    return {row["of"]: row for row in done.table.to_pylist()}


def with_drivers(plan: dict, **more) -> dict:
    return plan | {"drivers": plan["drivers"] | more}


def test_waiting_matters_most_and_the_parts_add_up(plan, people):
    done = drivers(plan, people, words("vi"))
    rows = rows_of(done)
    assert rows["waiting"]["importance"] > 2 * rows["forms"]["importance"]
    parts = sum(rows[f]["importance"] for f in ("waiting", "forms", "place"))
    assert parts == pytest.approx(done.r2) == pytest.approx(rows["overall"]["importance"])
    two = rows["wait1"]["importance"] + rows["wait2"]["importance"]
    assert two == pytest.approx(rows["waiting"]["importance"])
    shares = [rows[f]["importance_share"] for f in ("waiting", "forms", "place")]
    assert sum(shares) == pytest.approx(1)
    assert rows["waiting"]["word"] in ("Ưu tiên cải thiện", "Duy trì")
    assert rows["place"]["method"] == "lmg-exact" and rows["place1"]["method"] == "owen-exact"


def test_r2_is_that_of_a_weighted_regression_of_the_complete_cases(plan, people):
    data = {name: people[name].to_numpy() for name in people.column_names}
    whole = np.all([data[item] > 0 for item in ITEMS], axis=0)
    x = np.stack([np.ones(whole.sum()), *(data[item][whole] for item in ITEMS)], axis=1)
    y, root = data["overall"][whole], np.sqrt(data["w"][whole])
    slope = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    middle = np.average(y, weights=root**2)
    r2 = 1 - (root**2 @ (y - x @ slope) ** 2) / (root**2 @ (y - middle) ** 2)
    done = drivers(plan, people, words("en"))
    assert done.r2 == pytest.approx(r2, abs=1e-10)
    assert (done.n, done.lost) == (whole.sum(), (~whole).sum())
    assert f"{done.n} complete cases, {done.lost} of 720 rows left out" in done.lines()[0]


def test_weights_brought_to_a_margin_weigh_the_causes(plan, people):
    totals = {"by": ["stratum"], "totals": {"0": 3000, "1": 1000}}
    own = {"calibration": {"method": "poststratify", "margins": [totals]}}
    weighed = weigh(plan | own, people).table
    by_hand = weighed.drop(["w"]).rename_columns({"weight": "w"})
    assert drivers(plan | own, people, words("en")).r2 == pytest.approx(
        drivers(plan, by_hand, words("en")).r2
    )


def test_shares_are_the_figures_that_are_published(plan, people):
    block = {"kind": "share", "of": ["wait1"], "satisfied": [4, 5], "missing": [0]}
    (row,) = estimate({"design": plan["design"], "estimate": [block]}, people)
    found = rows_of(drivers(plan, people, words("en")))["wait1"]
    for name, value in (("share", row.value), ("share_se", row.se), ("share_low", row.low)):
        assert found[name] == value
    assert found["n"] == row.n and found["df"] == row.df


def test_linearisation_and_jackknife_agree_and_read_the_data_once(plan, people, monkeypatch):
    passes = []
    real = totals.one_pass
    monkeypatch.setattr(totals, "one_pass", lambda *a: passes.append(1) or real(*a))
    first = rows_of(drivers(plan, people, words("en")))
    assert len(passes) == 1
    second = rows_of(drivers(with_drivers(plan, variance="jackknife"), people, words("en")))
    assert len(passes) == 2
    for name, row in first.items():
        assert row["importance_se"] == pytest.approx(second[name]["importance_se"], rel=0.15)
        assert row["importance"] == second[name]["importance"]


def moments(seed: int, clusters: int) -> Moments:
    """Those of one sample, by cluster, as the scan would sum them."""
    data = answers(clusters, 12, seed=seed)
    names = (*ITEMS, "overall")
    x = np.stack([data[name] for name in names], axis=1).astype(float)
    j, k = np.triu_indices(len(names))
    rows = np.concatenate([np.ones((len(x), 1)), x, x[:, j] * x[:, k]], axis=1)
    sums = rows.reshape(clusters, 12, -1).sum(axis=1)
    return moments_of(names, sums, np.ones(clusters), len(x), len(x))


def test_the_interval_covers_what_is_true():
    """300 samples of 40 clusters; the truth is that of 20,000 clusters."""
    factors, rng = [[0, 1], [2, 3], [4]], np.random.default_rng(1)
    truth = importance(moments(99_999, 20_000).covariance, factors, 100, rng).items
    inside = np.zeros(len(truth))
    for seed in range(300):
        own = moments(seed, 40)
        found = importance(own.covariance, factors, 100, rng)
        z = own.influence(found.slopes)
        se = np.sqrt(40 / 39 * ((z - z.mean(axis=0)) ** 2).sum(axis=0))
        inside += np.abs(found.items - truth) < 2.02 * se
    assert (inside[:3] / 300 > 0.90).all()


def test_a_figure_whose_interval_holds_the_cut_says_so(plan, people):
    sure = rows_of(
        drivers(with_drivers(plan, importance_cut=0.001, share_cut=0.01), people, words("vi"))
    )
    assert (sure["waiting"]["quadrant"], sure["waiting"]["unsure"]) == ("keep", "no")
    share = sure["waiting"]["share"]
    near = drivers(with_drivers(plan, importance_cut=0.001, share_cut=share), people, words("vi"))
    assert rows_of(near)["waiting"]["unsure"] == "share"
    low = drivers(with_drivers(plan, importance_cut=0.001, share_cut=0.99), people, words("vi"))
    assert rows_of(low)["waiting"]["word"] == "Ưu tiên cải thiện"
    high = drivers(with_drivers(plan, importance_cut=0.9, share_cut=0.01), people, words("en"))
    assert rows_of(high)["place"]["word"] == "Well served"


def test_a_self_selected_round_is_described_without_errors(plan, people):
    open_ = plan | {"design": plan["design"] | {"sample": "open"}}
    done = drivers(open_, people, words("vi"))
    row, sampled = rows_of(done)["waiting"], rows_of(drivers(plan, people, words("vi")))["waiting"]
    assert row["importance"] == sampled["importance"] and row["status"] == "open"
    assert row["importance_se"] is row["importance_low"] is row["share_low"] is None
    assert row["unsure"] == "both"
    assert "description only" in done.lines()[1]


def test_one_cluster_a_stratum_leaves_a_number_without_an_error(plan, people):
    few = pa.table(answers(2, 200, strata=1))
    row = rows_of(drivers(plan, few, words("vi")))["waiting"]
    assert row["df"] == 1 and row["importance_se"] is not None
    one = rows_of(drivers(plan, pa.table(answers(2, 200)), words("vi")))["waiting"]
    assert (one["status"], one["importance_se"], one["importance_low"]) == ("lonely", None, None)
    sure = plan | {"design": plan["design"] | {"lonely": "certainty"}}
    row = rows_of(drivers(sure, pa.table(answers(2, 200)), words("vi")))["waiting"]
    assert (row["status"], row["df"], row["importance_low"]) == ("few-clusters", 0, None)


def test_groups_of_an_estimate_are_factors_too(plan, people):
    block = {
        "kind": "share",
        "groups": plan["drivers"]["factors"],
        "satisfied": [4, 5],
        "missing": [0],
    }
    short = {"design": plan["design"], "estimate": [block], "drivers": {"overall": "overall"}}
    assert drivers(short, people, words("vi")).table == drivers(plan, people, words("vi")).table


def test_calibrated_weights_and_their_residuals_are_used(plan, people):
    margin = {"by": ["stratum"], "totals": {"0": 1000, "1": 500}}
    own = plan | {"calibration": {"method": "poststratify", "margins": [margin]}}
    w, stratum = people["w"].to_numpy().copy(), people["stratum"].to_numpy()
    for which, total in ((0, 1000), (1, 500)):
        w[stratum == which] *= total / w[stratum == which].sum()
    weighed = people.set_column(people.column_names.index("w"), "w", pa.array(w))
    done, plain = drivers(own, people, words("vi")), drivers(plan, weighed, words("vi"))
    assert done.r2 == pytest.approx(plain.r2)
    first, second = rows_of(done)["waiting"], rows_of(plain)["waiting"]
    assert first["importance_se"] == pytest.approx(second["importance_se"], rel=0.05)
    with pytest.raises(PlanError, match='"linearized" is needed'):
        drivers(with_drivers(own, variance="jackknife"), people, words("vi"))


def test_replicate_weights_are_refused_by_name(plan, people):
    design = {"weight": "w", "replicates": {"columns": "w", "kind": "jk1"}}
    with pytest.raises(NotComputedError, match="replicates"):
        drivers(plan | {"design": design}, people, words("vi"))


def test_a_domain_keeps_the_clusters_outside_it(plan, people):
    half = plan | {
        "design": plan["design"] | {"where": [{"column": "stratum", "op": "==", "value": 1}]}
    }
    done = drivers(half, people, words("vi"))
    assert rows_of(done)["overall"]["df"] == 29 and done.n + done.lost == 360


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("wait2", lambda d: np.full(720, 4), '"wait2" is 4 in all'),
        ("form1", lambda d: d["wait1"], '"form1" follows from "wait1" in all'),
        ("place1", lambda d: np.zeros(720, dtype=int), 'nobody answered "place1"'),
        (
            "overall",
            lambda d: np.where(d["wait1"] * d["form1"] > 0, d["wait1"] + d["form1"], 0),
            '"overall" follows from "wait1", "form1"',
        ),
        ("wait1", lambda d: np.where(d["wait1"] > 4, np.inf, d["wait1"]), "that is not finite"),
        (
            "form2",
            lambda d: np.where(d["wait1"] == 0, 3, 0),
            "no case is complete: none of 720",
        ),
    ],
)
def test_items_that_nothing_can_be_said_of_are_named(plan, column, values, said):
    data = answers()
    data[column] = values(data)
    with pytest.raises(DriversError, match=said):
        drivers(plan, pa.table(data), words("vi"))


def test_too_few_complete_cases_are_counted(plan):
    with pytest.raises(DriversError, match="complete cases are too few for 5 items: 7 at least"):
        drivers(plan, pa.table(answers(2, 3, seed=3)), words("vi"))


def test_words_where_numbers_belong_are_named_with_their_row(plan):
    data = answers()
    data["form1"] = np.where(np.arange(720) == 2, "tốt", data["form1"].astype(str))
    with pytest.raises(DataError, match='"form1" holds "tốt" in row 3'):
        drivers(plan, pa.table(data), words("vi"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"overall": None}, "`overall`"),
        ({"overall": "wait1"}, "item of a factor too"),
        ({"factors": []}, "`factors` are needed"),
        ({"factors": [{"name": "a", "of": ["x"]}, {"name": "b", "of": ["x"]}]}, '"x" twice'),
        ({"factors": [{"name": "a", "of": ["x"]}, {"name": "a", "of": ["y"]}]}, "there twice"),
        ({"satisfied": []}, "`satisfied` is needed"),
        ({"satisfied": [0, 5]}, "two meanings"),
        ({"orders": 3}, "100 or more"),
        ({"level": 95}, "between 0 and 1"),
        ({"variance": "magic"}, "linearized, jackknife"),
        ({"factor": []}, "unknown key `factor`"),
    ],
)
def test_what_a_plan_may_not_say_of_drivers(plan, people, more, said):
    own = {k: v for k, v in (plan["drivers"] | more).items() if v is not None}
    with pytest.raises(PlanError, match=said):
        drivers(plan | {"drivers": own}, people, words("vi"))


def test_a_plan_without_drivers_and_a_language_without_words_are_refused(people):
    with pytest.raises(PlanError, match=r"no \[drivers\]"):
        drivers({}, people, words("vi"))
    with pytest.raises(PlanError, match='"fr": there are vi, en'):
        words("fr")


def test_a_table_prints_what_fits_a_screen_and_what_to_know(plan, people):
    said = str(drivers(plan, people, words("vi"))).splitlines()
    assert said[0].split()[:4] == ["of", "n", "share", "importance"]
    assert said[1].split()[0] == "overall" and len(said) == 1 + 9 + 1
    assert "complete cases" in said[-1]
    assert "<td>waiting</td>" in drivers(plan, people, words("vi"))._repr_html_()
    done = logit(plan, people)
    assert "parallel lines" in str(done).splitlines()[-1]
    assert pa.table(done) == done.table
