"""The modules that run a form from a bundle do as the server does with the same choices."""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.datastructures import MultiDict

import questionnaires
from questionnaires import Questionnaire
from questionnaires.conditions import route
from questionnaires.example import example
from questionnaires.today import on
from survey.app import create_app
from survey.calendar import clock, local_day
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from survey.respond.bundle.made import PURPOSE
from survey.respond.bundle.spoken import speaking
from survey.respond.doorway import Doorway, by_poster
from survey.respond.journey import Journey
from survey.respond.stamp import new_stamp
from survey.respond.submission import parse
from survey.signing import jwk_of, own_key
from tests.browser.conftest import PHONE, Site, poster_of, someone
from tests.browser.engine import EngineRobot, begin
from tests.browser.looking import Complaints, overflow, violations
from tests.fieldwork.drawn import files_for
from tests.questionnaires.at_hand import EVERY, LANGUAGES

pytestmark = pytest.mark.browser
COMMUNES = (19333, 19363)
Ask = Callable[[Questionnaire], str]


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    context = someone(browser, PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def key(province: Site) -> dict[str, str]:
    return jwk_of(own_key(province.settings.secret(), PURPOSE).public_key())


@pytest.fixture(scope="module")
def ask(province: Site) -> Iterator[Ask]:
    """Makes the round at the poster ask a form; gives the address of its bundle."""
    database = province.database()
    code = poster_of(province).rpartition("/")[2]

    def asked(form: Questionnaire) -> str:
        with database.write() as session:
            files = files_for(form)
            publish(session, form, by="command", now=clock(), confirmed=True, files=files)
            for round_ in session.query(Round).filter_by(sample="open", state="open"):
                round_.questionnaire = form.name
        return f"{province.url}/api/v1/counters/{code}/bundle"

    yield asked
    database.close()


@pytest.fixture(scope="module")
def on_server(province: Site) -> Iterator[Callable[..., list[str]]]:
    """What the server's page of a step says, in its summary, of what was typed."""
    app, database = create_app(province.settings), province.database()
    code = poster_of(province).rpartition("/")[2]

    def said(form: Questionnaire, language: str, step: int, typed: dict) -> list[str]:
        with app.test_request_context(), database.read() as session, speaking(language):
            doorway: Doorway = by_poster(session, code, now=clock(), language=language)
            assert doorway.questionnaire.name == form.name
            stamp = new_stamp("", None, "mobile", now=clock())
            journey = Journey(doorway, stamp, language, MultiDict(typed))
            assert not journey.check(step)
            fields = [journey.comment.comment] if step == journey.last else journey.fields(step)
            return [str(f.summary or f.errors[0]) for f in fields if f.errors]

    yield said
    database.close()


@pytest.mark.parametrize("name", EVERY)
def test_a_form_gives_the_same_answers_and_advice_as_on_the_server(
    name, phone, ask, key, on_server
):
    """Each page is first sent empty, then with what it does not take."""
    written = questionnaires.load(EVERY[name])
    form, address = on(written, local_day(clock())), ask(written)
    complaints = Complaints(phone)
    language = LANGUAGES[sorted(EVERY).index(name) % 2]
    answers = example(form, Random(name), COMMUNES)
    robot = EngineRobot(phone, form, language, answers, key)
    robot.play(address)
    assert robot.wrong == []
    for step, typed, told in robot.complaints:
        assert told == on_server(written, language, step, typed)
    assert robot.item["answers"] == dict(route(form, answers).answers) == answers
    sent = parse(robot.item)
    assert (sent.language, sent.version, sent.mode) == (language, form.name, "mobile")
    assert {r["id"] for r in robot.remarks}.isdisjoint({robot.item["id"]})
    led_to = route(form, answers).questions
    words = {
        q.id: f"Lời viết {q.id}" for q in form.questions if q.kind == "text" and q.id in led_to
    }
    assert words.items() <= {r.get("question"): r["text"] for r in robot.remarks}.items()
    assert phone.evaluate("document.querySelector('main').childNodes.length") == 0
    assert complaints.found == []


def go_on(page: Page) -> None:
    page.locator("button[name=form-go][value=next]").click()


def test_languages_change_midway_and_nothing_is_lost(look, ask, key, province):
    page = look(PHONE)
    begin(page, province.url, ask(questionnaires.load("one-stop-ward@1")), key, "vi")
    go_on(page)
    page.check("[name=q1][value='5']")
    page.check("[name=q2][value='1']")
    page.locator("button[name=form-turn][value=en]").click()
    assert "The civil servants were polite" in page.inner_text("main")
    assert page.locator("[name=q1]:checked").input_value() == "5"
    page.check("[name=q3][value='4']")
    page.locator("button[name=form-turn][value=vi]").click()
    go_on(page)
    page.locator("button[name=form-go][value=back]").click()
    chosen = [page.locator(f"[name={q}]:checked").input_value() for q in ("q1", "q2", "q3")]
    assert chosen == ["5", "1", "4"]
    assert overflow(page) <= 0


def test_what_is_missing_is_said_first_and_leads_to_its_question(look, ask, key, province):
    page = look(PHONE)
    begin(page, province.url, ask(questionnaires.load("one-stop-ward@1")), key, "vi")
    go_on(page)
    page.check("[name=q1][value='5']")
    go_on(page)
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.locator(".govuk-error-summary li").count() == 2
    assert violations(page) == []
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "q2"
    assert page.evaluate("location.hash") == ""
    for item in ("q2", "q3"):
        page.check(f"[name={item}][value='4']")
    go_on(page)
    assert page.locator("[name=q4]").count() == 5
    assert page.locator(".govuk-error-message").count() == 0


def test_a_form_that_is_left_says_where_and_nothing_of_its_answers(look, ask, key, province):
    page = look(PHONE)
    begin(page, province.url, ask(questionnaires.load("one-stop-ward@1")), key, "vi")
    assert page.evaluate("asking.unfinished('exit')") is None
    go_on(page)
    for item in ("q1", "q2", "q3"):
        page.check(f"[name={item}][value='4']")
    go_on(page)
    left = page.evaluate("asking.unfinished('timeout')")
    assert (left["outcome"], left["last_item"]) == ("timeout", "q3")
    assert parse(left).extra["seconds"] < 60 and "answers" not in left
    page.evaluate("asking.wipe()")
    assert page.inner_html("main") == ""
    assert page.evaluate("asking.journey === undefined")


def test_a_bundle_that_was_changed_or_is_too_old_is_refused(look, ask, key, province):
    page = look(PHONE)
    address = ask(questionnaires.load("one-stop-ward@1"))
    begin(page, province.url, address, key, "vi")
    told = page.evaluate(
        """async ([address, key]) => {
      const { opened, holds } = await import("/static/js/form/bundle.js");
      const why = async (act) => { try { await act(); } catch (error) { return error.reason; } };
      const sent = await (await fetch(address)).json();
      const bundle = JSON.parse(sent.bundle);
      return [
        await why(() => opened({ ...sent, bundle: sent.bundle.replace("5", "4") }, key)),
        await why(() => holds(bundle, Date.parse(bundle.valid_until))),
        await why(() => holds(bundle, Date.parse(bundle.issued) - 2 * 24 * 3600 * 1000)),
        await why(() => holds(bundle, Date.now())),
      ];
    }""",
        [address, key],
    )
    assert told == ["signature", "late", "early", None]
