"""What is compared, what is refused, and what is said of it."""

import pyarrow as pa
import pytest

from analysis import AnalysisError, covariance
from analysis.comparisons import compare, sentences

VI, EN = sentences("vi"), sentences("en")
DESIGN = {"strata": ["area"], "stages": ["counter"], "weight": "w", "rounds": "year"}
CHANGE = {"kind": "change", "column": "year", "from": 2023, "to": 2024}


def answers(up: int = 4) -> pa.Table:
    """Two areas, 12 counters, two years, ten people each; area a rises by tens of points."""
    rows = []
    for area in "ab":
        for counter in range(12):
            for year in (2023, 2024):
                good = 3 + counter % 3 + (up if area == "a" and year == 2024 else 0)
                for person in range(10):
                    rows.append((area, f"{area}{counter}", year, 1.0, 5 if person < good else 2))
    names = ("area", "counter", "year", "w", "q1")
    return pa.table({n: [row[i] for row in rows] for i, n in enumerate(names)})


def share(**more) -> dict:
    own = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "missing": [0]}
    return own | {"by": ["area", "year"]} | more


def lines(*asked: dict, data=None, words=VI, minimum=None, **more) -> list:
    plan = {"design": DESIGN, "estimate": [share()], "compare": list(asked)} | more
    return list(compare(plan, answers() if data is None else data, words, minimum=minimum).lines)


def uneven() -> pa.Table:
    """The same, with counters of area a that rise by different numbers."""
    data = answers()
    codes = data["q1"].to_pylist()
    for i, (counter, year) in enumerate(
        zip(data["counter"].to_pylist(), data["year"].to_pylist(), strict=True)
    ):
        if counter in ("a1", "a4", "b2", "b5") and year == 2024:
            codes[i] = 5
    return data.set_column(4, "q1", pa.array(codes))


def test_an_area_rose_and_another_shows_no_evidence():
    a, b = lines(CHANGE, data=uneven())
    assert (a.verdict, b.verdict) == ("improved", "no-evidence")
    assert a.phrase.startswith("tăng 4")
    assert " điểm phần trăm (khoảng tin cậy 95 % đã hiệu chỉnh cho 2 so sánh: " in a.phrase
    assert b.phrase.startswith("chưa đủ bằng chứng thay đổi (chênh lệch +8,3 điểm phần trăm, ")
    assert a.low_adjusted < a.low < a.value < a.high < a.high_adjusted
    assert b.p <= b.p_adjusted
    assert (a.before, a.after, a.by, a.df) == (2023, 2024, {"area": "a"}, 11)


def test_the_other_way_round_it_fell_and_where_lower_is_better_it_improved():
    back = CHANGE | {"from": 2024, "to": 2023, "adjust": "none"}
    (a, _), (lower, _) = (
        lines(back, data=uneven(), words=EN),
        lines(back | {"better": "lower"}, data=uneven(), words=EN),
    )
    assert (a.verdict, lower.verdict) == ("fell", "improved")
    assert a.phrase.startswith("fell by 4")
    assert "percentage points (95 % confidence interval: " in a.phrase
    up = lines(CHANGE | {"better": "lower"}, data=uneven())[0]
    assert up.verdict == "rose"


def test_the_numbers_in_a_sentence_are_those_of_its_row():
    one = (0.0321, 0.0084, 0.0558)
    assert (
        VI.change("rise", one, "points", 0.95, 1)
        == "tăng 3,2 điểm phần trăm (khoảng tin cậy 95 %: 0,8 đến 5,6)"
    )
    fall = tuple(-x for x in (one[0], one[2], one[1]))
    assert VI.change("fall", fall, "points", 0.95, 1) == VI.change(
        "rise", one, "points", 0.95, 1
    ).replace("tăng", "giảm")
    assert "−0,8 đến 5,6" in VI.change("none", (0.02, -0.008, 0.056), "points", 0.95, 1)
    assert "99.9 %" in EN.change("rise", one, "score", 0.999, 1)
    assert VI.number(-0.0001) == "0,0"


