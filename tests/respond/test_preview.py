"""Staff walk through any form as citizens do, and nothing of it is kept."""

import re
from html import unescape
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

import questionnaires
from questionnaires.today import on
from survey.calendar import clock, local_day
from survey.database.base import Base
from survey.fieldwork.drafts import read_draft, write_draft
from survey.fieldwork.publishing import publish
from tests.fieldwork.places import JULY, settle
from tests.respond.citizen import Citizen
from tests.respond.robot import Robot
from tests.staff.conftest import Desk, person

FOLDER = Path(__file__).parents[1] / "questionnaires" / "feature_forms"
FEATURES = {}
for path in sorted(FOLDER.glob("*.toml")):
    form = questionnaires.load(path)
    FEATURES[form.name] = path.read_text(encoding="utf-8")
SHIPPED = sorted(questionnaires.shipped())
NAMES = [*SHIPPED, *FEATURES]
DEVICES = ("kiosk", "phone", "desktop", "plain")
BANNER = {"vi": "Xem thử – không lưu câu trả lời", "en": "Preview – answers are not kept"}
THANKS = {"vi": "Xin cảm ơn Ông/Bà đã trả lời", "en": "Thank you for answering"}


@pytest.fixture
def database(app):
    return app.extensions["sipas.database"]


@pytest.fixture
def analyst(app, database):
    """The browser of somebody who may see questionnaires, in a small province."""
    with database.write() as session:
        settle(session)
        staff = person(session, "phan.tich", ("analyst", None), now=clock())
    return Desk(app, database).enter(staff).client


def draft(database, name: str) -> questionnaires.Questionnaire:
    """A feature form as a draft; or the shipped form of that name."""
    if name in FEATURES:
        write_draft(database.settings.data, name, FEATURES[name], expected=None)
        return questionnaires.parse(FEATURES[name], f"{name}.toml")
    return questionnaires.load(questionnaires.shipped()[name])


def inner(name: str) -> str:
    return f"/desk/questionnaires/{name}/preview/page"


