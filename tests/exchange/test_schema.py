"""The JSON Schema of a form takes the answers that can be sent, and refuses the others."""

import json
import re
from random import Random
from uuid import uuid4

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import questionnaires
from questionnaires.conditions import answered, evaluate, values_of
from questionnaires.example import example
from questionnaires.trees import sets
from survey.exchange.fidelity import APPROXIMATED, DROPPED
from survey.exchange.schema import schema, told, write
from survey.exchange.schema_conditions import Unsayable, said
from survey.exchange.wishes import Wishes
from survey.respond import api
from survey.respond.submission import SubmissionFault, check_answers, parse
from tests.exchange.test_fidelity import FORMS
from tests.questionnaires.conditions_made import SEVERAL, conditions

LOADED = {form.name: form for form in map(questionnaires.load, FORMS)}
COMMUNES = (18880, 19363)

KINDS = """
form = "kinds"
version = 1
languages = ["vi", "en"]
paging = "screens"
status = "draft"
source = "Written for this test"
notice = "2026-01"
title = {vi = "Mọi loại câu hỏi", en = "Every kind"}
[scales.three]
options = [
  {code = 1, text = {vi = "Kém", en = "Bad"}}, {code = 4, text = {vi = "Tốt", en = "Good"}},
  {code = 6, text = {vi = "Không rõ", en = "Not sure"}},
]
[[screens]]
id = "all"
title = {vi = "Tất cả", en = "All"}
questions = [
  {id = "q1", kind = "yesno", text = {vi = "Một", en = "One"}},
  {id = "q2", kind = "number", max = 9, text = {vi = "Hai", en = "Two"}},
  {id = "q3", kind = "single", text = {vi = "Ba", en = "Three"}, options = [
    {code = 2, text = {vi = "Có", en = "Yes"}}, {code = 5, text = {vi = "Không", en = "No"}}]},
  {id = "visits", kind = "number", text = {vi = "Bốn", en = "Four"}},
  {id = "constructor", kind = "date", text = {vi = "Năm", en = "Five"}},
  {id = "tostring", kind = "yesno", text = {vi = "Sáu", en = "Six"}},
  {id = "c1", kind = "grid", scale = "three", text = {vi = "Bảy", en = "Seven"}, rows = [
    {text = {vi = "Chỗ ngồi", en = "The seats"}}, {text = {vi = "Lối đi", en = "The way"}}]},
  {id = "c2", kind = "multiple", text = {vi = "Tám", en = "Eight"}, options = [
    {code = 1, text = {vi = "Ghế", en = "A seat"}}, {code = 3, text = {vi = "Quạt", en = "A fan"}},
    {code = 5, text = {vi = "Nước", en = "Water"}}]},
]
"""
EVERY = questionnaires.parse(KINDS, "kinds.toml")


VALIDATORS = {}
CONDITIONS = ("show_when", "holds", "required")
WHOLLY_SAID = {
    form.name
    for form in LOADED.values()
    if not any(n.feature.endswith(CONDITIONS) for n in told(form).of(APPROXIMATED))
}


def accepted(form, given):
    if form.name not in VALIDATORS:
        VALIDATORS[form.name] = Draft202012Validator(schema(form, "vi"))
    sent = {
        "id": str(uuid4()), "round": "r", "version": form.name, "place": {}, "mode": "kiosk",
        "assisted": False, "language": "vi", "answers": given,
    }  # fmt: skip
    return VALIDATORS[form.name].is_valid(sent)


def fault(form, given):
    try:
        check_answers(form, given)
    except SubmissionFault as found:
        return str(found)
    return ""


@pytest.mark.parametrize("name", sorted(LOADED))
def test_the_schema_is_one(name):
    for language in ("vi", "en"):
        Draft202012Validator.check_schema(schema(LOADED[name], language))


@settings(max_examples=300)
@given(st.sampled_from(sorted(LOADED)), st.integers(0, 10**9))
def test_what_somebody_could_answer_is_taken(name, seed):
    form = LOADED[name]
    assert accepted(form, example(form, Random(seed), COMMUNES))