def test_a_break_of_the_series_gives_no_number():
    (a, b) = lines(CHANGE | {"breaks": [2021, 2023]})
    assert (a.status, a.value, a.p, a.verdict) == ("broken-series", None, None, None)
    assert b.phrase.startswith("không so sánh: chuỗi số liệu bị ngắt")
    whole = lines(CHANGE | {"breaks": [2021, 2024]}, data=uneven())
    assert [line.status for line in whole] == ["ok", "ok"]


def test_a_self_selected_round_is_refused_with_the_reason():
    with pytest.raises(AnalysisError, match='sample = "open".*chose to'):
        lines(CHANGE, design=DESIGN | {"sample": "open"})


def test_areas_that_a_year_lacks_or_whose_answers_are_few_have_a_status():
    data = uneven()
    kept = [
        not (area == "b" and year == 2023)
        for area, year in zip(data["area"].to_pylist(), data["year"].to_pylist(), strict=True)
    ]
    a, b = lines(CHANGE, data=data.filter(pa.array(kept)))
    assert (a.status, b.status, b.value) == ("ok", "absent", None)
    assert a.comparisons == 1
    assert {line.status for line in lines(CHANGE, data=data, minimum=121)} == {"few-answers"}


def test_changes_without_any_error_are_no_certainties():
    """Every counter rises alike: no error can be had, and nothing is found."""
    same = lines(CHANGE, data=answers(0))
    assert {(line.status, line.verdict) for line in same} == {("no-error", None)}


def test_a_share_of_one_is_not_certain():
    data = uneven()
    full = [
        5 if (area, year) == ("a", 2024) else code
        for area, year, code in zip(
            *(data[c].to_pylist() for c in ("area", "year", "q1")), strict=True
        )
    ]
    a, _ = lines(CHANGE, data=data.set_column(4, "q1", pa.array(full)))
    plan = {"design": DESIGN, "estimate": [share()]}
    before = covariance(plan, data).rows[0]
    assert a.status == "ok"
    assert a.se > before.se


def test_clusters_in_both_years_are_counted_once():
    data = uneven()
    lasting = lines(CHANGE, data=data)[0]
    apart = data.set_column(
        1,
        "counter",
        pa.array(
            [
                f"{c}/{y}"
                for c, y in zip(data["counter"].to_pylist(), data["year"].to_pylist(), strict=True)
            ]
        ),
    )
    strata = pa.array(
        [
            f"{a}/{y}"
            for a, y in zip(data["area"].to_pylist(), data["year"].to_pylist(), strict=True)
        ]
    )
    own = apart.append_column("layer", strata)
    design = {"strata": ["layer"], "stages": ["counter"], "weight": "w"}
    independent = lines(CHANGE, data=own, design=design)[0]
    assert (lasting.df, independent.df) == (11, 22)
    assert independent.value == pytest.approx(lasting.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (CHANGE | {"to": 2030}, '2030 does not occur in "year"; there are 2023, 2024'),
        (CHANGE | {"to": 2023}, "`to` names 2023 twice"),
        (CHANGE | {"column": "month"}, 'the column is "month", but `by` of the block has area, y'),
        (CHANGE | {"of": ["q9"]}, '`of` names "q9"; the block has q1'),
        (CHANGE | {"block": 3}, "`block` is 3, of 1"),
        (CHANGE | {"colour": 1}, "unknown key `colour`"),
        (CHANGE | {"breaks": [2024, 2021]}, "`breaks` must be numbers from the first to the last"),
        (CHANGE | {"kind": "guess"}, '`kind` is "guess"'),
        (CHANGE | {"adjust": "bonferroni"}, '`adjust` is "bonferroni"'),
        (
            {"kind": "contrast", "column": "area", "values": ["a", "b"], "coefficients": [1]},
            "`coefficients` has 1 numbers, but `values` has 2 names",
        ),
        (
            {"kind": "contrast", "column": "area", "values": ["a", "a"], "coefficients": [1, -1]},
            "`values` names a twice",
        ),
        ({"kind": "contrast"}, "`terms` or else `column`"),
        ({"kind": "contrast", "terms": [{"coefficient": 1}]}, "the term is 4 figures"),
        (
            {"kind": "contrast", "terms": [{"coefficient": 1, "where": {"area": "z"}}]},
            "terms 0: area = z does not occur",
        ),
        (
            {
                "kind": "contrast",
                "terms": [
                    {"coefficient": 1, "where": {"area": "a", "year": 2024}},
                    {"coefficient": -1, "where": {"year": 2024, "area": "a"}},
                ],
            },
            "terms 1: names the same figure",
        ),
        (
            {
                "kind": "contrast",
                "column": "area",
                "values": ["a", "b"],
                "coefficients": [float("nan"), 1],
            },
            "`coefficients` must be numbers from -1e+15",
        ),
        (
            {"kind": "contrast", "terms": [{"coefficient": float("inf")}]},
            "`coefficient` is needed: a number, not 0 and not infinite",
        ),
        (CHANGE | {"column": "of"}, "`column` is needed: the column that tells the rounds apart"),
        ({"kind": "independence"}, 'must be of kind "distribution"'),
        (
            {"kind": "goodness", "codes": [5, 2], "expected": [1]},
            "has 1 numbers, but `codes` has 2",
        ),
        ({"kind": "t-test", "column": "q"}, 'the column is "q"'),
    ],
)
def test_what_does_not_fit_is_named(asked, message):
    with pytest.raises(AnalysisError) as told:
        lines(asked)
    assert message in str(told.value)


