"""A number that should not exist is not shown, and the reason is."""

from analysis import estimate, publish
from tests.analysis.conftest import survey

DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
SHARE = {"kind": "share", "of": ["q1", "q2"], "satisfied": [4, 5], "missing": [0]}


def test_fewer_answers_than_the_minimum_are_hidden_with_their_reason(people):
    results = estimate({"design": DESIGN, "estimate": [SHARE]}, people)
    q1, q2 = publish(results, minimum=11)
    assert (q1.n, q2.n) == (11, 10)
    assert q1.status == "ok" and q1.value is not None
    assert (q2.status, q2.value, q2.se, q2.low, q2.high) == ("few-answers", None, None, None, None)


def test_few_clusters_and_small_samples_are_shown_with_a_flag(people):
    results = publish(estimate({"design": DESIGN, "estimate": [SHARE]}, people), minimum=5)
    assert {row.flag for row in results} == {"few-clusters"}
    alone = {"weight": "w"}
    results = publish(estimate({"design": alone, "estimate": [SHARE]}, people), minimum=5)
    assert {row.flag for row in results} == {"few-answers"}
    assert results.table.column_names[-2:] == ["status", "flag"]


def test_no_degree_of_freedom_is_no_number_and_nobody_is_nobody():
    where = [{"column": "cluster", "op": "in", "value": [1, 3]}]
    plan = {"design": DESIGN | {"where": where}, "estimate": [SHARE]}
    for row in publish(estimate(plan, survey()), minimum=1):
        assert (row.status, row.value, row.flag) == ("few-clusters", None, "")
    nobody = survey(q1=[0] * 12)
    row = next(iter(publish(estimate({"design": DESIGN, "estimate": [SHARE]}, nobody))))
    assert (row.status, row.value) == ("no-answers", None)
