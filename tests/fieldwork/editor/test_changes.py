"""Two versions side by side at the desk: drafts, published and shipped, with what it does."""

import pytest

from questionnaires import compare, load, shipped
from questionnaires.facts import EFFECTS, WEIGHTS
from survey.calendar import clock
from survey.fieldwork import drafts
from survey.fieldwork.comparing import EFFECT_NAMES, PARTS, part
from survey.fieldwork.publishing import publish
from tests.questionnaires.test_compare import FULL, WHOLE, mutations

NINE = "one-stop-ward@1"


@pytest.fixture
def folder(app):
    return app.extensions["sipas.settings"].data


@pytest.fixture
def draft(folder):
    """A draft of the second version: one item reworded, other satisfied codes."""
    text = shipped()[NINE].read_text("utf-8")
    for old, new in (
        ("version = 1", "version = 2"),
        ("thái độ giao tiếp lịch sự", "thái độ nhã nhặn"),
        ("satisfied = [4, 5]", "satisfied = [5]"),
    ):
        text = text.replace(old, new)
    drafts.write_draft(folder, "one-stop-ward@2", text, expected=None)


def test_a_draft_is_compared_with_the_version_before_it(draft, person):
    desk = person("fieldwork", "18880")
    page = desk.text("/desk/questionnaires/one-stop-ward@2")
    assert "/desk/questionnaires/one-stop-ward@2/changes" in page
    answer = desk.get("/desk/questionnaires/one-stop-ward@2/changes")
    assert answer.status_code == 303
    assert answer.location == f"/desk/questionnaires/{NINE}/changes/one-stop-ward@2"
    page = desk.text(answer.location)
    assert "Không còn so sánh được" in page
    assert "Mã được tính là hài lòng" in page and "4, 5" in page
    assert "Công chức có thái độ nhã nhặn." in page
    assert "thái độ giao tiếp lịch sự" in page


def test_a_draft_under_a_published_name_is_compared_with_what_was_published(app, folder, person):
    with app.extensions["sipas.database"].write() as session:
        publish(session, load(NINE), by="command", now=clock())
    text = shipped()[NINE].read_text("utf-8").replace("were polite when", "were courteous when")
    drafts.write_draft(folder, NINE, text, expected=None)
    desk = person("analyst")
    answer = desk.get(f"/desk/questionnaires/{NINE}/changes")
    assert answer.location == f"/desk/questionnaires/published:{NINE}/changes/draft:{NINE}"
    page = desk.text(answer.location)
    assert "Chỉ sửa bản dịch" in page and "mọi chuỗi được nối tiếp" in page


def test_the_first_version_of_a_form_offers_a_choice(person):
    desk = person("analyst")
    page = desk.text(f"/desk/questionnaires/{NINE}/changes")
    assert "chưa có bản trước" in page and "sipas-2022@1 – Có sẵn trong nền tảng" in page
    chosen = desk.get(
        f"/desk/questionnaires/{NINE}/changes?before=sipas-2022@1&after=sipas-1001-ward-2026@1"
    )
    assert chosen.location.endswith("/sipas-2022@1/changes/sipas-1001-ward-2026@1")
    page = desk.text(chosen.location)
    assert "Trang tiếp" in page or "page=2" in page
    assert "c9_21" in page and "c9_29" in page


def test_the_same_content_has_no_change_and_an_unknown_name_no_page(person):
    desk = person("auditor")
    assert "Không có gì thay đổi." in desk.text(
        f"/desk/questionnaires/{NINE}/changes/shipped:{NINE}"
    )
    for path in (f"{NINE}/changes/nowhere@1", "nowhere@1/changes", "draft:x/changes/y"):
        assert desk.get(f"/desk/questionnaires/{path}").status_code == 404
    assert desk.get(f"/desk/questionnaires/{NINE}/changes?before=nowhere@1").status_code == 404


def test_a_draft_that_is_no_form_yet_says_why_it_is_not_compared(folder, person):
    drafts.write_draft(folder, "broken@1", "form = [", expected=None)
    page = person("fieldwork").text(f"/desk/questionnaires/{NINE}/changes/broken@1", 422)
    assert "broken@1:1" in page


def test_every_change_and_every_effect_has_words():
    told = [compare(whole, other) for whole in (WHOLE, FULL) for _, _, other in mutations(whole)]
    changes = [change for found in told for change in found.changes]
    assert len({change.what for change in changes}) > 40
    assert all(part(change) for change in changes)
    assert {change.effect for change in changes} == set(EFFECTS) == set(EFFECT_NAMES)
    assert {*WEIGHTS, "graded", "languages", "options", "id", "order"} <= set(PARTS)
