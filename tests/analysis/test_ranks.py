"""How sure a place in a league table is."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PlanError, RankError
from analysis.ranks import best_set, chance_of_top, phrases, rank, rank_sets
from analysis.ranks.sets import ranks_of

FEW = 400


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def covered(truth, covariance, rounds: int, **how) -> tuple[float, float]:
    """How often all true ranks are in their sets, and how often one is, over simulated rounds."""
    own, root = rng(7), np.linalg.cholesky(covariance)
    low_rank = ranks_of(truth)
    high_rank = len(truth) - (truth[None, :] < truth[:, None]).sum(axis=1)
    inside = []
    for _ in range(rounds):
        seen = truth + root @ own.standard_normal(len(truth))
        found = rank_sets(seen, covariance, rng=own, draws=FEW, **how)
        inside.append((found.low <= low_rank) & (high_rank <= found.high))
    return float(np.mean(np.all(inside, axis=1))), float(np.mean(inside))


def test_all_true_ranks_are_covered_at_once_also_where_domains_are_truly_equal():
    covariance = np.diag([1.0, 2.0, 1.0, 0.5, 3.0, 1.0]) + 0.3
    for stepdown in (False, True):
        at_once, _ = covered(np.zeros(6), covariance, 500, stepdown=stepdown)
        assert 0.92 <= at_once <= 0.98  # seed and rounds fixed; nominal 0.95, error 0.01


def test_step_down_covers_where_some_domains_are_far_apart_and_others_equal():
    truth = np.array([0.0, 0.0, 0.0, 30.0, 60.0, 90.0])
    at_once, _ = covered(truth, np.eye(6), 500, stepdown=True)
    assert 0.92 <= at_once <= 0.985


def test_a_marginal_set_covers_its_own_rank():
    covariance = np.diag([1.0, 2.0, 1.0, 0.5, 3.0])
    at_once, each = covered(np.zeros(5), covariance, 300, sets="marginal")
    assert 0.93 <= each <= 0.98
    assert at_once < each


def test_step_down_and_marginal_sets_are_never_wider():
    values, covariance = rng(3).normal(0, 3, 12), np.eye(12)
    wide = rank_sets(values, covariance, rng=rng(), stepdown=False)
    for how in ({"stepdown": True}, {"sets": "marginal", "stepdown": False}):
        found = rank_sets(values, covariance, rng=rng(), **how)
        assert (found.low >= wide.low).all() and (found.high <= wide.high).all()
    assert found.method == "marginal" and wide.method == "simultaneous"


def test_few_degrees_of_freedom_make_wider_sets():
    values = np.arange(8) * 4.5
    normal = rank_sets(values, np.eye(8), rng=rng())
    few = rank_sets(values, np.eye(8), rng=rng(), df=np.full(8, 4.0))
    assert (few.high - few.low).sum() > (normal.high - normal.low).sum()
    assert few.method == "simultaneous-stepdown-t"


@settings(max_examples=25)
@given(
    st.lists(st.floats(-5, 5), min_size=2, max_size=7),
    st.integers(0, 1000),
    st.floats(0.1, 100),
)
def test_ranks_lie_in_their_sets_and_do_not_depend_on_the_unit(values, seed, unit):
    own = np.array(values)
    root = rng(seed).normal(size=(len(own), len(own)))
    covariance = root @ root.T
    found = rank_sets(own, covariance, rng=rng(seed), draws=200)
    assert (found.low >= 1).all() and (found.high <= len(own)).all()
    assert (found.low <= found.rank).all() and (found.rank <= found.high).all()
    again = rank_sets(own + 3, covariance, rng=rng(seed), draws=200)
    assert again.rank.tolist() == ranks_of(own + 3).tolist()
    scaled = rank_sets(own * unit, covariance * unit**2, rng=rng(seed), draws=200)
    assert np.abs(scaled.low - found.low).max() <= 1


def test_the_best_are_among_those_who_may_be_and_chances_add_up():
    values = np.array([9.0, 8.9, 5.0, 1.0])
    possible = best_set(values, np.eye(4) * 0.1, 1, rng=rng())
    assert possible.tolist() == [True, True, False, False]
    chance = chance_of_top(values, np.eye(4) * 0.1, 1, rng=rng())
    assert chance.sum() == pytest.approx(1)
    # two normal values 0.1 apart, standard error of the difference 0.447: P = Phi(0.2236)
    assert chance[0] == pytest.approx(0.5885, abs=0.02)
    assert chance_of_top(values, np.eye(4), 4, rng=rng()).tolist() == [1, 1, 1, 1]


def test_what_is_certain_needs_no_draw():
    found = rank_sets(np.array([3.0, 2.0, 2.0]), np.zeros((3, 3)), rng=rng())
    assert found.rank.tolist() == found.low.tolist() == [1, 2, 2]
    assert found.high.tolist() == [1, 3, 3]


@pytest.mark.parametrize(
    ("values", "covariance", "said"),
    [
        ([1.0], np.eye(1), "nothing to rank"),
        ([1.0, np.nan], np.eye(2), "no number"),
        ([1.0, 2.0], np.eye(3), "for 2 domains"),
        ([1.0, 2.0], np.array([[1.0, 5.0], [5.0, 1.0]]), "negative variance"),
        ([1.0, 2.0], np.array([[1.0, 0.5], [0.0, 1.0]]), "not symmetric"),
    ],
)
def test_what_is_no_covariance_is_refused(values, covariance, said):
    with pytest.raises(RankError, match=said):
        rank_sets(np.array(values), covariance, rng=rng())


def town(name: str, satisfied: int, asked: int, clusters: int = 10) -> list[dict]:
    """Answers of a town, spread over its clusters at random."""
    places = rng(5).permutation(asked) % clusters
    return [
        {"town": name, "cluster": f"{name}{place}", "q1": 5 if i < satisfied else 1}
        for i, place in enumerate(places)
    ]


DESIGN = {"strata": ["town"], "stages": ["cluster"]}
SHARE = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "by": ["town"]}


def plan(**more) -> dict:
    return {"design": DESIGN, "estimate": [SHARE], "rank": more}


def answers() -> pa.Table:
    rows = [*town("Huế", 95, 100), *town("Vinh", 48, 100), *town("Đông Hà", 50, 100)]
    return pa.Table.from_pylist([*rows, *town("Lao Bảo", 40, 40), *town("Cửa Việt", 3, 6)])


def test_a_league_table_says_its_uncertainty_and_who_is_left_out():
    done = rank(plan(), answers(), phrases("vi"), minimum=10)
    rows = {row["domain"]: row for row in done.table.to_pylist()}
    assert rows["Huế"]["phrase"] == "Hạng 2, khoảng tin cậy từ hạng 1 đến hạng 2"
    assert rows["Vinh"]["phrase"] == "Hạng 4, khoảng tin cậy từ hạng 3 đến hạng 4"
    out = rows["Cửa Việt"]
    assert (out["rank"], out["low_rank"], out["status"]) == (None, None, "few-answers")
    assert out["phrase"] == "Không xếp hạng: quá ít câu trả lời"
    assert done.lines() == ["no rank: town Cửa Việt: few-answers"]


def test_everybody_satisfied_is_not_certain():
    """40 of 40: Korn and Graubard's interval stands for the error of 0 that the sample has."""
    done = rank(plan(), answers(), phrases("en"), minimum=10)
    (row,) = [r for r in done.table.to_pylist() if r["domain"] == "Lao Bảo"]
    assert row["value"] == 1 and 0.02 < row["se"] < 0.06
    assert row["phrase"] == "Rank 1, confidence interval from rank 1 to rank 2"


