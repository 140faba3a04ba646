"""A draft edited page by page: what changes is written, all else keeps its place and comments."""

import tomllib

import pytest

from questionnaires.lint import ERROR, lint
from survey.fieldwork import drafts
from tests.fieldwork.editor.conftest import EDIT, NAME, TEXT

PARTS = [
    *(f"questions/{place}" for place in range(1, 13)),
    *(f"screens/{place}" for place in range(1, 5)),
    *(f"factors/{place}" for place in range(1, 4)),
    "scales/satisfaction",
    "settings",
]


def ids(text: str) -> list[list[str]]:
    """The ids of the questions, screen by screen."""
    screens = tomllib.loads(text)["screens"]
    return [[question["id"] for question in screen["questions"]] for screen in screens]


def question(text: str, name: str) -> dict:
    screens = tomllib.loads(text)["screens"]
    return next(q for s in screens for q in s["questions"] if q["id"] == name)


def factors(text: str) -> dict[str, list[str]]:
    return {one["id"]: one.get("items", []) for one in tomllib.loads(text)["factors"]}


def errors(text: str) -> list[str]:
    return [str(one) for one in lint(text, NAME) if one.severity == ERROR]


@pytest.mark.parametrize("page", PARTS)
def test_a_page_saved_unchanged_changes_no_letter(draft, editor, page):
    answer = editor.send(f"{EDIT}/{page}")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert draft() == TEXT


def test_a_wording_is_changed_where_it_stands(draft, editor):
    answer = editor.send(f"{EDIT}/questions/2", text_vi="Công chức  tận tình.\n", hint_en="Think.")
    assert answer.status_code == 303
    assert question(draft(), "q2")["text"]["vi"] == "Công chức tận tình."
    assert question(draft(), "q2")["hint"] == {"en": "Think."}
    gone = [line for line in TEXT.splitlines() if line not in draft().splitlines()]
    assert len(gone) == 1 and gone[0].startswith("text.vi")
    assert draft().startswith("# The short counter form")


