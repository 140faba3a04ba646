"""Figures of the inbox, against the events read one by one."""

import statistics
from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from benchmarks.feedback_data import UNTIL, fill
from survey.calendar import ZONE
from survey.feedback.clock.calendars import Calendar
from survey.feedback.events import events_of
from survey.feedback.hours import calendar_of, hours_of_units
from survey.feedback.letters import store
from survey.feedback.letters.filling import Written
from survey.feedback.letters.store import SHIPPED
from survey.feedback.machine import OPEN
from survey.feedback.numbers import report, wilson
from survey.feedback.rebuild import differences
from survey.feedback.reports.cohort import cohort
from survey.feedback.reports.periods import between, holding, read
from survey.feedback.reports.ruler import Ruler
from survey.feedback.reports.words import parts
from survey.feedback.standing import standings
from survey.feedback.tables import Case
from survey.units.hours import Hours, set_hours
from survey.units.tables import Centre
from tests.feedback.conftest import MONDAY

TET = [[str((MONDAY + timedelta(days=n)).date()), "Tết"] for n in (0, 1)]
SIX_DAYS = {
    **{str(day): [["07:30", "11:30"], ["13:30", "17:00"]] for day in range(1, 6)},
    "6": [["07:30", "11:30"]],
}
CALENDAR = calendar_of(SIX_DAYS, TET)
YEAR = read("2025")


def made(session, by="unit", period=YEAR, areas=None, now=UNTIL, minimum=5):
    found = cohort(session, period, areas, now=now)
    calendars = defaultdict(lambda: CALENDAR)
    return report(found, calendars, by, first=period.first, now=now, minimum=minimum)


def working_between(a: datetime, b: datetime, calendar: Calendar = CALENDAR) -> int:
    """Minute after minute, as nobody would build it."""
    minute, last = (
        moment.astimezone(ZONE).replace(second=0, microsecond=0) for moment in sorted((a, b))
    )
    worked = 0
    while minute < last:
        at = minute.hour * 60 + minute.minute
        worked += any(opens <= at < closes for opens, closes in calendar.spans(minute.date()))
        minute += timedelta(minutes=1)
    return worked if a <= b else -worked


def test_the_table_is_what_the_events_say_case_by_case(both):
    fill(both, 700, seed=11)
    with both.read() as session:
        whole, lines = made(session, "kind")
        cases = session.scalars(
            select(Case).where(Case.received_at >= YEAR.begins, Case.received_at < YEAR.ends)
        ).all()
        events = events_of(session, [case.id for case in cases])
        assert whole.received == len(cases) == sum(line.received for line in lines) > 200
        answers, rated, oldest = [], [], []
        for case in cases:
            past = events[case.id]
            released = [event.at for event in past if event.act == "release"]
            if released:
                answers.append(working_between(case.received_at, released[0]))
            said = [event.data["satisfied"] for event in past if event.act == "rate"]
            rated += said[-1:]
            if standings(past)[-1].state in OPEN:
                oldest.append(case.received_at.timestamp())
        assert whole.answered == len(answers)
        assert whole.satisfaction.n == len(rated)
        assert whole.satisfaction.value == sum(said >= 4 for said in rated) / len(rated)
        assert whole.oldest == (int(min(oldest)) if oldest else None)
        parts = (whole.answered, whole.open, whole.refused, whole.guided, whole.transferred)
        assert whole.received == sum(parts) + whole.merged + whole.withdrawn
        unanswered = whole.answer.n - len(answers)
        assert whole.answer.waiting == pytest.approx(unanswered / whole.answer.n)
        if not unanswered:
            assert whole.answer.median == statistics.median(answers)


def test_who_waits_still_makes_the_wait_longer(inbox):
    """Three are answered after a day; five wait still after four: the easy ones alone flatter."""
    day = timedelta(days=1)
    with inbox.database.write() as session:
        for answered in (True,) * 3 + (False,) * 5:
            case = inbox.send(session, now=MONDAY + 2 * day)
            inbox.act(session, case, "accept", now=MONDAY + 2 * day)
            if answered:
                inbox.act(session, case, "draft", words="Đã xong.", role="reply")
                now = MONDAY + 3 * day
                inbox.act(session, case, "release", by="ha", who="second", now=now)
        whole, _lines = made(session, period=read("2026-07"), now=MONDAY + 6 * day)
    assert (whole.answered, whole.open, whole.answer.n) == (3, 5, 8)
    assert (whole.answer.median, whole.answer.waiting) == (None, 5 / 8)


def test_what_its_unit_may_not_see_yet_and_what_is_sealed_is_in_no_figure(inbox):
    with inbox.database.write() as session:
        inbox.send(session)
        inbox.act(session, inbox.send(session), "seal", data={"receiver": inbox.staff["tam"]})
        counts = [
            made(session, period=read("2026-07"), now=now)[0].received
            for now in (MONDAY, MONDAY + timedelta(days=1))
        ]
    assert counts == [0, 1]


def test_waits_and_shares_of_a_few_cases_are_not_told(inbox):
    with inbox.database.write() as session:
        for _ in range(4):
            inbox.send(session)
        whole, (line,) = made(session, period=read("2026-07"), now=MONDAY + timedelta(days=1))
    assert (whole.received, line.accept.n) == (4, 4)
    assert (line.accept.median, line.accept.waiting, line.satisfaction.value) == (None, None, None)


