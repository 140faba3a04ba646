"""A file with a mistake is told where, what and how to mend it; a sound one comes back whole."""

import copy
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import questionnaires
from questionnaires import QuestionnaireError, Scale

PAGE = Path(__file__).parents[2] / "docs" / "questionnaire-format.md"
EXAMPLE = "".join(
    line.removeprefix("    ")
    for line in PAGE.read_text(encoding="utf-8").split("\n## ")[0].splitlines(keepends=True)
    if line.startswith("    ") or line == "\n"
)

MISTAKES = {  # name: (text, what stands instead, problem, remedy, question)
    "an unknown key": (
        'kind = "rating"',
        'kind = "rating"\nhue = 1',
        "unknown key",
        "Use",
        "q1",
    ),
    "an unknown kind": ('kind = "rating"', 'kind = "stars"', "not a kind", "rating", "q1"),
    "a kind that fits nothing": ('kind = "rating"', 'kind = "grid"', "without “rows”", "Add", "q1"),
    "a scale where none is taken": (
        'kind = "rating"',
        'kind = "note"',
        "takes no “scale”",
        "Remove scale",
        "q1",
    ),
    "an id used twice": ('id = "age"', 'id = "q1"', "used twice", "another id", ""),
    "an id with a dot": ('id = "age"', 'id = "Age.1"', "bad id", "small letter", ""),
    "an unknown scale": ('scale = "satisfaction"', 'scale = "sat"', "unknown scale", "Use", "q1"),
    "a missing translation": (
        'text.en = "The time until it was your turn"',
        "",
        "in “en” is missing",
        "Add text.en",
        "q1",
    ),
    "a language of no one": (
        'text.en = "Age"',
        'text.en = "Age"\ntext.fr = "Âge"',
        "“fr” is not a language",
        "languages",
        "age",
    ),
    "a satisfied code outside the scale": (
        "satisfied = [4, 5]",
        "satisfied = [4, 6]",
        "code 6 in “satisfied”",
        "5, 4, 2, 9",
        "",
    ),
    "a code both satisfied and missing": (
        "missing = [9]",
        "missing = [5]",
        "both satisfied and missing",
        "one of the two",
        "",
    ),
    "a factor over an unknown item": (
        'items = ["q1"]',
        'items = ["q1", "q7"]',
        "unknown item “q7”",
        "an item of this form",
        "time",
    ),
    "a factor over an item that is not rated": (
        'items = ["q1"]',
        'items = ["q1", "age"]',
        "is not rated",
        "Leave it out",
        "time",
    ),
    "a factor over nothing": ('items = ["q1"]', "", "either items or children", "one of", ""),
    "a factor named as an item": ('id = "time"', 'id = "q1"', "also an item", "another id", ""),
    "a name kept for the index": ('id = "time"', 'id = "index"', "kept for", "another id", ""),
    "letters that are not composed": (
        'text.vi = "Độ tuổi"',
        'text.vi = "Đô\u0323 tuổi"',
        "normal form C",
        "NFC",
        "age",
    ),
    "HTML in a wording": (
        'text.vi = "Độ tuổi"',
        'text.vi = "<b>Độ tuổi</b>"',
        "HTML",
        "plain words",
        "age",
    ),
    "a space at the end": ('"Độ tuổi"', '"Độ tuổi "', "spaces", "without them", "age"),
    "a personal question made compulsory": (
        'data_class = "personal"',
        'data_class = "personal"\nrequired = true',
        "compulsory",
        "required = false",
        "age",
    ),
    "an exclusive option where one is chosen": (
        'text.en = "60 and over"',
        'text.en = "60 and over"\nexclusive = true',
        "several options",
        "multiple",
        "age",
    ),
    "a code that is text": ("code = 5", 'code = "5"', "wrong kind", "whole number", ""),
    "a code beyond a byte": ("code = 9", "code = 128", "wrong kind", "1 to 127", ""),
    "a code used twice": ("code = 9", "code = 5", "code 5 is used twice", "of its own", ""),
    "no Vietnamese": ('["vi", "en"]', '["en"]', "vi and en", "Add", ""),
    "no notice": ('notice = "2026-01"', "", "“notice” is missing", "Add notice", ""),
    "a notice that is not there": ('"2026-01"', '"1999-01"', "no privacy notice", "2026-01", ""),
    "an empty wording": ('text.en = "Age"', 'text.en = ""', "“en” is empty", "Write", "age"),
    "no source": ('"Written for this page"', '""', "“source” is empty", "Write", ""),
    "a key that stands twice": ("version = 1", "version = 1\nversion = 2", "not TOML", "once", ""),
}


def found(text: str) -> tuple[questionnaires.Problem, ...]:
    with pytest.raises(QuestionnaireError) as raised:
        questionnaires.parse(text, "waiting.toml")
    return raised.value.problems


def test_the_example_of_the_documentation_is_sound():
    form = questionnaires.parse(EXAMPLE, "the page")
    assert form.name == "waiting@1"
    assert [item.id for item in form.items] == ["q1", "q2_1", "q2_2", "age"]
    assert form.by_id["q1"].scale.top == 5
    assert form.questions[1].options[1].exclusive


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_file_line_question_and_remedy(name):
    text, instead, what, remedy, question = MISTAKES[name]
    assert text in EXAMPLE
    told = [p for p in found(EXAMPLE.replace(text, instead, 1)) if what in p.what]
    assert told, found(EXAMPLE.replace(text, instead, 1))
    problem = told[0]
    assert problem.file == "waiting.toml" and problem.line and remedy in problem.remedy
    assert question in problem.question


