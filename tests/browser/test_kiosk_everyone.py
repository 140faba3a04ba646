"""A kiosk for everybody: the longest form by keys alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from survey.calendar import clock, local_day
from tests.browser.conftest import KIOSK, Site
from tests.browser.kiosk import enrol

pytestmark = pytest.mark.browser
COUNTER = "Q-19333-1"
LONGEST = "sipas-1001-ward-2026@1"
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
