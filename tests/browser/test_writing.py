"""Two officers at the page of one case: words are kept, colleagues told, templates put in."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import fill_inbox
from tests.browser.looking import Complaints
from tests.browser.people import press, sign_in

pytestmark = pytest.mark.browser
WORDS, STATUS = "[name=refuse-words]", "#act-refuse [data-keep]"


@pytest.fixture(scope="module")
def cases(province):
    return iter(fill_inbox(province, 5))


@pytest.fixture
def address(province, cases):
    return f"{province.url}/desk/feedback/{next(cases)}"


@pytest.fixture
def opened(look, province, address):
    """The page of one case, opened by somebody who signed in."""

    def open_as(role, size=DESKTOP, *, script=True):
        page = look(size, script=script)
        sign_in(page, province, role)
        page.goto(address)
        return page

    return open_as


def unfold(page, act="refuse"):
    page.click(f"#act-{act} summary")


def test_what_is_typed_is_there_again_and_a_colleague_sees_who_writes(opened, check):
    officer = opened("officer")
    complaints = Complaints(officer)
    head = opened("head", PHONE)
    expect(head.locator("[data-beat]")).to_contain_text("đang mở phiếu này")
    unfold(officer)
    officer.fill(WORDS, "Việc này thuộc Sở Xây dựng.")
    expect(officer.locator(STATUS)).to_contain_text("Đã lưu tạm lúc")
    assert officer.locator("#act-refuse [data-save]").is_hidden()
    head.reload()
    expect(head.locator("[data-beat]")).to_contain_text("đang viết ở phiếu này")
    check(head)
    officer.reload()
    expect(officer.locator(WORDS)).to_have_value("Việc này thuộc Sở Xây dựng.")
    assert "chưa gửi" in officer.inner_text(STATUS)
    expect(officer.locator("[data-beat]")).to_contain_text("Lãnh đạo")
    check(officer)
    press(officer, "#act-refuse [data-discard]")
    assert officer.input_value(WORDS) == ""
    assert complaints.found == []


def test_a_colleague_who_begins_to_write_is_told_without_a_reload(opened):
    head = opened("head")
    head.clock.install()
    head.reload()
    officer = opened("officer")
    unfold(officer, "note")
    with officer.expect_response("**/beat"):
        officer.type("[name=note-words]", "Gọi")
    head.clock.fast_forward(26_000)
    expect(head.locator("[data-beat]")).to_contain_text("đang viết ở phiếu này")
    beats = []
    head.on("request", lambda request: beats.append(request.url))
    head.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    head.clock.fast_forward(120_000)
    assert [url for url in beats if url.endswith("/beat")] == []


def test_a_template_goes_where_the_cursor_is_and_its_first_blank_is_chosen(opened, check):
    page = opened("officer")
    unfold(page)
    page.fill(WORDS, "Đầu. Cuối.")
    page.evaluate("document.querySelector('[name=refuse-words]').setSelectionRange(5, 5)")
    page.select_option("[name=refuse-template]", index=1)
    page.click("#act-refuse [data-template]")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu tạm lúc")
    words = page.input_value(WORDS)
    assert words.startswith("Đầu. ") and words.endswith("Cuối.") and "PA-0000" in words
    chosen = page.evaluate("document.getSelection().toString()")
    assert chosen.startswith("[") and chosen.endswith("]")
    check(page)
    press(page, "#act-refuse button[type=submit]:not([formaction])")
    assert page.locator("#refuse-words-error").inner_text().endswith(f"{chosen}.")
    assert page.input_value(WORDS) == words


def test_nothing_is_kept_in_the_middle_of_a_letter_and_without_a_network_it_says_so(opened):
    page = opened("officer")
    kept = []
    page.on("request", lambda request: kept.append(request.url))
    unfold(page, "note")
    page.focus("[name=note-words]")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "tiê", "selectionStart": 3, "selectionEnd": 3})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(2500)
    assert [url for url in kept if url.endswith("/keep")] == []
    page.context.set_offline(True)
    session.send("Input.insertText", {"text": "tiếng"})
    line = page.locator("#act-note [data-keep]")
    expect(line).to_contain_text("Chưa lưu được")
    page.context.set_offline(False)
    expect(line).to_contain_text("Đã lưu tạm lúc")
    with page.expect_navigation():
        page.click("#act-note button[type=submit]:not([formaction])")
    page.goto(page.url)
    unfold(page, "note")
    assert page.input_value("[name=note-words]") == ""


def test_without_scripts_it_is_saved_and_a_template_put_in_by_buttons(opened):
    page = opened("officer", PHONE, script=False)
    unfold(page)
    page.fill(WORDS, "Lời đầu.")
    press(page, "#act-refuse [data-save]")
    assert page.input_value(WORDS) == "Lời đầu." and page.locator(STATUS).is_visible()
    page.select_option("[name=refuse-template]", index=1)
    press(page, "#act-refuse [data-template]")
    words = page.input_value(WORDS)
    assert words.startswith("Lời đầu.\n\n") and "PA-0000" in words
