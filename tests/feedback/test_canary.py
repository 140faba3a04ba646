"""Personal data put in every field is found by nobody but who has the right to it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import quote_plus

import pytest
from click.testing import CliRunner
from flask import Flask
from PIL import Image
from sqlalchemy import select

from survey.app import create_app
from survey.calendar import clock, local_day
from survey.cli import cli
from survey.database import Database
from survey.feedback import views, views_entry, views_following
from survey.feedback.contacts import consent
from survey.feedback.hooks import store as hooks
from survey.feedback.machine import MOVES
from survey.feedback.open311 import keys
from survey.feedback.privacy.tables import PrivacyRequest
from survey.feedback.tables import Case
from survey.staff.tables import ROLES, Staff
from survey.text import fold
from tests.feedback.canary import Canaries, stored, told_by
from tests.feedback.conftest import Clock, Inbox, inbox_in, place_in
from tests.feedback.sender import Sender, noisy, picture, written
from tests.staff.conftest import Desk, person

CONTACTS = ("contact", "contact given later", "contact by staff", "contact by api")
FIRST = ("words", "added", "answer", "question", "note", "reply")  # of the first case
OTHERS = ("reason", "words by staff", "words by api", "action owed", "opened again")
APART = ("part", "extended")  # of a part that was split off, and why more time was needed
SEALED = ("told of a seal",)  # for the receiver and the sender alone
WORDS = (*FIRST, *OTHERS, *APART)
PRIVACY = ("privacy person", "privacy words", "privacy letter", "privacy by code")
SHOWN = ("feedback_text.shown", "feedback_search")  # the words that the desk shows and finds


@dataclass
class Town:
    """A running application whose every field was filled with personal data of its own."""

    app: Flask
    inbox: Inbox
    at: Clock
    put: Canaries = field(default_factory=Canaries)
    sender: Any = None
    people: dict[tuple[str, str], Staff] = field(default_factory=dict)  # by role and where

    @property
    def database(self) -> Database:
        return self.inbox.database

    def desk(self, staff: Staff) -> Desk:
        return Desk(self.app, self.database).enter(staff)

    def named(self, login: str) -> Desk:
        with self.database.read() as session:
            return self.desk(session.get_one(Staff, self.inbox.staff[login]))

    def act(self, login: str, case_id: int, act: str, words: str = "", **more: str) -> None:
        page, version = f"/desk/feedback/{case_id}", self.version(case_id)
        sent = {f"{act}-{name}": value for name, value in more.items()}
        sent |= {f"{act}-words": words} if words else {}
        answer = self.named(login).post(f"{page}/{act}", page=page, version=version, **sent)
        assert answer.status_code == 303, (act, answer.text)

    def types(self, login: str, case_id: int, act: str, words: str) -> None:
        """Words that are kept and not sent."""
        page, sent = f"/desk/feedback/{case_id}", {f"{act}-words": words}
        sent["version"] = self.version(case_id)
        answer = self.named(login).post(f"{page}/{act}/keep", page=page, **sent)
        assert answer.status_code == 303, answer.text

    def version(self, case_id: int) -> str:
        with self.database.read() as session:
            return str(session.get_one(Case, case_id).version)

    def contact(self, field: str) -> dict[str, Any]:
        one = self.put(field)
        return {"name": one.name, "phone": one.phone, "email": one.email, "consent": "y"}

    # ---- every field that a person can fill

    def leave(self, place: str) -> None:
        exif = Image.Exif()
        exif[0x010E], exif[0x013B] = self.put("picture").words, self.put("picture").name
        taken = picture(written(noisy(), exif=exif.tobytes()), f"{self.put('file name').name}.jpg")
        self.sender = Sender(self.app)
        left = self.sender.leave(
            place=place, words=self.put("words").words, pictures=taken, **self.contact("contact")
        )
        assert left.status_code == 200, left.text
        staff = self.named("lan")
        entry = self.fields(staff, "/desk/feedback/new")
        given = self.contact("contact by staff")
        words = self.put("words by staff").words
        told = {"kind": "report", "channel": "phone", "place": place, "words": words}
        answer = staff.client.post("/desk/feedback/new", data={**entry, **told, **given})
        assert answer.status_code == 200, answer.text
        self.by_api()

    def fields(self, desk: Desk, path: str) -> dict[str, str]:
        from_page = Sender(self.app, path)
        from_page.client = desk.client
        return {**from_page.open(), "csrf_token": desk.token(path)}

    def by_api(self) -> None:
        with self.database.write() as session:
            _key, secret = keys.make(
                session, name="1022", area_id=None, by="command", now=self.at.now
            )
        client, one = self.app.test_client(), self.put("contact by api")
        agreed = consent("vi", organiser="", contact="", day=local_day(clock())).version
        sent = {
            "api_key": secret, "service_code": "other", "address_id": "19000",
            "description": self.put("words by api").words, "attribute[kind]": "report",
            "first_name": one.name, "phone": one.phone, "email": one.email,
            "attribute[consent]": agreed, "account_id": self.put("unused by api").account,
            "device_id": self.put("unused by api").identity,
            "address_string": self.put("unused by api").house,
        }  # fmt: skip
        answer = client.post("/open311/v2/requests.json", data=sent)
        assert answer.status_code == 201, answer.text

    def follow(self) -> None:
        put, sender = self.put, self.sender
        self.act("lan", 1, "accept")
        self.follows("add", add_words=put("added").words)
        self.act("lan", 1, "ask", put("question").words)
        self.follows("answer", answer_words=put("answer").words)
        self.follows("contact", **self.contact("contact given later"))
        sender.follow("my-data", proof=put("proof that is wrong").phone)
        self.follows("my-request", kind="correct", words=put("privacy by code").words)
        self.act("lan", 1, "note", put("note").words)
        self.act("lan", 1, "draft", put("reply").words)
        self.act("ha", 1, "release")
        self.act("lan", 1, "owe", put("action owed").words)
        self.follows("rate", answered="no", satisfied="1")
        self.follows("reopen", reopen_words=put("opened again").words)
        self.act("lan", 2, "refuse", put("reason").words)
        self.take_apart()
        self.types("lan", 1, "note", put("unsent").words)

    def take_apart(self) -> None:
        """A part is split off and gets more time; what came by the API is sealed."""
        put = self.put
        self.act("lan", 1, "split", put("part").words, kind="report", field="")
        with self.database.write() as session:
            part = session.scalars(select(Case.id).where(Case.split_from == 1)).one()
            session.get_one(Case, part).shown_at = self.at.now
            number = session.scalars(select(Case.id).order_by(Case.id)).all()[2]
        page = self.named("ha").client.get(f"/desk/feedback/{part}").text
        days = page.split('name="extend-until"')[1].split("</select>")[0]
        until = re.findall(r'value="([^"]+)"', days)[0]
        self.act("ha", part, "extend", put("extended").words, until=until)
        receiver, told = str(self.inbox.staff["tam"]), put("told of a seal").words
        self.act("tam", number, "seal", told, receiver=receiver)

    def follows(self, act: str, **fields: Any) -> None:
        answer = self.sender.follow(act, **fields)
        assert answer.status_code == 200, (act, answer.text)

    def ask(self) -> None:
        """A request about personal data at the desk, and searches."""
        tam, one = self.named("tam"), self.put("privacy person")
        told = {"kind": "see", "channel": "phone", "proof": "shown"}
        made = tam.post(
            "/desk/privacy/new", name=one.name, phone=one.phone, email=one.email,
            words=self.put("privacy words").words, **told,
        )  # fmt: skip
        assert made.status_code == 303, made.text
        found = tam.post(f"{made.location}/find", page=made.location, typed=self.put("found").phone)
        assert found.status_code < 500
        words = self.put("privacy letter").words
        wrote = tam.post(f"{made.location}/reply", page=made.location, **{"reply-words": words})
        assert wrote.status_code == 303, wrote.text
        for words in self.put("searched").all:
            self.named("lan").client.get("/desk/feedback/search", query_string={"q": words})


def filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Everything is filled in, and a webhook is told of everything. Its application is open."""
    at = Clock()
    for module in (views, views_entry, views_following):
        monkeypatch.setattr(module, "clock", at)
    inbox = inbox_in(database)
    place = place_in(inbox)
    with database.write() as session:
        hooks.make(
            session, name="1022", url="https://hook.example/", acts=[move.act for move in MOVES],
            area_id=None, by="command", now=at.now,
        )  # fmt: skip
        where = {"everywhere": None, "province": inbox.province.new, "hung": inbox.province.hung,
                 "son": inbox.province.son}  # fmt: skip
        people = {
            (role, name): person(session, f"{role}.{name}", (role, area_id), now=clock())
            for role in ROLES
            for name, area_id in where.items()
        }
    app = create_app(database.settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    made = Town(app, inbox, at, people=people)
    at.now = clock() - timedelta(days=3)
    made.leave(place)
    at.now = clock()
    made.follow()
    made.ask()
    return made


@pytest.fixture
def town(kept: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    made = filled(kept, monkeypatch)
    yield made
    made.app.extensions["sipas.database"].close()


def test_who_has_the_right_does_read_them(town):
    """Else the pages above would hold nothing that could leak."""
    page = told_by(town.named("lan").client.get("/desk/feedback/1"))
    assert "Tôi tên là" in page and town.put("unsent").found_in(page)
    mine = town.sender.follow().text
    assert town.put("answer").found_in(mine) and not town.put("note").found_in(mine)
    with town.database.read() as session:
        asked = session.query(PrivacyRequest).order_by(PrivacyRequest.id.desc()).first()
    page = told_by(town.named("tam").client.get(f"/desk/privacy/{asked.id}"))
    assert town.put("privacy person").found_in(page)


def test_the_sender_reads_no_note_and_no_other_case(town):
    other = Sender(town.app)
    other.leave(place="centre:tt-hung", words="Chờ lâu.")
    for act in ("show", "my-data", "my-data-file", "ask-erase"):
        assert town.put.leaks(told_by(other.follow(act))) == []
    own = ("words", "added", "question", "answer", "reply", "action owed", "opened again",
           "contact given later", "privacy by code", *APART)  # fmt: skip
    for act in ("show", "my-data-file"):
        assert town.put.leaks(told_by(town.sender.follow(act)), but=own) == []


def test_pages_of_errors_tell_nothing(town):
    client, one = town.app.test_client(), town.put("in errors")
    told = [
        town.named("lan").client.post(
            "/desk/feedback/new", data={"words": one.words, "phone": one.phone}
        ),
        client.get(f"/{one.name}/{one.phone}"),
        client.post("/open311/v2/requests.json", data={"description": one.words}),
        client.post("/f", data={"words": one.words, "more": "x" * 25_000_000}),
    ]
    assert [answer.status_code for answer in told] == [400, 404, 403, 413]
    for answer in told:
        assert not town.put.leaks(answer.data.decode()), answer.request.path


def test_it_lies_sealed_but_for_the_words_of_the_desk_and_commands_print_none(town, monkeypatch):
    with town.database.read() as session:
        for column, values in stored(session):
            allowed = WORDS if column.startswith(SHOWN) else ()
            assert town.put.leaks(values, but=allowed) == [], column
    monkeypatch.setenv("SIPAS_DATABASE", town.database.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(town.database.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(town.database.settings.secret_file))
    for command in (["feedback", "rebuild", "--check"], ["feedback", "reindex"],
                    ["feedback", "key", "list"], ["staff", "list"]):  # fmt: skip
        ran = CliRunner().invoke(cli, command)
        assert ran.exit_code == 0, ran.output
        assert town.put.leaks(ran.output) == []


def test_a_leak_would_be_told():
    """Written otherwise, escaped, in an address: what looks for it does find it."""
    put = Canaries()
    one = put("contact")
    spaced = f"{one.phone[:4]} {one.phone[4:7]} {one.phone[7:]}"
    for shown in (one.phone, spaced, one.name.upper(), fold(one.name), one.email.upper(),
                  quote_plus(one.house), json.dumps(one.name), escape(one.name)):  # fmt: skip
        (told,) = put.leaks(f"<p>{shown}</p>")
        assert told.startswith("contact: ")
    assert put.leaks("Quách Văn Mi, 0912345678") == []


def test_a_page_that_leaks_is_told(town):
    """A page of the desk that shows a contact, as a mistake would: it is found."""
    one = town.put("contact")
    town.app.view_functions["staff.start"] = lambda: f"Gọi lại {one.phone}"
    officer = town.desk(town.people["officer", "hung"])
    told = town.put.leaks(told_by(officer.client.get("/desk/")), but=WORDS)
    assert told == [f"contact: {[one.phone]}"]
