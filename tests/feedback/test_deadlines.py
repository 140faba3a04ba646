"""Rules of deadlines that people make: for days to come, and never for what has begun."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from survey.calendar import clock, local_day
from survey.errors import Conflict
from survey.feedback.cases import find
from survey.feedback.deadline_store import add, end
from survey.feedback.deadline_tables import DeadlineRule
from survey.feedback.deadlines import rule_for
from survey.feedback.rebuild import differences
from survey.staff.tables import AuditEvent
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.test_clock import at

TUESDAY = MONDAY.date() + timedelta(days=1)


def made(inbox, amount, *, counted="days", valid_from=TUESDAY, now=MONDAY, **named):
    with inbox.database.write() as session:
        row = DeadlineRule(
            stage="answer", amount=amount, counted=counted, source="QĐ 1/QĐ-UBND",
            valid_from=valid_from, **named,
        )  # fmt: skip
        return add(session, row, by="staff:1", now=now).id


def accepted(inbox, now, **changed):
    with inbox.database.write() as session:
        case = inbox.send(session, now=now, **changed)
        inbox.act(session, case, "accept", now=now)
        return case.id, case.due_at


def test_a_rule_holds_from_its_first_day_and_what_began_before_keeps_its_own(both):
    inbox = inbox_in(both)
    number, due = accepted(inbox, MONDAY)
    made(inbox, 5)
    assert due == at("2026-07-20", 17)
    assert accepted(inbox, at("2026-07-06", 16))[1] == at("2026-07-20", 17)
    assert accepted(inbox, at("2026-07-07", 8))[1] == at("2026-07-14", 17)
    with both.write() as session:
        assert differences(session) == []
        inbox.act(session, find(session, number), "note", now=at("2026-07-08", 8))
        assert find(session, number).due_at == at("2026-07-20", 17)


def test_a_rule_that_ended_holds_for_what_began_before_its_end_alone(inbox):
    rule = made(inbox, 5)
    assert accepted(inbox, at("2026-07-07", 8))[1] == at("2026-07-14", 17)
    with inbox.database.write() as session:
        row = session.get_one(DeadlineRule, rule)
        end(session, row, date(2026, 7, 9), by="staff:1", now=at("2026-07-08", 8))
        with pytest.raises(Conflict):
            end(session, row, date(2026, 7, 12), by="staff:1", now=at("2026-07-08", 8))
        assert differences(session) == []
    assert accepted(inbox, at("2026-07-08", 8))[1] == at("2026-07-15", 17)
    assert accepted(inbox, at("2026-07-09", 8))[1] == at("2026-07-23", 17)


def test_nobody_makes_or_ends_a_rule_for_a_day_that_has_begun(inbox):
    with pytest.raises(Conflict):
        made(inbox, 5, valid_from=MONDAY.date())
    rule = made(inbox, 5)
    with inbox.database.write() as session, pytest.raises(Conflict):
        row = session.get_one(DeadlineRule, rule)
        end(session, row, date(2026, 7, 8), by="staff:1", now=at("2026-07-08", 8))


def test_what_names_more_of_a_case_comes_first_then_the_nearest_unit(inbox):
    made(inbox, 9)
    made(inbox, 8, unit_id=inbox.province.new)
    made(inbox, 7, unit_id=inbox.province.hung)
    made(inbox, 6, topic="fees")
    made(inbox, 3, unit_id=inbox.province.son)
    case = {"kind": "report", "severity": "normal", "anonymous": True}
    with inbox.database.read() as session:

        def days(unit, topic=None, day=TUESDAY):
            rule = rule_for(session, "answer", day, unit_id=unit, topic=topic, **case)
            return rule.allowance.amount

        assert days(inbox.province.hung) == 7
        assert days(inbox.province.son) == 3
        assert days(inbox.province.new) == 8
        assert days(inbox.province.hung, "fees") == 6
        assert days(inbox.province.hung, day=MONDAY.date()) == 10
        urgent = case | {"severity": "urgent"}
        rule = rule_for(session, "answer", TUESDAY, unit_id=inbox.province.hung, **urgent)
        assert (rule.allowance.amount, rule.allowance.unit) == (4, "hours")


def filled(**changed):
    tomorrow = local_day(clock()) + timedelta(days=1)
    return {
        "stage": "answer", "amount": "7", "counted": "days", "kind": "", "topic": "",
        "severity": "", "contact": "", "valid_from": tomorrow.isoformat(),
        "source": "QĐ 12/QĐ-UBND ngày 03/6/2026", **changed,
    }  # fmt: skip


def test_a_head_makes_a_rule_for_the_own_unit_and_ends_it_and_both_are_in_the_log(inbox, desk):
    browser, path = desk("ha"), "/desk/feedback/deadlines"
    hung = str(inbox.province.hung)
    assert browser.post(path, unit=hung, **filled()).status_code == 303
    page = browser.client.get(path).get_data(as_text=True)
    assert "QĐ 12/QĐ-UBND" in page and "7 ngày làm việc" in page and "mặc định" in page
    with inbox.database.read() as session:
        row = session.scalars(select(DeadlineRule)).one()
    assert row.unit_id == inbox.province.hung
    assert browser.post(f"{path}/{row.id}/end", path).status_code == 303
    with inbox.database.read() as session:
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("deadline%")))
        assert list(acts) == ["deadline.add", "deadline.end"]
    assert desk("son").client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"valid_from": "2026-01-05"}, "Hãy chọn một ngày sau hôm nay"),
        ({"valid_from": "mai"}, "Có lỗi cần sửa"),
        ({"amount": "0"}, "Hãy nhập số từ 1 trở lên"),
        ({"amount": "1000"}, "Hãy nhập nhiều nhất là 60"),
        ({"stage": "accept"}, "tính bằng giờ"),
        ({"source": ""}, "Có lỗi cần sửa"),
        ({"unit": "1"}, "Có lỗi cần sửa"),
    ],
)
def test_a_rule_that_makes_no_sense_is_sent_back_with_a_sentence(inbox, desk, wrong, told):
    given = {"unit": str(inbox.province.hung), **filled(), **wrong}
    answer = desk("ha").post("/desk/feedback/deadlines", **given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and told in page
    with inbox.database.read() as session:
        assert session.scalars(select(DeadlineRule)).all() == []
