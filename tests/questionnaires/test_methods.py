"""A form and a method make a plan, and whatever is not known of a method is said."""

from dataclasses import replace
from datetime import date

import pytest

import questionnaires
from questionnaires import QuestionnaireError
from questionnaires.methods import intervals
from tests.questionnaires.written import HEAD, asked, form, screen, words

METHODS = ("counter-form", "qd-1001-2023", "qd-2640-2017")


def test_three_methods_are_shipped():
    assert tuple(questionnaires.methods()) == METHODS


@pytest.mark.parametrize("name", METHODS)
def test_an_unseen_formula_is_said_beside_the_figure(name):
    method = questionnaires.method(name)
    assert not method.known
    assert set(method.note) == {"vi", "en"} and method.marks["index"] != "found"
    assert method.sources


@pytest.mark.parametrize("name", METHODS)
def test_figures_need_ten_answers_in_public_and_five_inside(name):
    method = questionnaires.method(name)
    assert (method.public_limit, method.inside_limit) == (10, 5)


def test_a_form_has_the_method_of_its_day():
    day = date(2024, 5, 1)
    assert questionnaires.method_of("sipas-1001-ward-2026", day).id == "qd-1001-2023"
    assert questionnaires.method_of("sipas-2022", date(2022, 1, 1)).id == "qd-1001-2023"
    assert questionnaires.method_of("one-stop-ward", date(2030, 1, 1)).id == "counter-form"
    assert questionnaires.method_of("sipas-2640", date(2022, 1, 1)) is None
    assert questionnaires.method_of("waiting", day) is None


def test_the_form_of_39_items_gives_the_51_figures_of_the_decision():
    form = questionnaires.load("sipas-1001-ward-2026@1")
    items, factors, index = questionnaires.plan(form, questionnaires.method("qd-1001-2023"))[
        "estimate"
    ]
    assert len(items["of"]) + len(factors["groups"]) + len(index["of"]) == 51
    content = {group["name"]: len(group["of"]) for group in factors["groups"]}
    assert (content["policy"], content["service"]) == (23, 16)


def test_the_plan_of_the_counter_form_word_for_word():
    form = questionnaires.load("one-stop-ward@1")
    groups = [
        {"name": "staff", "of": ["q1", "q2", "q3"]},
        {"name": "result", "of": ["q4", "q5"]},
        {"name": "feedback", "of": ["q6", "q7", "q8", "q9"]},
    ]
    counted = {"satisfied": [4, 5], "missing": [0]}
    items, others = ({"ci": ci, "level": 0.95} for ci in ("pooled", "logit"))
    assert questionnaires.plan(form, questionnaires.method("counter-form")) == {
        "estimate": [
            {"kind": "share", "of": [f"q{n}" for n in range(1, 10)], **counted, **items},
            {"kind": "share", "groups": groups, **counted, **others},
            {
                "kind": "index",
                "of": ["index"],
                "formula": "pooled-items",
                "scoring": "share",
                "groups": groups,
                "top": 5,
                **counted,
                **others,
            },
        ]
    }


def rating(count: int) -> questionnaires.Questionnaire:
    """A form of that many rated items, all of one factor."""
    items = [f"q{n}" for n in range(count)]
    scale = "[scales.s]\nsatisfied = [2]\n" + "".join(
        f"[[scales.s.options]]\ncode = {code}\n{words('text', vi, en)}"
        for code, vi, en in ((1, "Không", "No"), (2, "Có", "Yes"))
    )
    named = ", ".join(f'"{item}"' for item in items)
    factor = f'[[factors]]\nid = "f"\nitems = [{named}]\n{words("label", "Yếu tố", "Factor")}'
    questions = [asked(item, "rating", 'scale = "s"') for item in items]
    return form(screen("only", *questions), factor, head=HEAD + scale)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, ["kg"] * 3), (7, ["kg"] * 3), (8, ["pooled", "logit", "logit"])],
)
def test_items_pool_their_design_effect_when_the_form_has_at_least_eight(name, count, expected):
    by, made = questionnaires.method(name), rating(count)
    blocks = questionnaires.plan(made, by)["estimate"]
    assert [block["ci"] for block in blocks] == expected
    assert intervals(made, by) == (expected[0], expected[1])
    wald = replace(by, interval="wald", group_interval="wald")
    assert {block["ci"] for block in questionnaires.plan(made, wald)["estimate"]} == {"wald"}


@pytest.mark.parametrize("name", sorted(questionnaires.shipped()))
def test_every_shipped_form_pools_over_all_its_items(name):
    made = questionnaires.load(name)
    for by in map(questionnaires.method, METHODS):
        items, *others = questionnaires.plan(made, by)["estimate"]
        assert (items["ci"], items["of"]) == ("pooled", [item.id for item in made.rated])
        assert [block["ci"] for block in others] == ["logit", "logit"]


def test_a_method_may_count_mean_scores_instead_of_shares():
    form = questionnaires.load("sipas-2022@1")
    method = replace(questionnaires.method("qd-1001-2023"), scoring="mean", index="mean-of-factors")
    items, factors, index = questionnaires.plan(form, method)["estimate"]
    assert items["kind"] == factors["kind"] == "mean"
    assert (index["scoring"], index["formula"], index["top"]) == ("mean", "mean-of-factors", 5)
    assert "satisfied" not in items and "ci" not in items
    assert "mean score" in method.formula["en"] and "điểm trung bình" in method.formula["vi"]


def test_a_form_that_rates_nothing_has_no_plan():
    form = replace(questionnaires.load("one-stop-ward@1"), screens=(), factors=())
    with pytest.raises(QuestionnaireError, match="no rated item"):
        questionnaires.plan(form, questionnaires.method("counter-form"))


def test_a_method_with_mistakes_is_told_all_of_them(tmp_path):
    text = questionnaires.methods()["counter-form"].read_text(encoding="utf-8")
    broken = tmp_path / "mine.toml"
    broken.write_text(
        text.replace('scoring = "share"', 'scoring = "sum"').replace("level = 0.95", "level = 95"),
        encoding="utf-8",
    )
    with pytest.raises(QuestionnaireError) as raised:
        questionnaires.method(broken)
    lines = broken.read_text(encoding="utf-8").splitlines()
    mistakes = [lines.index('scoring = "sum"') + 1, lines.index("level = 95") + 1]
    assert [problem.line for problem in raised.value.problems] == mistakes
    assert "share, mean" in raised.value.problems[0].remedy


def test_a_method_that_ends_before_it_begins_is_refused(tmp_path):
    text = questionnaires.methods()["qd-2640-2017"].read_text(encoding="utf-8")
    broken = tmp_path / "mine.toml"
    broken.write_text(text.replace("2021-12-31", "2011-12-31"), encoding="utf-8")
    with pytest.raises(QuestionnaireError, match="ends before it begins"):
        questionnaires.method(broken)
