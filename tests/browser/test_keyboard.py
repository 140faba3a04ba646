"""The keyboard on the screen of a kiosk, worked by fingers, by keys, and left for a real one."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import KIOSK
from tests.browser.looking import overflow, violations
from tests.browser.shipped import beside_the_files

pytestmark = pytest.mark.browser
BODY = """<body><main><h1>Ý kiến</h1>
<label for="words">Ý kiến khác</label><textarea id="words" maxlength="40"></textarea>
<label for="age">Tuổi</label><input type="text" inputmode="numeric" id="age">
<button type="button" id="next">Tiếp tục</button></main>
<script type="module">
import { Keyboard } from "/js/keyboard.js";
const names = { keyboard: "Bàn phím", telex: "Telex", vni: "VNI", english: "English", hide: "Ẩn",
  shift: "Viết hoa", backspace: "Xóa", clear: "Xóa hết", space: "Dấu cách", enter: "Xuống dòng",
  acute: "sắc", grave: "huyền", hook: "hỏi", tilde: "ngã", dot: "nặng", roof: "mũ", horn: "móc",
  bowl: "trăng", stroke: "gạch" };
window.keys = new Keyboard(names);
document.body.append(keys.root);
keys.serve(document.querySelector("main"));
window.heard = [];
document.addEventListener("input", () => heard.push("input"));
document.addEventListener("pointerdown", () => heard.push("pointerdown"));
window.ready = true;
</script></body>"""


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context(viewport=KIOSK, has_touch=True)
    page = context.new_page()
    beside_the_files(page, BODY)
    page.wait_for_function("window.ready")
    yield page
    context.close()


def touch(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(f'.app-keys [data-key="{key}"]').tap()


def letters(page: Page, text: str) -> None:
    touch(page, *(f"type:{letter}" for letter in text))


def test_fingers_write_vietnamese_by_telex_and_the_field_keeps_the_focus(page):
    page.tap("#words")
    letters(page, "cans")
    touch(page, "space")
    letters(page, "booj")
    assert page.input_value("#words") == "Cán bộ"
    assert page.evaluate("document.activeElement.id") == "words"
    assert page.evaluate("heard.filter(one => one === 'input').length") == 9
    assert page.evaluate("heard.includes('pointerdown')")


def test_who_knows_no_method_puts_the_marks_with_their_own_keys(page):
    page.tap("#words")
    touch(page, "type:d", "mark:stroke", "type:u", "type:o", "type:c", "mark:horn", "mark:dot")
    assert page.input_value("#words") == "Được"
    touch(page, "mark:dot")
    assert page.input_value("#words") == "Đươc"


def test_by_vni_and_without_marks(page):
    page.tap("#words")
    touch(page, "method:vni")
    letters(page, "tot61")
    assert page.input_value("#words") == "Tốt"
    touch(page, "space", "method:english")
    letters(page, "tests")
    assert page.input_value("#words") == "Tốt tests"
    assert page.locator("[data-key^=mark]").count() == 0


def test_going_back_takes_one_letter_wherever_the_caret_is_put(page):
    page.tap("#words")
    letters(page, "toots")
    touch(page, "backspace")
    assert page.input_value("#words") == "Tố"
    page.fill("#words", "rất tốt 😊")
    touch(page, "backspace", "backspace", "backspace")
    assert page.input_value("#words") == "rất tố"
    page.evaluate("document.querySelector('#words').setSelectionRange(3, 3)")
    letters(page, "z")
    assert page.input_value("#words") == "rât tố"
    page.evaluate("document.querySelector('#words').setSelectionRange(0, 4)")
    touch(page, "backspace")
    assert page.input_value("#words") == "tố"


def test_what_is_too_long_is_not_taken(page):
    page.fill("#words", "a" * 40)
    page.tap("#words")
    letters(page, "b")
    assert page.input_value("#words") == "a" * 40


def test_a_number_has_keys_of_digits(page):
    page.tap("#age")
    assert page.locator("[data-key='type:q']").count() == 0
    letters(page, "70")
    touch(page, "backspace")
    letters(page, "2")
    assert page.input_value("#age") == "72"
    touch(page, "clear", "hide")
    assert page.input_value("#age") == "" and page.locator(".app-keys").is_hidden()


def test_a_real_keyboard_sends_it_away_and_leaving_the_field_too(page):
    page.tap("#words")
    assert page.locator(".app-keys").is_visible()
    page.keyboard.press("a")
    assert page.locator(".app-keys").is_hidden()
    page.tap("#words")
    assert page.locator(".app-keys").is_visible()
    page.focus("#next")
    assert page.locator(".app-keys").is_hidden()


def test_it_is_worked_by_keys_alone_with_one_stop_of_tab(page):
    page.tap("#words")
    assert page.locator(".app-keys [tabindex='0']").count() == 1
    page.focus("[data-key='type:q']")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") in ("type:s", "type:a")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.key") in ("type:w", "type:q")
    assert page.input_value("#words") == "Qư"


def test_keys_are_60_px_high_named_and_hide_nothing_that_is_written_in(page, tmp_path):
    page.tap("#words")
    page.screenshot(path=tmp_path / "keys.png")
    assert violations(page) == [] and overflow(page) <= 0
    for key in page.locator(".app-keys button").all():
        box = key.bounding_box()
        assert box is not None and box["height"] >= 60 and box["width"] >= 60, key.inner_text()
    field, keys = (page.locator(one).bounding_box() for one in ("#words", ".app-keys"))
    assert field["y"] + field["height"] <= keys["y"]
    touch(page, "signs")
    assert violations(page) == []
    touch(page, "type:…", "letters", "shift", "type:d")
    assert page.input_value("#words") == "…D"
