"""Similar cases as an officer without a mouse meets them: side by side, merged, a topic taken."""

import pytest

from tests.browser.conftest import DESKTOP
from tests.browser.inbox import enter, fill_inbox, press_at
from tests.browser.looking import Complaints
from tests.browser.test_feedback import reveal

pytestmark = pytest.mark.browser
TAKE = "form[action$='/classify']:has([type=hidden][name=classify-topic]) button"


def beside(page, case, other, both_sizes):
    """From the page of a case to both side by side."""
    page.locator(f"section[aria-labelledby=similar] a[href$='/beside/{other}']").wait_for()
    both_sizes(page)
    press_at(page, f"section[aria-labelledby=similar] a[href$='/beside/{other}']")
    assert page.url.endswith(f"/{case}/beside/{other}")
    assert page.locator(".app-sides mark").count() > 1
    both_sizes(page)


def test_two_are_merged_either_way_and_a_topic_is_taken(look, province, both_sizes):
    first, second, third = fill_inbox(province, 3)
    officer = look(DESKTOP)
    complaints = Complaints(officer)
    enter(officer, province, "officer")
    officer.goto(f"{province.url}/desk/feedback/{first}")
    reveal(officer)
    both_sizes(officer)
    press_at(officer, TAKE)
    assert officer.locator(".app-note--success").is_visible()
    assert officer.locator(TAKE).count() == 0
    beside(officer, first, second, both_sizes)
    press_at(officer, f"form[action$='/{second}/merge'] button")
    assert officer.url.endswith(f"/desk/feedback/{second}")
    both_sizes(officer)
    officer.goto(f"{province.url}/desk/feedback/{first}")
    beside(officer, first, third, both_sizes)
    press_at(officer, f"form[action$='/{first}/merge'] button")
    assert officer.url.endswith(f"/desk/feedback/{first}")
    both_sizes(officer)
    officer.goto(f"{province.url}/desk/feedback/{first}/beside/{second}")
    both_sizes(officer)
    assert officer.locator("form[action$='/merge']").count() == 0
    assert complaints.found == []
