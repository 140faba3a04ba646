"""An indicator over its years: levels, changes, slopes, and the breaks between them."""

import pytest

from analysis import AnalysisError, estimate
from analysis.comparisons import sentences, trend
from tests.golden.reference import DATA

FILE = DATA / "sipas_36k.parquet"
DESIGN = {"strata": ["stratum"], "stages": ["psu"], "weight": "w", "rounds": "year"}
SHARE = {"kind": "share", "of": ["c01"], "satisfied": [4, 5], "missing": [0], "by": ["year"]}
PLAN = {"design": DESIGN, "estimate": [SHARE], "trend": {"period": "year", "breaks": [2021]}}


def followed(**more) -> dict:
    own = PLAN | {"trend": PLAN["trend"] | more}
    found: dict[str, list] = {}
    for line in trend(own, FILE, sentences("vi")).lines:
        found.setdefault(line.kind, []).append(line)
    return found


def test_levels_are_the_estimates_and_changes_their_differences():
    found = followed()
    rows = list(estimate({"design": DESIGN, "estimate": [SHARE]}, FILE))
    assert [line.value for line in found["level"]] == [row.value for row in rows]
    assert [line.low for line in found["level"]] == [row.low for row in rows]
    last = found["previous"][-1]
    assert (last.before, last.after) == (2023, 2024)
    assert last.value == pytest.approx(rows[4].value - rows[3].value)


def test_nothing_is_said_over_the_break_of_2021():
    found = followed()
    assert [line.status for line in found["previous"]] == ["ok", "broken-series", "ok", "ok"]
    assert found["previous"][1].value is None
    assert [(line.before, line.after) for line in found["first"]] == [(2022, 2024)]
    assert [(line.before, line.after) for line in found["slope"]] == [(2022, 2024)]
    whole = followed(breaks=[])
    assert [line.after for line in whole["first"]] == [2022, 2023, 2024]
    assert whole["slope"][0].verdict == "rising"
    assert whole["slope"][0].phrase.startswith("xu hướng tăng 1,2 điểm phần trăm mỗi năm (")


def test_three_years_without_a_slope_are_the_change_of_the_ends_over_two():
    found = followed()
    assert found["slope"][0].value == pytest.approx(found["first"][0].value / 2)
    assert found["slope"][0].p == pytest.approx(found["first"][0].p, rel=0.5)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"period": "month"}, 'the column is "month", but `by` of the block has year'),
        ({"period": "year", "block": 2}, "`block` is 2, of 1"),
        ({"period": "year", "slope": True}, "unknown key `slope`"),
        ({}, "`period` is needed"),
    ],
)
def test_what_does_not_fit_is_named(own, message):
    with pytest.raises(AnalysisError, match=message):
        trend(PLAN | {"trend": own}, FILE, sentences("vi"))


def test_a_self_selected_series_and_a_plan_without_trend_are_refused():
    with pytest.raises(AnalysisError, match='sample = "open"'):
        trend(PLAN | {"design": DESIGN | {"sample": "open"}}, FILE, sentences("vi"))
    with pytest.raises(AnalysisError, match=r"no \[trend\]"):
        trend({k: v for k, v in PLAN.items() if k != "trend"}, FILE, sentences("vi"))
