"""The calendar of a unit by keyboard, on a computer and a phone, and without scripts."""

from datetime import timedelta

import pytest

from survey.calendar import clock, local_day
from survey.feedback.cases import Act, do_all, find
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import enter, fill_inbox, press_at
from tests.browser.looking import Complaints
from tests.browser.people import press, sign_in

pytestmark = pytest.mark.browser
NAME = "Nghỉ lễ hội đền Hùng"


@pytest.fixture
def both_sizes(check):
    """Looks at a page as a computer shows it and as a phone does; leaves it as it was."""

    def look_at(page):
        before = page.viewport_size
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            check(page)
        page.set_viewport_size(before)

    return look_at


def worked_day(after=1):
    """A day to come that is no weekend."""
    day = local_day(clock()) + timedelta(days=after)
    return day + timedelta(days=max(0, 8 - day.isoweekday())) if day.isoweekday() > 5 else day


def accepted(province, case_ids):
    """From now on their answers are waited for."""
    database = province.database()
    with database.write() as session:
        cases = [find(session, case_id) for case_id in case_ids]
        do_all(session, cases, Act("accept", "staff:1", "officer"), now=clock())
    database.close()


def filled(page, day):
    page.fill("[name=first]", day.isoformat())
    page.fill("[name=name]", NAME)
    page.fill("[name=reason]", "TB 12/TB-UBND")


def test_a_head_adds_a_day_by_keys_after_a_page_of_what_moves_and_takes_it_out(
    look, province, both_sizes
):
    accepted(province, fill_inbox(province, 2))
    page = look(DESKTOP)
    complaints, day = Complaints(page), worked_day()
    enter(page, province, "head")
    page.goto(province.url + "/desk/feedback/deadlines")
    press_at(page, "a[href$='/desk/feedback/calendar']")
    both_sizes(page)
    press_at(page, "form[action*='/calendar/'] button")
    assert page.locator(".govuk-error-summary").is_visible()
    both_sizes(page)
    filled(page, day)
    press_at(page, "form[action*='/calendar/'] button")
    both_sizes(page)
    assert "2 phiếu đang xử lý thay đổi: 2 muộn hơn" in page.inner_text("main")
    press_at(page, "main form button")
    both_sizes(page)
    assert NAME in page.inner_text(".app-days")
    press_at(page, "a[href*='/calendar/days/']")
    both_sizes(page)
    press_at(page, "main form button")
    assert page.locator("a[href*='/calendar/days/']").count() == 0
    press_at(page, "a[href$='month=" + str(day.year) + "']")
    both_sizes(page)
    assert page.locator(".app-month").count() == 12
    assert complaints.found == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["computer", "phone"])
def test_days_for_all_units_below_are_added_without_scripts(look, province, check, size):
    page = look(size, script=False)
    sign_in(page, province, "supervisor")
    page.goto(province.url + "/desk/feedback/calendar")
    page.locator("summary", has_text="đơn vị cấp dưới").click()
    check(page, barriers=False)
    filled(page, worked_day(9 if size is DESKTOP else 19))
    press(page, "form[action*='/calendar/'] button")
    check(page, barriers=False)
    press(page, "main form button")
    check(page, barriers=False)
    assert NAME in page.inner_text(".app-days")
    page.emulate_media(media="print")
    assert not page.locator("form[action*='/calendar/']").is_visible()
    assert page.locator(".app-month").is_visible()
