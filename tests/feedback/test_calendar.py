"""A unit's own days: whose holds, what they do to deadlines, and that a day that began stays."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from survey.calendar import ZONE
from survey.feedback.cases import find
from survey.feedback.day_store import (
    MOST,
    DayHasBegun,
    DayTaken,
    TooManyDays,
    foreseen,
    make,
)
from survey.feedback.day_tables import UnitDay
from survey.feedback.hours import hours_of, hours_of_units
from survey.feedback.new_hours import follow_new_hours
from survey.feedback.own_days import Change
from survey.feedback.rebuild import differences
from survey.staff.tables import AuditEvent
from survey.units.hours import Hours, set_hours
from survey.units.tables import Centre
from tests.feedback.conftest import MONDAY, inbox_in, place_in
from tests.feedback.test_cases import to_released
from tests.feedback.test_clock import at

WEEK = {str(day): [["08:00", "12:00"]] for day in range(1, 7)}
FRIDAY, SATURDAY = date(2026, 7, 10), date(2026, 7, 11)
MORNING, WHOLE = ((480, 720),), ((450, 690), (810, 1020))


@pytest.fixture
def statements():
    """What a database is asked meanwhile."""

    @contextmanager
    def listening(database):
        asked = []

        def note(*given):
            asked.extend([given[2]] if given[2] != "BEGIN" else [])

        event.listen(database.engine, "before_cursor_execute", note)
        yield asked
        event.remove(database.engine, "before_cursor_execute", note)

    return listening


def day(unit_id, on, stands_for=None):
    return UnitDay(
        unit_id=unit_id, day=on, stands_for=stands_for, name="Lễ hội", reason="TB 1/TB-UBND"
    )


def changed(inbox, unit_id, *added, removed=(), now=MONDAY):
    """The columns that a change altered, by the number of the case."""
    rows = tuple(day(unit_id, *((one,) if isinstance(one, date) else one)) for one in added)
    with inbox.database.write() as session:
        change = Change(unit_id, rows, frozenset(removed))
        found = make(session, change, by="staff:1", now=now)
        assert differences(session) == []
    return {(one.case_id, one.column): one.right for one in found}


def accepted(inbox, *, now=MONDAY, **named):
    with inbox.database.write() as session:
        case = inbox.send(session, now=now, **named)
        inbox.act(session, case, "accept", now=now)
        return case.id


def due(inbox, case_id):
    with inbox.database.read() as session:
        return find(session, case_id).due_at


def test_the_nation_then_the_centre_then_units_from_the_top_and_the_unit_itself_last(both):
    inbox = inbox_in(both)
    place_in(inbox)
    hung, son, new = inbox.province.hung, inbox.province.son, inbox.province.new
    holiday, meeting = date(2026, 9, 2), date(2026, 9, 8)
    with both.write() as session:
        centre = session.scalars(select(Centre)).one()
        special = [("2026-09-12", [["07:30", "09:30"]], "Làm bù")]
        set_hours(session, centre.id, Hours(WEEK, [["2026-09-08", "Họp"]], special_days=special))

    def worked(unit, on):
        with both.read() as session:
            return hours_of(session, unit).spans(on)

    assert worked(hung, holiday) == worked(son, holiday) == ()
    assert (worked(hung, meeting), worked(son, meeting)) == ((), WHOLE)
    saturday = date(2026, 9, 12)
    assert (worked(hung, saturday), worked(son, saturday)) == (((450, 570),), ())
    changed(inbox, new, (holiday, 3), (meeting, 2))
    assert (worked(hung, holiday), worked(son, holiday)) == (MORNING, WHOLE)
    assert (worked(hung, meeting), worked(son, meeting)) == (MORNING, WHOLE)
    changed(inbox, hung, meeting)
    assert (worked(hung, meeting), worked(son, meeting), worked(new, meeting)) == ((), WHOLE, WHOLE)
    changed(inbox, new, removed=[meeting])
    assert (worked(hung, meeting), worked(son, meeting)) == ((), WHOLE)
    changed(inbox, hung, removed=[meeting])
    assert worked(hung, meeting) == ()
    changed(inbox, new, removed=[holiday])
    assert worked(son, holiday) == ()


def test_a_day_off_and_a_working_day_move_what_runs_in_the_unit_and_below_alone(both):
    inbox = inbox_in(both)
    hung, son, new = inbox.province.hung, inbox.province.son, inbox.province.new
    case, other = accepted(inbox), accepted(inbox, area_id=son)
    assert due(inbox, case) == due(inbox, other) == at("2026-07-20", 17)
    assert changed(inbox, hung, FRIDAY) == {(case, "due_at"): at("2026-07-21", 17)}
    assert set(changed(inbox, new, date(2026, 7, 13))) == {(case, "due_at"), (other, "due_at")}
    assert (due(inbox, case), due(inbox, other)) == (at("2026-07-22", 17), at("2026-07-21", 17))
    assert changed(inbox, hung, (SATURDAY, 1)) == {(case, "due_at"): at("2026-07-21", 17)}
    changed(inbox, hung, removed=[FRIDAY, SATURDAY])
    assert due(inbox, case) == at("2026-07-21", 17)
    assert changed(inbox, hung, date(2026, 7, 24)) == {}


def test_new_hours_of_a_centre_move_what_runs_in_its_unit_alone(both):
    inbox = inbox_in(both)
    place_in(inbox)
    case, other = accepted(inbox), accepted(inbox, area_id=inbox.province.son)
    before = due(inbox, case)
    assert follow_new_hours(both, MONDAY) == ""

    def centre_serves(*days_off):
        with both.write() as session:
            [centre] = session.scalars(select(Centre))
            week = {str(n): [["07:30", "11:30"], ["13:30", "17:00"]] for n in range(1, 6)}
            set_hours(session, centre.id, Hours(week, [[str(one), "Họp"] for one in days_off]))

    centre_serves(FRIDAY)
    with both.read() as session:
        assert {one.case_id for one in differences(session)} == {case}
    assert follow_new_hours(both, MONDAY) == "hours of 1 centres, other dates in 1 cases"
    assert (before, due(inbox, other)) == (at("2026-07-20", 17), at("2026-07-20", 17))
    assert due(inbox, case) == at("2026-07-21", 17)
    with both.read() as session:
        assert differences(session) == []
    assert follow_new_hours(both, MONDAY) == ""
    centre_serves()
    assert follow_new_hours(both, at("2026-07-22", 8)).endswith("other dates in 0 cases")
    assert due(inbox, case) == at("2026-07-21", 17)


def test_what_waits_to_be_accepted_or_was_given_more_time_goes_by_the_new_calendar_too(inbox):
    hung = inbox.province.hung
    with inbox.database.write() as session:
        waiting = inbox.send(session).id
    extended = accepted(inbox)
    with inbox.database.write() as session:
        inbox.act(
            session, find(session, extended), "extend", by="ha", who="head", words="Chờ Sở.",
            role="reason", data={"until": at("2026-07-21", 17).isoformat()},
        )  # fmt: skip
    tuesday = MONDAY.date() + timedelta(days=1)
    assert changed(inbox, hung, tuesday) == {(waiting, "due_at"): at("2026-07-08", 8, 30)}
    assert due(inbox, extended) == at("2026-07-21", 17)
    assert changed(inbox, hung, FRIDAY) == {(extended, "due_at"): at("2026-07-22", 17)}


def test_a_clock_that_stands_goes_on_by_the_new_calendar(inbox):
    case_id = accepted(inbox)
    with inbox.database.write() as session:
        case = find(session, case_id)
        inbox.act(session, case, "ask", now=at("2026-07-07", 8), words="Quầy nào?", role="question")
    assert changed(inbox, inbox.province.hung, FRIDAY, now=at("2026-07-07", 9)) == {}
    with inbox.database.write() as session:
        inbox.act(
            session, find(session, case_id), "answer", by="sender", who="sender",
            now=at("2026-07-09", 8), words="Quầy 2", role="answer",
        )  # fmt: skip
    assert due(inbox, case_id) == at("2026-07-23", 17)


def test_an_answer_already_given_stays_in_time_and_its_columns_follow(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        given, limit = case.first_answered_at, case.first_due_at
        number = case.id
    assert limit == at("2026-07-20", 17)
    later = changed(inbox, inbox.province.hung, FRIDAY)
    assert later == {(number, "first_due_at"): at("2026-07-21", 17)}
    every = [FRIDAY + timedelta(days=n) for n in range(1, 9)]
    changed(inbox, inbox.province.hung, *[(one, 1) for one in every])
    with inbox.database.read() as session:
        assert given < find(session, number).first_due_at < at("2026-07-18", 18)


def test_the_first_answer_of_a_case_that_went_elsewhere_is_judged_by_the_unit_that_gave_it(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        inbox.act(session, case, "reopen", by="sender", who="sender")
        given = {"unit": inbox.province.son, "officer": inbox.staff["son"]}
        inbox.act(session, case, "assign", by="tam", who="head", data=given)
        number = case.id
    assert set(changed(inbox, inbox.province.hung, FRIDAY)) == {(number, "first_due_at")}
    assert set(changed(inbox, inbox.province.son, FRIDAY)) == {(number, "due_at")}


def test_what_is_foreseen_is_what_happens_and_nothing_is_kept_of_it(both):
    inbox = inbox_in(both)
    accepted(inbox)
    accepted(inbox, kind="suggestion")
    rows = (day(inbox.province.new, FRIDAY),)
    with both.read() as session:
        before = hours_of(session, inbox.province.hung)
        told = foreseen(session, Change(inbox.province.new, rows), now=MONDAY)
        assert hours_of(session, inbox.province.hung) == before
        assert session.scalars(select(UnitDay)).all() == []
        assert differences(session) == []
    assert {(one.case_id, one.column): one.right for one in told} == changed(
        inbox, inbox.province.new, FRIDAY
    )
    assert len(told) == 2


def test_a_day_that_has_begun_stays_as_it_is(inbox):
    hung = inbox.province.hung
    for begun in (MONDAY.date(), MONDAY.date() - timedelta(days=3)):
        with pytest.raises(DayHasBegun):
            changed(inbox, hung, begun)
    changed(inbox, hung, FRIDAY)
    with pytest.raises(DayHasBegun):
        changed(inbox, hung, removed=[FRIDAY], now=datetime(2026, 7, 10, 0, 0, tzinfo=ZONE))
    changed(inbox, hung, removed=[FRIDAY], now=datetime(2026, 7, 9, 23, 59, tzinfo=ZONE))


def test_a_unit_has_one_day_on_a_day_and_not_a_year_without_work(inbox):
    hung = inbox.province.hung
    changed(inbox, hung, FRIDAY)
    with pytest.raises(DayTaken):
        changed(inbox, hung, (FRIDAY, 1))
    changed(inbox, hung, (FRIDAY, 1), removed=[FRIDAY])
    with pytest.raises(TooManyDays):
        changed(inbox, hung, *(FRIDAY + timedelta(days=n) for n in range(1, MOST + 1)))


def test_both_are_in_the_audit_chain_without_the_words(inbox):
    changed(inbox, inbox.province.hung, FRIDAY)
    changed(inbox, inbox.province.hung, removed=[FRIDAY])
    with inbox.database.read() as session:
        acts = session.scalars(select(AuditEvent).where(AuditEvent.act.like("calendar%"))).all()
    assert [one.act for one in acts] == ["calendar.add", "calendar.remove"]
    assert {one.object for one in acts} == {f"area:{inbox.province.hung}"}


def test_calendars_of_many_units_take_two_statements_and_none_again(inbox, statements):
    units = [inbox.province.hung, inbox.province.son, inbox.province.new, inbox.province.other]
    changed(inbox, inbox.province.new, FRIDAY, (SATURDAY, 5))
    with inbox.database.read() as session:
        with statements(inbox.database) as asked:
            hours_of_units(session, units)
        assert len(asked) == 2, "\n".join(asked)
        with statements(inbox.database) as asked:
            hours_of_units(session, units[:2])
        assert asked == []
