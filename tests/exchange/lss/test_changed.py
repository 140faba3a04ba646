"""Whatever stands in a cell of a survey, it becomes a form or is refused: nothing breaks."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.exchange.formats import built
from survey.exchange.lss.read import read
from survey.exchange.reading.refusal import Refusal
from tests.exchange.lss.made import question, survey

FIRST = [
    question("Q01", "L", answers={"A1": "One", "A2": "Two"}, other="Y", mandatory="Y"),
    question("Q02", "M", rows={"a": "One", "b": "Two"}, relevance='Q01.NAOK == "A1"',
             attributes={"exclude_all_others": "b", "min_answers": "1"}),
    question("Q03", "N", attributes={"min_num_value_n": "1", "max_num_value_n": "9"}),
]  # fmt: skip
SECOND = [
    question("Q04", "F", "{Q01}", rows={"a": "One"}, answers={"1": "Bad", "2": "Good"}),
    question("Q05", "D", attributes={"date_min": "2026-01-01"}),
    question("Q06", ":", rows={"a": "One"}, columns={"b": "Two"}),
    question("Q07", "R", answers={"1": "One", "2": "Two"}, help="Q03 is {Q03.shown}"),
    question("Q08", "Y", conditions=[{"cqid": "1", "cfieldname": "7X1X1", "value": "A2",
                                      "method": "==", "scenario": "1"}]),
]  # fmt: skip
FILES = [survey(("A", *FIRST), ("B", *SECOND), old=old).decode() for old in (False, True)]
CELL = re.compile(r"<(\w+)>([^<>]*)</\1>")
VALUES = st.one_of(
    st.sampled_from(["", "0", "1", "-1", "99999", "Y", "N", "M", "K", ":", "today", "other", "Q01",
                     "{Q01}", "&lt;b&gt;", '"', "((", "Q01 > 1", "２", "²", "in", "9" * 400]),
    st.text(st.characters(min_codepoint=32, exclude_characters="<>&", exclude_categories=["Cs"]),
            max_size=12),
)  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 10_000), VALUES), max_size=4))
def test_any_change_of_a_few_cells_is_read_or_refused(text, changes):
    for place, value in changes:
        cells = list(CELL.finditer(text))
        cell = cells[place % len(cells)]
        text = f"{text[: cell.start(2)]}{value}{text[cell.end(2) :]}"
    try:
        document, report = read(text.encode(), "a.lss")
    except Refusal as refusal:
        assert refusal.why % refusal.values
        return
    assert built(document, "a.lss").questions
    assert all(note.why % note.values or not note.why for note in report.notes)
