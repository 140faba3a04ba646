"""A round is a draft, then open, then closed; each refusal says why."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from survey.errors import (
    CodeExpired,
    CodeUnknown,
    Conflict,
    RoundClosed,
    RoundNotOpenYet,
    RoundUnknown,
)
from survey.fieldwork import rounds
from survey.fieldwork.places import places_of
from survey.fieldwork.plan import PlanFault
from survey.fieldwork.tables import PublishedForm
from survey.site import set_site_value
from survey.staff.tables import AuditEvent
from survey.units.places import counter_by_code, current_code, new_code
from tests.fieldwork.places import JULY, at, plan, settle

ADMIN = {"by": "staff:1", "now": JULY}


def faults(session, **changes):
    with pytest.raises(PlanFault) as caught:
        rounds.create_round(session, plan(**changes), **ADMIN)
    return caught.value.fields


@pytest.fixture
def place(kept):
    """A writing session on SQLite with a small province."""
    with kept.write() as session:
        settle(session)
        yield session


def opened(session, **changes):
    made = rounds.create_round(session, plan(**changes), **ADMIN)
    return rounds.open_(session, made.code, confirmed=True, **ADMIN)


def test_a_round_is_created_as_asked_and_kept(both):
    with both.write() as session:
        settle(session)
        wanted = plan(places=at("centre:dong-hoi", "counter:vinh-linh-1"), modes=("web", "kiosk"))
        rounds.create_round(session, wanted, **ADMIN)
    with both.read() as session:
        round_ = rounds.find_round(session, "qt-2026")
        assert (round_.state, round_.year, round_.simulated) == ("draft", 2026, False)
        assert round_.modes == ["kiosk", "web"]
        assert round_.notice == "2026-01"
        refs = [str(found.ref) for found in places_of(session, "qt-2026")]
        assert refs == ["centre:dong-hoi", "counter:vinh-linh-1"]
        assert session.scalars(select(AuditEvent.object)).all() == ["round:qt-2026"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": "QT 2026"}, "code", "small letters"),
        ({"code": "new"}, "code", "small letters"),
        ({"title": {"vi": " ", "en": "Survey"}}, "title", "in Vietnamese"),
        ({"questionnaire": "one-stop-ward@9"}, "questionnaire", "no questionnaire “one-stop"),
        ({"questionnaire": "/etc/passwd"}, "questionnaire", "no questionnaire “/etc/passwd”"),
        ({"method": "qd-9"}, "method", "counter-form"),
        ({"method": "qd-2640-2017"}, "method", "does not fit"),
        ({"notice": "1999-01"}, "notice", "2026-01"),
        ({"sample": "random"}, "sample", "probability, census, open"),
        ({"modes": ()}, "modes", "at least one"),
        ({"modes": ("kiosk", "fax")}, "modes", "“fax” is not a mode"),
        ({"closes": date(2026, 6, 30)}, "closes", "before the first day"),
        ({"year": 206}, "year", "between 2000 and 2100"),
        ({"places": ()}, "places", "at least one place"),
        ({"places": at("centre:nowhere")}, "places", "no centre:nowhere"),
        ({"places": at("area:99999")}, "places", "no area:99999"),
        ({"opens": date(2024, 7, 1)}, "places", "does not exist on the day"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(place, changes, field, words):
    found = faults(place, **changes)
    assert list(found) == [field]
    assert words in found[field][0]


def test_all_faults_are_told_together(place):
    found = faults(place, code="?", modes=("fax",), places=at("counter:x", "counter:y"))
    assert {key: len(told) for key, told in found.items()} == {"code": 1, "modes": 1, "places": 2}


def test_a_faulty_published_questionnaire_is_told_with_its_problem(place):
    place.add(
        PublishedForm(
            name="broken@1",
            canonical='{"form": "broken"}',
            sha256="0" * 64,
            published_at=JULY,
            published_by="command",
            wording_checked=False,
        )
    )
    place.flush()
    found = faults(place, questionnaire="broken@1")
    assert "cannot be used" in found["questionnaire"][0]


def test_a_code_is_used_once(both):
    with both.write() as session:
        settle(session)
        rounds.create_round(session, plan(), **ADMIN)
        assert "already a round" in faults(session)["code"][0]


def test_a_draft_can_be_changed_and_an_open_round_cannot(place):
    rounds.create_round(place, plan(), **ADMIN)
    changed = plan(closes=date(2026, 12, 31), places=at("counter:dong-hoi-1"))
    assert rounds.edit_round(place, "qt-2026", changed, **ADMIN).closes == date(2026, 12, 31)
    assert [str(found.ref) for found in places_of(place, "qt-2026")] == ["counter:dong-hoi-1"]
    rounds.open_(place, "qt-2026", confirmed=True, **ADMIN)
    with pytest.raises(Conflict, match="Only a draft"):
        rounds.edit_round(place, "qt-2026", changed, **ADMIN)


def test_a_copy_asks_the_same_in_another_period(place):
    opened(place)
    copy = rounds.copy_round(
        place, "qt-2026", "qt-2027", opens=date(2027, 7, 1), closes=date(2027, 9, 30), **ADMIN
    )
    assert (copy.state, copy.year, copy.questionnaire) == ("draft", 2027, "one-stop-ward@1")
    assert [str(found.ref) for found in places_of(place, "qt-2027")] == ["area:44"]
    with pytest.raises(PlanFault, match="already a round"):
        rounds.copy_round(
            place, "qt-2026", "qt-2027", opens=copy.opens, closes=copy.closes, **ADMIN
        )


def test_opening_publishes_the_form_and_gives_each_counter_its_code(both):
    with both.write() as session:
        settle(session)
        opened(session)
    with both.read() as session:
        assert session.get(PublishedForm, "one-stop-ward@1").confirmed_by == "staff:1"
        for code in ("dong-hoi-1", "dong-hoi-2", "vinh-linh-1"):
            assert current_code(session, counter_by_code(session, code).id) is not None


def test_an_unchecked_wording_opens_only_when_confirmed(place):
    rounds.create_round(place, plan(), **ADMIN)
    with pytest.raises(rounds.WordingNotConfirmed, match="not been compared"):
        rounds.open_(place, "qt-2026", **ADMIN)
    assert rounds.find_round(place, "qt-2026").state == "draft"


def test_the_demo_opens_drafts_without_a_confirmation(place):
    set_site_value(place, "simulated", "yes")
    place.flush()
    rounds.create_round(place, plan(), **ADMIN)
    assert rounds.open_(place, "qt-2026", **ADMIN).simulated
    assert place.get(PublishedForm, "one-stop-ward@1").confirmed_by is None


def test_a_counter_has_one_open_round_at_a_time(both):
    with both.write() as session:
        settle(session)
        opened(session, places=at("centre:dong-hoi"))
        rounds.create_round(session, plan(code="qt-ward"), **ADMIN)
        with pytest.raises(Conflict, match=r"dong-hoi-1 already has the round qt-2026"):
            rounds.open_(session, "qt-ward", confirmed=True, **ADMIN)
        later = {"opens": date(2026, 10, 1), "closes": date(2026, 12, 31)}
        assert opened(session, code="qt-autumn", **later).state == "open"


def test_two_rounds_opened_side_by_side_do_not_share_a_counter(both):
    with both.write() as session:
        settle(session)
        for code in ("qt-a", "qt-b"):
            rounds.create_round(session, plan(code=code), **ADMIN)
    refused = []

    def open_one(code):
        try:
            with both.write() as session:
                rounds.open_(session, code, confirmed=True, **ADMIN)
        except Conflict as error:
            refused.append(str(error))

    threads = [Thread(target=open_one, args=(code,)) for code in ("qt-a", "qt-b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with both.read() as session:
        assert len(rounds.list_rounds(session, state="open")) == 1


def test_a_sample_of_residents_leaves_the_counters_to_the_counter_survey(place):
    opened(place)
    sample = opened(place, code="sipas-2026", sample="probability", modes=("post", "web"))
    assert sample.state == "open"
    counter = counter_by_code(place, "dong-hoi-1")
    code = current_code(place, counter.id).code
    assert rounds.at_counter(place, code, now=JULY)[0].code == "qt-2026"


def test_a_round_without_a_place_or_past_its_last_day_does_not_open(place):
    rounds.create_round(place, plan(sample="probability", places=()), **ADMIN)
    with pytest.raises(Conflict, match="no place"):
        rounds.open_(place, "qt-2026", confirmed=True, **ADMIN)
    rounds.create_round(place, plan(code="qt-old", closes=date(2026, 7, 9)), **ADMIN)
    with pytest.raises(Conflict, match="has passed"):
        rounds.open_(place, "qt-old", confirmed=True, **ADMIN)


def test_a_round_is_opened_once_and_closed_once(place):
    rounds.create_round(place, plan(), **ADMIN)
    with pytest.raises(Conflict, match="not open"):
        rounds.close(place, "qt-2026", **ADMIN)
    rounds.open_(place, "qt-2026", confirmed=True, **ADMIN)
    with pytest.raises(Conflict, match="already open"):
        rounds.open_(place, "qt-2026", confirmed=True, **ADMIN)
    assert rounds.close(place, "qt-2026", **ADMIN).closed_at == JULY
    with pytest.raises(Conflict, match="cannot be opened again"):
        rounds.open_(place, "qt-2026", confirmed=True, **ADMIN)
    acts = place.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts[-2:] == ["round.open", "round.close"]


def test_citizens_answer_from_the_first_to_the_last_day(place):
    opened(place)
    first, last = date(2026, 7, 1), date(2026, 9, 30)
    for day in (first, last):
        now = JULY.replace(month=day.month, day=day.day)
        assert rounds.open_round(place, "qt-2026", now=now).code == "qt-2026"
        assert [r.code for r in rounds.open_rounds(place, now=now)] == ["qt-2026"]
    with pytest.raises(RoundNotOpenYet):
        rounds.open_round(place, "qt-2026", now=JULY - timedelta(days=10))
    with pytest.raises(RoundClosed):
        rounds.open_round(place, "qt-2026", now=JULY.replace(month=10, day=1))
    with pytest.raises(RoundUnknown):
        rounds.open_round(place, "qt-2062", now=JULY)
    rounds.close(place, "qt-2026", **ADMIN)
    with pytest.raises(RoundClosed):
        rounds.open_round(place, "qt-2026", now=JULY)
    assert rounds.open_rounds(place, now=JULY) == []


def test_a_draft_is_not_open_to_citizens(place):
    rounds.create_round(place, plan(), **ADMIN)
    with pytest.raises(RoundNotOpenYet):
        rounds.open_round(place, "qt-2026", now=JULY)


def test_a_posters_code_leads_to_the_round_open_there_now(place):
    opened(place, places=at("centre:dong-hoi"))
    counter = counter_by_code(place, "dong-hoi-2")
    code = current_code(place, counter.id).code
    found, where = rounds.at_counter(place, code, now=JULY)
    assert (found.code, where.code) == ("qt-2026", "dong-hoi-2")
    with pytest.raises(RoundClosed):
        rounds.at_counter(place, code, now=JULY.replace(month=11))
    with pytest.raises(CodeUnknown):
        rounds.at_counter(place, "22222222", now=JULY)


def test_a_stale_code_says_so_and_a_counter_without_a_round_too(place):
    opened(place, places=at("centre:dong-hoi"))
    counter = counter_by_code(place, "dong-hoi-1")
    stale = current_code(place, counter.id).code
    fresh = new_code(place, counter.id, now=JULY).code
    with pytest.raises(CodeExpired):
        rounds.at_counter(place, stale, now=JULY)
    assert rounds.at_counter(place, fresh, now=JULY)[0].code == "qt-2026"
    other = counter_by_code(place, "vinh-linh-1")
    lonely = new_code(place, other.id, now=JULY).code
    with pytest.raises(RoundUnknown):
        rounds.at_counter(place, lonely, now=JULY)


def test_rounds_past_their_last_day_are_closed_for_the_release_job(place):
    opened(place)
    assert rounds.close_due(place, now=JULY) == []
    after = JULY.replace(month=10, day=1)
    assert [r.code for r in rounds.close_due(place, now=after)] == ["qt-2026"]
    assert [r.code for r in rounds.closed_rounds(place)] == ["qt-2026"]
