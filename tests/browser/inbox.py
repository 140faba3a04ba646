"""What somebody does who works at the feedback inbox without a mouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from playwright.sync_api import Page
from sqlalchemy import update

from survey.calendar import clock, local_day
from survey.demo.accounts import COMMUNE, password
from survey.feedback.cases import Incoming, receive
from survey.feedback.tables import Case
from survey.units.areas import area_at
from tests.browser.conftest import Site

STOPS = 120  # of the Tab key on one page at most
WORDS = "Quầy số {} gọi số không theo thứ tự, chờ từ 8 giờ đến 10 giờ."


def fill_inbox(site: Site, many: int) -> list[int]:
    """Cases about the unit of the demo's officer, some days old; their ids.

    Those of the demo itself go to the province, out of this officer's sight.
    """
    database, now = site.database(), clock()
    with database.write() as session:
        area = area_at(session, "commune", COMMUNE, local_day(now))
        assert area is not None
        session.execute(update(Case).values(unit_id=area.parent_id))
        made = []
        for number in range(1, many + 1):
            sent = Incoming(
                form_id=uuid4(), kind="report", words=WORDS.format(number), area_id=area.id,
                channel="web", language="vi",
            )  # fmt: skip
            made.append(receive(session, sent, now=now - timedelta(days=3, minutes=-number)).id)
    database.close()
    return made


@contextmanager
def led_away(page: Page) -> Iterator[None]:
    """What is done within leads to another page."""
    with page.expect_navigation():
        yield


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the focus is on it."""
    for _stop in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement.matches(target)", target):
            return
    raise AssertionError(f"{page.url}: the Tab key does not reach {target}")


def press_at(page: Page, target: str) -> None:
    """Go to a button or link by Tab and press Enter."""
    tab_to(page, target)
    with led_away(page):
        page.keyboard.press("Enter")


def enter(page: Page, site: Site, role: str) -> None:
    """Sign in with the demo's account of `role`, by keys."""
    page.goto(site.url + "/desk/sign-in")
    tab_to(page, "[name=login]")
    page.keyboard.type(role)
    tab_to(page, "[name=password]")
    page.keyboard.type(password(site.settings.secret()))
    with led_away(page):
        page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
