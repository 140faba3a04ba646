"""A chart says what it shows: breaks are not joined, hidden points are listed, bytes repeat."""

import re
from dataclasses import replace

import pytest

from analysis import estimate, publish
from analysis.charts import Words, percent, to_png, to_svg, trend_figure
from analysis.errors import ChartError
from analysis.series import Point, Series, stretches, strokes, trend_of
from tests.analysis.conftest import survey

WORDS = Words(
    title="Chỉ số hài lòng",
    published="đã công bố",
    simulated="Dữ liệu mô phỏng",
    hidden="Không công bố",
    note="Khoảng tin cậy 95%.",
    breaks={2021: "phương pháp mới", 2024: "sáp nhập tỉnh"},
    statuses={"few-answers": "quá ít câu trả lời"},
)
OWN = Series(
    "Quảng Trị",
    tuple(Point(y, 0.8 + (y - 2019) / 100, 0.77, 0.9) for y in (2020, 2021, 2022, 2023))
    + (Point(2024, None, status="few-answers"), Point(2025, 0.86, 0.8, 0.9)),
    broken_after=(2021, 2024),
    simulated=True,
)
OTHERS = Series(
    "Cả nước", (Point(2020, 0.8548), Point(2021, 0.8716), Point(2022, 0.8008)), "published", (2021,)
)


def svg(*series: Series, words: Words = WORDS) -> str:
    return to_svg(trend_figure(series, words)).decode()


def test_lines_are_broken_at_the_method_and_the_merger_and_where_a_year_is_missing():
    assert [[p.x for p in own] for own in stretches(OWN)] == [[2020, 2021], [2022, 2023], [2025]]
    drawn = svg(OWN)
    assert "phương pháp mới" in drawn and "sáp nhập tỉnh" in drawn


def test_a_chart_says_what_is_simulated_what_is_published_and_what_is_hidden():
    drawn = svg(OWN, OTHERS)
    for words in ("Dữ liệu mô phỏng", "Cả nước (đã công bố)", "Quảng Trị"):
        assert words in drawn
    assert "Không công bố: Quảng Trị 2024 (quá ít câu trả lời)" in drawn
    assert "Dữ liệu mô phỏng" not in svg(OTHERS)


def test_the_same_chart_is_the_same_bytes():
    assert svg(OWN, OTHERS) == svg(OWN, OTHERS)
    assert to_png(trend_figure([OWN], WORDS), 60) == to_png(trend_figure([OWN], WORDS), 60)
    assert not re.search(r"20\d\d-\d\d-\d\dT", svg(OWN))


def test_percent_has_the_comma_of_its_language():
    assert percent(84.5, Words()) == "84,5"
    assert percent(84.5, Words(decimal_comma=False)) == "84.5"
    assert percent(90.0, Words()) == "90"


def test_nothing_to_draw_is_an_error():
    with pytest.raises(ChartError, match="nothing to draw"):
        trend_figure([Series("x", ())], WORDS)


def test_series_of_results_by_a_domain_column():
    data = survey(year=[2023, 2024] * 6)
    block = {"kind": "share", "of": ["q2"], "satisfied": [4, 5], "by": ["sex", "year"]}
    results = publish(estimate({"design": {"weight": "w"}, "estimate": [block]}, data), minimum=1)
    series = trend_of(results, 0, "year", "sex", broken_after=(2023,))
    assert [(s.name, [p.x for p in s.points]) for s in series] == [("nam", [2023]), ("nữ", [2024])]
    with pytest.raises(ChartError, match='no domain column "tỉnh"'):
        trend_of(results, 0, "year", "tỉnh")
    with pytest.raises(ChartError, match="no block 3"):
        trend_of(results, 3, "year", None)
    with pytest.raises(ChartError, match="not numbers"):
        trend_of(results, 0, "sex", None)


def test_a_name_with_dollars_is_a_name_and_no_formula():
    name = r"Thu nhập $<10_ đến $\frac"
    drawn = svg(Series(name, OTHERS.points), words=Words(title=name))
    assert "$&lt;10_ đến $\\frac" in drawn


def test_a_line_is_dashed_where_it_is_uncertain_and_its_legend_says_so():
    one = Series(
        "A",
        tuple(Point(x, 0.5) for x in (2022, 2023, 2024, 2026)),
        broken_after=(2024,),
        dashed_after=(2022, 2024),
    )
    assert [([p.x for p in own], dashed) for own, dashed in strokes(one)] == [
        ([2022, 2023], True),
        ([2023, 2024], False),
    ]
    words = Words(dashed="reworded", breaks={2024: "another question", 2025: "merged"})
    drawn = to_svg(trend_figure([replace(one, broken_after=(2024, 2025))], words)).decode()
    assert "reworded" in drawn and "another question" in drawn and "merged" in drawn
    whole = to_svg(trend_figure([replace(one, dashed_after=())], words)).decode()
    assert "reworded" not in whole