def test_a_case_opened_again_stays_answered_and_is_counted_again(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        inbox.act(session, case, "draft", words="Đã xong.", role="reply")
        inbox.act(session, case, "release", by="ha", who="second")
        inbox.act(session, case, "reopen", by="sender", who="sender")
        whole, _lines = made(session, period=read("2026-07"), now=MONDAY + timedelta(days=1))
    assert (whole.answered, whole.open) == (1, 0)
    assert (whole.reopened, whole.open_again, whole.oldest) == (1, 1, int(MONDAY.timestamp()))


def test_a_transfer_within_five_working_days_is_told_apart(inbox):
    """Monday and Tuesday are days off, Saturday is worked: the fifth working day is a Monday."""
    with inbox.database.write() as session:
        for days in (7, 8):
            case = inbox.send(session)
            inbox.act(session, case, "transfer", now=MONDAY + timedelta(days=days))
        whole, _lines = made(session, period=read("2026-07"), now=MONDAY + timedelta(days=20))
    assert (whole.transferred, whole.transferred_soon) == (2, 1)


def test_time_paused_is_told(inbox):
    with inbox.database.write() as session:
        for _ in range(5):
            case, tuesday = inbox.send(session), MONDAY + timedelta(days=8)
            inbox.act(session, case, "accept", now=tuesday)
            inbox.act(session, case, "consult", now=tuesday)
            inbox.act(session, case, "resume", now=tuesday + timedelta(hours=2))
        whole, _lines = made(session, period=read("2026-07"), now=MONDAY + timedelta(days=9))
    assert (whole.paused_cases, whole.paused) == (5, 120)


def test_months_are_those_of_vietnam(inbox):
    night = MONDAY.replace(day=1, hour=0, minute=30)
    with inbox.database.write() as session:
        inbox.send(session, now=night)
        now = MONDAY + timedelta(days=1)
        assert made(session, period=read("2026-06"), now=now)[0].received == 0
        _whole, (line,) = made(session, "month", read("2026"), now=now)
    assert (line.key, line.received) == ("2026-07", 1)


MOMENTS = st.datetimes(
    MONDAY.replace(tzinfo=None), MONDAY.replace(tzinfo=None) + timedelta(days=40)
).map(lambda moment: moment.replace(tzinfo=ZONE))


@given(st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=5))
def test_the_ruler_measures_what_the_clock_counts(pairs):
    ruler = Ruler(CALENDAR, MONDAY.date(), (MONDAY + timedelta(days=41)).date())
    since, until = ([moment.timestamp() for moment in side] for side in zip(*pairs, strict=True))
    told = [working_between(a, b) for a, b in pairs]
    assert ruler.between(np.array(since), np.array(until)).tolist() == told


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(hits, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I; Wilson score."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


def test_the_bars_of_a_line_are_all_its_cases(kept):
    fill(kept, 120, seed=2)
    with kept.read() as session:
        whole, lines = made(session, "channel", read("2026-q2"))
    assert [sum(parts(line)) for line in (whole, *lines)] == [
        line.received for line in (whole, *lines)
    ]


def test_periods_are_read_and_follow_one_another():
    assert [read(key).key for key in ("2026-07", "2026-q3", "2026")] == [
        "2026-07", "2026-q3", "2026",
    ]  # fmt: skip
    assert [read(key) for key in ("2026-13", "2026-7", "q3", "0000", "2026-q5", "")] == [None] * 6
    quarter = holding(MONDAY.date(), "quarter")
    assert (quarter.key, quarter.first.month, quarter.ends.month) == ("2026-q3", 7, 10)
    assert read("2026-12").ends == read("2027").begins
    found = between(read("2025-11").first, read("2026-02").first, "month")
    assert [one.key for one in found] == ["2026-02", "2026-01", "2025-12", "2025-11"]


def test_a_unit_works_as_its_centre_does_and_else_as_an_office(inbox, place):
    with inbox.database.write() as session:
        centre = session.scalars(select(Centre)).one()
        set_hours(session, centre.id, Hours(SIX_DAYS, TET))
        session.flush()
        found = hours_of_units(session, [inbox.province.hung, inbox.province.son])
    assert found == {inbox.province.hung: CALENDAR, inbox.province.son: calendar_of()}


def test_replies_in_which_only_variables_were_filled_are_told(inbox):
    body = "Kính gửi Ông/Bà,\n\n{đơn vị} cảm ơn góp ý ở phiếu số {số}. Trân trọng."
    filled = "Kính gửi Ông/Bà,\nUBND xã Hưng Thịnh cảm ơn  góp ý ở phiếu số PA-000001. Trân trọng."
    own = "Quầy 3 đã có thêm người. UBND xã Hưng Thịnh cảm ơn góp ý ở phiếu số PA-000001."
    with inbox.database.write() as session:
        words = Written("Cảm ơn", "draft", body, "vi")
        store.add(session, words, unit_id=None, shipped=None, by="command", now=MONDAY)
        told = []
        for reply in (filled, own, filled + " Quầy 3 đã có thêm người.", filled):
            case = inbox.send(session)
            inbox.act(session, case, "accept")
            inbox.act(session, case, "draft", words=reply, role="reply")
            inbox.act(session, case, "release", by="ha", who="second")
            told.append(case.as_template)
        assert told == [True, False, False, True]
        whole, _lines = made(session, period=read("2026-07"), now=MONDAY + timedelta(days=1))
    assert (whole.templates, whole.compared) == (2, 4)


def test_a_reply_written_into_the_release_itself_is_the_one_compared(inbox):
    shipped = next(one for one in SHIPPED["thanks"].values())
    with inbox.database.write() as session:
        case = inbox.send(session)
        inbox.act(session, case, "accept")
        inbox.act(session, case, "draft", words="Đã sửa.", role="reply")
        release = {"by": "ha", "who": "second", "words": shipped.body, "role": "reply"}
        inbox.act(session, case, "release", **release)
        assert case.as_template is True
        assert differences(session) == []
