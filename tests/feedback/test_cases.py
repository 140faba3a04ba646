"""A case goes its ways, and its events say all that its columns hold."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from survey.database.migrate import downgrade, upgrade
from survey.errors import Conflict
from survey.feedback.access import sees
from survey.feedback.cases import ChangedSince, NotYours
from survey.feedback.events import events_of
from survey.feedback.machine import ActNotPossible
from survey.feedback.rebuild import broken, differences
from survey.feedback.rules import AnotherOfficer, NothingToUndo, OnceOnly, SecondPerson, shown_from
from survey.feedback.tables import Case, CaseText, Event
from survey.feedback.texts import original
from survey.staff.sessions import signed_in, start
from tests.feedback.conftest import MONDAY


def to_released(inbox, session, case):
    for act in ("accept", "begin"):
        inbox.act(session, case, act)
    inbox.act(session, case, "draft", words="Hồ sơ đã trả ngày 10.", role="reply")
    inbox.act(session, case, "release", by="ha", who="second")


def test_a_case_is_accepted_worked_on_answered_and_closed(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        inbox.act(session, case, "close", by="system", who="system")
        assert (case.state, case.version) == ("closed", 6)
        acts = [event.act for event in events_of(session, [case.id])[case.id]]
        assert acts == ["receive", "accept", "begin", "draft", "release", "close"]
        assert differences(session) == []
        assert broken(session) == []


def test_a_form_sent_twice_is_one_case(inbox_on_both):
    form = uuid4()
    with inbox_on_both.database.write() as session:
        first = inbox_on_both.send(session, form_id=form)
        again = inbox_on_both.send(session, form_id=form, now=MONDAY + timedelta(minutes=1))
        assert first.id == again.id
        assert len(session.scalars(select(Event)).all()) == 1


def test_events_hold_no_words(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session, words="Bà Nguyễn Thị Canary gọi 0912345678")
        event = session.scalars(select(Event)).one()
        text = session.scalars(select(CaseText)).one()
        assert "Canary" not in str(event.data)
        assert "Canary" not in text.sealed
        assert original(session, text).startswith("Bà Nguyễn")
        assert case.number.startswith("PA-")


def test_who_acts_on_an_older_state_is_told(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept", version=1)
        with pytest.raises(ChangedSince):
            inbox.act(session, case, "begin", by="minh", version=1)


def test_an_act_that_the_state_has_not_is_refused(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        with pytest.raises(ActNotPossible):
            inbox.act(session, case, "release", by="ha", who="second")
        with pytest.raises(NotYours):
            inbox.act(session, case, "accept", by="sender", who="sender")


def test_a_reply_is_released_by_a_second_person(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "begin" if case.state == "accepted" else "accept")
        inbox.act(session, case, "draft", by="ha", words="Đã xong.", role="reply")
        with pytest.raises(SecondPerson):
            inbox.act(session, case, "release", by="ha", who="second")
        inbox.act(session, case, "return", by="tam", who="second", words="Chưa rõ.", role="note")
        assert case.state == "in-work"


def test_a_case_is_opened_again_once_and_by_another_officer(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        inbox.act(
            session, case, "reopen", by="sender", who="sender", words="Chưa rõ", role="reason"
        )
        assert (case.state, case.officer_id, case.answered_at) == ("reopened", None, None)
        with pytest.raises(AnotherOfficer):
            inbox.act(session, case, "begin", by="lan")
        inbox.act(session, case, "begin", by="minh")
        inbox.act(session, case, "draft", by="minh", words="Đã làm lại.", role="reply")
        inbox.act(session, case, "release", by="ha", who="second")
        with pytest.raises(OnceOnly):
            inbox.act(session, case, "reopen", by="sender", who="sender")


def test_ones_own_latest_act_is_undone_for_some_minutes(inbox):
    soon, late = MONDAY + timedelta(minutes=5), MONDAY + timedelta(minutes=11)
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        inbox.act(session, case, "refuse", words="Không rõ nội dung", role="reason")
        for who, when in (("minh", soon), ("lan", late)):
            with pytest.raises(NothingToUndo):
                inbox.act(session, case, "undo", by=who, now=when)
        inbox.act(session, case, "undo", now=soon)
        assert (case.state, case.closed_at) == ("accepted", None)
        assert differences(session) == []


def test_a_merge_is_taken_back_to_where_the_case_was(inbox):
    with inbox.database.write() as session:
        first, second = inbox.send(session), inbox.send(session)
        inbox.act(session, second, "accept")
        inbox.act(session, second, "merge", data={"into": first.id})
        assert (second.state, second.merged_into) == ("merged", first.id)
        inbox.act(session, second, "unmerge", by="minh")
        assert (second.state, second.merged_into) == ("accepted", None)
        assert differences(session) == []


def test_an_altered_event_and_one_cut_off_are_found(inbox):
    with inbox.database.write() as session:
        first, second = inbox.send(session), inbox.send(session)
        for case in (first, second):
            inbox.act(session, case, "accept")
        session.execute(
            update(Event).where(Event.case_id == first.id, Event.seq == 1).values(actor="x")
        )
        last = select(Event).where(Event.case_id == second.id, Event.seq == 2)
        session.delete(session.scalars(last).one())
        session.flush()
        session.expire_all()
        assert broken(session) == [(first.number, 1), (second.number, 2)]


def test_a_derived_column_that_was_altered_is_found_and_mended(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        session.execute(update(Case).values(state="closed"))
        session.expire_all()
        assert [(d.column, d.right) for d in differences(session, mend=True)] == [("state", "new")]
        assert case.state == "new"


def test_the_unit_it_is_about_sees_a_case_with_the_others_of_its_half_day(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session, now=MONDAY)
        shown = shown_from(MONDAY)
        assert shown == MONDAY.replace(hour=13, minute=30)
        seen = {}
        for login, at in (("lan", MONDAY), ("lan", shown), ("tam", MONDAY), ("son", shown)):
            token = start(session, inbox.staff[login], browser="", second_factor=True, now=at)
            staff = signed_in(session, token, now=at)
            seen[login, at] = sees(session, staff, case, now=at)
        assert list(seen.values()) == [False, True, True, False]


def test_a_sealed_denunciation_is_seen_by_its_receiver_alone(inbox):
    later = MONDAY + timedelta(days=1)
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "seal", data={"receiver": inbox.staff["tam"]})
        seen = []
        for login in ("lan", "ha", "tam"):
            token = start(session, inbox.staff[login], browser="", second_factor=True, now=later)
            seen.append(sees(session, signed_in(session, token, now=later), case, now=later))
        assert seen == [False, False, True]


def test_refusals_are_conflicts_with_words():
    for error in (OnceOnly, SecondPerson, AnotherOfficer, NothingToUndo, ChangedSince, NotYours):
        assert issubclass(error, Conflict)


def test_the_first_answer_is_remembered_when_a_case_is_opened_again(inbox_on_both):
    inbox, day = inbox_on_both, timedelta(days=1)
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        inbox.act(session, case, "ask", words="Ngày nào?", role="question", now=MONDAY + day)
        assert case.pauses == [["2026-07-07T01:00:00+00:00", None]]
        inbox.act(session, case, "answer", by="sender", who="sender", now=MONDAY + 2 * day)
        inbox.act(session, case, "draft", words="Đã trả.", role="reply")
        inbox.act(session, case, "release", by="ha", who="second", now=MONDAY + 3 * day)
        said = {"answered": "no", "satisfied": "2"}
        inbox.act(session, case, "rate", by="sender", who="sender", data=said)
        inbox.act(session, case, "reopen", by="sender", who="sender", now=MONDAY + 4 * day)
        inbox.act(session, case, "begin", by="minh")
        inbox.act(session, case, "draft", by="minh", words="Đã xong.", role="reply")
        inbox.act(session, case, "release", by="ha", who="second", now=MONDAY + 9 * day)
        assert (case.first_answered_at, case.answered_at) == (MONDAY + 3 * day, MONDAY + 9 * day)
        assert case.pauses == [["2026-07-07T01:00:00+00:00", "2026-07-08T01:00:00+00:00"]]
        assert (case.satisfied, differences(session)) == (2, [])


def test_cases_survive_a_step_back_of_the_tables_and_forward_again(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        to_released(inbox, session, inbox.send(session))
    downgrade(inbox.database, "0009")
    upgrade(inbox.database)
    with inbox.database.write() as session:
        told = {one.column for one in differences(session, mend=True)}
        assert "first_answered_at" in told
        assert differences(session) == []
