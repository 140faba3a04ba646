"""A condition is read to one tree, whose text is read to the same tree again."""

import pytest

from questionnaires.conditions import evaluate
from questionnaires.expressions import ConditionFault, parse
from questionnaires.trees import as_json, counted, names, sets

SAID = {
    "q1 == 5": ["==", "q1", 5],
    "q1 in [1, 2] and not answered(q3)": ["and", ["in", "q1", [1, 2]], ["not", ["answered", "q3"]]],
    "2 in c2": ["in", 2, "c2"],
    "q1 not in [3]": ["not", ["in", "q1", [3]]],
    "count(c2, q1) <= 3": ["<=", ["count", "c2", "q1"], 3],
    "a - (b - c) == 2": ["==", ["-", "a", ["-", "b", "c"]], 2],
    "visited >= 2026-07-01": [">=", "visited", 20260701],
    "a == 1 or b == 2 and c == 3": ["or", ["==", "a", 1], ["and", ["==", "b", 2], ["==", "c", 3]]],
    "a == 1 and (b == 2 and c == 3)": ["and", ["==", "a", 1], ["==", "b", 2], ["==", "c", 3]],
}


@pytest.mark.parametrize("text", SAID)
def test_a_condition_is_read_from_the_loosest_operator_to_the_tightest(text):
    tree = parse(text)
    assert as_json(tree) == SAID[text]
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "an item is missing before the end"),
        ("q1", "“q1” is a number and says nothing"),
        ("q1 = 5", "“= 5” cannot be read"),
        ("q1 == 5 q2", "“q2” stands where nothing was expected"),
        ("(q1 == 1", "“)” is missing before the end"),
        ("(q1 == 1) == 2", "“q1 == 1” is yes or no"),
        ("answered(q1) + 1 == 2", "“answered(q1)” is yes or no"),
        ("q1 in [q2]", "a number is missing before “q2”"),
        ("count == 1", "“(” is missing before “==”"),
        ("not", "an item is missing before the end"),
        ("q1 == 99999999999", "is too great"),
        ("q1 == " + "9" * 300, "is too great"),
        ("not " * 60 + "q1 == 1", "nested deeper than 20"),
        ("q1 == 1 and " * 80 + "q1 == 1", "longer than 400 letters"),
        ("__import__('os')", "cannot be read"),
        ("q１ == 1", "cannot be read"),
    ],
)
def test_what_is_no_condition_is_refused_with_the_reason(text, why):
    with pytest.raises(
        ConditionFault, match=why.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+")
    ):
        parse(text)


def test_the_names_of_a_condition_are_known_by_how_they_are_used():
    tree = parse("q1 + q2 > 3 and not (count(c1) > 1 or answered(q3)) and 2 in c2")
    assert names(tree) == ("q1", "q2")
    assert counted(tree) == ("c1", "q3")
    assert sets(tree) == ("c2",)


def test_a_comparison_with_something_unanswered_never_holds():
    for text in ("q1 == 1", "q1 != 1", "q1 < 1", "q1 >= 0", "q1 in [1]", "1 in c2", "q1 + 1 == 2"):
        assert not evaluate(parse(text), {})
    assert evaluate(parse("not q1 == 1"), {})
    assert evaluate(parse("count(q1, c2) == 0"), {})
