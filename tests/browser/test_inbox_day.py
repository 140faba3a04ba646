"""A day: a citizen writes, an officer without a mouse triages, a second person releases."""

from time import monotonic

import pytest
from sqlalchemy import func, select, update

from survey.calendar import clock
from survey.feedback.code import read
from survey.feedback.codes import opened
from survey.feedback.tables import Case
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import enter, fill_inbox, led_away, press_at, tab_to
from tests.browser.looking import Complaints
from tests.browser.test_feedback import WORDS, act, fill, reveal, send

pytestmark = pytest.mark.browser
OTHERS = 19
LONGEST = 90  # seconds
REPLY = "Kết quả đã có từ hôm nay, mời Ông/Bà đến quầy số 1 nhận."


def states(site):
    database = site.database()
    with database.read() as session:
        query = select(Case.state, func.count()).group_by(Case.state)
        found = dict(session.execute(query).all())
    database.close()
    return found


def the_fixed_hour_comes(site, code):
    """The unit itself sees what came in."""
    database = site.database()
    with database.write() as session:
        case = opened(session, read(code))
        session.execute(update(Case).where(Case.id == case.id).values(shown_at=clock()))
        number = case.number
    database.close()
    return number


def to_the_inbox(page):
    with led_away(page):
        page.keyboard.press("g")
        page.keyboard.press("i")


def on_what_is_ticked(page, key, check):
    """An act on the ticked rows, up to the page that says what would change."""
    with led_away(page):
        page.keyboard.press(key)
    check(page)


def carry_out(page, check):
    press_at(page, "button[name=go][value=do]")
    check(page)
    press_at(page, "main a.govuk-button")


def triage(page, check):
    """Accept all, merge two into a third, pass one on."""
    for _row in range(OTHERS + 1):
        page.keyboard.press("j")
        page.keyboard.press("x")
    on_what_is_ticked(page, "a", check)
    assert "20 phiếu sẽ thay đổi" in page.inner_text("main")
    carry_out(page, check)
    for key in "jxjxjx":
        page.keyboard.press(key)
    on_what_is_ticked(page, "m", check)
    tab_to(page, "[name=into]")
    page.keyboard.press("Space")
    carry_out(page, check)
    for key in ("j", "j"):
        page.keyboard.press(key)
    with led_away(page):
        page.keyboard.press("o")
    check(page)
    tab_to(page, "#act-transfer summary")
    page.keyboard.press("Enter")
    tab_to(page, "[name=transfer-words]")
    page.keyboard.type("Chuyển Công an phường: thuộc thẩm quyền của họ.")
    press_at(page, "#act-transfer button")
    check(page)


def answer(page, number, check):
    """Find the citizen's case by its number, draft the reply."""
    page.keyboard.press("/")
    page.wait_for_selector("#q")
    page.keyboard.press("/")
    page.wait_for_selector("#q:focus")
    check(page)
    page.keyboard.type(number)
    with led_away(page):
        page.keyboard.press("Enter")
    assert WORDS in page.inner_text("main")
    page.keyboard.press("r")
    page.keyboard.type(REPLY)
    press_at(page, "#act-draft button")
    check(page)


def release(page, site, check):
    """The head finds what waits for a second person, and releases it."""
    enter(page, site, "head")
    press_at(page, ".app-nav a[href='/desk/feedback']")
    check(page)
    press_at(page, ".app-views__link[href*='view=drafted']")
    page.keyboard.press("j")
    with led_away(page):
        page.keyboard.press("o")
    reveal(page)
    check(page)
    assert REPLY in page.inner_text("main")
    press_at(page, "#act-release button")
    check(page)


def follow_and_open_again(page, site, code, check):
    page.goto(f"{site.url}/f/status")
    page.fill("[name=code]", code)
    act(page, "show")
    check(page)
    assert REPLY in page.inner_text("main")
    page.check("[name=answered][value=no]")
    page.check("[name=satisfied][value='1']")
    act(page, "rate")
    check(page)
    page.fill("[name=reopen-words]", "Đến quầy vẫn chưa có kết quả.")
    act(page, "reopen")
    check(page)
    assert "đã được mở lại" in page.inner_text("main")


def test_a_day_from_the_citizen_to_the_case_opened_again(look, province, poster, check):
    begun = monotonic()
    fill_inbox(province, OTHERS)
    before = states(province)
    citizen, officer, head = look(PHONE), look(DESKTOP), look(DESKTOP)
    complaints = [Complaints(page) for page in (citizen, officer, head)]
    fill(citizen, province, f"?at={poster.rpartition('/')[2]}")
    check(citizen)
    code = send(citizen)
    check(citizen)
    number = the_fixed_hour_comes(province, code)
    enter(officer, province, "officer")
    press_at(officer, ".app-nav a[href='/desk/feedback']")
    check(officer)
    triage(officer, check)
    answer(officer, number, check)
    release(head, province, check)
    after = states(province)
    changed = {name: many - before.get(name, 0) for name, many in after.items()}
    assert changed["merged"] == 2 and changed["transferred"] == 1 and changed["released"] == 1
    assert after["accepted"] - before.get("accepted", 0) == 16
    follow_and_open_again(citizen, province, code, check)
    to_the_inbox(officer)
    assert "Mở lại" in officer.locator(f".app-case:has-text('{number}')").inner_text()
    assert [one.found for one in complaints] == [[], [], []]
    assert monotonic() - begun < LONGEST
