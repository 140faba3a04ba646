"""Two people at one draft, a draft that is faulty, and a draft that is enormous."""

import pytest

from survey.fieldwork import drafts
from tests.fieldwork.editor.conftest import EDIT, NAME, TEXT, Editor

SOURCE = f"{EDIT}/source"


@pytest.fixture
def other(person) -> Editor:
    return Editor(person("administrator"))


def test_two_people_change_two_questions_and_both_changes_stay(draft, editor, other):
    mine = editor.fields(f"{EDIT}/questions/2")
    assert other.press("delete:question:1").status_code == 303
    assert other.send(f"{EDIT}/questions/5", text_vi="Của người khác").status_code == 303
    sent = {**mine, "text_vi": "Của tôi", "act": "save"}
    assert editor.client.post(f"{EDIT}/questions/2", data=sent).status_code == 303
    assert "Của tôi" in draft() and "Của người khác" in draft()


def test_two_people_change_the_same_question_and_both_texts_are_shown(draft, editor, other):
    mine = editor.fields(f"{EDIT}/questions/2")
    assert other.send(f"{EDIT}/questions/2", text_vi="Của người khác").status_code == 303
    sent = {**mine, "text_vi": "Của tôi", "act": "save"}
    answer = editor.client.post(f"{EDIT}/questions/2", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Của tôi" in page and "Của người khác" in page and "Của tôi" not in draft()
    mark = page.split('name="mark_of_block" type="hidden" value="')[1].split('"')[0]
    again = editor.client.post(f"{EDIT}/questions/2", data={**sent, "mark_of_block": mark})
    assert again.status_code == 303 and "Của tôi" in draft()
    assert editor.press("back", path=EDIT.replace("edit", "undo")).status_code == 303
    assert "Của người khác" in draft()


def test_what_was_typed_into_a_question_that_is_deleted_meanwhile_is_added_again(
    draft, editor, other
):
    mine = {**editor.fields(f"{EDIT}/questions/12"), "text_vi": "Của tôi", "act": "save"}
    assert other.press("delete:question:12").status_code == 303
    answer = editor.client.post(f"{EDIT}/questions/12", data=mine)
    assert answer.status_code == 409 and "đã bị xóa" in answer.get_data(as_text=True)
    mine["mark_of_block"] = ""
    assert editor.client.post(f"{EDIT}/questions/12", data=mine).status_code == 303
    assert "Của tôi" in draft()


def test_the_settings_and_the_text_are_not_written_over_unseen(draft, editor, other):
    settings, text = editor.fields(f"{EDIT}/settings"), editor.fields(SOURCE)
    assert other.send(f"{EDIT}/settings", source="Nguồn khác").status_code == 303
    sent = {**settings, "source": "Nguồn tôi", "act": "save"}
    answer = editor.client.post(f"{EDIT}/settings", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Nguồn khác" in page and "Nguồn tôi" in page
    mine = text["text"][0].replace("Mẫu số 02", "Mẫu của tôi")
    answer = editor.client.post(SOURCE, data={**text, "text": mine})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Mẫu của tôi" in page and "Nguồn khác" in page
    assert "Mẫu của tôi" not in draft()


def test_a_button_pressed_on_an_old_page_changes_nothing(draft, editor, other):
    page = editor.desk.text(EDIT)
    base, token = (
        page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("base", "csrf_token")
    )
    assert other.press("delete:question:1").status_code == 303
    before = draft()
    sent = {"act": "delete:question:1", "base": base, "csrf_token": token}
    assert editor.client.post(f"{EDIT}/act", data=sent).status_code == 409
    assert draft() == before


def test_a_text_that_is_no_toml_is_kept_and_told_with_its_line(draft, editor):
    answer = editor.send(SOURCE, text=TEXT + "\nnonsense here\n")
    assert answer.status_code == 303
    assert draft().endswith("nonsense here\n")
    page = editor.desk.text(SOURCE)
    assert f"dòng {len(TEXT.splitlines()) + 2}" in page and "not-toml" in page
    assert "không phải TOML" in editor.desk.text(EDIT)
    assert editor.client.get(f"{EDIT}/questions/1").status_code == 409
    assert editor.client.get(f"{EDIT.replace('/edit', '/publish')}").status_code == 200
    mended = editor.send(SOURCE, text=TEXT)
    assert mended.status_code == 303 and draft() == TEXT


INLINE = TEXT.split("[[screens]]")[0] + (
    'screens = [{id = "s", title = {vi = "A", en = "A"}, questions = [{id = "y", kind = "yesno", '
    'text = {vi = "Ông/Bà có hài lòng không?", en = "Are you satisfied?"}}]}]\n'
)


def test_another_layout_is_edited_as_text_or_written_anew(folder, editor):
    """`screens` within one line: pages cannot edit it before it has headers."""
    text = INLINE.split("[scales.")[0] + INLINE[INLINE.index("screens = [{") :]
    drafts.write_draft(folder, NAME, text, expected=None)
    assert "không sửa được" in editor.desk.text(EDIT)
    answer = editor.press("x", page=SOURCE, path=f"{EDIT}/rewrite")
    assert answer.status_code == 303
    assert editor.send(f"{EDIT}/questions/1", text_vi="Ông/Bà có vui không?").status_code == 303
    assert "Ông/Bà có vui không?" in drafts.read_draft(folder, NAME).text


def test_a_draft_that_says_anything_is_opened_and_saved_without_a_traceback(folder, editor):
    """Words where tables belong, and tables where words belong."""
    odd = TEXT.replace('title.vi = "Phiếu', 'title = 3\nx.vi = "Phiếu', 1)
    odd = odd.replace('title.en = "Satisfaction', 'y = "Satisfaction', 1)
    odd = odd.replace('kind = "rating"', "kind = 7", 1).replace("satisfied = [4, 5]", "missing = 1")
    odd = odd.replace('items = ["q1", "q2", "q3"]', 'items = "q1"')
    odd = odd.replace("code = 5", 'code = "năm"', 1).replace('id = "sex"', "required = 2", 1)
    drafts.write_draft(folder, NAME, odd, expected=None)
    assert editor.client.get(EDIT).status_code == 200
    pages = ["settings", "scales/satisfaction", "factors/1", "screens/1"]
    pages += [f"questions/{place}" for place in (1, 10)]
    for page in pages:
        answer = editor.send(f"{EDIT}/{page}")
        assert answer.status_code in (303, 422), page


def test_a_form_of_two_thousand_questions_opens_and_is_edited(folder, editor):
    head, asked = TEXT.split("[[screens]]")[0], []
    for number in range(1, 2001):
        if number % 100 == 1:
            asked.append(f'[[screens]]\nid = "s{number}"\ntitle.vi = "A"\ntitle.en = "A"\n')
        asked.append(
            f'[[screens.questions]]\nid = "q{number}"\nkind = "yesno"\n'
            f'text.vi = "Câu hỏi thứ {number}"\ntext.en = "Question {number}"\n'
        )
    drafts.write_draft(folder, NAME, head + "\n".join(asked), expected=None)
    page = editor.desk.text(f"{EDIT}?at=1500")
    assert "Câu hỏi thứ 1500" in page and "Câu hỏi thứ 1\n" not in page
    assert page.count("app-outline__question") < 130
    assert editor.send(f"{EDIT}/questions/1500", text_vi="Câu đổi").status_code == 303
    assert "Câu đổi" in drafts.read_draft(folder, NAME).text
    assert editor.send(SOURCE, text="# " + "x" * drafts.LARGEST).status_code == 413
