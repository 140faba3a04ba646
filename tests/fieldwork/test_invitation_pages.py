"""Invitations at the desk: a list of persons comes back with codes, and nothing of it is stored."""

import csv
from io import BytesIO, StringIO

import pytest
from sqlalchemy import select

from survey.calendar import clock, local_day
from survey.fieldwork import rounds
from survey.fieldwork.tables import Cell
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import find_pass, use
from survey.staff.tables import AuditEvent
from tests.fieldwork.conftest import TOKEN
from tests.fieldwork.places import at, plan

TODAY = local_day(clock())
PAGE = "/desk/rounds/mau-2026/invitations"
LIST = "name,cell,address\nNguyễn Thị Lan,{0},Thôn Đông\nTrần Văn Bình,{0},Thôn Tây\nLê An,{1},-\n"


@pytest.fixture
def cells(app, areas):
    """Two cells of a round in which only sampled persons answer."""
    act = {"by": "command", "now": clock()}
    with app.extensions["sipas.database"].write() as session:
        wanted = plan(code="mau-2026", sample="probability", modes=("web",), places=at("area:44"),
                      opens=TODAY, closes=TODAY)  # fmt: skip
        rounds.create_round(session, wanted, **act)
        made = [
            Cell(round="mau-2026", stratum="Đồng bằng", cluster1=village, cluster2=None,
                 area_id=areas["18880"], sizes=[[100.0, 2.0]])
            for village in ("Thôn Đông", "Thôn Tây")
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [cell.id for cell in made]


@pytest.fixture
def desk(cells, person):
    return person("fieldwork")


def send(desk, text):
    page = desk.text(f"{PAGE}/new")
    data = {
        "file": (BytesIO(text.encode(errors="surrogateescape")), "danh-sach.csv"),
        "csrf_token": TOKEN.search(page)[1],
    }
    return desk.client.post(f"{PAGE}/new", data=data, content_type="multipart/form-data")


def test_a_list_comes_back_with_a_code_behind_each_person(desk, cells, stored, app):
    answer = send(desk, LIST.format(*cells))
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *lines = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
    assert head == ["name", "cell", "address", "code", "address"]
    assert [line[0] for line in lines] == ["Nguyễn Thị Lan", "Trần Văn Bình", "Lê An"]
    with stored() as session:
        kept = session.scalars(select(Ticket)).all()
        assert sorted(row.cell_id for row in kept) == sorted([cells[0], cells[0], cells[1]])
        found = find_pass(session, app.extensions["sipas.settings"], lines[2][3], now=clock())
        assert found.cell_id == cells[1]
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (last.act, "Lan" in str(vars(last))) == ("invitation.make", False)
    text = desk.text(PAGE)
    assert "Đồng bằng" in text and "Nguyễn Thị Lan" not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nLan\n", "danh-sach.csv không có cột “cell”."),
        ("cell\n", "Hãy ghi từ 1 đến 20000 người"),
        ("cell\nmột\n", "Dòng 2, cột “cell”"),
        ("name,cell\nLan\n", "Dòng 2, cột “cell”"),
        ("cell\n999999\n", "không có ô mẫu 999999"),
        ('cell\n"' + "x" * 200_000 + '"\n', "không phải tệp CSV"),
        ("cell\n\udcff\n", "không phải văn bản UTF-8"),
    ],
)
def test_a_list_with_mistakes_makes_nothing(desk, stored, text, told):
    answer = send(desk, text)
    assert answer.status_code == 422 and told in answer.text
    with stored() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_what_is_left_of_a_cell_is_withdrawn_and_what_was_used_stays(desk, cells, stored, app):
    lines = list(csv.reader(StringIO(send(desk, LIST.format(*cells)).data.decode("utf-8-sig"))))
    settings = app.extensions["sipas.settings"]
    with app.extensions["sipas.database"].write() as session:
        use(session, find_pass(session, settings, lines[1][3], now=clock()), today=TODAY)
    page = f"{PAGE}/{cells[0]}/withdraw"
    assert "Thu hồi 1 thư mời?" in desk.text(page)
    assert desk.post(page).status_code == 303
    assert "Đã thu hồi 1 thư mời." in desk.text(PAGE)
    assert desk.get(page).status_code == 409
    with stored() as session:
        rows = session.scalars(select(Ticket).where(Ticket.cell_id == cells[0])).all()
        assert sorted(bool(row.withdrawn_on) for row in rows) == [False, True]
        assert all(bool(row.used_on) != bool(row.withdrawn_on) for row in rows)


def test_an_open_round_invites_nobody(app, areas, person):
    with app.extensions["sipas.database"].write() as session:
        wanted = plan(code="qt-mo", opens=TODAY, closes=TODAY)
        rounds.create_round(session, wanted, by="command", now=clock())
    desk = person("fieldwork")
    assert desk.get("/desk/rounds/qt-mo/invitations/new").status_code == 409
    assert "/qt-mo/invitations" not in desk.text("/desk/rounds/qt-mo")
