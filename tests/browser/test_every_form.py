"""Every shipped form, and every feature, is answered in a browser with JavaScript."""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, Page

import questionnaires
from questionnaires import Questionnaire
from questionnaires.example import example
from questionnaires.today import on
from survey.calendar import clock, local_day
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from survey.respond.tables import Intake
from tests.browser.conftest import PHONE, Site, poster_of, someone
from tests.browser.looking import Complaints, overflow, violations
from tests.browser.people import go_on
from tests.browser.robot import BrowserRobot
from tests.fieldwork.drawn import files_for
from tests.questionnaires.at_hand import EVERY, LANGUAGES

pytestmark = pytest.mark.browser
COMMUNES = (19333, 19363)
TYPED = ("number", "date")
Asked = Callable[[Questionnaire], str]
Kept = Callable[[Questionnaire], list[tuple[str, list[tuple[str, int]]]]]


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """One browser for all forms."""
    context = someone(browser, PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def asked(province: Site) -> Iterator[tuple[Asked, Kept]]:
    """Makes the round at the poster ask a form; tells what was kept of a form."""
    database = province.database()
    address = poster_of(province)

    def ask(form: Questionnaire) -> str:
        with database.write() as session:
            files = files_for(form)
            publish(session, form, by="command", now=clock(), confirmed=True, files=files)
            for round_ in session.query(Round).filter_by(sample="open", state="open"):
                round_.questionnaire = form.name
        return address

    def kept(form: Questionnaire) -> list[tuple[str, list[tuple[str, int]]]]:
        with database.read() as session:
            rows = session.query(Intake).filter_by(version=form.name)
            return sorted((row.language, sorted(row.answers.items())) for row in rows)

    yield ask, kept
    database.close()


def spoken(name: str) -> tuple[str, ...]:
    """Both languages of a shipped form; of a feature the one that test_engine.py leaves out."""
    other = LANGUAGES[(sorted(EVERY).index(name) + 1) % 2]
    return LANGUAGES if name in questionnaires.shipped() else (other,)


@pytest.mark.parametrize("name", EVERY)
def test_a_form_is_answered_in_the_browser_and_says_what_it_does_not_take(phone, asked, name):
    ask, kept = asked
    written = questionnaires.load(EVERY[name])
    address, before = ask(written), kept(written)
    form = on(written, local_day(clock()))
    complaints = Complaints(phone)
    given = []
    for seed, language in enumerate(spoken(name), 1):
        answers = example(form, Random(seed), COMMUNES)
        robot = BrowserRobot(phone, form, language, answers)
        robot.play(address)
        assert robot.wrong == []
        assert robot.refused or not any(q.required or q.kind in TYPED for q in form.questions)
        assert phone.locator("html").get_attribute("lang") == language
        assert overflow(phone) <= 0
        given.append((language, sorted(answers.items())))
    assert kept(written) == sorted([*before, *given])
    assert complaints.found == []


PLAY = """async () => {
  const sound = document.querySelector("audio");
  sound.muted = true;
  await sound.play();
  return sound.duration;
}"""
WIDTHS = "() => [...document.images].map(picture => picture.naturalWidth)"


def test_pictures_are_seen_and_sounds_are_played(phone, asked):
    ask, _ = asked
    phone.goto(ask(questionnaires.load(EVERY["picture"])))
    go_on(phone)
    for picture in phone.locator("main img").all():
        picture.scroll_into_view_if_needed()
    phone.wait_for_function("() => [...document.images].every(picture => picture.complete)")
    assert phone.evaluate(WIDTHS) == [61, 62, 40]
    assert violations(phone) == []
    phone.goto(ask(questionnaires.load(EVERY["sound"])))
    go_on(phone)
    assert 1 < phone.evaluate(PLAY) < 1.2
    assert violations(phone) == []
