"""Tickets at the desk: made and printed once, counted without codes, withdrawn by the batch."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from survey.calendar import clock, local_day
from survey.fieldwork import rounds
from survey.fieldwork.batches import SPAN, BatchGone, batch, batches, make_days, withdraw_batch
from survey.fieldwork.poster.tickets import Slip, sheets
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import find_pass, plain, use
from survey.staff.tables import AuditEvent
from survey.units.places import counter_by_code
from survey.units.tables import Field
from tests.fieldwork.places import at, plan, settle

TODAY = local_day(clock())
TICKETS = "/desk/rounds/qt-now/tickets"
CODES = re.compile(r'name="codes" value="([^"]+)"')
FIELDS = {"ho-tich": "Hộ tịch", "dat-dai": "Đất đai"}
ASKED = {
    "counter": "dong-hoi-1",
    "field": "",
    "first": TODAY.isoformat(),
    "last": (TODAY + timedelta(days=1)).isoformat(),
    "n": "3",
}


@pytest.fixture
def desk(app, areas, person):
    """Somebody who organises fieldwork."""
    begin(app.extensions["sipas.database"])
    return person("fieldwork")


def begin(database):
    """An open round with tickets, a draft without, and a counter of civil status."""
    act = {"by": "command", "now": clock()}
    period = {"opens": TODAY, "closes": TODAY + timedelta(days=60)}
    with database.write() as session:
        session.add_all(Field(code=code, name=name) for code, name in FIELDS.items())
        session.flush()
        counter_by_code(session, "dong-hoi-1").field = "ho-tich"
        for code, modes, places in (
            ("qt-now", ("ticket", "mobile"), at("area:44")),
            ("qt-none", ("kiosk",), at("centre:dong-hoi")),
        ):
            wanted = plan(code=code, modes=modes, places=places, **period)
            rounds.create_round(session, wanted, **act)
        rounds.open_(session, "qt-now", confirmed=True, **act)


def made(desk, **changes):
    """The codes of the page that follows the form."""
    answer = desk.post(f"{TICKETS}/new", {**ASKED, **changes})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return CODES.search(answer.text)[1].split()


def printed(desk, codes, act):
    data = {"codes": " ".join(codes), "act": act}
    return desk.post(f"{TICKETS}/paper", data, of=f"{TICKETS}/new")


def test_tickets_of_two_days_are_made_and_had_as_csv_and_on_sheets(desk, stored, app):
    codes = made(desk)
    assert len(set(codes)) == 6
    sent = printed(desk, codes, "csv")
    assert "attachment" in sent.headers["Content-Disposition"]
    lines = list(csv.DictReader(StringIO(sent.text)))
    assert [plain(line["code"]) for line in lines] == codes
    assert [line["day"] for line in lines] == [ASKED["first"]] * 3 + [ASKED["last"]] * 3
    assert {line["counter"] for line in lines} == {"dong-hoi-1"}
    assert app.test_client().get(lines[0]["address"]).status_code == 200
    sheet = printed(desk, codes, "pdf")
    assert sheet.mimetype == "application/pdf" and sheet.data.startswith(b"%PDF")
    with stored() as session:
        acts = list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))
    assert acts[-2:] == ["ticket.make"] * 2


def test_the_list_has_counts_and_no_code(desk, app):
    codes = made(desk)
    database = app.extensions["sipas.database"]
    with database.write() as session:
        use(session, find_pass(session, database.settings, codes[0], now=clock()), today=TODAY)
    page = desk.text(TICKETS)
    cells = [
        re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", page, re.S)
    ]
    rows = [cells[at : at + 8] for at in range(0, len(cells), 8)]
    assert [row[2:6] for row in rows] == [["3", "0", "0", "3"], ["3", "1", "0", "2"]]
    assert not any(code in page for code in codes)
    assert TICKETS in desk.text("/desk/rounds/qt-now")


def test_a_batch_is_withdrawn_and_what_was_used_stays_used(desk, app, stored):
    codes = made(desk)
    database = app.extensions["sipas.database"]
    with database.write() as session:
        use(session, find_pass(session, database.settings, codes[0], now=clock()), today=TODAY)
    path = f"{TICKETS}/withdraw?counter=dong-hoi-1&field=ho-tich&day={ASKED['first']}"
    assert path.replace("&", "&amp;") in desk.get(TICKETS).text
    assert "Thu hồi 2 phiếu mời?" in desk.text(path)
    assert desk.post(path).status_code == 303
    assert "Đã thu hồi 2 phiếu mời." in desk.text(TICKETS)
    told = [app.test_client().get(f"/i/{code}") for code in codes]
    assert [answer.status_code for answer in told] == [410] * 3 + [200] * 3
    assert "được thay" in told[1].text and "đã được sử dụng" in told[0].text
    assert desk.get(path).status_code == 409
    with stored() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (last.act, last.object) == ("ticket.withdraw", "round:qt-now")


def test_both_databases_count_and_withdraw_a_batch_of_one_field(both):
    with both.write() as session:
        settle(session)
    begin(both)
    act = {"by": "command", "now": clock()}
    whole = {"counter": "vinh-linh-1", "days": (TODAY, TODAY)}
    with both.write() as session:
        for field, n in (("ho-tich", 3), (None, 2)):
            make_days(session, both.settings, "qt-now", field=field, n=n, **whole, **act)
        one = batch(session, "qt-now", "vinh-linh-1", "", TODAY, TODAY)
        assert (one.made, one.left) == (2, 2)
        assert withdraw_batch(session, "qt-now", one, **act) == 2
        with pytest.raises(BatchGone):
            withdraw_batch(session, "qt-now", one, **act)
    with both.read() as session:
        left = batches(session, "qt-now", areas=None, today=TODAY)
        assert [(one.field, one.withdrawn, one.left) for one in left] == [
            (None, 2, 0),
            ("ho-tich", 0, 3),
        ]
        assert batches(session, "qt-now", areas=set(), today=TODAY) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", "0"),
        ("n", "501"),
        ("n", ""),
        ("first", -1),
        ("last", 61),
        ("last", -1),
        ("last", SPAN),
        ("last", "32/13/2026"),
        ("counter", "nowhere"),
        ("counter", ""),
        ("field", "dat-dai"),
        ("field", "nothing"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_made(desk, stored, field, value):
    """Days count from today."""
    if isinstance(value, int):
        value = (TODAY + timedelta(days=value)).isoformat()
    answer = desk.post(f"{TICKETS}/new", {**ASKED, field: value})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    with stored() as session:
        assert session.scalars(select(Ticket)).first() is None


def test_codes_of_elsewhere_and_none_at_all_are_not_printed(desk):
    assert printed(desk, ["AAAABBBBCCCC"], "csv").status_code == 404
    assert printed(desk, [], "pdf").status_code == 422


def test_a_round_without_tickets_says_so_and_makes_none(desk):
    assert "không phát phiếu mời" in desk.text("/desk/rounds/qt-none/tickets")
    assert desk.get("/desk/rounds/qt-none/tickets/new").status_code == 409
    assert "/tickets" not in desk.text("/desk/rounds/qt-none")


def test_who_may_not_edit_the_round_sees_counts_of_the_own_areas_only(desk, person):
    made(desk)
    near, far = person("auditor", "18880"), person("auditor", "19363")
    page = near.text(TICKETS)
    assert "dong-hoi-1" in page and "/withdraw" not in page and "/tickets/new" not in page
    assert near.get(f"{TICKETS}/new").status_code == 403
    assert "dong-hoi-1" not in far.text(TICKETS)


def test_tickets_are_twelve_to_a_page_however_long_the_names():
    """The names of centres and counters, and what looks like Typst in them, are set as text."""
    slip = Slip(
        centre="Trung tâm Phục vụ hành chính công #panic() " * 4,
        counter="Quầy số 3 – Hộ tịch, quốc tịch, chứng thực " * 3,
        field="Bảo trợ xã hội, người có công, lao động",
        url="https://khaosat.quangtri.gov.vn/i/K7PM3XQ2ABCD",
        spoken="K7PM-3XQ2-ABCD",
        day=date(2026, 7, 10),
        until=date(2026, 7, 24),
    )
    now = datetime(2026, 7, 1, tzinfo=UTC)
    for n, wanted in ((1, 1), (12, 1), (13, 2)):
        file = sheets([slip] * n, simulated=True, now=now)
        assert len(re.findall(rb"/Type\s*/Page\b", file)) == wanted
