"""All wordings of a draft in one language, written in one go."""

import tomllib

from tests.fieldwork.editor.conftest import EDIT, TEXT, Editor

KHMER = f"{EDIT}/words/km"


def test_every_wording_of_a_new_language_is_written_and_nothing_is_missing(draft, editor):
    assert editor.client.get(KHMER).status_code == 404
    assert editor.send(f"{EDIT}/settings", languages=["km"]).status_code == 303
    for _page in range(10):
        fields = editor.fields(f"{KHMER}?show=missing")
        if boxes := {key: f"ខ្មែរ {key[2:5]}" for key in fields if key.startswith("w-")}:
            assert editor.client.post(KHMER, data={**fields, **boxes}).status_code == 303
    assert "không thiếu câu chữ nào" in editor.desk.text(f"{KHMER}?show=missing")
    told = tomllib.loads(draft())
    assert "km" in told["title"] and "km" in told["factors"][2]["label"]
    assert all("km" in option["text"] for option in told["scales"]["satisfaction"]["options"])
    assert draft().count(".km = ") == TEXT.count(".vi = ")


def test_the_english_is_changed_and_saving_unchanged_changes_no_letter(draft, editor):
    page = f"{EDIT}/words/en"
    fields = editor.fields(page)
    assert editor.client.post(page, data=fields).status_code == 303
    assert draft() == TEXT
    assert '<html class="govuk-template" lang="vi">' in editor.desk.text(page)
    box = next(key for key in fields if key.startswith("w-0-") and key.endswith("-title"))
    assert editor.client.post(page, data={**fields, box: "Another title"}).status_code == 303
    assert tomllib.loads(draft())["title"]["en"] == "Another title"
    assert editor.client.get(f"{EDIT}/words/vi").status_code == 404


def test_what_was_typed_where_somebody_else_changed_something_is_shown_again(draft, editor, person):
    page = f"{EDIT}/words/en"
    mine = editor.fields(page)
    boxes = {key: f"Mine {number}" for number, key in enumerate(mine) if key.startswith("w-")}
    other = Editor(person("administrator"))
    assert other.send(f"{EDIT}/questions/1", text_vi="Của người khác").status_code == 303
    answer = editor.client.post(page, data={**mine, **boxes})
    assert answer.status_code == 409
    assert "chưa được lưu" in answer.get_data(as_text=True)
    assert "Của người khác" in draft() and draft().count('= "Mine') == len(boxes) - 1
