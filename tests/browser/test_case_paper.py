"""The page of one case on paper."""

import pytest

from tests.browser.conftest import DESKTOP
from tests.browser.inbox import fill_inbox
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser
TOOLS = (".app-nav", ".govuk-breadcrumbs", "#acts", "main form", "[data-shortcuts]")


def test_a_case_on_paper_is_its_words_and_history_without_tools(look, province):
    case = fill_inbox(province, 1)[0]
    page = look(DESKTOP)
    sign_in(page, province, "officer")
    page.goto(f"{province.url}/desk/feedback/{case}")
    for tool in TOOLS:
        assert page.locator(tool).first.is_visible()
    page.emulate_media(media="print")
    for tool in TOOLS:
        assert not page.locator(tool).first.is_visible()
    for read in ("h1", "section .app-words", ".app-steps__item", ".app-simulated"):
        assert page.locator(read).first.is_visible()
