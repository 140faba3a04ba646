"""A browser at the desk, signed in."""

import html
import io
import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.calendar import clock
from survey.staff import accounts, sessions

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SEALED = re.compile(r'name="sealed" value="([^"]+)"')


class Desk:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def text(self, path: str, status: int = 200) -> str:
        return told(self.client.get(path), status)

    def token(self, path: str) -> str:
        return TOKEN.search(self.client.get(path).get_data(as_text=True))[1]

    def post(self, path: str, data: dict | None = None, *, of: str | None = None) -> TestResponse:
        """Send a form with the token that its page carries."""
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token(of or path)})

    def upload(self, kind: str, content: bytes, name: str = "tệp.csv") -> TestResponse:
        data = {"kind": kind, "file": (io.BytesIO(content), name)}
        return self.post("/desk/units/import", data)

    def confirm(self, preview: TestResponse) -> TestResponse:
        """Press the button of a preview."""
        sealed = SEALED.search(preview.get_data(as_text=True))[1]
        return self.post("/desk/units/import/confirm", {"sealed": sealed}, of="/desk/units/import")


def told(answer: TestResponse, status: int = 200) -> str:
    """The words of a page that has this status."""
    text = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == status, text
    return text


def sign_in(app: Flask, role: str, area_id: int | None = None) -> Desk:
    """A new person with one role, in a browser of their own."""
    now = clock()
    with app.extensions["sipas.database"].write() as session:
        staff = accounts.add(
            session,
            login=f"{role}.{area_id or 'all'}",
            name="Trần Thị Mai",
            password="một câu dài để thử",
            by="command",
            now=now,
            must_change=False,
        )
        accounts.grant(session, staff, role, area_id, by="command", now=now)
        token = sessions.start(session, staff.id, browser="test", second_factor=True, now=now)
    client = app.test_client()
    with client.session_transaction("/desk/") as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return Desk(client)
