"""A citizen's browser without scripts: it reads the form of a page and presses its buttons."""

from datetime import date
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey.database import Database
from survey.fieldwork.rounds import create_round, open_
from survey.units.places import new_code
from survey.units.tables import Counter, Field
from tests.fieldwork.places import JULY, plan, settle

ROUND = "qt-2026"
NINE = {f"q{n}": "5" for n in range(1, 10)}


def prepare(session: Session, **changes: object) -> str:
    """An open nine-item round at three counters; gives the code of the first counter's poster."""
    settle(session)
    session.add(Field(code="ho-tich", name="Hộ tịch", name_en="Civil status"))
    session.add(Field(code="dat-dai", name="Đất đai", name_en="Land"))
    session.flush()
    wanted = {"modes": ("mobile", "web", "kiosk"), "simulated": True, **changes}
    create_round(session, plan(**wanted), by="command", now=JULY)
    open_(session, ROUND, by="command", now=JULY)
    first = session.query(Counter).filter_by(code="dong-hoi-1").one()
    first.field = "ho-tich"
    return new_code(session, first.id, now=JULY).code


def prepared(database: Database, **changes: object) -> str:
    with database.write() as session:
        return prepare(session, **changes)


class Page(HTMLParser):
    """The fields of the page's form, as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.typed: MultiDict[str, str] = MultiDict()
        self.offered: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []
        self._area = self._select = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        name, value = a.get("name"), a.get("value", "")
        if tag == "input" and a["type"] in ("radio", "checkbox"):
            self.offered.setdefault(name, []).append(value)
            if "checked" in a:
                self.typed.add(name, value)
        elif tag == "input":
            self.typed.add(name, value)
        elif tag == "button":
            self.buttons.append((name, value))
        elif tag == "textarea":
            self._area = name
            self.typed[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.offered.setdefault(self._select, []).append(value)
            if "selected" in a or self._select not in self.typed:
                self.typed[self._select] = value

    def handle_data(self, data):
        if self._area:
            self.typed[self._area] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


class Citizen:
    """Somebody with a telephone. `page` is the page before them."""

    def __init__(self, app: Flask | FlaskClient) -> None:
        self.client = app if isinstance(app, FlaskClient) else app.test_client()
        self.path = ""

    def open(self, path: str) -> TestResponse:
        self.path = path
        return self._see(self.client.get(path))

    def press(self, go: str = "next", **typed: object) -> TestResponse:
        """Fill in `typed` (a list for several answers) and press a button."""
        return self.send(self.filled(go, **typed))

    def filled(self, go: str = "next", **typed: object) -> MultiDict[str, str]:
        body = self.page.typed.copy()
        for name, value in typed.items():
            body.setlist(_named(name), value if isinstance(value, list) else [value])
        body["form-turn" if go in ("vi", "en") else "form-go"] = go
        return body

    def send(self, body: MultiDict[str, str]) -> TestResponse:
        return self._see(self.client.post(self.path, data=body))

    def _see(self, answer: TestResponse) -> TestResponse:
        self.answer, self.text = answer, answer.get_data(as_text=True)
        self.page = Page(self.text)
        return answer

    def reach_comment(self, path: str, **answers: str) -> None:
        """Open a form of nine items and answer up to its last page."""
        given = {**NINE, **answers}
        self.open(path)
        self.press()
        while "form-comment" not in self.page.typed or self.page.typed["form-step"] != "5":
            here = {n: given[n] for n in self.page.offered if n in given}
            assert self.press(**here).status_code == 200, self.text


def _named(name: str) -> str:
    return f"form-{name}" if name in ("comment", "field", "id", "opened", "step") else name


LAST_DAY = date(2026, 9, 30)
