"""The life of a draft: begun, published, followed by its next version, deleted, had back."""

import io

import pytest
from sqlalchemy import select

from questionnaires import load, parse, shipped
from questionnaires.lint import ERROR, lint
from survey.calendar import clock
from survey.fieldwork import catalogue, drafts
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import PublishedForm
from survey.site import set_site_value
from survey.staff.tables import AuditEvent
from tests.fieldwork.editor.conftest import EDIT, NAME, TEXT, Editor

NEW = "/desk/questionnaires/new"
PUBLISH = f"/desk/questionnaires/{NAME}/publish"
SHOW = f"/desk/questionnaires/{NAME}"


@pytest.fixture
def administrator(person) -> Editor:
    return Editor(person("administrator"))


def begun(editor, act, **fields):
    token = editor.fields(NEW)["csrf_token"]
    data = {"act": act, "csrf_token": token, **{f"{act}-{k}": v for k, v in fields.items()}}
    return editor.client.post(NEW, data=data, content_type="multipart/form-data")


def test_a_draft_begins_from_a_sound_example(editor, folder):
    made = begun(editor, "empty", form="quay-moi", title="Phiếu của quầy", title_en="Our form")
    assert made.location == "/desk/questionnaires/quay-moi@1/edit"
    text = drafts.read_draft(folder, "quay-moi@1").text
    assert parse(text, "").title["vi"] == "Phiếu của quầy"
    assert {one.rule.id for one in lint(text, "")} == {"no-method"}
    wrong = begun(editor, "empty", form="Quầy mới", title="A", title_en="")
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'id="empty-form-error"' in page and 'id="empty-title_en-error"' in page


def test_a_draft_begins_as_another_questionnaire_with_everything_it_has(editor, folder):
    made = begun(editor, "copy", name="sipas-2022@1", form="tinh-ta")
    assert made.location == "/desk/questionnaires/tinh-ta@1/edit"
    form, source = parse(drafts.read_draft(folder, "tinh-ta@1").text, ""), load("sipas-2022@1")
    assert (form.screens, form.scales, form.factors) == (
        source.screens,
        source.scales,
        source.factors,
    )
    again = begun(editor, "copy", name="tinh-ta@1", form="")
    assert again.location == "/desk/questionnaires/tinh-ta@2/edit"


def test_a_draft_begins_from_a_file_even_a_faulty_one(editor, folder, monkeypatch):
    monkeypatch.setattr(drafts, "LARGEST", 100_000)
    faulty = (TEXT + "\nnonsense").encode()
    made = begun(editor, "file", file=(io.BytesIO(faulty), "phieu.toml"))
    assert made.location == EDIT
    assert drafts.read_draft(folder, NAME).text.endswith("nonsense\n")
    for content in (TEXT.encode(), b"\xff\xfe", b"hello = 1", b"#" * 100_001):
        again = begun(editor, "file", file=(io.BytesIO(content), "phieu.toml"))
        assert again.status_code in (413, 422)
    assert drafts.draft_names(folder) == [NAME]


def test_a_published_draft_is_frozen_and_its_next_version_keeps_its_comments(
    draft, folder, administrator, app, stored
):
    answer = administrator.send(PUBLISH)
    assert answer.status_code == 409
    assert "Quản trị viên phải cho phép" in answer.get_data(as_text=True)
    answer = administrator.send(PUBLISH, confirm="y")
    assert (answer.status_code, answer.location) == (303, SHOW)
    with stored() as session:
        form = session.get_one(PublishedForm, NAME)
        assert form.confirmed_by.startswith("staff:") and not form.wording_checked
        assert NAME in catalogue.form_names(session)
        acts = list(session.scalars(select(AuditEvent.act)))
        assert acts[-2:] == ["questionnaire.publish", "questionnaire.confirm"]
    assert drafts.draft_names(folder) == []
    assert administrator.client.get(EDIT).status_code == 409
    page = administrator.desk.text(SHOW)
    assert "Đã công bố" in page and "Tạo phiên bản tiếp theo" in page
    assert NAME not in administrator.desk.text("/desk/questionnaires").partition("deleted")[2]
    made = administrator.press_next(SHOW)
    assert made.location == "/desk/questionnaires/one-stop-ward@3/edit"
    assert drafts.read_draft(folder, "one-stop-ward@3").text == TEXT.replace(
        "version = 2", "version = 3", 1
    )


