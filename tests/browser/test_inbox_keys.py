"""Shortcuts of the inbox: they work where they should, and never while somebody types."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import fill_inbox, led_away, tab_to
from tests.browser.looking import Complaints
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser
COMPOSED = """how => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {key: "j", bubbles: true, cancelable: true, ...how}))"""


@pytest.fixture(scope="module")
def cases(province):
    return fill_inbox(province, 6)


@pytest.fixture
def inbox(look, province, cases):
    page = look(DESKTOP)
    sign_in(page, province, "officer")
    page.goto(f"{province.url}/desk/feedback")
    return page


def row(page):
    """The place of the row with the focus; -1: none."""
    return page.evaluate(
        "[...document.querySelectorAll('.app-case')].indexOf("
        "document.activeElement.closest('.app-case'))"
    )


def test_j_and_k_lead_from_row_to_row_and_o_opens_one(inbox):
    complaints = Complaints(inbox)
    for key, place in (("k", 0), ("j", 1), ("j", 2), ("k", 1)):
        inbox.keyboard.press(key)
        assert row(inbox) == place
    number = inbox.evaluate("document.activeElement.textContent")
    outline = "getComputedStyle(document.activeElement).backgroundColor"
    assert inbox.evaluate(outline) == "rgb(255, 200, 69)"  # the focus is seen
    with led_away(inbox):
        inbox.keyboard.press("o")
    assert inbox.inner_text("h1").startswith(number)
    with led_away(inbox):
        inbox.keyboard.press("g")
        inbox.keyboard.press("i")
    assert inbox.url.endswith("/desk/feedback")
    assert complaints.found == []


def test_x_ticks_and_an_act_on_what_is_ticked_is_looked_at_first(inbox):
    for key in "jxjjx":
        inbox.keyboard.press(key)
    assert inbox.inner_text("[data-count]") == "đã đánh dấu: 2"
    with led_away(inbox):
        inbox.keyboard.press("m")
    assert "2 phiếu" in inbox.inner_text("main") and "/bulk" in inbox.url


def test_an_act_without_a_tick_opens_its_form_on_the_page_of_the_case(inbox):
    inbox.keyboard.press("j")
    with led_away(inbox):
        inbox.keyboard.press("n")
    inbox.wait_for_selector("[name=note-words]:focus")
    inbox.keyboard.type("rmnagi? /")
    assert inbox.input_value("[name=note-words]") == "rmnagi? /"
    inbox.evaluate("document.activeElement.blur()")
    inbox.keyboard.press("a")
    assert inbox.evaluate("document.activeElement.closest('#act-accept') !== null")


def test_keys_are_left_alone_in_fields_in_composition_and_with_modifiers(inbox):
    inbox.keyboard.press("/")
    assert inbox.evaluate("document.activeElement.id") == "q"
    session = inbox.context.new_cdp_session(inbox)
    session.send("Input.imeSetComposition", {"text": "tiê", "selectionStart": 3, "selectionEnd": 3})
    inbox.keyboard.press("j")
    inbox.keyboard.type("xa?")
    assert "j" in inbox.input_value("#q") and row(inbox) == -1
    assert inbox.locator(".app-pick:checked, dialog[open]").count() == 0
    inbox.evaluate("document.activeElement.blur()")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        inbox.evaluate(COMPOSED, how)
        assert row(inbox) == -1
    for key in ("Control+k", "Alt+j", "Shift+J"):
        inbox.keyboard.press(key)
        assert row(inbox) == -1
    inbox.evaluate(COMPOSED, {})
    assert row(inbox) == 0


def test_help_opens_and_closes_by_keys(inbox, check):
    inbox.keyboard.press("?")
    assert inbox.locator("dialog[open] kbd").count() > 10
    check(inbox)
    inbox.keyboard.press("j")
    assert row(inbox) == -1
    inbox.keyboard.press("Escape")
    assert inbox.locator("dialog[open]").count() == 0


def test_shortcuts_stay_switched_off_in_this_browser(inbox, province):
    tab_to(inbox, "[data-shortcuts] summary")
    inbox.keyboard.press("Enter")
    tab_to(inbox, "#use-shortcuts")
    inbox.keyboard.press("Space")
    inbox.reload()
    inbox.keyboard.press("j")
    inbox.keyboard.press("?")
    assert row(inbox) == -1 and inbox.locator("dialog[open]").count() == 0
    tab_to(inbox, "[data-shortcuts] summary")
    inbox.keyboard.press("Enter")
    tab_to(inbox, "#use-shortcuts")
    assert not inbox.is_checked("#use-shortcuts")
    inbox.keyboard.press("Space")
    inbox.evaluate("document.activeElement.blur()")
    inbox.keyboard.press("j")
    assert row(inbox) == 0


def test_without_scripts_the_page_tells_of_the_keys_and_offers_no_switch(look, province, cases):
    page = look(PHONE, script=False)
    sign_in(page, province, "officer")
    page.goto(f"{province.url}/desk/feedback")
    assert page.locator("[data-shortcuts] summary").is_visible()
    assert not page.locator("#use-shortcuts").is_visible()
