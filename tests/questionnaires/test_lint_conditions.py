"""What the linter says of a condition is what trying every answer says."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.conditions import evaluate, route
from questionnaires.expressions import parse
from questionnaires.lint import lint
from questionnaires.lint.worlds import Worlds
from questionnaires.trees import Among, Answered, Comparison, Count, Joined, Name, Not, Number
from tests.questionnaires.written import HEAD, asked, form, option, screen

THREE = option(1) + option(2) + option(3, "exclusive = true")
SMALL = form(
    screen(
        "first",
        asked("q1", "single", options=option(1) + option(2) + option(4) + option(9)),
        asked("q2", "yesno", 'show_when = "q1 in [2, 4]"'),
        asked("visits", "number", "min = 0\nmax = 6"),
    ),
    screen("second", asked("c1", "multiple", options=THREE), more='show_when = "visits > 1"'),
    screen("third", asked("day", "date", "min = 2026-02-27\nmax = 2026-03-02")),
)
CODES = {
    "q1": (None, 1, 2, 4, 9),
    "q2": (None, 1, 2),
    "visits": (None, *range(7)),
    "day": (None, 20260227, 20260228, 20260301, 20260302),
}
CHOSEN = ((), (1,), (2,), (3,), (1, 2))
numbers = st.integers(0, 10) | st.sampled_from([20260226, 20260228, 20260301, 20260303])
singles = st.sampled_from(sorted(CODES)).map(Name)
counts = st.lists(st.sampled_from([*CODES, "c1"]), min_size=1, max_size=3).map(tuple)
signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
leaves = st.one_of(
    st.builds(Comparison, signs, singles, numbers.map(Number)),
    st.builds(Comparison, signs, counts.map(Count), st.integers(0, 5).map(Number)),
    st.builds(Among, singles, st.lists(numbers, min_size=1, max_size=3).map(tuple)),
    st.builds(Among, st.integers(1, 3).map(Number), st.just("c1")),
    st.builds(Answered, counts),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(
            lambda op, parts: parse(str(Joined(op, tuple(parts)))),
            st.sampled_from(("and", "or")),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=4,
)


def every_way():
    for values in product(*CODES.values(), CHOSEN):
        given = {name: one for name, one in zip(CODES, values[:-1], strict=True) if one is not None}
        if values[-1]:
            given |= {f"c1_{code}": 1 if code in values[-1] else 2 for code in (1, 2, 3)}
        yield given


REACHED = [route(SMALL, given).values for given in every_way()]


@settings(max_examples=150)
@given(conditions)
def test_a_few_answers_say_of_a_condition_what_all_answers_say(tree):
    told = Worlds(SMALL).outcome(tree)
    if told is not None:
        assert told.reached == {evaluate(tree, values) for values in REACHED}, str(tree)


def found(*screens):
    return {one.rule.id for one in lint(HEAD + "\n".join(screens), "small.toml")}


NEVER = {
    "visits < 2 and visits > 3": "contradiction",
    "3 in c1 and 1 in c1": "contradiction",
    "day > 2026-02-28 and day < 2026-03-01": "contradiction",
    "not answered(visits) and visits == 0": "contradiction",
    "visits == 1 and answered(c1)": "unreachable",
    "q1 == 1 and q2 == 1": "unreachable",
    "visits >= 0 or not answered(visits)": "condition-always",
    "q1 == 3": "condition-off-scale",
    "4 in c1": "condition-off-scale",
    "visits == 7": "condition-off-scale",
}
FIRST = (
    screen(
        "first",
        asked("q1", "single", options=option(1) + option(2) + option(4) + option(9)),
        asked("q2", "yesno", 'show_when = "q1 in [2, 4]"'),
        asked("visits", "number", "min = 0\nmax = 6"),
    ),
    screen("second", asked("c1", "multiple", options=THREE), more='show_when = "visits > 1"'),
    screen("third", asked("day", "date")),
)
ABOUT = {"contradiction", "unreachable", "condition-always", "condition-off-scale"}


@pytest.mark.parametrize("condition", NEVER)
def test_a_condition_that_cannot_be_meant_is_told(condition):
    last = screen("last", asked("z", "yesno", f'show_when = "{condition}"'))
    assert found(*FIRST, last) & ABOUT == {NEVER[condition]}


@pytest.mark.parametrize(
    "condition",
    [
        "visits > 1 and 1 in c1",
        "q2 == 1 or q1 == 9",
        "count(c1) >= 2",
        "day >= 2026-01-01",
        "q1 < 4",
    ],
)
def test_a_condition_that_can_be_meant_is_left_alone(condition):
    last = screen("last", asked("z", "yesno", f'show_when = "{condition}"'))
    assert not found(*FIRST, last) & ABOUT


def test_what_would_take_too_long_to_try_is_not_judged():
    many = [asked(f"n{i}", "number", "min = 0\nmax = 9") for i in range(9)]
    never = " and ".join(f"n{i} > 3" for i in range(9)) + " and n0 < 2"
    last = screen("last", asked("z", "yesno", f'show_when = "{never}"'))
    assert not found(screen("first", *many), last) & ABOUT


def test_a_chain_of_conditions_is_tried_as_long_as_that_can_be_done():
    """Each question awaits the one before; further than some ten the linter does not look."""
    whens = (f'show_when = "q{n - 1} == 1"' for n in range(1, 2000))
    chain = [
        asked("q0", "yesno"),
        *(asked(f"q{n}", "yesno", when) for n, when in enumerate(whens, 1)),
    ]
    worlds = Worlds(form(screen("all", *chain)))
    near, far = (worlds.outcome(parse(f"q{n} == 1 and q{n} == 2")) for n in (5, 1999))
    assert near is not None and near.free == {False}
    assert far is None and worlds.left > 0
