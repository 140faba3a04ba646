"""What conditions come to: the file that the browser is held to as well, and any other."""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings

from questionnaires.conditions import evaluate
from questionnaires.expressions import LONGEST, parse
from questionnaires.trees import as_json
from tests.questionnaires.conditions_made import answers, conditions

VECTORS = json.loads(
    (files("questionnaires") / "conditions_vectors.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["expression"])
def test_each_condition_of_the_shared_file_comes_to_its_result(vector):
    tree = parse(vector["expression"])
    assert as_json(tree) == vector["tree"]
    assert evaluate(tree, vector["answers"]) is vector["result"]


@settings(max_examples=300, derandomize=True)
@given(tree=conditions)
def test_every_condition_is_read_back_from_its_own_text(tree):
    text = str(tree)
    if len(text) <= LONGEST:
        assert parse(text) == tree


@settings(max_examples=300, derandomize=True)
@given(tree=conditions, values=answers)
def test_a_condition_and_its_contrary_never_agree(tree, values):
    assert evaluate(tree, values) is not evaluate(parse(f"not ({tree})"), values)
