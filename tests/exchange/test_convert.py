"""`sipas questionnaire convert` writes a form in another format and says what became of it."""

import json
import tomllib

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import questionnaires
from questionnaires.written import as_toml
from survey.cli.questionnaire import command
from tests.exchange.test_fidelity import FORMS


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(
        command, ["convert", *(str(one) for one in arguments)]
    )


@pytest.mark.parametrize("name", FORMS)
def test_our_own_formats_keep_all_of_a_form(run, tmp_path, name):
    text, file = tmp_path / "form.json", tmp_path / "form.toml"
    told = run(name, "--out", text)
    assert told.exit_code == 0, told.output
    assert " 0 approximated, 0 dropped." in told.output
    told = run(text, "--out", file)
    assert told.exit_code == 0, told.output
    assert "0 errors" in told.output
    again = questionnaires.load(file)
    assert questionnaires.canonical(again) == questionnaires.canonical(questionnaires.load(name))
    assert "text.vi = " in file.read_text(encoding="utf-8")


def test_the_report_can_be_read_by_a_program(run, tmp_path):
    kept = tmp_path / "report.json"
    told = run(
        "one-stop-ward@1", "--out", tmp_path / "a.json", "--report", kept, "--format", "json"
    )
    assert json.loads(told.output) == json.loads(kept.read_text(encoding="utf-8"))
    report = json.loads(told.output)
    assert report["counts"]["kept"] == len(report["notes"]) > 100
    assert set(report["notes"][0]) == {"outcome", "feature", "place", "why"}


def test_what_cannot_be_read_is_refused_with_the_reason(run, tmp_path):
    faulty = tmp_path / "a.toml"
    faulty.write_text("form = 1\n", encoding="utf-8")
    told = run(faulty, "--out", tmp_path / "b.json")
    assert told.exit_code == 1 and "a.toml:1" in told.output
    faulty.write_bytes('form = "phiếu"'.encode("utf-16"))
    told = run(faulty, "--out", tmp_path / "b.json")
    assert told.exit_code == 1 and "not text in UTF-8" in told.output
    assert not (tmp_path / "b.json").exists()


def test_wrong_use_is_told(run, tmp_path):
    assert run("gone@1", "--out", tmp_path / "a.json").exit_code == 2
    told = run("one-stop-ward@1", "--out", tmp_path / "a.docx")
    assert told.exit_code == 1 and "“.docx” is no known ending" in told.output
    told = run("one-stop-ward@1", "--out", tmp_path / "a.json", "--language", "fr")
    assert told.exit_code == 2 and "vi, en" in told.output


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.booleans())
def test_any_wording_stands_in_toml_as_it_is(words, required):
    question = {"id": "q1", "kind": "yesno", "text": {"vi": words, "en": words},
                "required": required, "source": words}  # fmt: skip
    screen = {"id": "s", "title": {"vi": words, "zh-Hans": words}, "questions": [question]}
    form = {"form": "a", "version": 1, "languages": ["vi", words], "source": words + ".",
            "screens": [screen]}  # fmt: skip
    assert tomllib.loads(as_toml(form)) == form
