"""An indicator over five years and four forms: joined, dashed and broken as graded, and said so."""

import csv
import html
import io
from datetime import date
from uuid import UUID

import openpyxl
import pytest

from analysis.series import Point, Series, strokes
from survey.fieldwork.measured import measured
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Cell, Round
from survey.reports.catalogue import SAMPLED, measures, sources
from survey.reports.trend import series, trend
from survey.respond.snapshot import take_snapshots
from survey.respond.tables import Response
from survey.units.areas import area_of
from tests.questionnaires.test_indicators import FIVE, LABEL, THREE, rated
from tests.staff.conftest import NOW, Desk, person, small_province

FORMS = {
    "first": rated("first", FIVE, "[4, 5]"),
    "again": rated("again", FIVE, "[4, 5]"),
    "faces": rated("faces", THREE, "[1]", "[9]"),  # runs the other way, and 9 is no opinion
    "other": rated("other", FIVE, "[4, 5]"),
}
ASKED = {  # year: form, and how many gave each code, of 40 people in four villages
    2026: ("first", {5: 16, 4: 8, 2: 16}),
    2027: ("again", {5: 20, 4: 8, 2: 12}),
    2028: ("faces", {1: 24, 2: 4, 3: 8, 9: 4}),
    2029: ("other", {5: 10, 1: 30}),
    2031: ("other", {5: 20, 1: 20}),
}
OWN = f"""
[[indicators]]
id = "QT.waiting"
{LABEL}
items = [
  {{ form = "first@1", item = "q1", grade = "same" }},
  {{ form = "again@1", item = "q1", grade = "same" }},
  {{ form = "faces@1", item = "q1", grade = "reworded", recode = {{ 1 = 5, 2 = 3, 3 = 1 }} }},
  {{ form = "other@1", item = "q1", grade = "different" }},
]
"""
KEY = "item.QT.waiting"


def fill(session, year: int, name: str, counts: dict[int, int], area: int) -> None:
    form = publish(session, FORMS[name], by="command", now=NOW)
    code = f"nam-{year}"
    session.add(
        Round(
            code=code,
            title={"vi": f"Khảo sát {year}"},
            questionnaire=form.name,
            method="qd-1001-2023",
            notice="2026-01",
            sample="census",
            modes=["web"],
            opens=date(year, 8, 1),
            closes=date(year, 9, 30),
            year=year,
            state="closed",
            simulated=False,
            made_at=NOW,
        )
    )
    session.flush()
    cells = [
        Cell(round=code, stratum="s", cluster1=f"v{n}", area_id=area, sizes=[[4, 4], [10, 10]])
        for n in range(4)
    ]
    session.add_all(cells)
    session.flush()
    given = [code for code, count in counts.items() for _ in range(count)]
    session.add_all(
        Response(
            id=UUID(int=year * 1000 + place, version=4),
            round=code,
            version=form.name,
            day=date(year, 9, 30),
            area_id=area,
            mode="web",
            assisted=False,
            language="vi",
            cell_id=cells[place % 4].id,
            answers={"q1": answer},
        )
        for place, answer in enumerate(given)
    )


@pytest.fixture
def province(kept):
    """The id of a province with a round a year, none in 2030, and its own indicators."""
    with kept.write() as session:
        found = small_province(session)
        for year, (name, counts) in ASKED.items():
            fill(session, year, name, counts, found.hung)
    list(take_snapshots(kept, [f"nam-{year}" for year in ASKED], now=NOW))
    (kept.settings.data / "indicators.toml").write_text(OWN, encoding="utf-8")
    return found.new


@pytest.fixture
def made(kept, province):
    """The trend of the own indicator in the province."""
    data = kept.settings.data
    with kept.read() as session:
        found = sources(session, SAMPLED)
        known = measured(session, data).indicators
        (waiting,) = [one for one in measures(session, found, known) if one.key == KEY]
        return trend(
            session,
            data,
            found,
            kind=SAMPLED,
            measure=waiting,
            weights="official",
            area=area_of(session, province),
        )


