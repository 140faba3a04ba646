"""A citizen without JavaScript, without a mouse, who changes the language half-way."""

import pytest
from playwright.sync_api import Page

from survey.respond.tables import Intake, PendingComment
from tests.browser.conftest import KIOSK, PHONE

pytestmark = pytest.mark.browser
FAR = 60  # presses of Tab: no page has as many stops
LIKED = dict.fromkeys(("q6", "q7", "q8", "q9"), 5)
GIVEN = {"q1": 5, "q2": 4, "q3": 3, "q4": 1, "q5": 4, **LIKED}
FOCUSED = """
() => {
  const e = document.activeElement;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const near = e.nextElementSibling ? getComputedStyle(e.nextElementSibling, "::before") : null;
  const ring = [style, getComputedStyle(e, "::after"), near].some(s => s &&
    (parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== "none" || s.boxShadow !== "none"));
  return {name: e.name || "", value: e.value || "", id: e.id, tag: e.tagName, ring,
          seen: box.bottom > 0 && box.top < innerHeight && box.width > 0};
}
"""


class Keyboard:
    """Tab, Shift+Tab, Space, arrows and Enter, and what stands under them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self) -> dict[str, str | bool]:
        found: dict[str, str | bool] = self.page.evaluate(FOCUSED)
        return found

    def tab_to(self, name: str, value: str | None = None) -> None:
        """Forward with Tab until a field or button of that name has the focus, in sight."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            here = self.at()
            if here["name"] == name and value in (None, here["value"]):
                assert here["seen"], f"{name} has the focus but is out of sight"
                assert here["ring"], f"{name} has the focus but does not show it"
                return
        raise AssertionError(f"Tab does not lead to {name}")

    def choose(self, name: str, down: int) -> None:
        """Into a group of radio buttons, and `down` from its first with the arrow."""
        self.tab_to(name)
        self.page.keyboard.press("Space")
        for _ in range(down):
            self.page.keyboard.press("ArrowDown")

    def press(self, name: str, value: str) -> None:
        self.tab_to(name, value)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture(params=[PHONE, KIOSK], ids=["phone", "kiosk"])
def citizen(request: pytest.FixtureRequest, look) -> Page:
    page: Page = look(request.param, script=False)
    return page


def waiting(province) -> tuple[list[Intake], list[PendingComment]]:
    """Answers that wait for release, the newest last, and comments."""
    database = province.database()
    with database.read() as session:
        answers = session.query(Intake).order_by(Intake.received_at).all()
        comments = session.query(PendingComment).all()
        session.expunge_all()
    database.close()
    return answers, comments


def test_the_whole_form_by_keyboard_changing_to_english_midway(citizen, poster, province):
    before = len(waiting(province)[0])
    keys = Keyboard(citizen)
    citizen.goto(poster)
    citizen.keyboard.press("Tab")
    assert citizen.evaluate("document.activeElement.className") == "govuk-skip-link"
    keys.press("form-go", "next")
    for number, name in enumerate(("q1", "q2", "q3")):
        keys.choose(name, number)
    keys.press("form-go", "next")
    keys.choose("q4", 4)
    keys.press("form-turn", "en")
    assert citizen.locator("html").get_attribute("lang") == "en"
    assert "The result of the public administrative service" in citizen.inner_text("h1")
    assert citizen.locator("[name=q4]:checked").input_value() == "1"
    keys.choose("q5", 1)
    keys.press("form-go", "next")
    for name in LIKED:
        keys.choose(name, 0)
    keys.press("form-go", "next")
    keys.press("form-go", "next")
    keys.tab_to("form-comment")
    citizen.keyboard.type("All was clear.")
    keys.press("form-go", "next")
    assert citizen.inner_text("h1") == "Thank you for answering"
    answers, comments = waiting(province)
    assert [(row.language, row.answers) for row in answers[before:]] == [("en", GIVEN)]
    assert comments[-1].text == "All was clear."
    assert not {row.id for row in comments} & {row.id for row in answers}


def test_going_back_and_forth_keeps_what_was_chosen_and_written(citizen, poster):
    keys = Keyboard(citizen)
    citizen.goto(poster)
    keys.press("form-go", "next")
    keys.choose("q1", 1)
    keys.press("form-go", "next")
    assert citizen.locator(".govuk-error-summary a").count() == 2
    assert citizen.locator("[name=q1]:checked").input_value() == "4"
    assert keys.at()["tag"] == "DIV", "the summary of what is missing is read first"
    citizen.keyboard.press("Tab")
    citizen.keyboard.press("Enter")
    assert keys.at()["name"] == "q2"
    citizen.keyboard.press("Space")
    keys.choose("q3", 0)
    keys.press("form-go", "next")
    keys.press("form-go", "back")
    chosen = [citizen.locator(f"[name={q}]:checked").input_value() for q in ("q1", "q2", "q3")]
    assert chosen == ["4", "5", "5"]


def test_enter_in_a_form_goes_on_and_never_back(citizen, poster):
    keys = Keyboard(citizen)
    citizen.goto(poster)
    keys.press("form-go", "next")
    for name in ("q1", "q2", "q3"):
        keys.choose(name, 0)
    with citizen.expect_navigation():
        citizen.keyboard.press("Enter")
    assert citizen.locator("[name=q4]").count() == 5