def test_the_line_is_the_one_to_mend():
    broken = EXAMPLE.replace('text.vi = "Độ tuổi"', 'text.vi = "<b>Độ tuổi</b>"')
    (problem,) = found(broken)
    assert "<b>" in broken.splitlines()[problem.line - 1]
    assert str(problem).startswith(f"waiting.toml:{problem.line}: question age:")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    broken = EXAMPLE.replace('id = "time"', 'id = "Time"').replace("code = 5", "code = 0")
    problems = found(broken.replace('text.en = "Age"', ""))
    assert len(problems) == 3
    assert [p.line for p in problems] == sorted(p.line for p in problems)


def test_empty_options_are_told():
    options = re.compile(r"\n\[\[screens\.questions\.options\]\]\ncode.*\n.*\n.*18 to 59\"\n")
    (problem,) = found(options.sub("", EXAMPLE))
    assert "fewer than two options" in problem.what and problem.question == "question age"
    none = EXAMPLE.split('text.en = "Age"\n')[0] + 'text.en = "Age"\noptions = []\n'
    assert any("“options” is empty" in problem.what for problem in found(none))


def test_a_rated_item_must_be_in_a_factor():
    (problem,) = found(EXAMPLE.split("[[factors]]")[0])
    assert "“q1” is in no factor" in problem.what and problem.line


def test_two_scales_of_satisfaction_cannot_make_one_index():
    start, end = EXAMPLE.index("[scales."), EXAMPLE.index("[[screens]]")
    scale = EXAMPLE[start:end]
    liking = scale.replace("scales.satisfaction", "scales.liking")
    text = EXAMPLE[:end] + liking + EXAMPLE[end:]
    second = text.split('id = "q1"')[1].split("[[screens.questions]]")[0]
    added = '[[screens.questions]]\nid = "q3"' + second.replace('"satisfaction"', '"liking"')
    text = text.replace("[[factors]]", added + "\n[[factors]]").replace('["q1"]', '["q1", "q3"]')
    (problem,) = found(text)
    assert "more than one scale" in problem.what


@pytest.mark.parametrize("name", questionnaires.shipped())
def test_published_text_gives_the_same_questionnaire_without_the_file(name):
    form = questionnaires.load(name)
    text = questionnaires.canonical(form)
    again = questionnaires.from_canonical(text)
    assert again == form and hash(again) == hash(form)
    assert questionnaires.canonical(again) == text
    assert questionnaires.sha256(form) == hashlib.sha256(text.encode()).hexdigest()


def test_a_changed_word_changes_the_hash():
    form = questionnaires.parse(EXAMPLE, "a")
    other = questionnaires.parse(EXAMPLE.replace("Ghế ngồi", "Ghế"), "a")
    assert questionnaires.sha256(form) != questionnaires.sha256(other)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 1}', "not json"])
def test_what_was_never_published_is_refused(text):
    with pytest.raises(QuestionnaireError, match="the published text"):
        questionnaires.from_canonical(text)


def nodes(table, path=()):
    for key in table if isinstance(table, dict) else range(len(table)):
        yield (*path, key)
        if isinstance(table[key], dict | list):
            yield from nodes(table[key], (*path, key))


def test_whatever_is_put_in_place_of_a_value_is_refused_or_read_and_never_breaks():
    whole = tomllib.loads(EXAMPLE)
    refused = 0
    for *holders, key in nodes(whole):
        for odd in (None, 0, 1.5, True, "", "x", [], [1], ["a"], {}, {"vi": 1}, [{}], 10**30):
            table = copy.deepcopy(whole)
            holder = table
            for one in holders:
                holder = holder[one]
            holder[key] = odd
            try:
                questionnaires.from_canonical(json.dumps(table))
            except QuestionnaireError:
                refused += 1
    assert refused > 1000


def test_a_file_that_is_not_there_is_told_with_the_names_that_are():
    with pytest.raises(QuestionnaireError, match="no such file.*one-stop-ward@1"):
        questionnaires.load("one-stop-ward@9")


def test_a_file_that_is_not_text_is_told(tmp_path):
    (tmp_path / "form.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionnaireError, match="UTF-8"):
        questionnaires.load(tmp_path / "form.toml")


def test_a_scale_may_be_shown_from_the_top_and_still_knows_its_highest_code():
    scale = questionnaires.load("one-stop-ward@1").by_id["q1"].scale
    assert isinstance(scale, Scale) and scale.codes[0] == scale.top == 5


def test_a_kiosk_page_loads_nothing_heavy_with_its_questionnaire():
    code = (
        "import sys, questionnaires; questionnaires.load('one-stop-ward@1');"
        "print([m for m in ('flask', 'click', 'numpy', 'sqlalchemy') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_file_of_nothing_but_problems_is_told_as_far_as_anybody_reads():
    text = "\n".join(f"key{n} = 1" for n in range(6000))
    with pytest.raises(QuestionnaireError) as refused:
        questionnaires.parse(text, "form.toml")
    assert len(refused.value.problems) == 5001
    assert any("more than 5000 problems" in one.what for one in refused.value.problems)
