"""When a centre serves: read as people write it, set at the desk."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from survey.calendar import ZONE, clock, local_day
from survey.units.hours import (
    Hours,
    Unclear,
    days_off,
    days_off_text,
    hours_of,
    spans,
    spans_text,
    special_days,
    special_days_text,
    with_makeup_days,
    with_national_days,
)
from survey.units.tables import Centre
from tests.units.desk import sign_in, told

PAGE = "/desk/units/centres/tt/hours"
WEEK = {f"day{n}": "7:30-11:30, 13h30 – 17h" for n in range(1, 6)}


@pytest.fixture
def administrator(quang_tri, app):
    return sign_in(app, "administrator")


def test_times_are_read_in_the_ways_people_write_them():
    assert spans("7:30–11:30, 13h–17h30") == [["07:30", "11:30"], ["13:00", "17:30"]]
    assert spans("07:30 - 24:00") == [["07:30", "24:00"]]
    assert spans("") == []
    assert spans(spans_text(spans("7h-11h; 13h-17h"))) == [["07:00", "11:00"], ["13:00", "17:00"]]


@pytest.mark.parametrize(
    "text", ["sáng", "7:30", "11:30–7:30", "7:30–7:30", "7:60–8:00", "25:00–26:00", "24:30–25:00",
             "7:00–11:00, 10:30–12:00", "7:00–11:00, 11:00–12:00"],
)  # fmt: skip
def test_times_that_no_day_has_are_told(text):
    with pytest.raises(Unclear):
        spans(text)


def test_days_off_come_in_order_each_once_with_their_names():
    found = days_off("2/9/2026 Quốc khánh\n\n1/5/2026  Quốc tế lao động\n2/9/2026 Lễ")
    assert found == [["2026-05-01", "Quốc tế lao động"], ["2026-09-02", "Lễ"]]
    assert days_off(days_off_text(found)) == found
    for text in ("Tết", "31/2/2026 Tết", "2/9 Quốc khánh"):
        with pytest.raises(Unclear):
            days_off(text)


def test_days_off_of_the_nation_are_added_and_own_names_kept():
    own = days_off("2/9/2026 Lễ lớn\n15/3/2026 Hội làng")
    found = dict(with_national_days(own, date(2026, 4, 1)))
    assert found["2026-09-02"] == "Lễ lớn" and found["2026-03-15"] == "Hội làng"
    assert found["2027-02-08"] == "Tết Nguyên đán" and list(found) == sorted(found)
    assert "2026-02-17" not in found and not [day for day in found if day > "2027-12-31"]


def test_special_days_have_times_and_a_name_that_may_be_missing():
    found = special_days(
        "31/12/2026 7:30–11:30 Nghỉ chiều\n22/8/2026  7h30-11h30, 13:30 – 17h; 18h-19h Làm bù\n\n"
        "6/9/2026 8:00–9:00"
    )
    assert found == [
        ("2026-08-22", [["07:30", "11:30"], ["13:30", "17:00"], ["18:00", "19:00"]], "Làm bù"),
        ("2026-09-06", [["08:00", "09:00"]], ""),
        ("2026-12-31", [["07:30", "11:30"]], "Nghỉ chiều"),
    ]
    assert special_days(special_days_text(found)) == found
    for text in ("22/8/2026 Làm bù", "22/8 7:30–11:30", "22/8/2026 11:30–7:30",
                 "31/2/2026 7:30–8:00", "22/8/2026 7:30–11:30, 11:00–12:00"):  # fmt: skip
        with pytest.raises(Unclear):
            special_days(text)


def test_days_worked_in_place_of_others_have_the_hours_of_those():
    monday, friday = [["07:00", "11:00"]], [["08:00", "10:00"]]
    hours = Hours({"1": monday, "5": friday})
    since = date(2026, 1, 1)
    assert with_makeup_days(hours, since) == [
        ("2026-01-10", friday, "Làm bù 02/01/2026"),
        ("2026-08-22", monday, "Làm bù 31/8/2026"),
    ]
    own = [("2026-08-22", [["09:00", "10:00"]], "Chỉ buổi sáng")]
    off = replace(hours, days_off=[["2026-01-10", "Không làm bù"]], special_days=own)
    assert with_makeup_days(off, since) == own
    assert with_makeup_days(Hours({"2": monday}), since) == []
    assert with_makeup_days(hours, date(2026, 8, 23)) == []


def test_a_special_day_is_served_by_its_own_hours():
    hours = Hours(
        {"1": [["07:30", "11:30"]]}, special_days=[("2026-08-22", [["08:00", "09:00"]], "")]
    )
    saturday = datetime(2026, 8, 22, tzinfo=ZONE)
    assert hours.spans_on(saturday.date()) == [["08:00", "09:00"]]
    assert hours.spans_on(date(2026, 8, 24)) == [["07:30", "11:30"]]
    assert hours.spans_on(date(2026, 8, 29)) == [] and Hours().spans_on(date(2026, 8, 29)) is None
    assert hours.serves_between(saturday, saturday + timedelta(days=1))
    assert not hours.serves_between(saturday + timedelta(hours=9), saturday + timedelta(days=1))


def test_national_days_are_written_into_the_field_and_saved_by_nobody(administrator, quang_tri):
    own = "15/3/2026 Hội làng"
    page = told(administrator.post(PAGE, {**WEEK, "days_off": own, "idle": "45", "fill": "1"}), 200)
    assert "Chưa lưu" in page
    for line in days_off_text(with_national_days(days_off(own), local_day(clock()))).splitlines():
        assert line in page
    with quang_tri.read() as session:
        [code] = session.execute(_centre()).scalars()
        assert hours_of(session, code).week is None
    faulty = {**WEEK, "days_off": "Tết", "idle": "45", "fill": "1"}
    assert "“Tết” không đọc được" in told(administrator.post(PAGE, faulty), 422)


def test_a_centre_without_hours_always_serves(administrator):
    assert "Luôn mở" in administrator.text("/desk/units/centres/tt")


def test_hours_are_set_at_the_desk_and_shown_on_the_page_of_the_centre(administrator, quang_tri):
    data = {**WEEK, "day6": "7:30-11:30", "days_off": "2/9/2026 Quốc khánh", "idle": "60"}
    data["special_days"] = "22/8/2026 7:30–11:30 Làm bù"
    assert administrator.post(PAGE, data).status_code == 302
    page = administrator.text("/desk/units/centres/tt")
    assert page.count("07:30–11:30, 13:30–17:00") == 5 and "Quốc khánh" in page
    assert "22/8/2026 07:30–11:30 Làm bù" in page
    assert "07:30–11:30, 13:30–17:00" in administrator.text(PAGE)
    with quang_tri.read() as session:
        [code] = session.execute(_centre()).scalars()
        hours = hours_of(session, code)
    assert hours.idle == 60 and hours.week["7"] == []
    assert hours.told == {
        "week": hours.week,
        "days_off": [["2026-09-02", "Quốc khánh"]],
        "special_days": [["2026-08-22", [["07:30", "11:30"]], "Làm bù"]],
    }


def test_hours_that_cannot_be_read_come_back_with_the_reason(administrator, quang_tri):
    data = {"day1": "sáng đến chiều", "days_off": "Tết", "idle": "5"}
    page = told(administrator.post(PAGE, data), 422)
    for words in ("“sáng đến chiều” không đọc được", "“Tết” không đọc được", "từ 20 đến 600"):
        assert words in page
    with quang_tri.read() as session:
        [code] = session.execute(_centre()).scalars()
        assert hours_of(session, code).week is None


def test_a_day_off_has_no_hours_of_its_own(administrator, quang_tri):
    data = {**WEEK, "days_off": "2/9/2026 Lễ", "special_days": "2/9/2026 7:30–11:30", "idle": "45"}
    page = told(administrator.post(PAGE, data), 422)
    assert "02/9/2026 cũng là ngày nghỉ" in page and "2/9/2026 7:30–11:30" in page
    data["special_days"] = "2/9/2026 Làm bù"
    assert "“02/9/2026” không đọc được" in told(administrator.post(PAGE, data), 422)


def test_a_week_without_times_means_always(administrator, quang_tri):
    administrator.post(PAGE, {**WEEK, "idle": "45"})
    administrator.post(PAGE, {**dict.fromkeys(WEEK, ""), "idle": "45"})
    assert "Luôn mở" in administrator.text("/desk/units/centres/tt")


def _centre():
    return select(Centre.id).where(Centre.code == "tt")