@settings(max_examples=500)
@given(st.sampled_from(sorted(LOADED)), st.integers(0, 10**9), st.data())
def test_what_the_door_for_devices_refuses_is_refused(name, seed, data):
    """Where the report says that a condition cannot be said, only what is no answer is refused."""
    form = LOADED[name]
    given = example(form, Random(seed), COMMUNES)
    for _ in range(data.draw(st.integers(1, 3))):
        item = data.draw(st.sampled_from([*form.items, None]))
        id = item.id if item else "unknown"
        change = data.draw(st.sampled_from(["out", 0, 1, 2, 3, 61, 128, 2**31 - 1, 2**31, -1]))
        given = {key: code for key, code in given.items() if key != id}
        if change != "out":
            given[id] = change
    wrong = fault(form, given)
    if not wrong or form.name in WHOLLY_SAID or re.search("no such item|is not (on|a) ", wrong):
        assert accepted(form, given) is (not wrong), wrong


@settings(max_examples=500)
@given(conditions, st.data())
def test_a_condition_that_can_be_said_holds_for_the_same_answers(tree, data):
    assume(set(sets(tree)) <= set(SEVERAL))
    try:
        validator = Draft202012Validator(said(EVERY, tree))
    except Unsayable:
        return
    for _ in range(10):
        given = {}
        for item in EVERY.items:
            some = [0, item.least, item.least + 1] if item.wide else [0, *item.codes]
            code = data.draw(st.sampled_from([None, *some]))
            if code is not None:
                given[item.id] = code
        kept = {id: code for id, code in given.items() if answered(EVERY.by_id[id], given)}
        values = {}
        for question in EVERY.questions:
            own = {item.id: kept[item.id] for item in question.items if item.id in kept}
            values |= values_of(question, own)
        assert validator.is_valid(given) is evaluate(tree, values), str(tree)


def test_what_cannot_be_said_is_told_and_stands_in_a_comment():
    text, report = write(LOADED["check@1"], Wishes())
    assert len(WHOLLY_SAID) > len(LOADED) / 2 and "check@1" not in WHOLLY_SAID
    notes = {(n.feature, n.place, n.outcome) for n in report.notes if n.outcome != "kept"}
    assert ("check.holds", "promised, check 1", APPROXIMATED) in notes
    assert ("question.kind", "sent", APPROXIMATED) in notes
    assert ("check.holds", "wants, check 1", APPROXIMATED) not in notes
    assert "promised >= sent, which JSON Schema cannot say" in text.decode()
    _, report = write(LOADED["text@1"], Wishes())
    dropped = {n.feature for n in report.of(DROPPED) if n.place == "better"}
    assert {"question.kind", "question.text"} <= dropped


def test_codes_carry_their_words_in_every_language():
    made = json.loads(write(LOADED["one-stop-ward@1"], Wishes("en"))[0])
    assert made["properties"]["version"] == {"const": "one-stop-ward@1"}
    options = made["$defs"]["scale_satisfaction"]["oneOf"]
    assert options[0] == {
        "const": 5,
        "title": "Very satisfied",
        "x-title": {"vi": "Rất hài lòng", "en": "Very satisfied"},
    }


def test_around_the_answers_it_says_what_the_door_for_devices_says():
    made = schema(LOADED["one-stop-ward@1"], "vi")
    assert set(made["properties"]) == set(api.FINISHED["properties"])
    assert made["required"] == api.FINISHED["required"]
    for key in ("round", "place", "field", "device", "mode", "assisted"):
        ours = made["properties"][key]
        theirs = api.FINISHED["properties"][key]
        assert ours == {part: theirs[part] for part in ours}, key
    sent = {
        "id": str(uuid4()), "round": "r", "version": "one-stop-ward@1", "place": {},
        "mode": "kiosk", "assisted": False, "language": "vi",
        "answers": example(LOADED["one-stop-ward@1"], Random(1)),
    }  # fmt: skip
    parse(sent)
    assert Draft202012Validator(made).is_valid(sent)
    assert not Draft202012Validator(made).is_valid({**sent, "name": "An"})
    assert not Draft202012Validator(made).is_valid({**sent, "version": "one-stop-ward@2"})
