"""A kiosk for everybody: every screen in every size and language, and by keys alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from survey.calendar import clock, local_day
from tests.browser.conftest import KIOSK, PHONE, Site
from tests.browser.kiosk import at_comment, enrol, onward, rate, set_pin, thanked, touch
from tests.browser.looking import english_on, overflow, violations

pytestmark = pytest.mark.browser
COUNTER = "Q-19333-1"
LONGEST = "sipas-1001-ward-2026@1"
LANDSCAPE = {"width": 1920, "height": 1080}
MAGNIFIED = {"width": 270, "height": 480}  # 1080 by 1920 at 400 %
SIZES = {"kiosk": KIOSK, "landscape": LANDSCAPE, "phone": PHONE, "400%": MAGNIFIED}
SHOW = """async ([name, language]) => {
  const { Screens } = await import("/static/js/kiosk/screens.js");
  new Screens().show(name, {}, language);
}"""
WINDOW = """async () => {
  const change = () => new Promise((done) =>
    document.addEventListener("fullscreenchange", done, { once: true }));
  if (!document.fullscreenElement) await change();
  await document.exitFullscreen();
}"""
STILL = ("starting", "nothing", "revoked", "unable", "enrol", "closed")  # what no press leads to
SMALL = """() => [...document.querySelectorAll("#screen *, dialog[open] *, .app-keys *")]
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => e.checkVisibility() && !e.closest("noscript, .govuk-visually-hidden,"
    + "[data-screens]"))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 18)
  .map((e) => e.outerHTML.slice(0, 90))"""
NARROW = """() => [...document.querySelectorAll("#screen button, dialog[open] button, summary,"
    + "#screen label.govuk-radios__label, #screen label.govuk-checkboxes__label")]
  .filter((e) => e.checkVisibility())
  .filter((e) => Math.round(e.getBoundingClientRect().height) < 60)
  .map((e) => e.outerHTML.slice(0, 90))"""


class Look:
    """Looks at a screen in every size; tells in the end everything that was wrong with any."""

    def __init__(self, page: Page, language: str, phrases: list[str]) -> None:
        self.page, self.language, self.phrases = page, language, phrases
        self.wrong: list[str] = []
        self.simulated = True  # as the demo is

    def at(self, name: str) -> None:
        page = self.page
        for size, window in SIZES.items():
            page.set_viewport_size(window)  # type: ignore[arg-type]
            self._note(name, size)
            self.wrong += [f"{name}, {size}: under 18 px: {e}" for e in page.evaluate(SMALL)]
            if self.simulated:
                banner = page.locator("#screen > .app-simulated")
                self.wrong += [] if banner.is_visible() else [f"{name}, {size}: no banner"]
        page.set_viewport_size(KIOSK)  # type: ignore[arg-type]
        self.wrong += [f"{name}: under 60 px: {found}" for found in page.evaluate(NARROW)]
        if self.language == "vi":
            self.wrong += [f"{name}: {words}" for words in english_on(page, self.phrases)]
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        self._note(name, "high contrast")
        page.emulate_media(forced_colors="none", reduced_motion="no-preference")

    def _note(self, name: str, size: str) -> None:
        self.wrong += [f"{name}, {size}: {found}" for found in violations(self.page)]
        if (wider := overflow(self.page)) > 0:
            self.wrong.append(f"{name}, {size}: {wider} px wider than the window")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_screen_has_a_barrier_in_any_size_language_or_contrast(
    look: Callable[..., Page], province: Site, phrases: list[str], language: str
):
    set_pin(province, COUNTER)
    page = look(KIOSK)
    page.clock.install()
    enrol(page, province, COUNTER)
    seen = Look(page, language, phrases)
    if language == "vi":
        seen.at("attract")
    page.locator(f"[data-act=start][data-language={language}]").click()
    page.locator("main details").wait_for()
    page.evaluate(WINDOW)  # or it could have no other size
    seen.at("notice")
    page.locator("main details summary").click()
    seen.at("long notice")
    onward(page)
    onward(page)
    seen.at("questions with faults")
    while not at_comment(page):
        rate(page, "5")
        onward(page)
    page.tap("main textarea")
    seen.at("comment with the keyboard")
    touch(page, "leave")
    seen.at("stop")
    page.locator("dialog[open] button").first.click()
    page.clock.fast_forward(46_000)
    page.locator("dialog[open]").wait_for()
    seen.at("warning")
    page.locator("dialog[open] button").first.click()
    onward(page)
    thanked(page)
    seen.at("thanks")
    touch(page, "done")
    if language == "vi":
        touch(page, "staff")
        seen.at("PIN")
    for name in (*STILL, "pin", "health"):
        page.evaluate(SHOW, [name, language])
        seen.at(name)
    assert seen.wrong == [], "\n".join(seen.wrong)


ACTIVE = """() => { const e = document.activeElement;
  return { tag: e.tagName, type: e.type ?? "", go: e.value ?? "",
    done: Boolean(e.name && document.querySelector(`main [name="${e.name}"]:checked`)) }; }"""


def test_the_longest_form_is_answered_by_keys_alone(look: Callable[..., Page], province: Site):
    today = local_day(clock())
    province.sipas("round", "close", "quay-2026")
    province.sipas(
        "round", "create", "dai-nhat", "--form", LONGEST, "--method", "qd-1001-2023", "--sample",
        "census", "--mode", "kiosk", "--opens", today.isoformat(), "--closes",
        (today + timedelta(days=9)).isoformat(), "--title", "Phiếu dài", "--place",
        f"counter:{COUNTER}",
    )  # fmt: skip
    province.sipas("round", "open", "dai-nhat")
    page = look(KIOSK)
    enrol(page, province, COUNTER)
    pressed = 0
    while page.locator(".app-attract--thanks").count() == 0:
        page.keyboard.press("Tab")
        _act(page)
        pressed += 1
        assert pressed < 600, page.locator("main").inner_text()
    assert page.evaluate("document.activeElement.id") == "main"


def _act(page: Page) -> None:
    """What a hand on the keys does with what has the focus."""
    match page.evaluate(ACTIVE):
        case {"type": "radio" | "checkbox", "done": False}:
            page.keyboard.press("Space")
        case {"tag": "SELECT"}:
            page.keyboard.press("ArrowDown")
        case {"type": "text"}:
            page.keyboard.type("30")
        case {"type": "submit", "go": "next"}:
            page.keyboard.press("Enter")
            page.wait_for_timeout(50)
        case _ if page.evaluate("document.activeElement.dataset.act") == "start":
            page.keyboard.press("Enter")