@pytest.fixture
def analyst(app, kept, province):
    """`analyst(path, language)`: what the analyst's browser gets of the trend."""
    with kept.write() as session:
        somebody = person(session, "analyst", ("analyst", None))
    client = Desk(app, kept).enter(somebody).client

    def get(ending="", language="vi", measure=KEY):
        address = f"/desk/figures/trend/{province}{ending}?measure={measure}&lang={language}"
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return answer

    return get


def test_same_questions_are_joined_reworded_ones_dashed_and_different_ones_never(made):
    (line,) = made.lines
    joins = {figure.year: figure.joins for figure in line.figures}
    assert joins == {
        2026: None,
        2027: (),
        2028: ("reworded",),
        2029: ("different",),
        2031: (),
    }
    (drawn,) = series(made, str)
    points = tuple(Point(**point) for point in drawn.pop("points"))
    one = Series(points=points, **drawn)
    lines = [([point.x for point in own], dashed) for own, dashed in strokes(one)]
    assert lines == [([2026, 2027], False), ([2027, 2028], True), ([2029, 2031], False)]


def test_a_recoded_item_is_counted_on_the_scale_of_the_reference(made):
    """24 of 36 who had an opinion chose the good face; 9 stays no answer."""
    (line,) = made.lines
    figures = {figure.year: figure for figure in line.figures}
    assert (figures[2028].n, figures[2028].value) == (36, pytest.approx(24 / 36))
    assert figures[2026].value == pytest.approx(24 / 40)
    assert figures[2028].recode == {1: 5, 2: 3, 3: 1} and figures[2027].recode == {}


def test_the_index_of_the_same_years_is_joined_by_no_grade(analyst):
    page = html.unescape(analyst(measure="index").text)
    assert "Cách hỏi" not in page and "đổi câu chữ" not in page


WORDS = {
    "vi": ("đã đổi câu chữ: so sánh thận trọng", "câu hỏi khác: không so sánh", "cùng một câu hỏi"),
    "en": ("reworded: compare with care", "another question: do not compare", "the same question"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_page_says_each_grade_and_how_each_form_asked(analyst, language):
    page = html.unescape(analyst(language=language).text)
    for words in WORDS[language]:
        assert words in page
    assert "2026" in page and "faces@1" in page
    assert {"vi": "1 (Tốt) → 5 (Rất tốt)", "en": "1 (Good) → 5 (Very good)"}[language] in page


@pytest.mark.parametrize("language", WORDS)
def test_the_chart_says_what_is_dashed_and_what_is_another_question(analyst, language):
    picture = html.unescape(analyst(".svg", language).text)
    assert {"vi": "câu hỏi khác", "en": "another question"}[language] in picture
    assert {"vi": "nét đứt: câu hỏi đã đổi câu chữ", "en": "dashed: the question was reworded"}[
        language
    ] in picture
    assert WORDS[language][0] in picture
    assert analyst(".png", language).data.startswith(b"\x89PNG")


@pytest.mark.parametrize("language", WORDS)
def test_downloads_carry_the_grade_the_recode_and_the_join_of_each_year(analyst, language):
    text = analyst(".csv", language).get_data().decode("utf-8-sig")
    rows = {row["year"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["2028"]["comparability"] == "reworded"
    assert rows["2028"]["comparability_note"] == WORDS[language][0]
    assert rows["2028"]["recoded"] == "1→5, 2→3, 3→1"
    assert rows["2026"]["line_from_before"] == "" and "2030" not in rows
    joined = {"vi": "nối với số liệu trước", "en": "joined to the figure before"}[language]
    assert rows["2027"]["line_from_before"] == rows["2031"]["line_from_before"] == joined
    book = openpyxl.load_workbook(io.BytesIO(analyst(".xlsx", language).get_data()))
    head, *lines = book.active.iter_rows(values_only=True)
    notes = [line[head.index("comparability_note")] for line in lines]
    assert notes == [WORDS[language][place] for place in (2, 2, 0, 1, 1)]


def test_a_faulty_own_file_is_said_on_the_page_and_the_figures_stay(analyst, kept, province):
    file = kept.settings.data / "indicators.toml"
    file.write_text(OWN.replace("3 = 1", "3 = 8"), encoding="utf-8")
    page = html.unescape(analyst(measure="index").text)
    assert f"{file}:10: " in page and "gives 8, which is no opinion" in page
    assert "tệp có lỗi" in page and "2031" in page
