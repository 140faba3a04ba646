"""Each rule finds the one thing that its bad example has wrong, and a sound form meets none."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from questionnaires import QuestionnaireError
from questionnaires.lint import BOOKS, ERROR, WARNING, every, lint, lint_file
from questionnaires.lint.run import loaded
from questionnaires.problems import Faults, Lines
from tests.questionnaires.test_features import REFUSED
from tests.questionnaires.test_loader import EXAMPLE, MISTAKES
from tests.questionnaires.written import HEAD, screen

HERE = Path(__file__).parent
GOOD = HERE / "good.toml"
BAD = {path.stem.split("@")[0]: path for path in sorted((HERE / "bad").glob("*.toml"))}
UNREAD = ("unreadable", "not-toml", "too-deep")  # the loader is not asked
PAGE = Path(__file__).parents[2] / "docs" / "questionnaire-rules.md"
LETTERS = st.text("\"'<>&{}[]()=#\\\n\t \u200b\u00a0Ððаê\u0301?!.,1aĐ\ud7ff\U0001f600", max_size=4)
ODD = ("0", "-1", "1.5", "true", '""', '"x"', "[]", "[1]", '["a"]', "{}", "1979-05-27", "nan")


def rules_of(findings):
    return {finding.rule.id for finding in findings}


def test_there_are_many_rules_and_each_has_its_own_name():
    names = [rule.id for rule in every()]
    assert len(set(names)) == len(names) >= 170
    assert {rule.severity for rule in every()} == {ERROR, WARNING}
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in names)


def test_each_rule_has_a_bad_example():
    assert sorted(BAD) == sorted(rule.id for rule in every())


@pytest.mark.parametrize("name", BAD)
def test_a_bad_example_is_found_by_its_rule_and_by_no_other(name):
    found = lint_file(BAD[name])
    assert rules_of(found) == {name}, "\n".join(map(str, found))
    for finding in found:
        assert finding.file == str(BAD[name]) and finding.line >= 1
        assert finding.what.endswith(".") and finding.remedy.endswith(".")


def test_a_sound_form_meets_no_rule():
    assert lint_file(GOOD) == []


@pytest.mark.parametrize("name", questionnaires.shipped())
def test_shipped_forms_have_warnings_at_most(name):
    assert {finding.severity for finding in lint_file(questionnaires.shipped()[name])} == {WARNING}


def test_the_overlapping_ages_of_the_official_form_are_a_warning():
    file = questionnaires.shipped()["sipas-2022@1"]
    (found,) = [one for one in lint_file(file) if one.rule.id == "bands-overlap"]
    assert (found.question, found.what) == ("age", "25 is in two bands.")
    assert "25 - 34 tuổi" in file.read_text(encoding="utf-8").splitlines()[found.line - 1]


@pytest.mark.parametrize("name", [name for name in BAD if name not in UNREAD])
def test_the_linter_takes_and_refuses_what_the_loader_does(name):
    text = BAD[name].read_text(encoding="utf-8")
    form, refusals = loaded(tomllib.loads(text), Faults("form.toml", Lines(text)))
    try:
        assert form == questionnaires.parse(text, "form.toml") and not refusals
    except QuestionnaireError as error:
        assert form is None and set(error.problems) == set(refusals)


@pytest.mark.parametrize("name", MISTAKES)
def test_whatever_the_loader_refuses_has_a_rule(name):
    text, instead, *_ = MISTAKES[name]
    found = lint(EXAMPLE.replace(text, instead, 1), "waiting.toml")
    assert ERROR in {finding.severity for finding in found}
    assert "refused" not in rules_of(found)


@pytest.mark.parametrize("why", REFUSED)
def test_whatever_a_feature_refuses_has_a_rule(why):
    found = lint(HEAD + screen("only", REFUSED[why]), "small.toml")
    assert ERROR in {finding.severity for finding in found}
    assert "refused" not in rules_of(found)


def test_a_finding_is_one_line_with_file_line_question_rule_what_and_remedy():
    (found,) = lint_file(BAD["bands-gap"])
    assert str(found) == (
        f"{BAD['bands-gap']}:{found.line} age bands-gap: 40 is in no band. "
        "— Let each band begin right after the one before."
    )


def test_errors_come_first_each_in_the_order_of_the_lines():
    text = GOOD.read_text(encoding="utf-8").replace("40 - 59", "39 - 59").replace("Age", "xxx")
    found = lint(text.replace("Chỗ ngồi chờ", "Chỗ  ngồi"), "form.toml")
    assert [one.severity for one in found] == [ERROR, WARNING, WARNING, WARNING]
    assert [one.line for one in found[1:]] == sorted(one.line for one in found[1:])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a = " + "[" * 50_000, "too-deep"),
        ("a = " + "{b = " * 500, "not-toml"),
        ("a = [" + "1," * 300_000 + "]", "unreadable"),
        ("\n" * 100_001, "unreadable"),
        ("# " + "a" * 4_000_000, "unreadable"),
        ("a = " + "9" * 10_000, "not-toml"),
        ("a" + ".a" * 20_000 + " = 1", "too-deep"),
        ("", "missing-key"),
        ('text.vi = "' + "a" * 2_000_000 + '"', "enormous-text"),
    ],
)
def test_a_monstrous_file_is_told_and_not_crashed_into(text, rule):
    assert rule in rules_of(lint(text, "monster.toml"))


def test_the_page_of_rules_is_the_one_in_the_code():
    lines = []
    for book in BOOKS:
        lines += [
            "",
            f"## {book.title}",
            "",
            "| rule | | what is wrong | remedy |",
            "|---|---|---|---|",
        ]
        lines += [f"| `{r.id}` | {r.severity} | {r.sentence} | {r.remedy} |" for r in book.every]
    told = PAGE.read_text(encoding="utf-8").partition("\n## ")
    assert (told[1] + told[2]).strip() == "\n".join(lines).strip()


@st.composite
def mutants(draw):
    """A good file with lines deleted or doubled, values changed, codes swapped, letters put in."""
    path = draw(st.sampled_from([GOOD, *questionnaires.shipped().values(), *BAD.values()]))
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["delete", "double", "value", "swap", "insert", "move"]))
        line = lines[at]
        if kind == "delete":
            del lines[at : at + draw(st.integers(1, 3))]
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "value" and "=" in line:
            lines[at] = line.split("=")[0] + "= " + draw(st.sampled_from(ODD))
        elif kind == "swap":
            lines[at] = re.sub(r"\d+", lambda _: str(draw(st.integers(0, 130))), line)
        elif kind == "insert":
            where = draw(st.integers(0, len(line)))
            lines[at] = line[:where] + draw(LETTERS) + line[where:]
        else:
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        lines = lines or [""]
    return "\n".join(lines)


@settings(max_examples=200)
@given(mutants())
def test_a_changed_file_is_told_its_faults_and_never_breaks_the_linter(text):
    found = lint(text, "changed.toml")
    assert all(finding.line >= 1 and finding.what and finding.remedy for finding in found)
    assert "refused" not in rules_of(found)
