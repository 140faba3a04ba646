"""Every part of a page can be reached, read aloud and allowed by a strict content policy."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.theme.conftest import SCALE
from tests.theme.page import Tag

Show = Callable[..., Tag]
WRONG = {"waiting": "9", "field": "1", "opinion": "dài hơn mười chữ", "channels": "radio"}
both_sides = pytest.mark.parametrize("side", ["citizen", "desk"])


def ids(page: Tag) -> list[str]:
    return [tag["id"] for tag in page.walk() if tag["id"]]


@both_sides
def test_every_control_has_exactly_one_label(show: Show, side: str) -> None:
    page = show(side)
    labels = Counter(tag["for"] for tag in page.all("label") if tag["for"])
    controls = [
        tag["id"]
        for name in ("input", "select", "textarea")
        for tag in page.all(name)
        if tag["type"] != "hidden"
    ]
    assert len(controls) == 5 + 6 + 2 + 2 + 1 + 1 + 1 + 1
    assert labels == Counter(controls)


@both_sides
@pytest.mark.parametrize("sent", [None, WRONG])
def test_no_id_stands_twice(show: Show, side: str, sent: dict[str, str] | None) -> None:
    assert [one for one, times in Counter(ids(show(side, sent))).items() if times > 1] == []


@both_sides
def test_choices_stand_in_a_fieldset_whose_legend_is_the_question(show: Show, side: str) -> None:
    page = show(side)
    questions = [[legend.words() for legend in box.all("legend")] for box in page.all("fieldset")]
    assert questions == [
        ["Thái độ phục vụ"],
        ["2. Thời gian chờ"],
        ["Giới tính"],
        ["Kênh thông tin"],
    ]
    assert all(box.all("input") for box in page.all("fieldset"))


def test_five_words_get_five_faces_and_no_opinion_stands_below(show: Show) -> None:
    manner, waiting, sex, _ = show("citizen").all("fieldset")
    (scale,) = waiting.with_class("app-rating")
    assert tuple(label.words() for label in scale.all("label")) == SCALE
    assert [use["href"] for use in scale.all("use")] == [f"#face-{step}" for step in range(1, 6)]
    (aside,) = waiting.with_class("app-rating__aside")
    assert aside.words() == "Không có ý kiến"
    assert manner.with_class("app-rating__aside") == []
    assert sex.with_class("app-rating") == []


def test_a_face_says_nothing_that_the_words_do_not(show: Show) -> None:
    faces = show("citizen").with_class("app-face")
    assert len(faces) == 10
    assert {face["aria-hidden"] for face in faces} == {"true"}


def test_what_was_answered_stays_answered(show: Show) -> None:
    page = show("citizen", WRONG)
    checked = [tag["name"] for tag in page.all("input") if "checked" in tag.attributes]
    assert checked == ["waiting", "channels"]
    assert page.all("textarea")[0].text.strip() == "dài hơn mười chữ"


@both_sides
def test_the_summary_leads_to_each_fault(show: Show, side: str) -> None:
    page = show(side, WRONG)
    (summary,) = page.with_class("govuk-error-summary")
    assert summary.all("h2")[0].words() == "Có lỗi cần sửa"
    assert [link["href"] for link in summary.all("a")] == [
        "#manner",
        "#agree",
        "#dossier",
        "#opinion",
    ]
    assert {link["href"][1:] for link in summary.all("a")} <= set(ids(page))


def test_the_summary_names_the_field_unless_the_error_does(show: Show) -> None:
    (summary,) = show("citizen", {**WRONG, "manner": "4", "waiting": ""}).with_class(
        "govuk-error-summary"
    )
    said = [link.words() for link in summary.all("a")]
    assert said[0] == "Xin chọn một mức: Thời gian chờ"
    assert said[1] == "Tôi đồng ý: Xin đánh dấu để tiếp tục."


@both_sides
def test_hints_and_errors_are_read_with_their_field(show: Show, side: str) -> None:
    page = show(side, WRONG)
    described = {tag["aria-describedby"] for tag in page.walk() if tag["aria-describedby"]}
    assert described == {
        "manner-error",
        "waiting-hint",
        "agree-error",
        "dossier-hint dossier-error",
        "opinion-error",
    }
    assert {one for words in described for one in words.split()} <= set(ids(page))
    assert all("Lỗi:" in tag.words() for tag in page.with_class("govuk-error-message"))


@both_sides
def test_a_page_without_faults_has_no_summary(show: Show, side: str) -> None:
    assert show(side).with_class("govuk-error-summary") == []


@both_sides
def test_nothing_that_a_strict_policy_would_refuse(show: Show, side: str) -> None:
    page = show(side, WRONG)
    assert [tag for tag in page.walk() if "style" in tag.attributes] == []
    assert page.all("style") == page.all("script") == []
    assert [name for tag in page.walk() for name in tag.attributes if name.startswith("on")] == []
    assert [
        tag["src"] for tag in page.walk() if tag["src"].startswith(("http", "//", "data"))
    ] == []


@both_sides
def test_words_of_data_are_never_markup(show: Show, side: str) -> None:
    page = show(side)
    assert page.all("b") == []
    assert "<b>Đợt & khảo sát</b>" in page.words()


@both_sides
@pytest.mark.parametrize(("lang", "sign"), [("vi", "Dữ liệu mô phỏng"), ("en", "Simulated data")])
def test_simulated_data_say_so_in_the_language_of_the_page(
    show: Show, side: str, lang: str, sign: str
) -> None:
    page = show(side, lang=lang)
    assert page.all("html")[0]["lang"] == lang
    assert sign in page.with_class("app-simulated")[0].words()


def test_a_keyboard_skips_to_the_content_and_finds_its_language(show: Show) -> None:
    page = show("citizen")
    assert page.all("a")[0]["href"] == "#main"
    assert page.all("main")[0]["id"] == "main"
    (languages,) = page.with_class("app-languages")
    assert [(link["lang"], link["aria-current"]) for link in languages.all("a")] == [
        ("vi", "true"),
        ("en", ""),
    ]


def test_tables_scroll_in_a_region_that_the_keyboard_reaches(show: Show) -> None:
    first, empty = show("desk").with_class("app-table")
    assert (first["role"], first["tabindex"]) == ("region", "0")
    assert first["aria-label"] == first.all("caption")[0].words()
    assert [cell.words() for cell in first.with_class("govuk-table__cell--numeric")] == ["36.525"]
    assert [cell["scope"] for cell in first.all("th")] == ["col", "row"]
    assert "Chưa có gì ở đây." in empty.words()


def test_the_pager_keeps_the_filters_and_names_its_page(show: Show) -> None:
    (pager,) = show("desk").with_class("app-pager")
    assert [link.words() for link in pager.all("a")] == ["Trước", "1", "5", "6", "7", "12", "Sau"]
    assert {link["href"].rsplit("=", 1)[0] for link in pager.all("a")} == {"/desk/?q=a&b&page"}
    assert [link.words() for link in pager.all("a") if link["aria-current"]] == ["6"]


def test_what_changes_something_is_posted_with_a_token(show: Show) -> None:
    forms = {form["action"]: form for form in show("desk").all("form")}
    for action in ("/close", "/desk/sign-out"):
        assert forms[action]["method"] == "post"
        assert [box["value"] for box in forms[action].all("input") if box["name"] == "csrf_token"]
