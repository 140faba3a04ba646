"""Flags find simulated attacks and leave honest citizens alone; nothing is blocked or deleted."""

from datetime import date, timedelta
from random import Random

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from survey.fieldwork.tables import Round
from survey.respond.flags.decided import both, both_of_round, decide, find, groups, is_left_out
from survey.respond.flags.networks import Networks
from survey.respond.flags.rules import leaves_out, rules
from survey.respond.flags.signs import (
    Day,
    Seen,
    again,
    copies,
    flags,
    outside,
    poisson_tail,
    regular,
)
from survey.respond.flags.waiting import flag_waiting
from survey.respond.release import release
from survey.respond.snapshot import take_snapshot
from survey.respond.tables import Intake, Response, ResponseFlag, Traffic
from survey.units.hours import Hours, set_hours
from survey.units.tables import Counter
from tests.fieldwork.places import JULY
from tests.respond.attacks import ATTACKS, SERVED, SLACK, play
from tests.respond.citizen import Citizen, prepared
from tests.respond.kiosk import Kiosk
from tests.respond.province import EVENING, MORNING, build

SHARES = (0.05, 0.10, 0.20)
RECALL, FALSE = 0.80, 0.01


def judged(attack, share, *, counters=40):
    """False answers and those found of them; honest ones and those left out of them."""
    found = false = out = honest = 0
    for day in play(Random(f"{attack} {share}"), attack, share, counters=counters):
        for marks, is_false in zip(flags(day.seen, day.day, day.signals), day.false, strict=True):
            left = leaves_out(marks)
            false, honest = false + is_false, honest + (not is_false)
            found, out = found + (left and is_false), out + (left and not is_false)
    return found, false, out, honest


@pytest.mark.parametrize("share", SHARES)
def test_of_all_attacks_together_four_of_five_are_found_at_one_false_flag_in_a_hundred(share):
    sums = [0, 0, 0, 0]
    print()
    for attack in ATTACKS:
        told = judged(attack, share)
        sums = [a + b for a, b in zip(sums, told, strict=True)]
        found, false, out, honest = told
        print(f"{share:.0%} {attack}: found {found / false:.3f}, false {out / honest:.4f}")
    found, false, out, honest = sums
    print(f"{share:.0%} together: found {found / false:.3f}, false {out / honest:.4f}")
    assert found / false >= RECALL
    assert out / honest <= FALSE


def test_a_province_without_any_attack_has_hardly_a_flag_that_counts():
    _found, _false, out, honest = judged(None, 0.1, counters=40)
    assert out / honest <= 0.005


def test_weights_of_rules_are_what_the_published_rule_says():
    assert leaves_out({"burst"}) and leaves_out({"straight", "unsigned"})
    assert not leaves_out({"straight"}) and not leaves_out({"unsigned", "staff-network", "clock"})
    assert not leaves_out({"a rule of another release"})
    assert is_left_out({"straight"}, "exclude") and not is_left_out({"burst"}, "keep")
    assert not is_left_out(set(), "exclude")
    assert {rule.version for rule in rules().values()} == {1}


def one(at, whole="444444444", seconds=60.0):
    return Seen(at, seconds, 9, tuple(map(int, whole)), whole)


def test_one_level_everywhere_is_no_sign_without_another():
    assert flags([one(0, "5" * 9)], Day(), [set()]) == [set()]
    assert flags([one(0, "5" * 9)], Day(), [{"unsigned"}]) == [{"unsigned"}]
    assert flags([one(0, "5" * 9, 3.0)], Day(), [set()]) == [{"speed", "straight"}]


def test_a_device_that_finishes_again_within_seconds_is_pressed_by_one_person():
    def press(at, device="KIOSK1"):
        return Seen(at, 20.0, 9, (4,) * 9, f"{at}", device)

    pressed = [press(0.0), press(13.9), press(28.0), press(28.0, "KIOSK2"), press(28.1, None)]
    assert list(again(pressed)) == [1]  # fourteen seconds for nine items; the first one stays
    assert list(again(pressed[::-1])) == [3]
    assert flags(pressed, Day(), [set()] * 5)[1] == {"again", "straight"}
    assert leaves_out({"again"})


