"""Conditions go to XPath and come back: the same answers fulfil them."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from questionnaires.conditions import evaluate
from questionnaires.expressions import parse
from questionnaires.trees import counted, names, sets
from survey.exchange.xlsform.heard import Hearing, Unsayable, hear, written
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.spoken import Speech
from survey.exchange.xlsform.xpath import LONGEST, NotRead, read
from tests.questionnaires.conditions_made import SEVERAL, SINGLE, answers, conditions

CODES = range(1, 7)
WORDS = {code: f"word{code}" for code in CODES}
NUMBERS = {code: str(code) for code in CODES}
KINDS = {
    "q1": ("single", WORDS), "q2": ("single", NUMBERS), "q3": ("rating", WORDS),
    "visits": ("number", {}), "constructor": ("single", NUMBERS), "tostring": ("number", {}),
    "c1": ("multiple", WORDS), "c2": ("multiple", NUMBERS),
}  # fmt: skip


def spoken():
    speech = Speech()
    for id, (kind, choices) in KINDS.items():
        options = [{"code": code} for code in choices]
        speech.learn({"id": id, "kind": kind, "options": options}, id, choices, {})
    return speech


KNOWN = {id: Asked(id, kind, id, choices, id) for id, (kind, choices) in KINDS.items()}


@settings(suppress_health_check=[HealthCheck.filter_too_much], max_examples=300)
@given(conditions, st.lists(answers, min_size=1, max_size=5))
def test_what_is_said_in_xpath_is_fulfilled_by_the_same_answers(tree, given_answers):
    assume(set(sets(tree)) <= set(SEVERAL) and set(names(tree)) <= set(SINGLE))
    assume(set(counted(tree)) <= set(KINDS) and len(str(tree)) <= 400)
    text = spoken().says(str(tree))
    assume(len(text) <= LONGEST)
    read(text)
    try:
        again = Hearing(KNOWN).condition(hear(text))
    except Unsayable:
        assume(False)
    for values in given_answers:
        values = {
            id: value
            for id, value in values.items()
            if KINDS[id][0] == "number" or (isinstance(value, list) or value in CODES)
        }
        held = again if isinstance(again, bool) else evaluate(again, values)
        assert held == evaluate(tree, values), text


@pytest.mark.parametrize(
    ("ours", "xpath"),
    [
        ("q1 == 5", "${q1} = 'word5'"),
        ("q1 != 5", "${q1} != '' and ${q1} != 'word5'"),
        ("q2 <= 2", "${q2} <= 2"),
        ("q1 <= 2", "${q1} = 'word1' or ${q1} = 'word2'"),
        ("not 2 in c1", "not(selected(${c1}, 'word2'))"),
        ("count(c1) > 1 and answered(q1, visits)",
         "count-selected(${c1}) > 1 and ${q1} != '' and ${visits} != ''"),
        ("(q1 == 1 or q1 == 2) and visits > 3",
         "(${q1} = 'word1' or ${q1} = 'word2') and ${visits} > 3"),
        ("visits + tostring != 4", "${visits} != '' and ${tostring} != '' and "
         "${visits} + ${tostring} != 4"),
        ("c1_2 == 2", "${c1} != '' and not(selected(${c1}, 'word2'))"),
        ("q1 == 99", "false()"),
    ],
)  # fmt: skip
def test_conditions_are_put_as_field_teams_write_them(ours, xpath):
    assert spoken().says(ours) == xpath


@pytest.mark.parametrize(
    ("xpath", "ours"),
    [
        ("${q1} = 'word1'", "q1 == 1"), ("${q1}='word1'", "q1 == 1"),
        ("'word1' = ${q1}", "q1 == 1"), ("${q1} != 'word1'", "not q1 == 1"),
        ("${q1} = ''", "not answered(q1)"), ("${q1} != ''", "answered(q1)"),
        ("string-length(${q1}) > 0", "answered(q1)"),
        ("selected(${q1}, 'word2')", "q1 == 2"), ("selected(${c1}, 'word2')", "2 in c1"),
        ("${c1} = 'word2'", "2 in c1 and count(c1) == 1"),
        ("${visits} > 2.5", "visits >= 3"), ("${visits} < 2.5", "visits <= 2"),
        ("${visits} >= -1", "answered(visits)"), ("${visits} = 1.5", False),
        ("number(${visits}) + 1 < int(${tostring})", "visits + 1 < tostring"),
        ("true()", True), ("not(false())", True), ("true() and ${q2} > 3", "q2 > 3"),
        ("${q2} = '3' or true()", True), ("count-selected(${c2}) >= 2", "count(c2) >= 2"),
        ("${q1} = ‘word1’", "q1 == 1"), ("not(not(${q2} = 1))", "q2 == 1"),
    ],
)  # fmt: skip
def test_expressions_of_others_are_heard(xpath, ours):
    said = Hearing(KNOWN).condition(hear(xpath))
    assert said == (parse(ours) if isinstance(ours, str) else ours)


@pytest.mark.parametrize(
    "xpath",
    [
        "regex(${q1}, 'a')", "${gone} = 1", "${q1} = 'none of them'", "pulldata('a', 'b') = 1",
        "${visits} * 2 > 3", "${visits} div 2 = 1", "position(..) = 1", "${q1} > 'word1'",
        "${q1} and ${q2}", "(${q1} = 'word1'", "${q1} =", "", "'a'", "${c1} > 3", "concat('a')",
        "/data/q1 = 1", "jr:choice-name(${q1}, 'q1') = 'a'", "if(${q1} = 'word1', 1, 2) = 1",
        "-5", "(" * 40 + "1" + ")" * 40, "${q2} = 1 " * 2000,
    ],
)  # fmt: skip
def test_what_no_condition_says_is_refused_and_not_guessed(xpath):
    with pytest.raises(Unsayable):
        Hearing(KNOWN).condition(hear(xpath))


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_none(text):
    try:
        tree = read(text)
    except NotRead:
        return
    assert written(tree)
