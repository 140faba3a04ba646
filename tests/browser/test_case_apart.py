"""A case is split and given time, a denunciation sealed; what is seen of them afterwards."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inbox import enter, fill_inbox, press_at, tab_to
from tests.browser.looking import Complaints
from tests.browser.people import press, sign_in
from tests.browser.test_feedback import act, fill, reveal, send
from tests.browser.test_inbox_day import the_fixed_hour_comes

pytestmark = pytest.mark.browser
PART = "Ghế ở quầy số 2 bị hỏng."
WHY = "Chờ ý kiến của Sở Tài nguyên và Môi trường."


@pytest.fixture(scope="module")
def case_id(province):
    return fill_inbox(province, 1)[0]


def split_by_keys(page, both_sizes):
    """From the page of a case to its part and back, without a mouse."""
    press_at(page, "a[href$='/split']")
    both_sizes(page)
    tab_to(page, "[name=split-words]")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    press_at(page, "form[action$='/split'] button")
    assert page.locator(".govuk-error-summary").is_visible()
    both_sizes(page)
    tab_to(page, "[name=split-words]")
    page.keyboard.type(PART)
    press_at(page, "form[action$='/split'] button")
    both_sizes(page)


def extend(page):
    """To the first day that is offered; its words."""
    reveal(page)
    days = page.locator("[name=extend-until] option[value^='2']")
    day = days.first.inner_text()
    page.select_option("[name=extend-until]", days.first.get_attribute("value"))
    page.fill("[name=extend-words]", WHY)
    press(page, "#act-extend button[type=submit]:not([formaction])")
    return day


def test_a_case_is_split_by_keys_and_its_sender_sees_both_parts_and_the_new_day(
    look, province, case_id, both_sizes
):
    citizen, officer, head = look(PHONE), look(DESKTOP), look(DESKTOP)
    complaints = [Complaints(page) for page in (citizen, officer, head)]
    fill(citizen, province)
    citizen.select_option("[name=place]", label=place_of_the_officer(citizen))
    code = send(citizen)
    number = the_fixed_hour_comes(province, code)
    address = f"{province.url}/desk/feedback/{int(number[3:])}"
    enter(officer, province, "officer")
    officer.goto(address)
    press_at(officer, "#act-accept button[type=submit]:not([formaction])")
    split_by_keys(officer, both_sizes)
    part = officer.locator("section[aria-labelledby=family] a").inner_text()
    sign_in(head, province, "head")
    head.goto(address)
    reveal(head)
    both_sizes(head)
    day = extend(head)
    both_sizes(head)
    citizen.goto(f"{province.url}/f/status")
    citizen.fill("[name=code]", code)
    act(citizen, "show")
    both_sizes(citizen)
    told = citizen.inner_text("main")
    assert number in told and part in told and WHY in told and day in told
    press(citizen, "section[aria-labelledby=part-1] button")
    both_sizes(citizen)
    assert PART in citizen.inner_text("main")
    assert [one.found for one in complaints] == [[], [], []]


def place_of_the_officer(page):
    """The first of the places to choose from that lies in the ward of the demo's officer."""
    return page.locator("[name=place] option", has_text="Đông Hà").first.inner_text()


def test_what_is_sealed_is_there_for_who_was_named_alone(look, province, case_id, both_sizes):
    officer, receiver, other = look(DESKTOP), look(DESKTOP), look(DESKTOP)
    complaints = [Complaints(page) for page in (officer, receiver, other)]
    address = f"{province.url}/desk/feedback/{case_id}"
    enter(officer, province, "officer")
    officer.goto(address)
    words = officer.locator("section .app-words").first.inner_text()
    press_at(officer, "a[href$='/seal']")
    both_sizes(officer)
    press_at(officer, "form[action$='/seal'] button")
    both_sizes(officer)
    tab_to(officer, "[name=seal-receiver]")
    officer.keyboard.type("Giám sát")
    assert "Giám sát" in officer.locator("[name=seal-receiver] option:checked").inner_text()
    press_at(officer, "form[action$='/seal'] button")
    assert officer.url.endswith("/desk/feedback")
    both_sizes(officer)
    for page, role in ((officer, None), (other, "head")):
        if role:
            sign_in(page, province, role)
        assert page.goto(address).status == 404
        both_sizes(page)
    sign_in(receiver, province, "supervisor")
    assert receiver.goto(address).status == 200
    expect(receiver.locator("main")).to_contain_text(words)
    both_sizes(receiver)
    assert [one.found for one in complaints] == [[], [], []]
