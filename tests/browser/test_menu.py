"""The menu of the desk in its groups: each entry is reached by keys and led to, on both sizes."""

import pytest

from survey.demo.accounts import ROLES
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import press_at
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser
GROUPS = ["Khảo sát", "Phản ánh, góp ý", "Hệ thống"]
IN_SIGHT = """() => {
  const place = document.activeElement.getBoundingClientRect();
  const shown = Math.min(place.right, innerWidth) - Math.max(place.left, 0);
  return shown > 20; // a browser does not draw aside what is there in part
}"""


@pytest.mark.parametrize("role", ROLES)
def test_entries_stand_in_named_groups_and_come_into_sight_by_keys(role, look, province, check):
    page = look(PHONE)
    sign_in(page, province, role)
    titles = page.locator(".app-nav__title").all_inner_texts()
    assert titles == [one for one in GROUPS if one in titles] and titles[-1] == GROUPS[-1]
    assert ("Phản ánh, góp ý" in titles) == (role not in ("fieldwork", "administrator"))
    assert page.locator("main h2").all_inner_texts() == titles
    entries = [link.get_attribute("href") for link in page.locator(".app-nav a").all()]
    assert len(entries) == len(set(entries)) == page.locator(".app-tile").count()
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        check(page)
        page.locator(".app-nav a").first.focus()
        for place, href in enumerate(entries):
            if place:
                page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.getAttribute('href')")
            assert (focused, page.evaluate(IN_SIGHT)) == (href, True)


def test_the_entry_of_the_page_is_marked_and_its_group_named_to_who_listens(look, province):
    page = look(DESKTOP)
    sign_in(page, province, "supervisor")
    press_at(page, ".app-nav a[href='/desk/feedback/notices']")
    marked = page.locator(".app-nav [aria-current=page]")
    assert marked.all_inner_texts() == ["Thông báo"]
    lists = page.get_by_role("navigation", name="Danh mục chính").get_by_role("list")
    named = [one.get_attribute("aria-labelledby") for one in lists.all()]
    assert named == ["nav-survey", "nav-feedback", "nav-system"]
