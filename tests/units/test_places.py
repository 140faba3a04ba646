"""Counters and the codes on their posters."""

from datetime import date, timedelta

import pytest

from survey.errors import CodeExpired, CodeUnknown, Conflict, NotFound
from survey.units import places
from tests.units.conftest import NOW, TODAY, a_centre


@pytest.fixture
def counter(province):
    with province.write() as session:
        a_centre(session)
        found = places.counter_by_code(session, "q1", day=TODAY)
    return found


def test_a_code_leads_to_its_counter_however_it_is_typed(province, counter):
    with province.write() as session:
        made = places.new_code(session, counter.id, now=NOW)
        assert len(made.code) == 8
        typed = f" {made.code[:4].lower()}-{made.code[4:]} "
        found, code = places.counter_for_code(session, typed, day=TODAY)
        assert (found.id, code.code) == (counter.id, made.code)
        assert places.current_code(session, counter.id).code == made.code


def test_a_new_code_ends_the_old_one_which_explains_itself(province, counter):
    with province.write() as session:
        old = places.new_code(session, counter.id, now=NOW)
        new = places.new_code(session, counter.id, now=NOW + timedelta(hours=1))
        assert places.counter_for_code(session, new.code, day=TODAY)[0].id == counter.id
        with pytest.raises(CodeExpired):
            places.counter_for_code(session, old.code, day=TODAY)
        assert [c.code for c in places.codes_of(session, counter.id)] == [new.code, old.code]


def test_a_code_nobody_made_is_unknown(province):
    with province.read() as session, pytest.raises(CodeUnknown):
        places.counter_for_code(session, "ABCD2345", day=TODAY)


def test_a_closed_counter_answers_no_code_and_gets_none(province, counter):
    with province.write() as session:
        made = places.new_code(session, counter.id, now=NOW)
        places.close(places.counter_by_code(session, "q1"), day=TODAY)
        session.flush()
        with pytest.raises(CodeExpired, match="closed"):
            places.counter_for_code(session, made.code, day=TODAY)
        with pytest.raises(Conflict):
            places.new_code(session, counter.id, now=NOW)
        with pytest.raises(Conflict):
            places.close(places.counter_by_code(session, "q1"), day=TODAY)
        with pytest.raises(NotFound):
            places.new_code(session, 10_000, now=NOW)


def test_places_are_found_while_they_are_open(province, counter):
    with province.write() as session:
        places.close(places.centre_by_code(session, "tt"), day=date(2026, 3, 1))
        session.flush()
        assert places.counter_by_code(session, "q1", day=date(2026, 2, 28)).code == "q1"
        assert places.counter_by_code(session, "q1", day=TODAY) is None
        assert places.counter_by_code(session, "q1").code == "q1"
        assert places.centre_by_code(session, "tt", day=TODAY) is None
        assert places.counters(session, day=TODAY) == []
        assert [c.code for c in places.counters(session)] == ["q1", "q2"]


def test_lists_keep_to_the_areas_asked_for(province, counter):
    with province.read() as session:
        here = places.area_of_counter(session, counter.id)
        assert here.name == "Phường Đồng Hới"
        for listed in (places.agencies, places.centres, places.counters):
            assert listed(session, areas={here.id}, day=TODAY)
            assert listed(session, areas=set(), day=TODAY) == []
        centre = places.centre_by_code(session, "tt")
        assert len(places.counters(session, centre_id=centre.id)) == 2


def test_fields_have_names_in_both_languages(province):
    with province.read() as session:
        assert places.field_names(session, "vi")["ho-tich"] == "Hộ tịch"
        assert places.field_names(session, "en")["dat-dai"] == "Land"
        assert places.field_by_code(session, "nowhere") is None
        assert len(places.fields(session)) == 16
