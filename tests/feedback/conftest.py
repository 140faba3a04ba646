"""A small province with staff, and cases in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.calendar import ZONE
from survey.database import Database
from survey.feedback import views, views_entry, views_following
from survey.feedback.cases import Act, Incoming, do, receive
from survey.feedback.tables import Case, Event
from survey.site import set_site_value
from survey.staff.tables import Staff
from survey.units.places import new_code
from survey.units.tables import Agency, Centre, Counter, Field
from tests.feedback.sender import Sender
from tests.staff.conftest import Desk, Province, person, small_province

MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=ZONE)


@dataclass
class Inbox:
    """A database with a province, its staff by login, and ways to make and move cases."""

    database: Database
    province: Province
    staff: dict[str, int]
    poster: str = ""  # code on the poster of the counter of `place`

    def actor(self, login: str) -> str:
        return login if login in ("sender", "system") else f"staff:{self.staff[login]}"

    def send(self, session: Session, *, now: datetime = MONDAY, **changed: Any) -> Case:
        values: dict[str, Any] = {
            "form_id": uuid4(),
            "kind": "report",
            "words": "Hồ sơ đất đai trễ hẹn hai tuần.",
            "area_id": self.province.hung,
            "channel": "web",
            "language": "vi",
        }
        return receive(session, Incoming(**{**values, **changed}), now=now)

    def act(
        self,
        session: Session,
        case: Case,
        act: str,
        *,
        by: str = "lan",
        who: str = "officer",
        now: datetime = MONDAY,
        **more: Any,
    ) -> Event:
        data = more.pop("data", {})
        made = Act(
            act, self.actor(by), who, data, **{k: more[k] for k in ("words", "role") if k in more}
        )
        return do(session, case, made, now=now, version=more.get("version"))


def inbox_in(database: Database) -> Inbox:
    """lan and minh are officers of Hưng Thịnh, ha its head, tam supervises the province."""
    with database.write() as session:
        province = small_province(session)
        people = {
            "lan": person(session, "lan", ("officer", province.hung)),
            "minh": person(session, "minh", ("officer", province.hung)),
            "ha": person(session, "ha", ("head", province.hung)),
            "tam": person(session, "tam", ("supervisor", province.new)),
            "son": person(session, "son", ("officer", province.son)),
            "vien": person(session, "vien", ("administrator", None)),
        }
        ids = {login: staff.id for login, staff in people.items()}
    return Inbox(database, province, ids)


@pytest.fixture
def inbox(kept: Database) -> Inbox:
    return inbox_in(kept)


@pytest.fixture
def inbox_on_both(both: Database) -> Inbox:
    return inbox_in(both)


class Clock:
    """The moment that views read; a test moves it."""

    def __init__(self) -> None:
        self.now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (views, views_entry, views_following):
        monkeypatch.setattr(module, "clock", clock)
    return clock


def place_in(inbox: Inbox) -> str:
    """A centre of Hưng Thịnh with a counter; what the form sends for the centre."""
    with inbox.database.write() as session:
        session.add(Field(code="dat-dai", name="Đất đai", name_en="Land"))
        agency = Agency(code="ubnd", name="UBND xã Hưng Thịnh", area_id=inbox.province.hung)
        session.add(agency)
        session.flush()
        centre = Centre(
            code="tt-hung", name="Trung tâm Hưng Thịnh", area_id=inbox.province.hung,
            agency_id=agency.id,
        )  # fmt: skip
        session.add(centre)
        session.flush()
        counter = Counter(code="q1", name="Quầy 1", centre_id=centre.id, field="dat-dai")
        session.add(counter)
        session.flush()
        inbox.poster = new_code(session, counter.id, now=MONDAY).code
        set_site_value(session, "simulated", "yes")
        set_site_value(session, "organiser", "Sở Nội vụ tỉnh Quảng Trị")
        set_site_value(session, "contact", "0233 123 456")
    return "centre:tt-hung"


@pytest.fixture
def place(inbox: Inbox) -> str:
    return place_in(inbox)


@pytest.fixture
def sender(app: Flask, at: Clock, place: str) -> Sender:
    return Sender(app)


@pytest.fixture
def left(sender: Sender, place: str) -> Sender:
    """A sender with a code and a case."""
    sender.leave(place=place)
    return sender


class Office:
    """What officers do meanwhile, with the first case."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def __call__(self, act: str, by: str = "lan", who: str = "officer", **more: Any) -> None:
        with self.inbox.database.write() as session:
            case = session.scalars(select(Case).order_by(Case.id)).first()
            assert case is not None
            self.inbox.act(session, case, act, by=by, who=who, **more)

    def answer(self, words: str = "Hồ sơ đã có kết quả.", officer: str = "lan") -> None:
        self("begin", officer)
        self("draft", officer, words=words, role="reply")
        self("release", "ha", "second")


@pytest.fixture
def office(inbox: Inbox) -> Office:
    return Office(inbox)


@pytest.fixture
def desk(inbox):
    """Opens the desk for one of the staff of the small province."""
    with inbox.database.write() as session:
        set_site_value(session, "simulated", "yes")
    app = create_app(inbox.database.settings)
    app.config["TESTING"] = True

    def enter(login):
        with inbox.database.read() as session:
            staff = session.get(Staff, inbox.staff[login])
        return Desk(app, inbox.database).enter(staff)

    yield enter
    app.extensions["sipas.database"].close()
