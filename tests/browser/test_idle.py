"""Somebody leaves a kiosk, or only thinks for long: the clock is the test's own."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import KIOSK
from tests.browser.looking import violations
from tests.browser.shipped import beside_the_files

pytestmark = pytest.mark.browser
BODY = """<body><main><h1>Phiếu</h1>
<label for="words">Ý kiến</label><textarea id="words"></textarea>
<button type="button" id="next">Tiếp tục</button></main>
<script type="module">
import { Idle, Warning, listen } from "/js/idle.js";
const acts = new Set();
const clock = {
  t: 0,
  now() { return this.t; },
  every(ms, act) { acts.add(act); return () => acts.delete(act); },
};
const words = { title: "Ông/Bà còn ở đây không?", text: "Câu trả lời sẽ bị xóa.",
  more: "Tôi cần thêm thời gian", leave: "Kết thúc và xóa", left: "Còn %(n)s giây" };
window.told = [];
window.pass = (seconds) => {
  for (let i = 0; i < seconds * 4; i++) { clock.t += 250; for (const act of [...acts]) act(); }
};
window.idle = new Idle({ seconds: 45, warning: 5, clock, tell(what, left) {
  if (what !== "warning" || told.at(-1) !== "warning") told.push(what);
  if (what === "warning") warning.show(left, words); else warning.close();
} });
const leave = () => { idle.stop(); told.push("left"); warning.close(); };
const warning = new Warning({ more: () => idle.more(), leave });
document.body.append(warning.root);
listen(idle);
idle.start();
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


def wait(page: Page, seconds: float) -> None:
    page.evaluate("seconds => pass(seconds)", seconds)


def told(page: Page) -> list[str]:
    found: list[str] = page.evaluate("told")
    return found


def test_after_45_quiet_seconds_there_are_20_to_answer_the_warning(page):
    wait(page, 44.5)
    assert told(page) == [] and not page.locator("dialog").is_visible()
    wait(page, 0.5)
    assert told(page) == ["warning"]
    wait(page, 19.5)
    assert told(page) == ["warning"], "a warning is never shorter, whatever the settings say"
    wait(page, 1)
    assert told(page) == ["warning", "gone"]
    assert not page.locator("dialog").is_visible()


@pytest.mark.parametrize("sign", ["touch", "key", "typing", "wheel", "mouse"])
def test_any_sign_of_life_begins_the_45_seconds_anew(page, sign):
    wait(page, 40)
    match sign:
        case "touch":
            page.tap("h1")
        case "key":
            page.keyboard.press("Tab")
        case "typing":
            page.evaluate("words.dispatchEvent(new InputEvent('input', {bubbles: true}))")
        case "wheel":
            page.mouse.wheel(0, 10)
            page.wait_for_timeout(100)
        case "mouse":
            page.mouse.move(200, 300)
    wait(page, 40)
    assert told(page) == []
    wait(page, 5)
    assert told(page) == ["warning"]


def test_one_press_gives_more_time_twelve_times_over(page):
    for time in range(12):
        wait(page, 45 + time)
        page.get_by_role("button", name="Tôi cần thêm thời gian").tap()
        assert not page.locator("dialog").is_visible()
    assert told(page) == ["warning", "awake"] * 12
    assert page.evaluate("idle.extended") == 12


def test_a_touch_beside_the_dialog_and_escape_are_presses_too(page):
    wait(page, 50)
    page.touchscreen.tap(20, 20)
    assert told(page) == ["warning", "awake"]
    wait(page, 50)
    page.keyboard.press("Escape")
    assert told(page) == ["warning", "awake"] * 2 and not page.locator("dialog").is_visible()


def test_who_has_finished_may_leave_at_once(page):
    wait(page, 46)
    page.get_by_role("button", name="Kết thúc và xóa").tap()
    wait(page, 100)
    assert told(page) == ["warning", "left"]


def test_the_focus_stays_in_the_warning_and_returns_to_where_it_was(page):
    page.focus("#words")
    wait(page, 45)
    assert page.evaluate("document.activeElement.textContent") == "Tôi cần thêm thời gian"
    for _ in range(5):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || "
            "document.activeElement.closest('dialog') !== null"
        )
        assert inside
    assert violations(page) == []
    page.get_by_role("button", name="Tôi cần thêm thời gian").tap()
    assert page.evaluate("document.activeElement.id") == "words"


def test_a_voice_is_told_every_ten_seconds_and_not_each_second(page):
    wait(page, 45)
    said = [page.inner_text("dialog [aria-live]")]
    for _ in range(19):
        wait(page, 1)
        said.append(page.inner_text("dialog [aria-live]"))
    assert [*dict.fromkeys(said)] == ["Còn 20 giây", "Còn 10 giây"]
    assert page.inner_text(".app-warning__count") == "1"
