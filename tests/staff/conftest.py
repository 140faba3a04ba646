"""People with accounts in a small province: two communes, a merged-in old province."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.calendar import ZONE, clock
from survey.database import Database
from survey.site import set_site_value
from survey.staff import accounts, sessions
from survey.staff.tables import Staff
from survey.text import fold
from survey.units.tables import Area, AreaLink

NOW = datetime(2026, 7, 5, 9, 0, tzinfo=ZONE)
PASSWORD = "thuyền nan trên sông Son"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def area(
    session: Session, code: str, level: str, parent: Area | None, name: str, **dates: date
) -> Area:
    made = Area(
        code=code,
        level=level,
        kind={"province": "tỉnh", "commune": "xã", "district": "huyện"}[level],
        name=name,
        folded=fold(name),
        parent_id=parent.id if parent else None,
        valid_from=dates.get("start", date(2025, 7, 1)),
        valid_to=dates.get("end"),
        source="test",
    )
    session.add(made)
    session.flush()
    return made


@dataclass
class Province:
    """Ids of areas: the province, its communes `hung` and `son`, and what they were before."""

    new: int
    hung: int
    son: int
    old_province: int
    old_hung: int
    old_split: int
    other: int


def small_province(session: Session) -> Province:
    """Old communes: `old_hung` went whole into hung; `old_split` half into another province."""
    end = date(2025, 7, 1)
    old_dates = {"start": date(2000, 1, 1), "end": end}
    new = area(session, "44", "province", None, "Tỉnh Quảng Trị")
    other = area(session, "46", "province", None, "Tỉnh khác")
    hung = area(session, "19000", "commune", new, "Xã Hưng Thịnh")
    son = area(session, "19001", "commune", new, "Xã Sông Son")
    elsewhere = area(session, "20000", "commune", other, "Xã Nơi Khác")
    old = area(session, "45", "province", None, "Tỉnh Quảng Trị cũ", **old_dates)
    old_hung = area(session, "18000", "commune", old, "Xã Hưng cũ", **old_dates)
    old_split = area(session, "18001", "commune", old, "Xã Đôi cũ", **old_dates)
    for before, after, portion in (
        (old_hung, hung, 1.0),
        (old_split, son, 0.5),
        (old_split, elsewhere, 0.5),
    ):
        session.add(AreaLink(predecessor_id=before.id, successor_id=after.id, portion=portion))
    session.flush()
    return Province(new.id, hung.id, son.id, old.id, old_hung.id, old_split.id, other.id)


def person(
    session: Session,
    login: str,
    *grants: tuple[str, int | None],
    now: datetime = NOW,
    must_change: bool = False,
) -> Staff:
    """An account with its grants; its password is PASSWORD."""
    staff = accounts.add(
        session,
        login=login,
        name=f"Người {login}",
        password=PASSWORD,
        by="command",
        now=now,
        must_change=must_change,
    )
    for role, area_id in grants:
        accounts.grant(session, staff, role, area_id, by="command", now=now)
    return staff


@pytest.fixture
def province(kept: Database) -> Province:
    with kept.write() as session:
        set_site_value(session, "simulated", "yes")
        return small_province(session)


class Desk:
    """A browser at the desk of a running application."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app = app
        self.database = database
        self.client: FlaskClient = app.test_client()

    def enter(self, staff: Staff, *, second_factor: bool = False) -> "Desk":
        """Signed in without typing: a session as the door opens it."""
        with self.database.write() as session:
            token = sessions.start(
                session, staff.id, browser="", second_factor=second_factor, now=clock()
            )
        with self.client.session_transaction("/desk/") as cookie:
            cookie["_user_id"] = token
        return self

    def token(self, path: str = "/desk/sign-in") -> str:
        """A CSRF token of this browser from the page at `path`."""
        found = TOKEN.search(self.client.get(path).get_data(as_text=True))
        assert found, f"{path} shows no form"
        return found[1]

    def post(self, path: str, page: str | None = None, **fields: str) -> TestResponse:
        """What a person sends who filled in the form on `page`, by default the one at `path`."""
        return self.client.post(path, data={"csrf_token": self.token(page or path), **fields})

    def sign_in(self, login: str, password: str = PASSWORD, **kw: str) -> TestResponse:
        return self.post("/desk/sign-in", login=login, password=password, **kw)


@pytest.fixture
def desk(app: Flask, kept: Database, province: Province) -> Callable[[], Desk]:
    """Each call is another browser."""
    return lambda: Desk(app, kept)
