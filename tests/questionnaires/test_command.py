"""`sipas questionnaire` tells an author what to mend, and with which exit code."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import questionnaires
from survey.cli.questionnaire import command
from tests.fieldwork import drawn


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(command, [str(one) for one in arguments])


@pytest.fixture
def broken(tmp_path):
    text = questionnaires.shipped()["one-stop-ward@1"].read_text(encoding="utf-8")
    file = tmp_path / "broken.toml"
    file.write_text(text.replace('id = "q2"', 'id = "q1"'), encoding="utf-8")
    return file


def test_the_shipped_forms_are_sound(run):
    told = run("lint", *questionnaires.shipped().values())
    assert told.exit_code == 0
    assert "39 rated in 9 factors" in told.output


def test_a_broken_form_is_told_by_file_line_and_remedy(run, broken):
    told = run("lint", broken)
    assert told.exit_code == 1
    line = broken.read_text(encoding="utf-8").splitlines().index('id = "q1"') + 1
    second = broken.read_text(encoding="utf-8").splitlines().index('id = "q1"', line) + 1
    assert f"{broken}:{second} q1 duplicate-question: " in told.output
    assert "Give this one another id." in told.output


def test_problems_can_be_read_by_a_program(run, broken):
    problems = json.loads(run("lint", broken, "--format", "json").output)
    keys = {"file", "line", "question", "severity", "rule", "what", "remedy"}
    assert [set(problem) for problem in problems] == [keys] * len(problems)
    assert (problems[0]["severity"], problems[0]["rule"]) == ("error", "duplicate-question")


def test_warnings_stand_apart_and_count_only_when_asked(run):
    file = questionnaires.shipped()["one-stop-ward@1"]
    told = run("lint", file)
    assert told.exit_code == 0 and "Errors" not in told.output
    assert re.search(rf"Warnings: \d+\n{file}:\d+ ", told.output)
    assert f"{file}:64 q2 double-barrelled: two things in" in told.output
    assert run("lint", "--strict", file).exit_code == 1
    good = Path(__file__).with_name("good.toml")
    assert run("lint", "--strict", good).exit_code == 0


def test_errors_stand_before_warnings(run, broken):
    output = run("lint", broken).output
    assert output.index("Errors: ") < output.index("Warnings: ")


def test_a_file_that_is_not_there_is_wrong_use(run):
    assert run("lint", "nowhere.toml").exit_code == 2
    assert run("show", "nowhere@1").exit_code == 2
    assert run("show", "one-stop-ward@1", "--language", "fr").exit_code == 2


def test_a_form_is_shown_in_either_language(run):
    assert "Công chức có thái độ giao tiếp lịch sự." in run("show", "one-stop-ward@1").output
    english = run("show", "sipas-2022@1", "--language", "en")
    assert english.exit_code == 0 and "c9_33 [rating, required, copied]" in english.output


def test_the_text_that_is_published_is_shown_too(run):
    told = run("show", "one-stop-ward@1", "--format", "json")
    form = questionnaires.load("one-stop-ward@1")
    assert told.output.strip() == questionnaires.canonical(form)


def test_a_broken_form_is_not_shown(run, broken):
    told = run("show", broken)
    assert told.exit_code == 1 and "used twice" in told.output


FEATURES = Path(__file__).parent / "feature_forms"


def test_pictures_and_sounds_of_a_draft_are_checked_before_it_is_published(run, tmp_path):
    told = run("media", FEATURES / "private.toml", "--folder", tmp_path)
    assert told.exit_code == 1
    assert told.output.count("there is no such file") == 3
    (tmp_path / "room.png").write_bytes(drawn.png(160, 160, noise=True))
    for language in ("vi", "en"):
        (tmp_path / f"room.{language}.mp3").write_bytes(drawn.mp3())
    told = run("media", FEATURES / "private.toml", "--folder", tmp_path)
    assert told.exit_code == 0
    assert "room: room.png, image/png, 160 × 160, 77.0 kB" in told.output
    assert "room: room.en.mp3, audio/mpeg, 16.7 kB" in told.output
    assert "Warning: you: its pictures weigh 78 kB together" in told.output


def test_a_form_without_pictures_says_so_and_a_broken_one_says_why(run, broken):
    told = run("media", "one-stop-ward@1")
    assert (told.exit_code, told.output) == (0, "one-stop-ward@1 names no pictures or sounds.\n")
    assert "used twice" in run("media", broken).output
    assert run("media", "no-such@1").exit_code == 2
