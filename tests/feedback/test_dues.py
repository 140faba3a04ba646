"""By when a case is accepted and answered, and what happens when nobody does anything."""

from datetime import timedelta

import pytest

from survey.feedback.cases import find
from survey.feedback.deadlines import rule_for, rules
from survey.feedback.dues import answer_by, reading_of
from survey.feedback.events import events_of
from survey.feedback.machine import CLOCKS
from survey.feedback.passing import close_answered
from survey.feedback.rebuild import differences
from survey.feedback.rules import TooLateToReopen
from survey.feedback.standing import standing
from survey.feedback.tables import KINDS, SEVERITIES
from tests.feedback.conftest import MONDAY
from tests.feedback.test_cases import to_released
from tests.feedback.test_clock import at


def now_of(session, case):
    return standing(events_of(session, [case.id])[case.id])


def test_a_new_case_is_accepted_within_eight_working_hours_and_then_answered(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        assert case.due_at == at("2026-07-07", 8, 30)
        assert answer_by(session, now_of(session, case), anonymous=True) == at("2026-07-21", 17)
        inbox.act(session, case, "accept", now=MONDAY + timedelta(hours=1))
        assert case.due_at == at("2026-07-20", 17)


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ({"kind": "suggestion"}, at("2026-07-27", 17)),
        ({"kind": "suggestion", "anonymous": False}, at("2026-07-20", 17)),
        ({"kind": "petition"}, at("2026-07-27", 17)),
        ({"severity": "complex"}, at("2026-08-03", 17)),
        ({"severity": "urgent"}, at("2026-07-06", 14)),
    ],
)
def test_kinds_and_severities_have_clocks_of_their_own(inbox, changed, due):
    with inbox.database.write() as session:
        case = inbox.send(session, **changed)
        inbox.act(session, case, "accept")
        assert case.due_at == due


def test_a_question_stops_the_clock_and_the_answer_starts_it(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        inbox.act(session, case, "ask", now=at("2026-07-07", 8), words="Quầy nào?", role="question")
        assert case.due_at is None
        shown = reading_of(session, now_of(session, case), anonymous=True, at=at("2026-07-08", 8))
        assert shown.paused
        inbox.act(
            session, case, "answer", by="sender", who="sender", now=at("2026-07-09", 8),
            words="Quầy 2", role="answer",
        )  # fmt: skip
        assert case.due_at == at("2026-07-22", 17)
        assert differences(session) == []


def test_an_answered_case_is_closed_when_it_can_no_longer_be_opened_again(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        number = case.id
    last = at("2026-07-27", 17)
    assert close_answered(inbox.database, last) == "0 answered cases closed"
    with inbox.database.write() as session, pytest.raises(TooLateToReopen):
        inbox.act(
            session, find(session, number), "reopen", by="sender", who="sender",
            now=last + timedelta(minutes=1),
        )  # fmt: skip
    assert close_answered(inbox.database, last + timedelta(minutes=1)) == "1 answered cases closed"
    with inbox.database.read() as session:
        assert find(session, number).state == "closed"


def test_every_case_has_a_rule_for_each_clock_and_each_rule_says_where_it_is_from(inbox):
    unit = inbox.province.hung
    with inbox.database.read() as session:
        for kind in KINDS:
            for severity in SEVERITIES:
                for stage in {"accept", "answer"} & set(CLOCKS.values()):
                    case = {"kind": kind, "severity": severity, "anonymous": False}
                    assert rule_for(session, stage, MONDAY.date(), unit_id=unit, **case)
    assert all(rule.source and rule.default for rule in rules())
