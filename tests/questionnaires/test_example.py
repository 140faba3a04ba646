"""Generated answers are what somebody could give: asked, offered, and taken by every check."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires.conditions import route
from questionnaires.example import example
from survey.respond.submission import check_answers

FOLDER = Path(__file__).parent / "feature_forms"
FORMS = [
    *(questionnaires.load(path) for path in questionnaires.shipped().values()),
    *(questionnaires.load(path) for path in sorted(FOLDER.glob("*.toml"))),
]
BY_NAME = {form.name: form for form in FORMS}
COMMUNES = (18880, 19363)


@settings(max_examples=300)
@given(st.sampled_from(sorted(BY_NAME)), st.integers(0, 10**9))
def test_every_example_can_be_sent(name, seed):
    form = BY_NAME[name]
    answers = example(form, Random(seed), COMMUNES)
    check_answers(form, answers)
    assert route(form, answers).answers == answers


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_some_example_leads_to_every_question_and_takes_every_option(name):
    form = BY_NAME[name]
    asked, taken = set(), set()
    for seed in range(200):
        answers = example(form, Random(seed), COMMUNES)
        asked |= route(form, answers).questions
        taken |= set(answers.items())
    assert asked == {question.id for question in form.questions}
    codes = {(item.id, code) for item in form.items if not item.wide for code in item.codes}
    assert codes - taken == set()


def test_the_same_seed_gives_the_same_answers_and_another_seed_others():
    form = questionnaires.load(questionnaires.shipped()["sipas-2022@1"])
    assert example(form, Random(7)) == example(form, Random(7)) != example(form, Random(8))


def test_without_communes_a_place_is_left_unanswered():
    form = BY_NAME["place@1"]
    assert all(example(form, Random(seed)) == {} for seed in range(20))
    assert {example(form, Random(s), COMMUNES).get("home") for s in range(20)} >= {18880, 19363}


def written(questions: str) -> questionnaires.Questionnaire:
    head = (FOLDER / "check.toml").read_text(encoding="utf-8").split("[[screens.questions]]")[0]
    return questionnaires.parse(head + questions, "check.toml")


WIDE = """
[[screens.questions]]
id = "a"
kind = "number"
text.vi = "Số thứ nhất"
text.en = "The first number"
required = true
min = 1000000

[[screens.questions]]
id = "b"
kind = "number"
text.vi = "Số thứ hai"
text.en = "The second number"
required = true

[[screens.questions.check]]
holds = "{check}"
message.vi = "Xin xem lại."
message.en = "Please look again."
"""


@pytest.mark.parametrize("check", ["b == a + 40000", "b > a - 3 and b < a", "a == b"])
def test_a_figure_is_found_that_fulfils_a_narrow_check(check):
    form = written(WIDE.replace("{check}", check))
    for seed in range(20):
        answers = example(form, Random(seed))
        check_answers(form, answers)
        assert set(answers) == {"a", "b"}


def test_what_nothing_can_fulfil_is_left_out_and_the_rest_is_answered():
    form = written(WIDE.replace("{check}", "b < 0"))
    assert set(example(form, Random(1))) == {"a"}
