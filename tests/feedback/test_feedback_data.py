"""The simulated inbox of the benchmarks is one that could have happened."""

from collections import Counter

from sqlalchemy import func, select

from benchmarks.feedback_data import UNTIL, fill
from survey.feedback.machine import STATES
from survey.feedback.rebuild import broken, differences
from survey.feedback.tables import Case, CaseText, Event
from survey.feedback.texts import digest, original


def test_a_simulated_inbox_has_valid_chains_and_columns_that_follow_from_them(both):
    told = fill(both, 400, seed=5)
    with both.read() as session:
        assert (broken(session), differences(session)) == ([], [])
        assert session.scalar(select(func.count()).select_from(Event)) == told
        assert session.scalar(select(func.max(Event.at))) <= UNTIL
        states = Counter(session.scalars(select(Case.state)))
        assert set(states) <= set(STATES) and states["closed"] > 200
        assert 4 < told / 400 < 7
        text = session.scalars(select(CaseText).where(CaseText.role == "original").limit(1)).one()
        event = session.scalars(select(Event).where(Event.case_id == text.case_id)).first()
        assert event.data["digest"] == digest(session, text.salt, original(session, text))


def test_more_cases_are_added_after_those_that_are_there(kept):
    fill(kept, 30, seed=1)
    fill(kept, 20, seed=2)
    with kept.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 50
        assert (broken(session), differences(session)) == ([], [])