def test_a_press_that_is_repeated_at_a_kiosk_is_flagged_and_a_queue_of_unknown_times_is_not(
    app, kept, at, stored
):
    prepared(kept)
    kiosk = Kiosk(app, kept, at)
    kiosk.enrol()
    at.now = JULY + timedelta(minutes=30)
    times = [kiosk.time - 60_000, kiosk.time - 59_000, kiosk.time - 1_000]
    kiosk.send(*(kiosk.answer(finished_at=time) for time in times))
    kiosk.send(*(kiosk.answer(finished_at=None) for _ in range(3)))
    with kept.write() as session:
        assert flag_waiting(session, now=at.now) == 1
    assert [row["seq"] for row in stored(Intake) if "again" in row["signals"]] == [2]


def test_answers_without_a_ticket_beyond_the_budget_of_a_counters_day_are_flagged(both):
    province = build(both)
    with both.write() as session:
        session.get_one(Round, "counter-2026").open_budget = 6
    province.send(5, "A1", mode="mobile")
    with both.write() as session:
        release(session, now=EVENING, rng=province.rng, everything=True)
    later = MORNING + timedelta(hours=2)
    province.send(2, "A1", mode="kiosk", start=later)
    province.send(2, "A1", mode="ticket", start=later)
    province.send(3, "A1", mode="web", start=later)
    province.send(7, "A2", mode="web", start=later)
    province.send(9, "B1", mode="mobile", start=later + timedelta(days=1))
    with both.write() as session:
        flag_waiting(session, now=EVENING)
    with both.read() as session:
        over = [row for row in session.query(Intake) if "over-budget" in row.signals]
        counters = {id: code for code, id in province.counters.items()}
        found = sorted((counters[row.counter_id], row.mode) for row in over)
        assert found == [
            ("A1", "web"), ("A1", "web"), ("A2", "web"),
            ("B1", "mobile"), ("B1", "mobile"), ("B1", "mobile"),
        ]  # fmt: skip
        first = min(row.answered_at for row in over)
        assert first == later + timedelta(minutes=7)  # the sixth of the day is within
    with both.write() as session:
        session.query(Intake).update({"signals": []})
        session.get_one(Round, "counter-2026").open_budget = None
    with both.write() as session:
        flag_waiting(session, now=EVENING)
        assert not [row for row in session.query(Intake) if "over-budget" in row.signals]


def test_ten_even_gaps_are_a_person_who_sits_there():
    even = [one(30_000 + 35 * n, f"{n:09d}") for n in range(11)]
    assert regular(even) == set(range(11))
    assert regular(even[:10]) == set()
    uneven = [one(30_000 + 35 * n * (1 + n % 3), f"{n:09d}") for n in range(11)]
    assert regular(uneven) == set()


def test_a_run_of_copies_counts_by_how_common_the_answer_is():
    same = [one(30_000 + 900 * n, "5" * 9) for n in range(6)]
    others = [one(60_000 + 900 * n, f"{n:09d}") for n in range(20)]
    assert copies([*same, *others], Day(usual={"5" * 9: 0.05})) == set(range(6))
    assert copies([*same, *others], Day(usual={"5" * 9: 0.5})) == set()


def test_more_answers_than_people_served_flags_the_day():
    seen = [one(30_000 + 900 * n, f"12345{n:04d}") for n in range(4)]
    assert [set(marks) for marks in flags(seen, Day(served=3), [set()] * 4)] == [{"volume"}] * 4
    assert flags(seen, Day(served=4), [set()] * 4) == [set()] * 4
    assert flags(seen, Day(served=9, finished=10), [set()] * 4) == [{"volume"}] * 4


def test_hours_have_half_an_hour_of_slack():
    assert not outside(SERVED[0][0] - SLACK, SERVED, SLACK)
    assert outside(SERVED[0][0] - SLACK - 1, SERVED, SLACK)
    assert not outside(12.75 * 3600, SERVED, SLACK)
    assert outside(23 * 3600, SERVED, SLACK) and outside(10 * 3600, [], SLACK)


def test_the_tail_of_poisson():
    assert poisson_tail(1, 2.0) == pytest.approx(1 - 0.1353352832)
    assert poisson_tail(6, 2.0) == pytest.approx(0.0165636, rel=1e-4)