KINDS = ["rating", "single", "multiple", "yesno", "grid", "number", "date", "place", "text", "note"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_every_kind_is_added_without_an_error(draft, editor, kind):
    """In Vietnamese and English, as somebody types it, with its options, lines and limits."""
    lines = {
        f"{key}-{place}-text_{code}": f"{words} {place + 1}"
        for key in ("options", "rows")
        for place in range(2)
        for code, words in (("vi", "Phương án"), ("en", "Option"))
    }
    limits = {"date": ("01/7/2026", "today"), "number": ("0", "60")}.get(kind, ("", ""))
    answer = editor.send(
        f"{EDIT}/questions/new?screen=1&kind={kind}",
        {**lines, "min": limits[0], "max": limits[1]},
        text_vi="Ông/Bà thấy thế nào?",
        text_en="How do you find it?",
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert errors(draft()) == []
    [made] = [q for q in tomllib.loads(draft())["screens"][0]["questions"] if q["id"] == "q10"]
    assert made["kind"] == kind
    assert ("options" in made) == (kind in ("single", "multiple"))
    assert ("rows" in made) == (kind == "grid")
    assert ("q10" in factors(draft())["staff"] + factors(draft())["feedback"]) == (kind == "rating")


def test_options_are_added_moved_and_removed_before_anything_is_saved(draft, editor):
    page = f"{EDIT}/questions/10"
    sent = {**editor.fields(page), "options-0-text_vi": "Nam giới"}
    for act in ("options:add", "options:down:0", "options:remove:2"):
        answer = editor.client.post(page, data={**sent, "act": act})
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200 and "Nam giới" in text
    assert draft() == TEXT
    moved = {
        "options-0-was": "1",
        "options-0-code": "2",
        "options-0-text_vi": "Nữ",
        "options-0-text_en": "Female",
        "options-1-was": "0",
        "options-1-code": "1",
        "options-1-text_vi": "Nam giới",
        "options-1-text_en": "Male",
        "options-1-flags": ["other"],
    }
    assert editor.send(page, moved).status_code == 303
    options = question(draft(), "sex")["options"]
    assert [(one["code"], one["text"]["vi"]) for one in options] == [(2, "Nữ"), (1, "Nam giới")]
    assert [one.get("other") for one in options] == [None, True]


def test_the_kind_of_a_question_is_changed_with_what_was_typed_kept(draft, editor):
    page = f"{EDIT}/questions/1"
    sent = {**editor.fields(page), "kind": "single", "act": "kind", "text_vi": "Câu khác"}
    text = editor.client.post(page, data=sent).get_data(as_text=True)
    assert "Câu khác" in text and 'name="options-1-text_vi"' in text
    lines = {f"options-{n}-text_{c}": f"{c} {n}" for n in (0, 1) for c in ("vi", "en")}
    codes = {"options-0-code": "1", "options-1-code": "2"}
    answer = editor.client.post(page, data={**sent, **lines, **codes, "act": "save"})
    assert answer.status_code == 303
    changed = question(draft(), "q1")
    assert (changed["kind"], "scale" in changed, len(changed["options"])) == ("single", False, 2)
    assert "q1" not in factors(draft())["staff"]
    assert errors(draft()) == []


def test_what_is_no_number_is_told_at_its_field_and_nothing_is_lost(draft, editor):
    page = f"{EDIT}/questions/10"
    answer = editor.send(page, {"options-0-code": "một"}, text_vi="Giới", retention_months="x")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="options-0-code-error"' in text and 'id="retention_months-error"' in text
    assert 'value="một"' in text and "Giới</textarea>" in text
    assert draft() == TEXT


def test_a_question_with_another_id_keeps_its_factor_and_what_speaks_of_it(draft, editor, folder):
    asked = TEXT.replace('id = "q5"\n', 'id = "q5"\nshow_when = "q1 <= 2 and answered(q1, q2)"\n')
    asked = asked.replace('title.vi = "Kết quả cung', 'title.vi = "{q1} Kết quả cung')
    drafts.write_draft(folder, NAME, asked, expected=drafts.read_draft(folder, NAME).sha256)
    assert editor.send(f"{EDIT}/questions/1", id="polite").status_code == 303
    assert question(draft(), "q5")["show_when"] == "polite <= 2 and answered(polite, q2)"
    assert factors(draft())["staff"] == ["polite", "q2", "q3"]
    assert 'title.vi = "{polite} Kết quả cung' in draft()


def test_parts_are_moved_copied_deleted_undone_and_done_again(draft, editor):
    first = ids(TEXT)
    assert editor.press("down:question:1").status_code == 303
    assert ids(draft())[0] == ["q2", "q1", "q3"]
    assert editor.press("down:question:3").status_code == 303
    assert ids(draft())[:2] == [["q2", "q1"], ["q3", "q4", "q5"]]
    assert editor.press("up:screen:2").status_code == 303
    assert ids(draft())[:2] == [["q3", "q4", "q5"], ["q2", "q1"]]
    assert editor.press("copy:question:1").status_code == 303
    assert ids(draft())[0] == ["q3", "q10", "q4", "q5"]
    assert "q10" in factors(draft())["staff"]
    assert errors(draft()) == []
    assert editor.press("delete:question:1").status_code == 303
    assert "q3" not in factors(draft())["staff"]
    assert errors(draft()) == []
    for _times in range(5):
        assert editor.press("back", path=EDIT.replace("edit", "undo")).status_code == 303
    assert (ids(draft()), draft()) == (first, TEXT)
    assert editor.press("again", path=EDIT.replace("edit", "undo")).status_code == 303
    assert ids(draft())[0] == ["q2", "q1", "q3"]


def test_a_screen_is_copied_with_its_questions_and_deleted_with_them(draft, editor):
    assert editor.press("copy:screen:1").status_code == 303
    assert ids(draft())[1] == ["q10", "q11", "q12"]
    assert factors(draft())["staff"] == ["q1", "q2", "q3", "q10", "q11", "q12"]
    assert errors(draft()) == []
    assert editor.press("delete:screen:2").status_code == 303
    assert tomllib.loads(draft()) == tomllib.loads(TEXT)


def test_a_screen_a_scale_and_a_factor_are_added(draft, editor):
    words = {"title_vi": "Thêm", "title_en": "More"}
    assert editor.send(f"{EDIT}/screens/new", words).status_code == 303
    scale = {f"options-{n}-text_{c}": f"{c} {n}" for n in range(5) for c in ("vi", "en")}
    assert editor.send(f"{EDIT}/scales/new", scale, name="ease").status_code == 303
    factor = {"label_vi": "Riêng", "label_en": "Own", "items": ["q1"]}
    assert editor.send(f"{EDIT}/factors/new", factor).status_code == 303
    told = tomllib.loads(draft())
    assert [screen["title"]["vi"] for screen in told["screens"]][-1] == "Thêm"
    assert [option["code"] for option in told["scales"]["ease"]["options"]] == [5, 4, 3, 2, 1]
    assert factors(draft()) == {
        "staff": ["q2", "q3"],
        "result": ["q4", "q5"],
        "feedback": ["q6", "q7", "q8", "q9"],
        "f1": ["q1"],
    }
    assert editor.send(f"{EDIT}/scales/new", scale, name="ease").status_code == 422
    inner = {"label_vi": "Trong", "label_en": "Inner", "above": "5"}
    outer = {"label_vi": "Ngoài", "label_en": "Outer"}
    assert editor.send(f"{EDIT}/factors/new", outer).status_code == 303
    assert editor.send(f"{EDIT}/factors/new", inner).status_code == 303
    assert tomllib.loads(draft())["factors"][-1]["children"][0]["label"]["vi"] == "Trong"


def test_a_scale_with_another_name_is_named_so_by_its_questions(draft, editor):
    answer = editor.send(f"{EDIT}/scales/satisfaction", {"options-2-missing": "y"}, name="liking")
    assert answer.status_code == 303
    assert draft() == TEXT.replace('"satisfaction"', '"liking"').replace(
        "scales.satisfaction", "scales.liking"
    ).replace("satisfied = [4, 5]\n", "satisfied = [4, 5]\nmissing = [3]\n")


def test_a_language_is_added_with_its_boxes_and_taken_away_with_its_words(draft, editor):
    answer = editor.send(f"{EDIT}/settings", languages=["km"], another="tha")
    assert answer.status_code == 303
    assert tomllib.loads(draft())["languages"] == ["vi", "en", "km", "tha"]
    assert editor.send(f"{EDIT}/questions/1", text_km="ភាសាខ្មែរ").status_code == 303
    assert question(draft(), "q1")["text"]["km"] == "ភាសាខ្មែរ"
    assert editor.send(f"{EDIT}/settings", languages=[]).status_code == 303
    assert draft() == TEXT


def test_a_grid_keeps_the_factors_of_its_lines(folder, editor):
    """One line more joins none by itself; the check then tells which is missing."""
    grid = GRID.format(name="luoi")
    drafts.write_draft(folder, "luoi@1", grid, expected=None)
    page = "/desk/questionnaires/luoi@1/edit/questions/1"
    assert editor.fields(page)["factor"] == ["…"]
    more = {"rows-2-text_vi": "Ba", "rows-2-text_en": "Three"}
    assert editor.send(page, more).status_code == 303
    text = drafts.read_draft(folder, "luoi@1").text
    assert factors(text) == {"a": ["c_1"], "b": ["c_2"]}
    assert len(question(text, "c")["rows"]) == 3
    assert [one for one in errors(text) if "c_3" in one]


GRID = """
form = "{name}"
version = 1
languages = ["vi", "en"]
paging = "screens"
status = "draft"
source = "Thử"
notice = "2026-01"
title.vi = "Lưới"
title.en = "Grid"

[scales.s]
satisfied = [2]

[[scales.s.options]]
code = 1
text.vi = "Kém"
text.en = "Bad"

[[scales.s.options]]
code = 2
text.vi = "Tốt"
text.en = "Good"

[[screens]]
id = "one"
title.vi = "Một"
title.en = "One"

[[screens.questions]]
id = "c"
kind = "grid"
scale = "s"
text.vi = "Thế nào?"
text.en = "How?"

[[screens.questions.rows]]
text.vi = "Một"
text.en = "One"

[[screens.questions.rows]]
text.vi = "Hai"
text.en = "Two"

[[factors]]
id = "a"
label.vi = "A"
label.en = "A"
items = ["c_1"]

[[factors]]
id = "b"
label.vi = "B"
label.en = "B"
items = ["c_2"]
"""
