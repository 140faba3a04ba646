"""A case becomes two; a denunciation is sealed; a deadline is given a later day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from survey.calendar import ZONE
from survey.errors import Conflict
from survey.feedback import erasing, extending, sealing, splitting
from survey.feedback.cases import ChangedSince, find
from survey.feedback.events import broken_at, events_of
from survey.feedback.following import standing_of
from survey.feedback.hooks import store as hooks
from survey.feedback.hooks.tables import Delivery
from survey.feedback.machine import MOVES, ActNotPossible
from survey.feedback.rebuild import differences
from survey.feedback.rules import Extended, NothingToSplit
from survey.feedback.splitting import Part
from survey.feedback.standing import standing
from survey.feedback.tables import Case
from survey.feedback.texts import original, texts_of
from tests.feedback.conftest import MONDAY
from tests.staff.conftest import person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = datetime(2026, 7, 10, 9, 0, tzinfo=ZONE)
PART = Part("Ghế chờ bị hỏng.", "suggestion")


@pytest.fixture
def house(inbox_on_both):
    return inbox_on_both


def split(inbox, session, case, part=PART, *, now=MONDAY, version=None):
    return splitting.split(session, case, part, by=inbox.actor("lan"), now=now, version=version)


def last(session, case):
    return standing(events_of(session, [case.id])[case.id])


def sound(session):
    assert differences(session) == []
    ids = session.scalars(select(Case.id)).all()
    assert [broken_at(events) for events in events_of(session, ids).values()] == [None] * len(ids)


# ---- split


def test_a_part_has_the_unit_the_day_and_the_clock_of_the_first(house):
    with house.database.write() as session:
        case = house.send(session, anonymous=False, language="en")
        house.act(session, case, "accept", now=MONDAY + HOUR)
        house.act(session, case, "ask", now=MONDAY + 2 * HOUR, words="Quầy nào?", role="question")
        made = split(house, session, case, now=FRIDAY)
        sound(session)
        kept = (made.received_at, made.shown_at, made.unit_id, made.language, made.anonymous)
        assert kept == (case.received_at, case.shown_at, case.unit_id, "en", False)
        assert (made.state, made.kind, made.split_from) == ("accepted", "suggestion", case.id)
        assert made.accepted_at == MONDAY + HOUR
        assert events_of(session, [case.id])[case.id][-1].data == {"into": made.id}
        assert original(session, texts_of(session, made.id)[0]) == PART.words
        house.act(session, case, "answer", by="sender", who="sender", now=FRIDAY, words="Quầy 2.")
        same = split(house, session, case, Part("Như cũ.", "report"), now=FRIDAY)
        assert same.due_at == case.due_at


def test_splitting_what_is_new_late_or_answered_gives_no_time(house):
    with house.database.write() as session:
        new = house.send(session)
        late = split(house, session, new, Part("Phần hai.", "report"), now=FRIDAY)
        assert (late.state, late.due_at) == ("new", new.due_at) and late.due_at < FRIDAY
        answered = house.send(session)
        house.act(session, answered, "accept")
        due = answered.due_at
        house.act(session, answered, "draft", words="Đã xong.", role="reply")
        house.act(session, answered, "release", by="ha", who="second", now=FRIDAY)
        part = split(house, session, answered, Part("Phần hai.", "report"), now=FRIDAY + DAY)
        assert (part.state, part.due_at, part.answered_at) == ("accepted", due, None)
        longer = house.send(session)
        house.act(session, longer, "accept")
        (*_others, until) = extending.ends(
            session, last(session, longer), anonymous=True, at=MONDAY
        )
        extend(house, session, longer, until)
        part = split(house, session, longer, Part("Phần hai.", "report"), now=FRIDAY)
        assert part.due_at == longer.due_at == until
        assert extending.ends(session, last(session, part), anonymous=True, at=FRIDAY) == []
        sound(session)


def test_what_cannot_be_split(house):
    with house.database.write() as session:
        case = house.send(session)
        with pytest.raises(ChangedSince):
            split(house, session, case, version=7)
        session.rollback()
    with house.database.write() as session:
        case = house.send(session)
        house.act(session, case, "refuse", words="Không thuộc.", role="reason")
        with pytest.raises(ActNotPossible):
            split(house, session, case)
        session.rollback()
    with house.database.write() as session:
        case = house.send(session)
        house.act(session, case, "accept")
        house.act(session, case, "draft", words="Đã xong.", role="reply")
        house.act(session, case, "release", by="ha", who="second")
        erasing.erase(session, case, by="sender", now=MONDAY)
        with pytest.raises(NothingToSplit):
            split(house, session, case)
        session.rollback()


def test_withdrawing_and_erasing_reach_every_part(house):
    with house.database.write() as session:
        case = house.send(session)
        part = split(house, session, case)
        nested = split(house, session, part, Part("Máy in hỏng.", "report"))
        standing = standing_of(session, case, now=MONDAY)
        assert [one.case.id for one in standing.parts] == [part.id, nested.id]
        act = splitting.Act("withdraw", "sender", "sender")
        splitting.do_for_sender(session, case, act, now=MONDAY)
        assert {one.state for one in (case, part, nested)} == {"withdrawn"}
        erasing.erase(session, case, by="sender", now=MONDAY)
        assert [
            t.sealed + t.shown for one in (case, part, nested) for t in texts_of(session, one.id)
        ] == [""] * 3
        sound(session)


def test_a_part_is_merged_back(house):
    with house.database.write() as session:
        case = house.send(session)
        part = split(house, session, case)
        house.act(session, part, "merge", data={"into": case.id})
        assert (part.state, part.merged_into, part.split_from) == ("merged", case.id, case.id)
        house.act(session, part, "unmerge")
        assert part.state == "new"
        sound(session)


# ---- extend


def extend(inbox, session, case, until, *, by="ha", who="head", now=MONDAY):
    data = {"until": until.isoformat()}
    words = {"words": "Chờ ý kiến của Sở.", "role": "reason"}
    return inbox.act(session, case, "extend", by=by, who=who, data=data, now=now, **words)


def test_a_deadline_is_extended_once_to_a_working_day_by_who_assigns(house):
    with house.database.write() as session:
        case = house.send(session)
        house.act(session, case, "accept")
        due = case.due_at
        ends = extending.ends(session, last(session, case), anonymous=True, at=MONDAY)
        days = [end.astimezone(ZONE) for end in ends]
        assert len(days) == 10 and days[0].date() > due.astimezone(ZONE).date()
        assert all(day.weekday() < 5 and (day.hour, day.minute) == (17, 0) for day in days)
        for wrong in (due, ends[-1] + DAY, ends[0] - HOUR):
            with pytest.raises(extending.NoSuchEnd):
                extend(house, session, case, wrong)
        with pytest.raises(Conflict):
            extend(house, session, case, ends[3], by="lan", who="officer")
        extend(house, session, case, ends[3])
        assert case.due_at == case.extended_until == ends[3]
        with pytest.raises(Extended):
            extend(house, session, case, ends[5])
        line = standing_of(session, case, now=MONDAY).lines[-1]
        assert (line.act, line.until, line.words) == ("extend", ends[3], "Chờ ý kiến của Sở.")
        sound(session)


def test_hours_are_extended_by_as_many_hours_at_most_and_never_when_over(house):
    with house.database.write() as session:
        case = house.send(session)  # to be accepted within 8 working hours
        assert case.due_at.astimezone(ZONE).date() == (MONDAY + DAY).date()
        (end,) = extending.ends(session, last(session, case), anonymous=True, at=MONDAY)
        assert MONDAY + DAY < end <= MONDAY + 3 * DAY
        late = case.due_at + HOUR
        assert extending.ends(session, last(session, case), anonymous=True, at=late) == []
        with pytest.raises(extending.NoSuchEnd):
            extend(house, session, case, end, now=late)
        house.act(session, case, "accept")
        house.act(session, case, "ask", words="Quầy nào?", role="question")
        assert extending.ends(session, last(session, case), anonymous=True, at=MONDAY) == []


# ---- seal


def test_who_receives_is_above_the_unit_and_never_in_it(house):
    with house.database.write() as session:
        case = house.send(session)
        here, above = house.province.hung, house.province.new
        person(session, "both", ("head", here), ("supervisor", above))
        person(session, "gone", ("supervisor", above)).disabled_at = MONDAY
        person(session, "past", ("supervisor", above)).expires_at = MONDAY - DAY
        person(session, "analyst", ("analyst", above))
        person(session, "chief", ("head", above))
        found = sealing.receivers(session, case, now=MONDAY)
        assert [one.login for one in found] == ["chief", "tam"]
        about = house.send(session, area_id=above)
        assert sealing.receivers(session, about, now=MONDAY) == []


def test_what_is_sealed_is_out_of_the_search_and_of_webhooks(house):
    with house.database.write() as session:
        acts = [move.act for move in MOVES]
        named = {"name": "h", "url": "https://h.example/", "area_id": None, "by": "command"}
        hooks.make(session, acts=acts, now=MONDAY, **named)
        case = house.send(session, words="Cán bộ Quầy đòi tiền.")
        told = len(session.scalars(select(Delivery)).all())
        count = text("SELECT count(*) FROM feedback_search")
        assert session.scalar(count) == 1
        sealing.seal(
            session, case, house.staff["tam"], "Đã chuyển.", by=house.actor("lan"), now=MONDAY
        )
        house.act(session, case, "note", by="tam", words="Đã nhận tố cáo.")
        assert session.scalar(count) == 0
        assert len(session.scalars(select(Delivery)).all()) == told
        assert (case.state, case.sealed, case.officer_id) == ("guided", True, house.staff["tam"])
        sound(session)


def test_a_sealed_part_stays_when_the_rest_is_erased(house):
    with house.database.write() as session:
        case = house.send(session)
        part = split(house, session, case)
        assert [one.id for one in sealing.may_hold_the_same(session, part)] == [case.id]
        sealing.seal(
            session, part, house.staff["tam"], "Đã chuyển.", by=house.actor("lan"), now=MONDAY
        )
        erasing.erase(session, case, by="sender", now=MONDAY)
        assert texts_of(session, case.id)[0].shown == "" != texts_of(session, part.id)[0].shown
        with pytest.raises(erasing.KeptByLaw):
            erasing.erase(session, part, by="sender", now=MONDAY)
        whole = house.send(session)
        rest = split(house, session, whole)
        sealing.seal(
            session, whole, house.staff["tam"], "Đã chuyển.", by=house.actor("lan"), now=MONDAY
        )
        assert "erase" in standing_of(session, whole, now=MONDAY).can
        erasing.erase(session, whole, by="sender", now=MONDAY)
        assert find(session, rest.id).state == "withdrawn" and texts_of(session, whole.id)[0].shown