def test_who_is_no_administrator_cannot_allow_wording_that_was_not_compared(draft, editor, stored):
    assert "Hãy nhờ quản trị viên" in editor.desk.text(PUBLISH)
    assert editor.send(PUBLISH, confirm="y").status_code == 409
    with stored() as session:
        assert session.get(PublishedForm, NAME) is None


def test_where_all_data_are_simulated_nobody_needs_to_allow_it(draft, editor, app, stored):
    with app.extensions["sipas.database"].write() as session:
        set_site_value(session, "simulated", "yes")
    assert editor.send(PUBLISH).status_code == 303
    with stored() as session:
        assert session.get_one(PublishedForm, NAME).confirmed_by is None


def test_a_draft_with_errors_or_another_name_is_not_published(draft, folder, administrator):
    kept = drafts.read_draft(folder, NAME)
    faulty = drafts.write_draft(
        folder, NAME, TEXT.replace("code = 4", "code = 5", 1), expected=kept.sha256
    )
    assert "Chưa công bố được" in administrator.desk.text(PUBLISH)
    other = TEXT.replace("version = 2", "version = 9", 1)
    drafts.write_draft(folder, NAME, other, expected=faulty.sha256)
    assert "one-stop-ward@9" in administrator.desk.text(PUBLISH)
    assert administrator.send(f"{EDIT}/settings").status_code == 303
    assert drafts.draft_names(folder) == ["one-stop-ward@9"]


def test_what_was_changed_after_it_was_looked_at_is_not_published(draft, folder, administrator):
    sent = {**administrator.fields(PUBLISH), "confirm": "y"}
    changed = TEXT.replace("Giới tính", "Giới")
    drafts.write_draft(folder, NAME, changed, expected=drafts.read_draft(folder, NAME).sha256)
    assert administrator.client.post(PUBLISH, data=sent).status_code == 409
    assert drafts.draft_names(folder) == [NAME]


def test_a_draft_cannot_take_the_place_of_a_shipped_form(folder, administrator):
    text = shipped()["one-stop-ward@1"].read_text("utf-8")
    drafts.write_draft(folder, "one-stop-ward@1", text, expected=None)
    page = administrator.desk.text("/desk/questionnaires/one-stop-ward@1/publish")
    assert "có sẵn trong nền tảng" in page


def test_a_draft_whose_name_was_published_meanwhile_becomes_the_next_version(
    draft, folder, editor, app
):
    with app.extensions["sipas.database"].write() as session:
        publish(session, parse(TEXT, ""), by="command", now=clock())
    assert editor.client.get(EDIT).status_code == 409
    made = editor.press_next(SHOW)
    assert made.location == "/desk/questionnaires/one-stop-ward@3/edit"


def test_a_published_form_without_its_text_is_written_anew(folder, editor, app):
    with app.extensions["sipas.database"].write() as session:
        publish(session, parse(TEXT, ""), by="command", now=clock())
    assert editor.press_next(SHOW).status_code == 303
    text = drafts.read_draft(folder, "one-stop-ward@3").text
    assert [str(one) for one in lint(text, "") if one.severity == ERROR] == []
    assert parse(text, "").screens == parse(TEXT, "").screens


def test_a_draft_is_deleted_had_back_and_each_act_is_in_the_audit(draft, folder, editor, stored):
    assert editor.send(f"{EDIT}/questions/1", text_vi="Khác").status_code == 303
    assert editor.press("x", path=f"{SHOW}/remove").status_code == 303
    assert drafts.draft_names(folder) == []
    page = editor.desk.text("/desk/questionnaires")
    assert f"Lấy lại {NAME}" in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    back = editor.client.post(f"{SHOW}/restore", data={"csrf_token": token})
    assert back.location == EDIT and "Khác" in draft()
    with stored() as session:
        acts = list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))
        assert acts[-3:] == ["draft.save", "draft.remove", "draft.restore"]


def test_only_who_may_edit_sees_the_buttons(draft, person):
    desk = person("analyst", "18880")
    page = desk.text(SHOW)
    assert "/edit" not in page and "/next" not in page
    assert "/new" not in desk.text("/desk/questionnaires")
    assert desk.get(EDIT).status_code == 403
