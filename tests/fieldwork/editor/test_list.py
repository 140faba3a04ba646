"""The list of questionnaires, and the page of one."""

import pytest

from questionnaires import load, sha256, shipped
from questionnaires.document import document
from questionnaires.loader import parse
from questionnaires.written import as_toml
from survey.calendar import clock
from survey.fieldwork import drafts
from survey.fieldwork.publishing import publish


def test_everybody_sees_the_shipped_forms_and_what_is_in_them(person):
    desk = person("analyst", "18880")
    page = desk.text("/desk/questionnaires")
    for name in shipped():
        assert name in page
    assert "Có sẵn trong nền tảng" in page
    one = desk.text("/desk/questionnaires/one-stop-ward@1")
    assert "Công chức có thái độ giao tiếp lịch sự." in one
    assert sha256(load("one-stop-ward@1")) in one
    assert "Chưa có đợt khảo sát nào dùng phiếu này." in one
    assert "Một tiêu chí hỏi chung đánh giá về hai điều." in one
    assert desk.get("/desk/questionnaires/no-such@1").status_code == 404


def test_a_published_form_says_who_published_it(app, person):
    with app.extensions["sipas.database"].write() as session:
        publish(session, load("sipas-2022@1"), by="command", now=clock())
    page = person("analyst").text("/desk/questionnaires/sipas-2022@1")
    assert "Đã công bố" in page
    assert "wording not compared" not in page and "chưa đối chiếu" in page


def test_a_faulty_draft_is_shown_with_its_faults_and_the_list_stays_whole(folder, person):
    text = shipped()["one-stop-ward@1"].read_text("utf-8")
    faulty = text.replace('kind = "rating"', 'kind = "ratting"', 1)
    drafts.write_draft(folder, "one-stop-ward@2", faulty, expected=None)
    drafts.write_draft(folder, "broken@1", "[[[", expected=None)
    (folder / "questionnaires" / "latin@1.toml").write_bytes(b"\xff")
    desk = person("fieldwork")
    page = desk.text("/desk/questionnaires?state=draft")
    assert all(name in page for name in ("one-stop-ward@2", "broken@1", "latin@1"))
    assert "sipas-2022@1" not in page
    one = desk.text("/desk/questionnaires/one-stop-ward@2")
    assert "ratting" in one and "1 lỗi" in one
    assert "1 lỗi" in desk.text("/desk/questionnaires/broken@1")
    assert "UTF-8" in desk.text("/desk/questionnaires/latin@1")


def test_the_list_is_narrowed_by_words_without_accents(person):
    desk = person("fieldwork")
    page = desk.text("/desk/questionnaires?text=bo phan mot cua")
    assert "one-stop-ward@1" in page and "sipas-2640@1" not in page
    assert "Không có phiếu nào phù hợp" in desk.text("/desk/questionnaires?text=xyz")


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_form_written_from_its_document_is_the_same_form(name):
    form = load(name)
    assert parse(as_toml(document(form)), name) == form