def test_a_domain_column_named_like_a_column_of_the_result_is_refused():
    data = uneven().rename_columns(["verdict", "counter", "year", "w", "q1"])
    own = [share(by=["verdict", "year"])]
    design = DESIGN | {"strata": ["verdict"]}
    plan = {"design": design, "estimate": own, "compare": [CHANGE]}
    with pytest.raises(AnalysisError, match='"verdict", which the result has already'):
        _ = compare(plan, data, VI).table


def test_tables_say_who_answers_differently_and_codes_that_are_not_there():
    plan = {"estimate": [{"kind": "distribution", "of": ["q1"], "missing": [0], "by": ["area"]}]}
    design = DESIGN | {"where": [{"column": "year", "op": "==", "value": 2024}]}
    (line,) = lines({"kind": "independence"}, data=uneven(), design=design, **plan)
    assert (line.verdict, line.n) == ("differs", 240)
    assert line.phrase.startswith("các nhóm trả lời khác nhau (p ")
    whole = {"estimate": [{"kind": "distribution", "of": ["q1"]}]}
    asked = {"kind": "goodness", "codes": [5, 2], "expected": [0.5, 0.5]}
    (fit,) = lines(asked, data=uneven(), design=design, **whole)
    assert fit.status == "ok"
    with pytest.raises(AnalysisError, match="`codes` are 5, 3, but the data has 2, 5"):
        lines(asked | {"codes": [5, 3]}, data=uneven(), design=design, **whole)


def test_too_few_clusters_have_a_status_and_no_interval():
    data = uneven()
    one = [c in ("a1", "b1") for c in data["counter"].to_pylist()]
    own = DESIGN | {"lonely": "certainty"}
    a, _ = lines(CHANGE, data=data.filter(pa.array(one)), design=own)
    assert (a.status, a.low, a.p) == ("few-clusters", None, None)


def test_a_plan_without_comparisons_and_a_language_without_sentences_are_errors():
    with pytest.raises(AnalysisError, match=r"no \[\[compare\]\]"):
        lines()
    with pytest.raises(AnalysisError, match='no sentences in "fr": there are vi, en'):
        sentences("fr")
