"""Answers become anonymous: who waits, who goes, and what goes up when a round closes."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.fieldwork.tables import RoundPlace
from survey.respond.release import erase_traces, release
from survey.respond.tables import Intake, Receipt, Response, ResponseFlag
from tests.respond.province import EVENING, MORNING, add_cells, build


@pytest.fixture
def province(both):
    return build(both)


def run(province, **options):
    with province.database.write() as session:
        return release(session, now=EVENING, rng=province.rng, **options)


def count(province, table):
    with province.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_four_people_at_a_counter_wait_and_the_fifth_lets_all_go(province):
    province.send(4, "A1")
    assert (run(province).responses, count(province, Response)) == (0, 0)
    province.send(1, "A1")
    told = run(province)
    assert (told.responses, told.waiting, count(province, Intake)) == (5, 0, 0)
    assert {r.counter_id for r in province.responses()} == {province.counters["A1"]}
    assert {r.centre_id for r in province.responses()} == {province.centres["A"]}
    assert {r.area_id for r in province.responses()} == {province.areas["A"]}


def test_a_new_period_needs_five_of_its_own(province):
    province.send(5, "A1")
    run(province)
    province.send(4, "A1", start=MORNING + timedelta(days=1))
    assert run(province).responses == 0
    assert count(province, Response) == 5


def test_people_of_two_counters_or_helped_and_alone_do_not_make_five_together(province):
    province.send(3, "A1")
    province.send(3, "A2")
    province.send(3, "B1", assisted=True)
    province.send(3, "B1")
    told = run(province)
    assert (told.responses, told.waiting) == (0, 12)


def test_every_response_of_a_batch_bears_the_last_day_of_the_batch(province):
    province.send(6, "A1", every=timedelta(days=1) / 2)
    run(province)
    assert {r.day for r in province.responses()} == {date(2026, 7, 8)}


def test_the_last_day_is_vietnams_not_that_of_greenwich(province):
    province.send(5, "A1", start=MORNING.replace(hour=6), every=timedelta(seconds=1))
    run(province)
    assert {r.day for r in province.responses()} == {date(2026, 7, 6)}


def test_the_keys_are_new_and_the_receipts_stay(province):
    province.send(7, "A1")
    run(province)
    keys = {r.id for r in province.responses()}
    assert len(keys) == 7 and keys.isdisjoint(province.sent)
    assert all(key.version == 4 for key in keys)
    assert count(province, Receipt) == 7


def test_closing_sends_the_rest_up_until_five_share_a_place(province):
    """Counters 3 + 2 meet at their centre; 1 of the other commune stays alone in the province."""
    province.send(3, "A1", field="ho-tich")
    province.send(2, "A2", field="dat-dai")
    province.send(1, "B1", field="ho-tich")
    assert run(province).responses == 0
    province.close()
    told = run(province)
    assert (told.responses, told.raised, told.waiting) == (6, 6, 0)
    places = Counter((r.counter_id, r.centre_id, r.area_id, r.field) for r in province.responses())
    assert places == {
        (None, province.centres["A"], province.areas["A"], None): 5,
        (None, None, province.areas["province"], None): 1,
    }


def test_one_who_is_alone_even_in_the_province_bears_the_last_day_of_the_round(province):
    province.send(1, "B1")
    province.close()
    run(province)
    assert [r.day for r in province.responses()] == [date(2026, 7, 31)]


def test_a_field_shared_by_five_of_a_centre_is_kept(province):
    province.send(3, "A1", field="ho-tich")
    province.send(2, "A2", field="ho-tich")
    province.close()
    run(province)
    assert {(r.field, r.counter_id) for r in province.responses()} == {("ho-tich", None)}


def test_people_who_answer_from_home_leave_by_commune_of_residence(province):
    province.send(5, residence_id=province.areas["A"])
    province.send(4, residence_id=province.areas["B"])
    assert run(province).responses == 5
    assert {r.area_id for r in province.responses()} == {province.areas["A"]}


def test_who_answers_by_the_address_of_a_round_in_one_area_belongs_to_that_area(province):
    with province.database.write() as session:
        session.add(RoundPlace(round="counter-2026", area_id=province.areas["A"]))
    province.send(5)
    assert run(province).responses == 5
    assert {(r.area_id, r.centre_id) for r in province.responses()} == {(province.areas["A"], None)}


def test_a_sample_leaves_by_cell_whatever_the_mode(province):
    cells = add_cells(province, {"north/1/1": [[10, 2], [100, 6]], "north/1/2": [[10, 2], [50, 6]]})
    home = {"round": "sipas-2026", "residence_id": province.areas["B"]}
    province.send(3, cell_id=cells["north/1/1"], mode="web", **home)
    province.send(3, cell_id=cells["north/1/1"], mode="call", **home)
    province.send(2, cell_id=cells["north/1/2"], **home)
    assert run(province).responses == 6
    province.close("sipas-2026")
    assert run(province).responses == 2
    assert Counter(r.cell_id for r in province.responses()) == {
        cells["north/1/1"]: 6,
        cells["north/1/2"]: 2,
    }
    assert {r.area_id for r in province.responses()} == {province.areas["A"]}


def test_an_installation_that_ends_lets_everything_go(province):
    province.send(2, "A1")
    told = run(province, everything=True)
    assert (told.responses, told.raised, told.waiting) == (2, 2, 0)


def test_a_limit_leaves_whole_batches_for_the_next_turn(province):
    province.send(23, "A1", every=timedelta(hours=4))
    province.send(9, "A2")
    sizes = []
    while True:
        told = run(province, most=10)
        sizes.append(told.responses)
        if not told.more:
            break
    assert sum(sizes) == 32 and count(province, Intake) == 0
    assert min(sizes) >= 5
    of_a1 = [r for r in province.responses() if r.counter_id == province.counters["A1"]]
    assert len(of_a1) == 23


def test_nothing_is_lost_and_no_answer_changes(province):
    for counter, n in (("A1", 13), ("A2", 4), ("B1", 8)):
        province.send(n, counter)
    with province.database.read() as session:
        before = Counter(tuple(sorted(a.items())) for a in session.scalars(select(Intake.answers)))
    run(province)
    province.close()
    run(province)
    after = Counter(tuple(sorted(r.answers.items())) for r in province.responses())
    assert (after, count(province, Intake)) == (before, 0)


def test_who_answers_faster_than_one_second_an_item_is_flagged_and_kept(province):
    province.send(3, "A1", seconds=8.9)
    province.send(3, "A1", seconds=9.0)
    province.send(3, "A1", seconds=None)
    assert run(province).flagged == 3
    with province.database.read() as session:
        flags = session.execute(select(ResponseFlag.rule, ResponseFlag.version)).all()
        assert {tuple(flag) for flag in flags} == {("speed", 1)}
    assert count(province, Response) == 9


def test_what_came_after_the_moment_of_release_waits(province):
    province.send(5, "A1")
    province.send(5, "A1", start=EVENING + timedelta(minutes=1))
    told = run(province)
    assert (told.responses, told.waiting) == (5, 5)


def test_traces_can_be_erased_twice(province):
    province.send(5, "A1")
    run(province)
    assert erase_traces(province.database) and erase_traces(province.database)
    assert count(province, Response) == 5


def test_a_long_read_keeps_the_log_and_the_next_turn_empties_it(kept):
    province = build(kept)
    log = Path(kept.settings.database.removeprefix("sqlite:///") + "-wal")
    province.send(5, "A1")
    with kept.read() as session:
        session.scalar(select(func.count()).select_from(Intake))
        run(province)
        assert not erase_traces(kept) and log.stat().st_size > 0
    assert erase_traces(kept) and log.stat().st_size == 0


def test_a_language_that_few_of_a_batch_use_is_nobodys(province):
    """With it, the one answer in English and the one comment in English would find each other."""
    province.send(6, "A1")
    province.send(1, "A1", language="en")
    run(province)
    assert {r.language for r in province.responses()} == {""}
    province.send(5, "A2")
    province.send(5, "A2", language="en")
    run(province)
    assert Counter(r.language for r in province.responses()) == {"": 7, "vi": 5, "en": 5}
