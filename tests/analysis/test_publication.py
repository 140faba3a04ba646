"""What the NCHS standard for proportions says of a share, case by case, and where it is silent."""

import pyarrow as pa
import pytest
from scipy.stats import beta

from analysis import estimate, nchs, publish, read_plan
from analysis.results import Results
from tests.analysis.conftest import survey

DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
SHARE = {"kind": "share", "of": ["q1"], "satisfied": [1]}
MEAN = {"kind": "mean", "of": ["q1"]}


def answers(good: int, asked: int) -> pa.Table:
    return pa.table({"q1": [1] * good + [0] * (asked - good)})


def said(good: int, asked: int) -> tuple[str | None, str | None]:
    plan = {"estimate": [SHARE]}
    (row,) = nchs(estimate(plan, answers(good, asked)), plan)
    return row.nchs, row.nchs_why


@pytest.mark.parametrize(
    ("good", "asked", "verdict", "why"),
    [
        (500, 1000, "show", ""),
        (15, 29, "suppress", "few-answers wide-interval"),
        (20, 40, "suppress", "wide-interval"),
        (3, 120, "suppress", "wide-for-value"),
        (5, 1000, "show", ""),  # 1.0 points wide: 5 or fewer are shown however small the share
        (117, 120, "show", "complement"),
        (0, 300, "review", "all-or-none"),
        (300, 300, "review", "all-or-none"),
        (29, 29, "suppress", "few-answers all-or-none"),
        (0, 40, "suppress", "wide-for-value all-or-none"),
    ],
)
def test_the_standard_speaks_of_size_width_and_of_nobody_or_everybody(good, asked, verdict, why):
    assert said(good, asked) == (verdict, why)


def test_the_width_is_that_of_clopper_and_pearson_in_a_simple_sample():
    """Their interval of 43 among 60 is narrower than 30 points, that of 21 among 42 is not."""
    for good, asked, verdict in ((43, 60, "show"), (21, 42, "suppress")):
        low = beta.ppf(0.025, good, asked - good + 1)
        high = beta.ppf(0.975, good + 1, asked - good)
        assert (high - low < 0.30) == (verdict == "show")
        assert said(good, asked)[0] == verdict


def test_few_clusters_are_for_a_person_to_decide():
    many = pa.table(
        {
            "q1": ([1] * 7 + [0] * 3) * 40,
            "cluster": [i // 40 for i in range(400)],
            "stratum": [i // 80 for i in range(400)],
        }
    )
    plan = {"design": {"strata": ["stratum"], "stages": ["cluster"]}, "estimate": [SHARE]}
    mixed = many.set_column(0, "q1", [[int((7 * i) % 10 < 7) for i in range(399)] + [0]])
    (row,) = nchs(estimate(plan, mixed), plan)
    assert (row.df, row.nchs, row.nchs_why) == (5, "review", "few-clusters")
    assert publish(estimate(plan, mixed), 10, read_plan(plan)).rows[0].flag == "few-clusters"


def test_the_effective_size_counts_where_answers_cluster():
    """400 answers in 20 clusters that all say the same are worth 20."""
    alike = pa.table(
        {"q1": [i // 20 % 2 for i in range(400)], "cluster": [i // 20 for i in range(400)]}
    )
    plan = {"design": {"stages": ["cluster"]}, "estimate": [SHARE]}
    (row,) = nchs(estimate(plan, alike), plan)
    assert row.n == 400 and row.nchs == "suppress"
    assert row.nchs_why == "few-answers wide-interval"


def test_means_are_left_alone_and_the_two_columns_come_last():
    plan = {"estimate": [MEAN, SHARE]}
    found = nchs(estimate(plan, answers(50, 100)), plan)
    assert found.table.column_names[-3:] == ["status", "nchs", "nchs_why"]
    mean, share = found
    assert (mean.nchs, mean.nchs_why) == (None, None)
    assert (share.nchs, share.nchs_why) == ("show", "")
    assert found.text("csv").splitlines()[1].endswith(",ok,,")


def test_a_share_without_a_value_or_an_error_says_its_status():
    where = [{"column": "cluster", "op": "in", "value": [1, 3]}]
    block = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "missing": [0]}
    plan = {"design": DESIGN | {"where": where}, "estimate": [block]}
    (row,) = nchs(estimate(plan, survey()), plan)
    assert (row.nchs, row.nchs_why) == ("suppress", "few-clusters")
    plan = {"design": DESIGN, "estimate": [block]}
    (row,) = nchs(estimate(plan, survey(q1=[0] * 12)), plan)
    assert (row.nchs, row.nchs_why) == ("suppress", "no-answers")


def test_a_hidden_figure_keeps_its_reason_to_itself():
    """That nobody was satisfied is not told of 8 people whose figure is hidden."""
    plan = {"estimate": [SHARE]}
    hidden: Results = nchs(publish(estimate(plan, answers(0, 8)), 10, read_plan(plan)), plan)
    (row,) = hidden
    assert (row.value, row.status) == (None, "few-answers")
    assert (row.nchs, row.nchs_why) == ("suppress", "few-answers")


def test_pages_flag_a_share_whose_interval_is_too_wide_for_the_standard():
    plan = read_plan({"estimate": [SHARE]})
    flags = [
        publish(estimate(plan, answers(good, asked)), 10, plan).rows[0].flag
        for good, asked in ((20, 40), (3, 120), (500, 1000), (10, 20))
    ]
    assert flags == ["wide-interval", "wide-interval", "", "few-answers"]
    means = read_plan({"estimate": [MEAN]})
    assert publish(estimate(means, answers(3, 120)), 10, means).rows[0].flag == ""
