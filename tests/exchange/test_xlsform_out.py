"""A form goes out as an XLSForm that pyxform takes, and comes back the same."""

import io
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

import questionnaires
from questionnaires.loader import canonical
from survey.exchange.apart import FileRefused
from survey.exchange.fidelity import APPROXIMATED, DROPPED
from survey.exchange.wishes import Wishes
from survey.exchange.xlsform.write import write
from tests.exchange.test_every_format import WHOLE
from tests.exchange.test_fidelity import FORMS
from tests.exchange.workbooks import apart, changed, form_of, part_of, whys

EVERY = [*FORMS, str(WHOLE)]


def written(name, language="vi"):
    return write(questionnaires.load(name), Wishes(language))


def cells(data, sheet):
    """The rows of a sheet as dictionaries of what is filled."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True))
    return [{k: v for k, v in zip(rows[0], row, strict=True) if v} for row in rows[1:]]


@pytest.mark.parametrize("name", EVERY, ids=lambda one: Path(one).stem)
def test_pyxform_takes_what_is_written_and_warns_of_nothing(name):
    data, _ = written(name)
    warnings = []
    converted = convert(data, warnings=warnings, file_type=".xlsx")
    assert warnings == []
    for code in ("Tiếng Việt (vi)", "English (en)"):
        assert f'<translation lang="{code}"' in converted.xform


@pytest.mark.parametrize("name", EVERY, ids=lambda one: Path(one).stem)
def test_a_form_that_went_out_comes_back_the_same(name):
    form = questionnaires.load(name)
    again, report = form_of(written(name)[0], "x.xlsx")
    assert canonical(again) == canonical(form)
    assert report.of(DROPPED) == []


def test_it_comes_back_the_same_from_a_process_of_its_own():
    form = questionnaires.load(WHOLE)
    again, _ = apart(written(WHOLE)[0])
    assert canonical(again) == canonical(form)


def test_the_same_form_gives_the_same_bytes():
    assert written("sipas-2022@1") == written("sipas-2022@1")


def test_field_teams_read_names_words_and_conditions():
    rows = cells(written(WHOLE)[0], "survey")
    named = {row["name"]: row for row in rows if row.get("type") != "end_group"}
    assert named["Q01"]["type"] == "select_one OPINION"
    assert named["Q01"]["label::Tiếng Việt (vi)"] == "Mức phí, lệ phí"
    assert named["Q01"]["label::English (en)"] == "The fee"
    assert named["Q01"]["media::audio::English (en)"] == "fee.en.mp3"
    assert named["second"]["relevant"] == "count-selected(${ways}) > 1 or ${Q01} = '2'"
    assert named["ways_other"]["relevant"] == "selected(${ways}, '3')"
    assert "not(selected(., '4') and count-selected(.) > 1)" in named["ways"]["constraint"]
    assert named["handed_in"]["constraint"] == (
        ". >= date('2026-01-01') and . <= date('2026-12-31')"
    )
    [settings] = cells(written(WHOLE)[0], "settings")
    assert (settings["form_id"], settings["version"], settings["style"]) == ("whole", "1", "pages")


def test_a_grid_is_a_table_whose_lines_bear_the_names_of_the_items():
    rows = cells(written("tests/questionnaires/feature_forms/grid.toml")[0], "survey")
    [head] = [row for row in rows if row.get("appearance") == "table-list"]
    at = rows.index(head)
    assert [row["name"] for row in rows[at + 1 : at + 3]] == ["c1_1", "c1_2"]
    worse = next(row for row in rows if row["name"] == "worse")
    assert worse["relevant"] == "${c1_1} = '1' or ${c1_2} = '1' or ${whole} = '1'"


def test_what_only_this_platform_reads_is_not_called_kept():
    _, report = written(WHOLE)
    told = {note.feature for note in report.of(APPROXIMATED)}
    assert {"scale.satisfied", "factor.items", "question.legal_basis", "form.notice"} <= told
    assert report.of(DROPPED) == []


def test_a_text_that_starts_like_a_formula_stays_a_text():
    form = questionnaires.load(WHOLE)
    object.__setattr__(form, "remark", {"vi": "=1+1", "en": "=1+1"})
    sheet = openpyxl.load_workbook(io.BytesIO(write(form, Wishes())[0]))["sipas_form"]
    assert [c.data_type for row in sheet for c in row if c.value == "=1+1"] == ["s", "s"]


def test_a_text_that_no_cell_holds_is_refused(app):
    form = questionnaires.load(WHOLE)
    object.__setattr__(form, "remark", {"vi": "a" * 40_000, "en": "b"})
    with pytest.raises(FileRefused) as refused:
        write(form, Wishes())
    assert "40000 letters" in refused.value.faults[0]


def edited(data, before, after):
    """The workbook with one text changed in all its cells."""
    assert before in part_of(data, "xl/sharedStrings.xml").decode()
    return changed(
        data, "xl/sharedStrings.xml", lambda part: part.replace(before.encode(), after.encode())
    )


def test_what_somebody_changed_in_the_sheet_counts_and_not_our_own_column():
    before, after = (f"count-selected(${{ways}}) &gt; {n}" for n in (1, 2))
    data = edited(written(WHOLE)[0], before, after)
    form, _ = form_of(data)
    assert str(form.screens[1].show_when) == "count(ways) > 2 or fee == 2"


def test_limits_that_somebody_changed_count_too():
    data = edited(written(WHOLE)[0], ". &lt;= date('2026-12-31')", ". &lt;= date('2027-12-31')")
    form, report = form_of(data)
    assert form.by_id["handed_in"].most == 20271231
    assert "The constraint was changed since it was written." in whys(report, DROPPED).values()


def test_factors_that_no_longer_fit_leave_nothing_rated():
    data = edited(written(WHOLE)[0], '["fee"', '["gone"')
    form, report = form_of(data)
    assert form.rated == () and form.factors == ()
    assert any("nothing is rated" in note.why for note in report.of(APPROXIMATED))
