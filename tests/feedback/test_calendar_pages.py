"""The page of a unit's calendar: looked at, changed after a page of what moves, and refused."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select

from survey.calendar import clock, local_day
from survey.cli import cli
from survey.feedback.cases import find
from survey.feedback.day_tables import UnitDay
from survey.feedback.desk.months import Wanted, wanted
from survey.feedback.hours import hours_of
from survey.feedback.own_days import days_of_units
from survey.feedback.rebuild import differences
from survey.feedback.tables import Case

NAME = "Nghỉ lễ hội đền Hùng Thịnh"


@pytest.fixture
def pages(inbox):
    class Pages:
        """Addresses of calendars, and a case whose date runs over the next worked days."""

        hung = f"/desk/feedback/calendar/{inbox.province.hung}"
        new = f"/desk/feedback/calendar/{inbox.province.new}"

        def __init__(self):
            now = clock() - timedelta(days=3)
            with inbox.database.write() as session:
                case = inbox.send(session, now=now)
                inbox.act(session, case, "accept", now=now)
                self.case, self.before = case.id, case.due_at
                hours, day = hours_of(session, inbox.province.hung), local_day(clock())
                day += timedelta(days=1)
                while not hours.spans(day):
                    day += timedelta(days=1)
            self.day = day

        def filled(self, **changed):
            return {
                "kind": "off", "first": self.day.isoformat(), "last": "", "stands_for": "1",
                "name": NAME, "reason": "TB 12/TB-UBND ngày 03/6/2026", **changed,
            }  # fmt: skip

        def month(self):
            return f"{self.hung}?month={self.day:%Y-%m}"

        def rows(self):
            with inbox.database.read() as session:
                return session.scalars(select(UnitDay).order_by(UnitDay.day)).all()

        def due(self):
            with inbox.database.read() as session:
                assert differences(session) == []
                return find(session, self.case).due_at

    return Pages()


def text(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_a_head_looks_then_adds_a_day_and_takes_it_out_again(pages, desk):
    browser = desk("ha")
    page = text(browser.post(pages.hung, **pages.filled()))
    assert "Thời hạn của 1 phiếu đang xử lý thay đổi: 1 muộn hơn, 0 sớm hơn." in page
    assert (pages.rows(), pages.due()) == ([], pages.before)
    answer = browser.post(pages.hung, **pages.filled(sure="yes"))
    assert (answer.status_code, answer.location) == (303, pages.month())
    page = text(browser.client.get(answer.location))
    assert "Đã đổi lịch. Thời hạn của 1 phiếu" in page and NAME in page
    assert "Xã Hưng Thịnh" in page and "TB 12/TB-UBND" in page
    assert pages.due() > pages.before
    (row,) = pages.rows()
    out = f"/desk/feedback/calendar/days/{row.id}"
    assert "0 muộn hơn, 1 sớm hơn" in text(browser.client.get(out))
    assert browser.post(out, sure="yes").status_code == 303
    assert (pages.rows(), pages.due()) == ([], pages.before)
    assert "không có ngày nào khác" in text(browser.client.get(f"{pages.hung}?month=2027-03"))


def test_a_supervisor_adds_days_for_all_units_below_and_a_head_cannot_touch_them(pages, desk):
    browser, head = desk("tam"), desk("ha")
    filled = pages.filled(last=(pages.day + timedelta(days=1)).isoformat(), sure="yes")
    assert browser.post(pages.new, **filled).status_code == 303
    assert len(pages.rows()) == 2 and pages.due() > pages.before
    page = text(head.client.get(pages.month()))
    assert NAME in page and "Tỉnh Quảng Trị" in page and "/calendar/days/" not in page
    assert head.client.get(pages.new).status_code == 404
    out = f"/desk/feedback/calendar/days/{pages.rows()[0].id}"
    assert head.client.get(out).status_code == 404
    assert desk("lan").client.get(pages.hung).status_code == 403


def test_an_extra_working_day_has_the_hours_of_the_weekday_that_it_stands_for(pages, desk, inbox):
    sunday = pages.day + timedelta(days=7 - pages.day.isoweekday() or 7)
    browser = desk("ha")
    given = pages.filled(kind="work", first=sunday.isoformat(), stands_for="7", sure="yes")
    assert "không làm việc vào thứ ấy" in text(browser.post(pages.hung, **given), 422)
    given["stands_for"] = "4"
    assert browser.post(pages.hung, **given).status_code == 303
    page = text(browser.client.get(f"{pages.hung}?month={sunday:%Y-%m}"))
    assert "Ngày làm việc" in page and "07:30–11:30, 13:30–17:00" in page
    with inbox.database.read() as session:
        own = days_of_units(session, [inbox.province.hung])[inbox.province.hung]
        assert own[sunday].told.stands_for.isoweekday() == 4


def test_the_way_in_leads_to_ones_own_unit(pages, desk):
    answer = desk("ha").client.get("/desk/feedback/calendar")
    assert (answer.status_code, answer.location) == (302, pages.hung)
    page = text(desk("ha").client.get("/desk/feedback/deadlines"))
    assert "/desk/feedback/calendar" in page and "Lịch làm việc" in page


def test_a_year_is_shown_with_the_days_of_the_nation(pages, desk):
    page = text(desk("ha").client.get(f"{pages.hung}?month=2026"))
    assert page.count("<table") == 12
    for told in ("Giỗ Tổ Hùng Vương", "Làm bù cho ngày 31/8/2026", "cả nước", "Tuần thường"):
        assert told in page, told
    assert "không có ngày nào khác" in text(desk("ha").client.get(f"{pages.hung}?month=2027-03"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"first": "2026-01-05"}, "Hãy chọn một ngày sau hôm nay"),
        ({"first": "mai"}, "Có lỗi cần sửa"),
        ({"first": ""}, "Có lỗi cần sửa"),
        ({"first": "2999-01-05"}, "trong vòng hai năm tới"),
        ({"last": "2026-01-05"}, "Ngày cuối cùng trước ngày đầu tiên"),
        ({"last": "2999-01-05"}, "nhiều nhất 31 ngày"),
        ({"name": ""}, "Có lỗi cần sửa"),
        ({"name": "x" * 81}, "80 ký tự"),
        ({"reason": ""}, "Có lỗi cần sửa"),
        ({"reason": "Gọi anh Hùng 0912 345 678"}, "số điện thoại"),
        ({"kind": "half"}, "Có lỗi cần sửa"),
    ],
)
def test_what_makes_no_sense_is_sent_back_with_a_sentence(pages, desk, wrong, told):
    for sure in ({}, {"sure": "yes"}):
        page = text(desk("ha").post(pages.hung, **pages.filled(**wrong, **sure)), 422)
        assert told in page
    assert pages.rows() == []


def test_a_day_that_is_there_already_is_told_at_its_field_with_what_was_typed(pages, desk):
    browser = desk("ha")
    browser.post(pages.hung, **pages.filled(sure="yes"))
    for sure in ({}, {"sure": "yes"}):
        page = text(browser.post(pages.hung, **pages.filled(name="Nghỉ bù", **sure)), 409)
        assert "Đơn vị này đã quy định riêng ngày đó" in page and "Nghỉ bù" in page


def test_cases_that_one_may_not_see_yet_are_not_counted(pages, desk, inbox):
    with inbox.database.write() as session:
        for case in session.scalars(select(Case)):
            case.shown_at = clock() + timedelta(days=1)
    assert "Không có phiếu đang xử lý nào" in text(desk("ha").post(pages.hung, **pages.filled()))
    assert "Thời hạn của 1 phiếu" in text(desk("tam").post(pages.new, **pages.filled()))


def test_rebuild_finds_nothing_to_mend_after_a_change(pages, desk, inbox, monkeypatch):
    desk("ha").post(pages.hung, **pages.filled(sure="yes"))
    monkeypatch.setenv("SIPAS_DATABASE", inbox.database.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(inbox.database.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(inbox.database.settings.secret_file))
    ran = CliRunner().invoke(cli, ["feedback", "rebuild", "--check"])
    assert (ran.exit_code, ran.output.strip()) == (0, "0 columns differ")


def test_the_page_asks_few_questions(pages, desk):
    browser, asked = desk("tam"), []
    browser.post(pages.new, **pages.filled(sure="yes"))
    engine = browser.app.extensions["sipas.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    text(browser.client.get(f"{pages.new}?month=2026"))
    assert len(asked) <= 20, "\n\n".join(asked)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-12", Wanted(2026, 12)),
        ("2026", Wanted(2026, None)),
        ("2026-13", Wanted(2026, 11)),
        ("1066-01", Wanted(2026, 11)),
        ("٢٠٢٦", Wanted(2026, 11)),
        ("x", Wanted(2026, 11)),
        ("", Wanted(2026, 11)),
    ],
)
def test_an_address_names_a_month_or_a_year_or_today_is_shown(written, found):
    today = clock().date().replace(year=2026, month=11, day=1)
    assert wanted(written, today) == found


def test_months_and_years_go_on_over_the_turn_of_the_year():
    assert Wanted(2026, 12).moved(1) == Wanted(2027, 1)
    assert Wanted(2027, 1).moved(-1) == Wanted(2026, 12)
    assert Wanted(2026, None).moved(1).key == "2027"
