"""The demo's feedback: every state of a case, by the rules, the same each time, and labelled."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from survey.app import create_app
from survey.calendar import ZONE
from survey.cli import demo_cases
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.demo import accounts
from survey.demo.cases import stories
from survey.demo.places import build_centres
from survey.feedback.machine import STATES
from survey.feedback.masking import suggested
from survey.feedback.rebuild import broken, differences
from survey.feedback.tables import Case, Event
from survey.site import set_site_value
from survey.units.shipped import bring_shipped
from tests.staff.conftest import Desk

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=ZONE)


def filled(folder, now):
    """A database with the places, accounts and feedback of the demo, without its surveys."""
    folder.mkdir()
    database = Database(Settings(f"sqlite:///{folder / 'x.db'}", folder, folder / "secret"))
    upgrade(database)
    with database.write() as session:
        bring_shipped(session, by="command", now=now)
        build_centres(session, now=now)
        set_site_value(session, "simulated", "yes")
        accounts.build(session, database.settings.secret(), now=now)
        made = demo_cases.build(session, now=now)
    return SimpleNamespace(database=database, made=made)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    made = filled(tmp_path_factory.mktemp("cases") / "data", NOW)
    yield made
    made.database.close()


def outline(database):
    """What each case came to, without what is random by design: salts and ids of texts."""
    columns = (Case.received_at, Case.unit_id, Case.kind, Case.topic, Case.state, Case.since,
               Case.due_at, Case.version)  # fmt: skip
    with database.read() as session:
        return session.execute(select(*columns).order_by(Case.id)).all()


def test_cases_stand_in_every_state_and_hold_by_the_rules(demo):
    with demo.database.read() as session:
        cases = session.scalars(select(Case)).all()
        assert len(cases) == len(stories()) >= 40
        assert {case.state for case in cases} == set(STATES)
        assert {case.kind for case in cases} == {"suggestion", "report", "petition"}
        assert len({case.unit_id for case in cases}) > 2
        assert any(case.due_at and case.due_at < NOW for case in cases)
        assert [case.reopened for case in cases if case.state == "reopened"] == [1]
        assert sum(case.published_at is not None for case in cases) >= 5
        assert differences(session) == [] and broken(session) == []


def test_nothing_happened_later_than_now_and_each_thing_after_the_one_before(demo):
    with demo.database.read() as session:
        events = session.scalars(select(Event).order_by(Event.case_id, Event.seq)).all()
    assert max(event.at for event in events) < NOW
    for before, after in zip(events, events[1:], strict=False):
        assert before.case_id != after.case_id or before.at <= after.at


@pytest.mark.parametrize(
    "day", [datetime(2027, 2, 15, 6, 0, tzinfo=ZONE), datetime(2026, 9, 6, 0, 5, tzinfo=ZONE)],
    ids=["after Tết", "a Sunday at midnight"],
)  # fmt: skip
def test_it_can_be_built_on_any_day(day, tmp_path):
    made = filled(tmp_path / "data", day)
    with made.database.read() as session:
        assert {case.state for case in session.scalars(select(Case))} == set(STATES)
        assert max(session.scalars(select(Event.at))) < day
    made.database.close()


def test_the_same_day_makes_the_same_cases(demo, tmp_path):
    again = filled(tmp_path / "data", NOW)
    assert outline(again.database) == outline(demo.database)
    again.database.close()


def test_the_words_name_nobody():
    for story in stories():
        for words in (story.words, *(step.words for step in story.steps)):
            assert suggested(words) == [], words


@pytest.mark.parametrize("path", ["/desk/feedback", "/desk/feedback/1", "/f/answers", "/f"])
def test_the_inbox_and_public_answers_live_and_say_that_they_are_simulated(demo, path):
    app = create_app(demo.database.settings)
    desk = Desk(app, demo.database)
    desk.sign_in("supervisor", accounts.password(demo.database.settings.secret()))
    page = desk.client.get(f"{path}?lang=vi").text
    assert "Dữ liệu mô phỏng" in page
    if path == "/desk/feedback":
        assert page.count('class="app-case"') > 5
    if path == "/f/answers":
        assert "Bảng hướng dẫn được in lại chữ to và treo thấp hơn." in page
    app.extensions["sipas.database"].close()


def test_a_case_is_seen_by_the_officer_of_its_ward_alone(demo):
    app = create_app(demo.database.settings)
    desk = Desk(app, demo.database)
    desk.sign_in("officer", accounts.password(demo.database.settings.secret()))
    with demo.database.read() as session:
        ward = session.scalars(select(Case.unit_id).where(Case.state == "merged")).one()
        cases = session.scalars(select(Case).where(Case.shown_at < NOW - timedelta(days=1))).all()
        for case in cases:
            status = desk.client.get(f"/desk/feedback/{case.id}").status_code
            assert status == (200 if case.unit_id == ward else 404), case.number
    app.extensions["sipas.database"].close()