def test_an_address_flags_after_twenty_in_an_hour_and_is_forgotten_at_midnight():
    seen = Networks(20)
    assert [seen.answer_from("10.0.0.1", now=JULY) for _ in range(21)][-1] == ["same-address"]
    assert seen.answer_from("10.0.0.2", now=JULY) == []
    assert seen.answer_from("10.0.0.1", now=JULY + timedelta(hours=2)) == []
    seen.staff_at("10.0.0.1", now=JULY)
    assert seen.answer_from("10.0.0.1", now=JULY) == ["staff-network"]
    assert seen.answer_from("10.0.0.1", now=JULY + timedelta(days=1)) == []


def test_a_browser_of_staff_and_its_network_flag_what_is_answered_there(app, poster, stored):
    citizen = Citizen(app)
    citizen.client.set_cookie("sipas_staff", "1")
    citizen.reach_comment(poster)
    assert citizen.press(comment="").status_code == 303
    assert stored(Intake)[0]["signals"] == ["staff-session"]


def test_flags_of_a_day_are_written_at_release_and_a_supervisor_decides(both_flagged):
    database, province = both_flagged
    with database.read() as session:
        [group] = groups(session, round_="counter-2026", areas=None, limit=9)
        assert (group.counter.code, group.answers, group.flagged) == ("A1", 16, 12)
        assert group.left_out == 12 and group.by_rule["off-hours"] == 12
        with_all, without = both(session, group)
        assert (with_all.n, without.n) == (16, 4)
        assert with_all.value is not None and without.value is None  # four are too few
        whole, rest = both_of_round(session, "counter-2026", areas=None)
        assert (whole, rest.n) == (with_all, 4)
        assert both_of_round(session, "counter-2026", areas=[])[0].n == 0
        versions = {flag.version for flag in session.query(ResponseFlag)}
        assert versions == {1}
    with database.write() as session:
        group = find(session, "counter-2026", "A1", date(2026, 7, 6))
        decide(session, group, "keep", "Trung tâm làm thêm giờ", by="staff:1", now=EVENING)
    with database.read() as session:
        group = find(session, "counter-2026", "A1", date(2026, 7, 6))
        assert (group.left_out, group.decision.reason) == (0, "Trung tâm làm thêm giờ")
        assert session.query(Response).count() == 16


@pytest.mark.parametrize(
    ("rules_of_some", "decision", "left_out"),
    [
        (["off-hours"], None, 12),
        (["off-hours"], "keep", 0),
        (["straight", "unsigned"], None, 12),
        (["straight"], None, 0),
        (["straight"], "exclude", 12),
        (["clock"], None, 0),
        (["a rule of another release"], None, 0),
        (["a rule of another release"], "exclude", 12),
    ],
)
def test_the_snapshot_says_what_is_left_out_of_the_second_figure(
    both_flagged, rules_of_some, decision, left_out
):
    database, _province = both_flagged
    with database.write() as session:
        flagged = set(session.scalars(select(ResponseFlag.response_id)))
        session.query(ResponseFlag).delete()
        for id in flagged:
            session.add_all(ResponseFlag(response_id=id, rule=r, version=1) for r in rules_of_some)
        group = find(session, "counter-2026", "A1", date(2026, 7, 6))
        if decision is not None:
            decide(session, group, decision, "Đã xem", by="staff:1", now=EVENING)
    with database.read() as session:
        group = find(session, "counter-2026", "A1", date(2026, 7, 6))
    made = take_snapshot(database, "counter-2026", now=EVENING)
    column = pq.read_table(database.settings.data / made.path)["flagged"].to_pylist()
    assert (sum(column), group.left_out, len(column)) == (left_out, left_out, 16)


@pytest.fixture
def both_flagged(both):
    """Four honest answers in the morning and twelve late at night at one counter, released."""
    province = build(both)
    night = MORNING + timedelta(hours=13)
    province.send(4, "A1", start=MORNING)
    province.send(12, "A1", start=night)
    with both.write() as session:
        counter = session.query(Counter).filter_by(code="A1").one()
        week = {str(n): [["07:30", "17:00"]] for n in range(1, 6)}
        set_hours(session, counter.centre_id, Hours(week=week))
        session.query(Traffic).delete()
    with both.write() as session:
        assert flag_waiting(session, now=night + timedelta(hours=2)) >= 12
    with both.write() as session:
        release(session, now=night + timedelta(hours=2), rng=province.rng)
    return both, province
