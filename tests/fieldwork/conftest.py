"""The small province, and people of the desk in their browsers."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.calendar import clock
from survey.staff import accounts, sessions
from tests.fieldwork.places import settle

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """Somebody's browser at the desk, signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def text(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return html.unescape(answer.get_data(as_text=True))

    def post(self, path: str, data: dict | None = None, *, of: str | None = None) -> TestResponse:
        """Send a form with the token that its page carries."""
        page = self.client.get(of or path).get_data(as_text=True)
        return self.client.post(path, data={**(data or {}), "csrf_token": TOKEN.search(page)[1]})


@pytest.fixture
def areas(app: Flask) -> dict[str, int]:
    """Ids of the small province's areas by code, kept in the application's database."""
    with app.extensions["sipas.database"].write() as session:
        return settle(session)


@pytest.fixture
def person(app: Flask, areas: dict[str, int]) -> Callable[..., Desk]:
    """`person(role, area=code)`: a new account in a browser of its own."""

    def sign_in(role: str, area: str | None = None) -> Desk:
        now = clock()
        with app.extensions["sipas.database"].write() as session:
            staff = accounts.add(
                session,
                login=f"{role}.{area or 'all'}",
                name="Nguyễn Văn Bình",
                password="một câu dài để thử",
                by="command",
                now=now,
                must_change=False,
            )
            area_id = areas[area] if area else None
            accounts.grant(session, staff, role, area_id, by="command", now=now)
            token = sessions.start(session, staff.id, browser="test", second_factor=True, now=now)
        client = app.test_client()
        with client.session_transaction("/desk/") as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return Desk(client)

    return sign_in


@pytest.fixture
def stored(app: Flask):
    """A reading session on the application's database, opened when called."""
    return app.extensions["sipas.database"].read
