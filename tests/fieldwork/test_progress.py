"""Today's counts are sums over the hours of today, counter by counter."""

from datetime import date
from uuid import UUID

from survey.fieldwork import rounds
from survey.fieldwork.places import counters_of
from survey.fieldwork.progress import counter_day, round_counts
from survey.respond.tables import Response, Traffic
from survey.units.places import counter_by_code
from tests.fieldwork.places import JULY, plan, settle

TODAY = date(2026, 7, 10)


def hour(counter, hour, *, day=TODAY, **counts):
    return Traffic(round="qt-2026", counter_id=counter.id, day=day, hour=hour, **counts)


def test_counts_of_today_are_summed_over_hours_and_other_days_left_out(both):
    with both.write() as session:
        settle(session)
        rounds.create_round(session, plan(), by="command", now=JULY)
        one = counter_by_code(session, "dong-hoi-1")
        session.add_all(
            [
                hour(one, 8, offered=9, started=5, finished=4, timed_out=1, served=20),
                hour(one, 9, offered=3, started=2, finished=2, given_up=3, served=10),
                hour(one, 9, day=date(2026, 7, 9), offered=50),
            ]
        )
        session.flush()
        found = counter_day(session, "qt-2026", counters_of(session, "qt-2026", TODAY), TODAY)
        assert [row.code for row in found] == ["dong-hoi-1", "dong-hoi-2", "vinh-linh-1"]
        first = found[0]
        assert (first.offered, first.started, first.finished, first.served) == (12, 7, 6, 30)
        assert (first.timed_out, first.given_up) == (1, 3)
        assert (found[1].offered, found[1].served) == (0, 0)


def test_a_round_counts_what_was_received_and_what_was_released(kept):
    with kept.write() as session:
        settle(session)
        rounds.create_round(session, plan(), by="command", now=JULY)
        session.add(
            Response(
                id=UUID(int=1),
                round="qt-2026",
                version="one-stop-ward@1",
                day=TODAY,
                mode="kiosk",
                assisted=False,
                language="vi",
                answers={"q1": 5},
            )
        )
        session.flush()
        counts = round_counts(session, "qt-2026")
        assert (counts.waiting, counts.released, counts.received) == (0, 1, 1)
