"""Who is told, and when, that the time of a case runs out."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from survey.feedback.cases import find
from survey.feedback.desk import views_inbox, views_notices
from survey.feedback.extending import NoSuchEnd
from survey.feedback.notices.giving import give_notices
from survey.feedback.notices.reading import told
from survey.feedback.notices.steps import Step, steps
from survey.feedback.notices.tables import Notice
from survey.staff.sessions import SignedIn
from survey.staff.tables import Grant, Staff
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.test_clock import at


def signed_in(session, inbox, login):
    staff = session.get_one(Staff, inbox.staff[login])
    grants = tuple(session.scalars(select(Grant).where(Grant.staff_id == staff.id)))
    return SignedIn(
        staff.id, staff.login, staff.name, must_change=False, has_totp=True, grants=grants,
        token="t", second_factor=True, started_at=MONDAY, seen_at=MONDAY,
    )  # fmt: skip


def told_to(inbox, login, now):
    """The steps of which somebody is told."""
    with inbox.database.read() as session:
        groups = told(session, signed_in(session, inbox, login), now=now)
        return [group.step.name for group in groups for _case in group.case_ids]


def sent(inbox, **more):
    with inbox.database.write() as session:
        return inbox.send(session, **more).id


def acted(inbox, number, act, **more):
    with inbox.database.write() as session:
        inbox.act(session, find(session, number), act, **more)


def extended(inbox, number, until, *, now):
    acted(
        inbox, number, "extend", by="ha", who="head", now=now,
        data={"until": until.astimezone(UTC).isoformat()}, words="Chờ hồ sơ", role="reason",
    )  # fmt: skip


def holding(inbox):
    """The notices that hold: steps in the order they were given."""
    query = select(Notice.step).where(Notice.ended_at.is_(None)).order_by(Notice.at, Notice.step)
    with inbox.database.read() as session:
        return list(session.scalars(query))


def test_notices_come_when_half_and_four_fifths_of_the_working_time_are_used_and_when_it_is_over(
    inbox,
):
    sent(inbox)  # to be accepted in 8 working hours, by Tuesday 8:30
    moments = [
        (at("2026-07-06", 13, 59), []),
        (at("2026-07-06", 14), ["half"]),
        (at("2026-07-06", 16, 23), ["half"]),
        (at("2026-07-06", 16, 24), ["half", "most"]),
        (at("2026-07-07", 8, 30), ["half", "most"]),
        (at("2026-07-07", 8, 31), ["half", "most", "overdue"]),
    ]
    for now, expected in moments:
        give_notices(inbox.database, now)
        assert holding(inbox) == expected


def test_a_notice_is_given_once_on_both_databases(both):
    inbox = inbox_in(both)
    sent(inbox)
    assert give_notices(both, at("2026-07-06", 14)) == "1 notices given, 0 ended"
    assert give_notices(both, at("2026-07-06", 14)) == ""
    assert give_notices(both, at("2026-07-06", 15)) == ""
    with both.read() as session:
        (notice,) = session.scalars(select(Notice))
    assert notice.at == at("2026-07-06", 14)


def test_nobody_is_told_anything_at_night_at_the_weekend_or_over_tet(inbox):
    sent(inbox, now=at("2026-02-13", 16))  # Friday; Tết until the 22nd
    for now in (at("2026-02-14", 10), at("2026-02-18", 10), at("2026-02-23", 10, 29)):
        assert give_notices(inbox.database, now) == ""
    assert give_notices(inbox.database, at("2026-02-23", 10, 30)) == "1 notices given, 0 ended"
    for number in range(10):  # late since 17:00: they hear of it in the morning
        sent(inbox, now=at("2026-07-06", 7, 30 + number))
    give_notices(inbox.database, at("2026-07-07", 11, 29))
    assert give_notices(inbox.database, at("2026-07-07", 20)) == ""
    assert give_notices(inbox.database, at("2026-07-07", 12)) == ""


def test_on_a_saturday_that_is_worked_in_place_of_a_day_off_notices_are_given(inbox):
    sent(inbox, now=at("2026-01-09", 16))
    assert give_notices(inbox.database, at("2026-01-10", 10, 30)) == "1 notices given, 0 ended"


def test_while_the_sender_is_asked_the_clock_stands_and_no_step_is_reached(inbox):
    number = sent(inbox)
    acted(inbox, number, "accept")
    acted(inbox, number, "ask", now=at("2026-07-07", 8), words="Quầy nào?", role="question")
    assert give_notices(inbox.database, at("2026-08-14", 9)) == ""
    acted(
        inbox, number, "answer", by="sender", who="sender", now=at("2026-08-17", 8),
        words="Quầy 2", role="answer",
    )  # fmt: skip
    assert give_notices(inbox.database, at("2026-08-19", 16)) == ""
    give_notices(inbox.database, at("2026-08-24", 9))
    assert holding(inbox) == ["half"]


def test_what_was_said_holds_while_a_question_waits_and_ends_with_the_answer(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        number = case.id
    give_notices(inbox.database, at("2026-07-14", 9))
    assert holding(inbox) == ["half"]
    acted(inbox, number, "ask", now=at("2026-07-14", 10), words="Quầy nào?", role="question")
    give_notices(inbox.database, at("2026-07-21", 9))
    assert holding(inbox) == ["half"]
    acted(
        inbox, number, "answer", by="sender", who="sender", now=at("2026-07-22", 8),
        words="Quầy 2", role="answer",
    )  # fmt: skip
    acted(inbox, number, "draft", words="Đã xong.", role="reply")
    acted(inbox, number, "release", by="ha", who="second")
    assert told_to(inbox, "lan", at("2026-07-22", 9)) == []
    assert give_notices(inbox.database, at("2026-07-22", 9)) == "0 notices given, 1 ended"


def test_accepting_ends_what_was_said_of_that_clock_and_undoing_it_says_it_again(inbox):
    number = sent(inbox)
    give_notices(inbox.database, at("2026-07-06", 14))
    acted(inbox, number, "accept", now=at("2026-07-06", 14, 1))
    assert give_notices(inbox.database, at("2026-07-06", 14, 2)) == "0 notices given, 1 ended"
    acted(inbox, number, "undo", now=at("2026-07-06", 14, 5))
    assert give_notices(inbox.database, at("2026-07-06", 14, 6)) == "1 notices given, 0 ended"
    assert holding(inbox) == ["half"]


def test_more_time_ends_what_was_said_of_less(inbox):
    number = sent(inbox)
    acted(inbox, number, "accept")
    give_notices(inbox.database, at("2026-07-17", 9))
    assert holding(inbox) == ["half", "most"]
    extended(inbox, number, at("2026-08-03", 17), now=at("2026-07-17", 10))
    give_notices(inbox.database, at("2026-07-17", 10))
    assert holding(inbox) == []


def test_what_is_overdue_is_given_no_more_time_and_its_notices_hold(inbox):
    number = sent(inbox)
    acted(inbox, number, "accept")
    give_notices(inbox.database, at("2026-07-21", 9))
    assert holding(inbox) == ["half", "most", "overdue"]
    with pytest.raises(NoSuchEnd):
        extended(inbox, number, at("2026-07-30", 17), now=at("2026-07-21", 10))
    give_notices(inbox.database, at("2026-07-21", 10))
    assert holding(inbox) == ["half", "most", "overdue"]


def test_an_overdue_case_goes_from_the_officer_to_the_head_and_to_the_supervisor(inbox):
    number = sent(inbox)
    lan = {"unit": inbox.province.hung, "officer": inbox.staff["lan"]}
    acted(inbox, number, "assign", by="ha", who="head", data=lan)
    late = at("2026-07-07", 8, 31)
    give_notices(inbox.database, late)
    people = ("lan", "minh", "ha", "tam", "son", "vien")
    assert {who: told_to(inbox, who, late) for who in people} == {
        "lan": ["overdue"], "minh": [], "ha": [], "tam": [], "son": [], "vien": [],
    }  # fmt: skip
    later = at("2026-07-07", 14, 30)
    give_notices(inbox.database, later)
    assert [told_to(inbox, who, later) for who in ("ha", "tam", "son")] == [["head"], [], []]
    latest = at("2026-07-09", 9, 30)
    give_notices(inbox.database, latest)
    assert [told_to(inbox, who, latest) for who in ("lan", "ha", "tam", "son")] == [
        ["overdue"], ["head"], ["above"], [],
    ]  # fmt: skip


def test_a_case_that_nobody_has_is_told_to_the_whole_unit_then_to_whoever_gets_it(inbox):
    number = sent(inbox)
    now = at("2026-07-06", 14)
    give_notices(inbox.database, now)
    people = ("lan", "minh", "ha", "son", "tam")
    assert [len(told_to(inbox, who, now)) for who in people] == [1, 1, 1, 0, 0]
    for login in ("lan", "minh"):
        given = {"unit": inbox.province.hung, "officer": inbox.staff[login]}
        acted(inbox, number, "assign", by="ha", who="head", data=given)
        people = ("lan", "minh", "ha")
        assert [who for who in people if told_to(inbox, who, now)] == [login]
    assert give_notices(inbox.database, now) == ""


def test_the_page_shows_what_is_new_until_it_is_marked_as_read(inbox, desk, monkeypatch):
    first, second = at("2026-07-06", 14), at("2026-07-06", 15)
    number = sent(inbox)
    give_notices(inbox.database, first)
    moment = first

    def now():
        return moment

    for module in (views_notices, views_inbox):
        monkeypatch.setattr(module, "clock", now)
    browser, path = desk("lan"), "/desk/feedback/notices"
    page = browser.client.get(path).get_data(as_text=True)
    assert f"/desk/feedback/{number}" in page and "Đã dùng 50% thời gian làm việc" in page
    assert "1 mới" in browser.client.get("/desk/feedback").get_data(as_text=True)
    moment = second
    sent(inbox, now=MONDAY + timedelta(minutes=30))
    give_notices(inbox.database, second)
    assert browser.post(f"{path}/read", path, up_to=first.isoformat()).status_code == 303
    page = browser.client.get(path).get_data(as_text=True)
    assert "Đánh dấu 1 thông báo mới là đã đọc" in page
    browser.post(f"{path}/read", path, up_to="khi nào đó")
    page = browser.client.get(path).get_data(as_text=True)
    assert "là đã đọc" not in page and f"/desk/feedback/{number}" in page


def test_the_page_of_who_has_nothing_to_hear_says_so(inbox, desk):
    page = desk("son").client.get("/desk/feedback/notices").get_data(as_text=True)
    assert "Không có việc nào quá hạn" in page


def test_the_steps_are_data_and_each_is_marked_as_our_default():
    assert [step.name for step in steps()] == ["half", "most", "overdue", "head", "above"]
    assert all(step.default and step.source for step in steps())
    with pytest.raises(ValueError, match="not a step"):
        Step("half", "mayor", "", used=0.5)