def test_towns_of_the_same_value_share_their_rank():
    rows = [*town("a", 50, 100), *town("b", 50, 100), *town("c", 95, 100)]
    table = rank(plan(), pa.Table.from_pylist(rows), phrases("vi")).table
    assert table["rank"].to_pylist() == [2, 2, 1]
    said = table["phrase"].to_pylist()
    assert said[0] == "Đồng hạng 2, khoảng tin cậy từ hạng 2 đến hạng 3"
    assert said[2] == "Hạng 1, khoảng tin cậy chỉ gồm hạng này"


def test_the_lowest_may_be_first_and_the_top_is_told():
    done = rank(plan(order="ascending", top=1), answers(), phrases("vi"), minimum=10)
    rows = {row["domain"]: row for row in done.table.to_pylist()}
    assert rows["Vinh"]["rank"] == 1 and rows["Lao Bảo"]["rank"] == 4
    assert rows["Đông Hà"]["top_possible"] and not rows["Huế"]["top_possible"]
    assert rows["Vinh"]["top_chance"] + rows["Đông Hà"]["top_chance"] == pytest.approx(1, abs=0.01)


def test_the_same_seed_gives_the_same_table_and_another_one_hardly_another():
    first = rank(plan(), answers(), phrases("vi")).table
    assert first.equals(rank(plan(), answers(), phrases("vi")).table)
    other = rank(plan(seed=2), answers(), phrases("vi")).table
    for name in ("low_rank", "high_rank"):
        pairs = zip(first[name].to_pylist(), other[name].to_pylist(), strict=True)
        assert all(abs(a - b) <= 1 for a, b in pairs if a is not None)


def test_groups_of_the_same_clusters_are_told_apart_by_their_difference():
    """Men and women of the same communes differ by 10 points everywhere, communes by far more."""
    rows = [
        {"cluster": c, "sex": sex, "q1": 5 if i < 10 + 4 * c + (5 if sex == "nữ" else 0) else 1}
        for c in range(8)
        for sex in ("nam", "nữ")
        for i in range(50)
    ]
    own = {"design": {"stages": ["cluster"]}, "estimate": [SHARE | {"by": ["sex"]}]}
    table = rank(own, pa.Table.from_pylist(rows), phrases("vi")).table.to_pylist()
    assert [(r["low_rank"], r["high_rank"]) for r in table] == [(2, 2), (1, 1)]
    assert table[1]["value"] - table[0]["value"] < 2 * table[0]["se"]  # by their own errors: tied


def test_a_self_selected_round_has_no_ranks():
    own = plan() | {"design": DESIGN | {"sample": "open"}}
    with pytest.raises(RankError, match='sample = "open"'):
        rank(own, answers(), phrases("vi"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"rank": {"block": 1}}, "`block` is 1"),
        ({"rank": {"of": "q9"}}, 'is "q9"'),
        ({"rank": {"sets": "naive"}}, "must be one of simultaneous, marginal"),
        ({"rank": {"draws": 10}}, "100 or more"),
        ({"rank": {"top": 1.5}}, "whole number"),
        ({"rank": {"places": 3}}, "unknown key `places`"),
        ({"estimate": [SHARE | {"by": []}]}, "one domain column"),
        (
            {"estimate": [SHARE | {"of": ["q1"], "groups": [{"name": "g", "of": ["q1"]}]}]},
            "`of` is needed",
        ),
        ({"estimate": [{"kind": "distribution", "of": ["q1"], "by": ["town"]}]}, "distribution"),
    ],
)
def test_what_a_plan_may_not_ask_of_ranks(more, said):
    with pytest.raises(PlanError, match=said):
        rank(plan() | more, answers(), phrases("vi"))


def test_a_language_without_phrases_is_refused_by_name():
    with pytest.raises(PlanError, match='"fr": there are vi, en'):
        phrases("fr")
