"""Keys on the page of a case that split, extend and seal it: where they should, never else."""

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.feedback.cases import Act, do
from survey.feedback.tables import Case
from survey.staff.tables import Staff
from tests.browser.conftest import DESKTOP
from tests.browser.inbox import fill_inbox, led_away
from tests.browser.looking import Complaints
from tests.browser.people import sign_in
from tests.browser.test_feedback import reveal

pytestmark = pytest.mark.browser
PRESSED = """how => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ...how}))"""


@pytest.fixture(scope="module")
def address(province):
    """Of a case that is accepted and in time."""
    case_id = fill_inbox(province, 1)[0]
    database = province.database()
    with database.write() as session:
        case = session.get_one(Case, case_id)
        officer = session.scalars(select(Staff).where(Staff.login == "officer")).one()
        do(session, case, Act("accept", f"staff:{officer.id}", "officer"), now=clock())
    database.close()
    return f"{province.url}/desk/feedback/{case_id}"


@pytest.fixture
def at_case(look, province, address):
    """The page of the case, opened by somebody of this role."""

    def open_as(role):
        page = look(DESKTOP)
        sign_in(page, province, role)
        page.goto(address)
        return page

    return open_as


def extending(page):
    return page.locator("#act-extend details[open]").count() > 0


def test_s_and_d_lead_to_pages_that_ask_first_and_e_opens_a_form(at_case, address):
    head = at_case("head")
    complaints = Complaints(head)
    for key, ending in (("s", "/split"), ("d", "/seal")):
        with led_away(head):
            head.keyboard.press(key)
        assert head.url == address + ending
        head.goto(address)
    head.keyboard.press("e")
    assert extending(head)
    assert head.evaluate("document.activeElement.name") == "extend-words"
    assert complaints.found == []


def test_a_key_of_an_act_that_is_not_offered_does_nothing(at_case, address):
    officer = at_case("officer")
    complaints = Complaints(officer)
    officer.keyboard.press("e")
    assert officer.url == address and complaints.found == []


def test_they_wait_in_fields_in_composition_and_with_modifiers(at_case, address):
    head = at_case("head")
    reveal(head)
    head.locator("[name=note-words]").focus()
    head.keyboard.type("sed")
    assert head.input_value("[name=note-words]") == "sed"
    head.reload()
    for how in ({"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}, {"shiftKey": True}):
        for key in "sed":
            head.evaluate(PRESSED, {"key": key, **how})
    assert not extending(head) and head.url == address
    head.evaluate(PRESSED, {"key": "e"})
    assert extending(head)


def test_switched_off_they_stay_off(at_case, address):
    head = at_case("head")
    reveal(head)
    head.uncheck("#use-shortcuts")
    head.reload()
    for key in "sed":
        head.keyboard.press(key)
    assert not extending(head) and head.url == address


def test_help_names_them(at_case, both_sizes):
    head = at_case("head")
    head.keyboard.press("?")
    keys = head.locator("dialog[open] kbd").all_inner_texts()
    assert {"s", "e", "d"} <= set(keys) and len(set(keys)) == len(keys)
    both_sizes(head)