def everything(database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def walk(robot: Robot, address: str, answer: bool = True) -> list[int]:
    """From a page of the preview to the thanks; the statuses on the way."""
    robot.path = address.partition("?")[0]
    statuses = []
    for _ in range(120):
        if THANKS[robot.language] in robot.text:
            return statuses
        typed = robot.replies() if answer else {}
        statuses.append(robot.press(**typed).status_code)
        assert BANNER[robot.language] in robot.text
    raise AssertionError("the form does not end")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_form_is_walked_to_its_thanks_and_nothing_is_kept(app, database, analyst, name, language):
    form = on(draft(database, name), local_day(clock()))
    before = everything(database)
    for paging in ("screens", "one-page"):
        robot = Robot(analyst, form, language, Random(3))
        robot.open(f"{inner(name)}?language={language}&paging={paging}")
        assert form.title[language] in unescape(robot.text) and BANNER[language] in robot.text
        assert f'<html class="govuk-template" lang="{language}">' in robot.text
        assert set(walk(robot, inner(name))) <= {200, 422}
    assert everything(database) == before


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_filled_example_can_be_sent_as_it_is(database, analyst, name, language):
    form = draft(database, name)
    for seed in (1, 2):
        robot = Robot(analyst, form, language, Random(1))
        robot.open(f"{inner(name)}?language={language}&seed={seed}")
        assert set(walk(robot, inner(name), answer=False)) == {200}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_form_is_shown_on_each_device_in_each_language(analyst, name, device):
    for language, title in questionnaires.load(questionnaires.shipped()[name]).title.items():
        page = analyst.get(
            f"/desk/questionnaires/{name}/preview?device={device}&language={language}&seed=1"
        ).get_data(as_text=True)
        assert f"app-device--{device}" in page and ('sandbox="' in page) == (device == "plain")
        [address] = re.findall(r'<iframe[^>]* src="([^"]+)"', page)
        address = address.replace("&amp;", "&")
        shown = analyst.get(address)
        assert shown.status_code == 200 and title in unescape(shown.get_data(as_text=True))
        assert "lang" not in {c.split("=")[0] for c in shown.headers.getlist("Set-Cookie")}


def test_only_the_page_inside_may_be_framed_and_only_by_our_own_pages(analyst):
    name = SHIPPED[0]
    policies = {}
    for path in (f"/desk/questionnaires/{name}/preview", inner(name), "/desk/", "/"):
        headers = analyst.get(path).headers
        policies[path] = (headers["Content-Security-Policy"], headers["X-Frame-Options"])
    policy, frame = policies.pop(inner(name))
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy and frame == "SAMEORIGIN"
    assert "sandbox" not in policy
    for policy, frame in policies.values():
        assert "frame-ancestors 'none'" in policy and frame == "DENY"


def test_without_javascript_the_page_itself_forbids_scripts_also_after_a_press(analyst):
    citizen = Citizen(analyst)
    citizen.open(f"{inner(SHIPPED[0])}?device=plain")
    citizen.path = inner(SHIPPED[0])
    for _ in range(2):
        policy = citizen.answer.headers["Content-Security-Policy"]
        assert policy.endswith("sandbox allow-forms allow-same-origin")
        assert citizen.answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
        citizen.press()


def test_a_page_without_its_token_is_refused(analyst):
    assert analyst.post(inner(SHIPPED[0]), data={"form-step": "0"}).status_code == 400


def test_conditions_checks_and_repeated_answers_work_as_for_citizens(database, analyst):
    draft(database, "check@1")
    citizen = Citizen(analyst)
    citizen.open(f"{inner('check@1')}?language=en")
    citizen.path = inner("check@1")
    citizen.press()
    days = {"sent-d": "5", "sent-m": "7", "sent-y": "2026", "trips": "0"}
    days |= {"promised-d": "4", "promised-m": "7", "promised-y": "2026"}
    assert citizen.press(**days).status_code == 422
    assert "cannot be before the day" in citizen.text
    assert citizen.press("vi").status_code == 200
    assert BANNER["vi"] in citizen.text and citizen.page.typed["sent-d"] == "5"
    draft(database, "piping@1")
    citizen.open(f"{inner('piping@1')}?language=vi&seed=4&step=2")
    assert "Ông/Bà biết tin qua " in citizen.text and "…" not in citizen.text


def test_an_example_is_looked_for_that_leads_to_the_screen(database, analyst):
    draft(database, "show-screen@1")
    found = set()
    for seed in range(1, 9):
        page = analyst.get(
            f"/desk/questionnaires/show-screen@1/preview?seed={seed}&step=2&lang=en"
        ).get_data(as_text=True)
        [shown] = re.findall(r"<iframe[^>]*seed=(\d+)", page)
        found.add(int(shown) == seed)
        assert ("does not lead to this screen" in page) == (int(shown) != seed)
        assert "nothing on" not in page
    assert found == {True, False}
    page = analyst.get("/desk/questionnaires/show-screen@1/preview?step=2&lang=en")
    assert "After these answers nothing on" in page.get_data(as_text=True)


def test_the_faults_of_a_broken_draft_are_told_by_line_with_the_way_to_mend_them(database, analyst):
    broken = FEATURES["text@1"].replace('kind = "text"', 'kind = "essay"')
    write_draft(database.settings.data, "text@1", broken, expected=None)
    answer = analyst.get("/desk/questionnaires/text@1/preview?lang=en")
    page = answer.get_data(as_text=True)
    line = broken[: broken.index('kind = "essay"')].count("\n") + 1
    assert answer.status_code == 422 and f":{line}:" in page and "essay" in page
    assert 'href="/desk/questionnaires/text@1"' in page and "<iframe" not in page


def test_a_draft_is_shown_before_what_was_published_under_its_name(database, analyst):
    name = "text@1"
    with database.write() as session:
        publish(session, questionnaires.parse(FEATURES[name], "text.toml"), by="c", now=JULY)
    changed = re.sub(r'title.en = "[^"]*"', 'title.en = "Another title"', FEATURES[name], count=1)
    write_draft(database.settings.data, name, changed, expected=None)
    assert read_draft(database.settings.data, name).text == changed
    shown = analyst.get(f"{inner(name)}?language=en").get_data(as_text=True)
    assert "Another title" in shown


def test_pictures_beside_a_draft_are_shown_and_nothing_else_is_handed_out(database, analyst):
    draft(database, "private@1")
    place = database.settings.data / "questionnaires" / "media" / "private@1"
    place.mkdir(parents=True)
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect/></svg>'
    text = FEATURES["private@1"].replace("room.png", "room.svg")
    kept = read_draft(database.settings.data, "private@1")
    write_draft(database.settings.data, "private@1", text, expected=kept.sha256)
    (place / "room.svg").write_bytes(picture)
    (place / "secret.svg").write_bytes(picture)
    page = analyst.get(f"{inner('private@1')}?step=1").get_data(as_text=True)
    [address] = re.findall(r'<img[^>]* src="([^"]+)"', page)
    answer = analyst.get(address)
    assert (answer.data, answer.mimetype) == (picture, "image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert analyst.get(address.replace("room", "secret")).status_code == 404


def test_a_language_without_interface_words_is_shown_and_told(database, analyst):
    text = FEATURES["number@1"].replace('["vi", "en"]', '["vi", "en", "km"]')
    text = re.sub(r"(?m)^(.*)\.en = (.*)$", r"\1.en = \2" + "\n" + r"\1.km = \2", text)
    text = text.replace('title.km = "', 'title.km = "ភាសាខ្មែរ ')
    write_draft(database.settings.data, "number@1", text, expected=None)
    page = analyst.get("/desk/questionnaires/number@1/preview?language=km&lang=en")
    assert "no words in this language yet" in page.get_data(as_text=True)
    robot = Robot(analyst, questionnaires.parse(text, "number@1.toml"), "vi", Random(1))
    robot.open(f"{inner('number@1')}?language=km&seed=1")
    robot.path = inner("number@1")
    assert "ភាសាខ្មែរ" in robot.text and BANNER["vi"] in robot.text
    robot.press()
    assert "ភាសាខ្មែរ" in robot.text
    assert set(walk(robot, inner("number@1"), answer=False)) == {200}


def test_the_form_on_paper_is_in_the_language_that_is_shown(analyst):
    page = analyst.get(f"/desk/questionnaires/{SHIPPED[0]}/preview?language=en")
    [address] = re.findall(r'href="([^"]+/download/paper[^"]*)"', page.get_data(as_text=True))
    assert address.endswith("?language=en")
    assert analyst.get(address).data.startswith(b"%PDF-")


def test_an_unknown_form_and_odd_choices_are_answered(analyst):
    assert analyst.get("/desk/questionnaires/none@1/preview").status_code == 404
    assert analyst.get(inner("none@1")).status_code == 404
    odd = "?device=watch&language=xx&paging=all&seed=-1&step=999999"
    for path in (f"/desk/questionnaires/{SHIPPED[0]}/preview", inner(SHIPPED[0])):
        assert analyst.get(path + odd).status_code == 200
