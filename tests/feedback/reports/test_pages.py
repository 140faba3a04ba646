"""The figures of the inbox at the desk: of one's own areas, by period, as files."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest

from survey.calendar import clock
from survey.feedback.reports.periods import holding
from survey.site import set_site_value
from survey.staff.tables import Staff
from survey.units.tables import Area
from tests.feedback.conftest import inbox_in
from tests.feedback.sender import shown
from tests.feedback.test_cases import to_released
from tests.staff.conftest import Desk, person

PATH = "/desk/feedback/report"
FORMULA = "=HYPERLINK(http://x)"


@pytest.fixture
def house(app, kept):
    """Cases of last month in two communes, one of which has a name that a spreadsheet would run."""
    inbox = inbox_in(kept)
    first = holding(clock().date(), "month").begins
    then = first - timedelta(days=10)
    with kept.write() as session:
        set_site_value(session, "simulated", "yes")
        inbox.staff["an"] = person(session, "an", ("analyst", None)).id
        session.get_one(Area, inbox.province.son).name = FORMULA
        for area, count in ((inbox.province.hung, 6), (inbox.province.son, 2)):
            for _ in range(count):
                case = inbox.send(session, area_id=area, now=then)
                inbox.act(session, case, "classify", data={"topic": "waiting"}, now=then)
        to_released(inbox, session, case)  # by a clock that was months behind
    inbox.month = holding(then.date(), "month")
    inbox.app = app
    return inbox


def desk(house, login):
    with house.database.read() as session:
        staff = session.get_one(Staff, house.staff[login])
    return Desk(house.app, house.database).enter(staff).client


def rows(client, **args):
    file = client.get(f"{PATH}.csv", query_string=args)
    assert file.status_code == 200 and file.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"))))


def test_the_last_whole_month_is_shown_by_unit(house):
    page = desk(house, "tam").get(PATH)
    assert page.status_code == 200
    for words in (f"Tháng {house.month.number}/", "Xã Hưng Thịnh", "=HYPERLINK", "Kaplan–Meier"):
        assert words in shown(page)
    picture = desk(house, "tam").get(f"{PATH}/picture")
    assert (picture.mimetype, picture.data[:5]) == ("image/svg+xml", b"<?xml")


def test_each_sees_the_units_of_their_own_areas(house):
    units = {login: [row["unit"] for row in rows(desk(house, login))] for login in ("lan", "an")}
    assert units["lan"] == ["Tất cả", "Xã Hưng Thịnh"]
    assert units["an"] == ["Tất cả", "Xã Hưng Thịnh", f"'{FORMULA}"]
    other = rows(desk(house, "lan"), unit=str(house.province.son))
    assert [row["unit"] for row in other] == units["lan"]
    assert desk(house, "vien").get(PATH).status_code == 403


def test_a_file_has_every_figure_and_no_formula(house):
    whole, hung, son = rows(desk(house, "an"))
    assert (whole["received"], hung["received"], son["received"]) == ("8", "6", "2")
    assert (whole["answered"], whole["open"], son["answer_hours_median"]) == ("1", "7", "")
    book = openpyxl.load_workbook(BytesIO(desk(house, "an").get(f"{PATH}.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert f"'{FORMULA}" in [cell.value for cell in cells]


@pytest.mark.parametrize(
    ("by", "name"),
    [("topic", "Chờ đợi lâu"), ("channel", "Trên trang web"), ("kind", "Phản ánh")],
)
def test_rows_may_be_topics_ways_in_and_kinds(house, by, name):
    assert name in rows(desk(house, "an"), by=by)[1][by]


def test_rows_may_be_months_of_a_year(house):
    year = holding(house.month.first, "year")
    found = rows(desk(house, "an"), by="month", period=year.key)
    assert [row["month"] for row in found] == [
        "Tất cả",
        f"Tháng {house.month.number}/{house.month.year}",
    ]


def test_what_is_not_a_period_falls_back_and_what_is_empty_says_so(house):
    client = desk(house, "an")
    for odd in ("2026-13", "1999", "x", ""):
        assert len(rows(client, period=odd, by="x", unit="-1")) == 3
    now = holding(clock().date(), "month")
    page = client.get(PATH, query_string={"period": now.key})
    assert page.status_code == 200 and "Không có" in shown(page)
    assert client.get(f"{PATH}.csv", query_string={"period": now.key}).status_code == 409


def test_a_chart_is_downloaded_as_picture(house):
    client = desk(house, "an")
    assert client.get(f"{PATH}.png").data.startswith(b"\x89PNG")
    assert "Dữ liệu mô phỏng" in client.get(f"{PATH}.svg").text
