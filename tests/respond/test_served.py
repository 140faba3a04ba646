"""People served come in by file or by program, are previewed, checked, and taken back."""

import html
from datetime import date
from io import BytesIO

import pytest

from survey.respond.served import door, views
from survey.respond.served.door import served_token
from survey.respond.tables import ServedImport, Traffic
from survey.respond.traffic import count
from survey.staff.tables import AuditEvent
from survey.units.tables import Area, Counter
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, prepared
from tests.staff.conftest import Desk, person

HEAD = "counter,day,served,offered\n"
GOOD = HEAD + "dong-hoi-1,2026-07-09,80,60\ndong-hoi-2,09/7/2026,40,\n"
PATH = "/api/v1/served"


@pytest.fixture
def house(app, kept, at, monkeypatch):
    monkeypatch.setattr(views, "clock", at)
    monkeypatch.setattr(door, "clock", at)
    prepared(kept)
    with kept.write() as session:
        counter = session.query(Counter).filter_by(code="dong-hoi-1").one()
        count(session, ROUND, counter.id, now=JULY.replace(day=9), started=25, finished=20)
    return app


@pytest.fixture
def desk(house, kept):
    def enter(area="18880"):
        with kept.write() as session:
            found = session.query(Area).filter_by(code=area).one().id
            staff = person(session, f"fieldwork.{area}", ("fieldwork", found))
        return Desk(house, kept).enter(staff)

    return enter


def upload(desk, text):
    data = {"file": (BytesIO(text.encode()), "phuc-vu.csv")}
    data["csrf_token"] = desk.token("/desk/served")
    return desk.client.post("/desk/served", data=data, content_type="multipart/form-data")


def confirm(desk, page):
    sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
    body = {"sealed": html.unescape(sealed), "csrf_token": desk.token("/desk/served")}
    return desk.client.post("/desk/served/confirm", data=body)


def totals(stored):
    rows = stored(Traffic)
    return {name: sum(row[name] for row in rows) for name in ("served", "offered", "finished")}


def test_a_file_is_previewed_confirmed_and_undone(desk, stored):
    who = desk()
    page = upload(who, GOOD)
    assert "0 → 80" in page.text and "0 → 40" in page.text
    assert totals(stored)["served"] == 0
    assert confirm(who, page).status_code == 303
    assert totals(stored) == {"served": 120, "offered": 60, "finished": 20}
    again = upload(who, GOOD)
    assert 'name="sealed"' not in again.text
    [made] = stored(ServedImport)
    path = f"/desk/served/{made['id']}/undo"
    assert who.client.post(path, data={"csrf_token": who.token("/desk/served")}).status_code == 303
    assert totals(stored) == {"served": 0, "offered": 0, "finished": 20}
    acts = [event["act"] for event in stored(AuditEvent)]
    assert acts[-2:] == ["served.import", "served.undo"]


def test_an_import_that_was_written_over_is_not_undone(desk, stored):
    who = desk()
    confirm(who, upload(who, GOOD))
    confirm(who, upload(who, HEAD + "dong-hoi-1,2026-07-09,90,\n"))
    first = min(row["id"] for row in stored(ServedImport))
    path, token = f"/desk/served/{first}/undo", who.token("/desk/served")
    assert who.client.post(path, data={"csrf_token": token}).status_code == 409
    assert totals(stored) == {"served": 130, "offered": 60, "finished": 20}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nowhere-1,2026-07-09,5,", "không có quầy này"),
        ("vinh-linh-1,2026-07-09,5,", "không có quầy này"),
        ("dong-hoi-1,2026-07-11,5,", "chưa đến"),
        ("dong-hoi-1,2026-06-30,5,", "không có đợt"),
        ("dong-hoi-1,2026-07-09,-5,", "số nguyên"),
        ("dong-hoi-1,2026-07-09,1e9,", "số nguyên"),
        ("dong-hoi-1,hôm qua,5,", "không phải"),
        ("dong-hoi-1,2026-07-09,,", "để trống"),
        ("dong-hoi-1,2026-07-09,5,\ndong-hoi-1,2026-07-09,6,", "hai lần"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_nothing_is_changed(desk, stored, row, words):
    page = upload(desk(), HEAD + row + "\n")
    assert page.status_code == 422
    assert words in html.unescape(page.text)
    assert totals(stored)["served"] == 0


def test_another_system_tells_it_with_a_token(house, stored, kept):
    client = house.test_client()
    rows = [{"counter": "dong-hoi-1", "day": "2026-07-09", "served": 80}]
    refused = client.post(PATH, json=rows)
    assert (refused.status_code, refused.json["reason"]) == (401, "token")
    headers = {"Authorization": f"Bearer {served_token(kept.settings)}"}
    assert client.post(PATH, json=rows, headers=headers).json == {
        "changed": 1, "same": 0, "faults": [],
    }  # fmt: skip
    assert client.post(PATH, json=rows, headers=headers).json["same"] == 1
    bad = [*rows, {"counter": "nowhere-1", "day": "2026-07-09", "served": 1}]
    answer = client.post(PATH, json=bad, headers=headers)
    assert answer.status_code == 422 and "2" in answer.json["faults"][0]
    for body in (b"{}", b"[1]", b'[{"name": "x"}]', b"\xff"):
        sent = client.post(PATH, data=body, headers=headers)
        assert (sent.status_code, sent.json["reason"]) == (422, "body")
    [row] = [row for row in stored(Traffic) if row["served"]]
    assert (row["day"], row["hour"], row["served"]) == (date(2026, 7, 9), 0, 80)


def test_rates_of_a_day_stand_on_the_progress_page(desk, house):
    who = desk()
    confirm(who, upload(who, GOOD))
    page = html.unescape(who.client.get(f"/desk/rounds/{ROUND}/progress?day=2026-07-09").text)
    assert "25,0%" in page.replace("\xa0", "").replace(" ", "")  # 20 of 80 answered
    assert "20,0%" in page.replace("\xa0", "").replace(" ", "")  # 5 of 25 broke off
