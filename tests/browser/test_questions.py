"""With JavaScript questions appear and disappear at once, just as the server would have it, also
where the form itself stays with the server."""

from pathlib import Path
from random import Random

import pytest

import questionnaires
from questionnaires.conditions import route
from survey.calendar import clock
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from survey.respond.tables import Intake
from tests.browser.conftest import DESKTOP, PHONE, Site, bytes_as_sent, poster_of, violations
from tests.browser.people import press, without_app

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[1] / "questionnaires" / "feature_forms"
KINDS = ("number", "date", "place", "text", "other", "show_question", "one_page", "check")
LIMIT = 60 * 1024


@pytest.fixture(scope="module")
def ask(province: Site):
    """Makes the round at the poster ask a feature form; gives its address."""
    address = poster_of(province)

    def asked(name: str) -> str:
        form = questionnaires.load(FOLDER / f"{name}.toml")
        database = province.database()
        with database.write() as session:
            publish(session, form, by="command", now=clock(), confirmed=True)
            for round_ in session.query(Round).filter_by(sample="open", state="open"):
                round_.questionnaire = form.name
        database.close()
        return address

    return asked


def begin(page, address: str) -> None:
    page.goto(address)
    press(page, "button[value=next]")


def seen(page) -> list[str]:
    found = page.locator("[data-question]:visible")
    return [one.get_attribute("data-question") for one in found.all()]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_question_can_be_used_by_everybody(ask, look, name, size):
    page = without_app(look(size))
    address = ask(name)
    page.goto(address)
    sent = bytes_as_sent(page, page.locator("button[value=next]").first.click)
    assert sent <= LIMIT
    assert violations(page) == []


def test_a_question_appears_when_it_is_led_to_and_leaves_with_it(ask, look, province):
    page = without_app(look())
    begin(page, ask("show_question"))
    assert seen(page) == ["online"]
    page.check("[name=online][value='1']")
    assert seen(page) == ["online", "helped"]
    page.check("[name=helped][value='1']")
    page.fill("[name=times]", "3")
    page.check("[name=online][value='2']")
    assert seen(page) == ["online"]
    page.check("[name=online][value='1']")
    assert seen(page) == ["online", "helped", "times"]
    assert page.input_value("[name=times]") == "3"
    page.check("[name=helped][value='2']")
    press(page, "button[value=next]")
    assert page.locator("[name=again]").count() == 2  # the page did not come back first


def test_screens_of_one_page_appear_with_their_titles(ask, look):
    page = without_app(look())
    begin(page, ask("one_page"))
    assert page.locator("h2:visible").all_inner_texts() == []
    page.check("[name=came][value='1']")
    assert page.locator("h2:visible").all_inner_texts() == ["Tại quầy"]
    page.fill("[name=wait]", "30")
    assert seen(page) == ["came", "wait", "long"]
    page.fill("[name=wait]", "700")  # more than is allowed is no answer
    assert seen(page) == ["came", "wait"]
    page.check("[name=came][value='2']")
    assert seen(page) == ["came", "easy"]


def test_what_is_hidden_when_the_page_is_sent_is_not_stored(ask, look, province):
    page = without_app(look())
    begin(page, ask("one_page"))
    page.check("[name=came][value='1']")
    page.fill("[name=wait]", "45")
    page.check("[name=long][value='1']")
    page.check("[name=came][value='2']")
    page.check("[name=easy][value='1']")
    press(page, "button[value=next]")
    press(page, "button[value=next]")
    page.wait_for_url("**/thanks*")
    database = province.database()
    with database.read() as session:
        answers = [row.answers for row in session.query(Intake).filter_by(version="one-page@1")]
    database.close()
    assert answers == [{"came": 2, "easy": 1}]


CHOICES = {
    "came": ("1", "2"),
    "wait": ("", "0", "29", " 30 ", "601", "ba mươi"),
    "long": ("1", "2"),
    "easy": ("1", "2"),
}
SET = """typed => {
  const form = document.querySelector("form");
  for (const [name, value] of Object.entries(typed)) {
    for (const input of form.querySelectorAll(`[name="${name}"]`)) {
      if (input.type === "radio") input.checked = input.value === value;
      else input.value = value;
    }
  }
  form.dispatchEvent(new Event("input"));
}"""


def test_the_page_shows_what_the_server_would_ask_whatever_is_answered(ask, look):
    form = questionnaires.load(FOLDER / "one_page.toml")
    page = without_app(look())
    begin(page, ask("one_page"))
    rng = Random(7)
    for _ in range(60):
        typed = {name: rng.choice(values) for name, values in CHOICES.items()}
        answers = {n: int(v) for n, v in typed.items() if v.strip().isdigit() and int(v) < 601}
        page.evaluate(SET, typed)
        asked = route(form, answers).questions
        assert seen(page) == [q.id for q in form.questions if q.id in asked], typed
