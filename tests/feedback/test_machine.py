"""The table of states in the code is the one in the docs, and hangs together."""

from pathlib import Path

from survey.feedback.machine import ANSWERED, APART, CLOCKS, MOVES, OPEN, STATES
from survey.feedback.standing import _CHANGES
from survey.feedback.tables import Event
from survey.feedback.words import ACT_WORDS, SENDER_WORDS, STATE_WORDS

PAGE = Path(__file__).parents[2] / "docs" / "feedback.md"


def row(move) -> str:
    origins = "any" if move.origins == STATES else ", ".join(move.origins)
    clock = "as it is" if move.to is None else CLOCKS[move.to]
    told = "yes" if move.told else "no"
    cells = (move.act, origins, move.to or "the same", ", ".join(move.who), clock, told)
    return f"| {' | '.join(cells)} |"


def test_the_page_has_the_table_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    assert [line for move in MOVES if (line := row(move)) not in page] == []


def test_every_state_has_words_a_clock_and_a_way_in():
    assert set(STATES) == set(STATE_WORDS) == set(SENDER_WORDS) == set(CLOCKS)
    reached = {"new", *(move.to for move in MOVES if move.to)}
    assert reached == set(STATES)
    assert {move.act for move in MOVES} | {"receive"} == set(ACT_WORDS)


def test_every_open_state_has_a_way_to_an_end():
    ends = set(ANSWERED) | set(APART)
    for state in OPEN:
        seen, waiting = set(), [state]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [m.to for m in MOVES if here in m.origins and m.to]
        assert seen & ends, state


def test_what_changes_a_standing_is_an_act_of_the_table():
    assert set(_CHANGES) <= {move.act for move in MOVES}
    assert Event.__tablename__ == "feedback_event"
