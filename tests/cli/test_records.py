"""Questionnaires of record from the shell: publish, diff, and what `sipas check` says of them."""

import json
import shutil

import pytest
from click.testing import CliRunner

import questionnaires
from questionnaires import loader, sha256
from survey.app import create_app
from survey.cli import cli
from survey.fieldwork.publishing import published, published_names
from survey.fieldwork.tables import PublishedForm, Round
from tests.respond.citizen import Citizen
from tests.respond.province import EVENING, build
from tests.staff.conftest import Desk, person

NINE = "one-stop-ward@1"
TEXT = questionnaires.shipped()[NINE].read_text(encoding="utf-8")


@pytest.fixture
def sipas(kept, monkeypatch):
    """The command on an empty installation; its exit code must be the expected one."""
    monkeypatch.setenv("SIPAS_DATABASE", kept.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(kept.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(kept.settings.secret_file))

    def run(*arguments, code=0):
        told = CliRunner().invoke(cli, ["questionnaire", *map(str, arguments)])
        assert told.exit_code == code, told.output + str(told.exception)
        return told

    return run


@pytest.fixture
def file(tmp_path):
    """`file(name, **changes)`: the form of nine items with some of its text replaced."""

    def write(name, *changes):
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


SECOND = ("version = 1", "version = 2")
POLITE = ("có thái độ giao tiếp lịch sự.", "có thái độ nhã nhặn.")


def test_a_published_form_is_told_by_name_and_hash_and_the_second_time_nothing_happens(sipas, kept):
    hash_ = sha256(questionnaires.load(NINE))
    assert f"{NINE} {hash_} published\n" in sipas("publish", NINE).output
    assert f"{NINE} {hash_} already published\n" in sipas("publish", NINE).output
    with kept.read() as session:
        assert published(session, NINE) == questionnaires.load(NINE)


def test_wording_that_is_not_compared_is_said_until_it_is_allowed(sipas, kept):
    assert "--confirm" in sipas("publish", NINE).output
    assert "--confirm" not in sipas("publish", NINE, "--confirm").output
    with kept.read() as session:
        assert session.get(PublishedForm, NINE).confirmed_by == "command"


def test_a_form_with_an_error_is_refused_with_line_and_rule_and_none_of_the_others_published(
    sipas, kept, file
):
    bad = file("xau@1", ('"one-stop-ward"', '"xau"'), ('id = "q2"', 'id = "q1"'))
    told = sipas("publish", NINE, bad, code=1)
    assert f"{bad}:" in told.stderr and "duplicate-question" in told.stderr
    assert f"{NINE}: not published" in told.stdout
    with kept.read() as session:
        assert published_names(session) == []


def test_another_content_under_a_published_name_is_refused_with_the_reason(sipas, kept, file):
    sipas("publish", file("one-stop-ward@2", SECOND))
    again = file("khac", SECOND, POLITE)
    assert "published with another content" in sipas("publish", again, code=1).stderr


def test_the_name_of_a_shipped_form_is_not_taken_by_another_content(sipas, kept, file):
    told = json.loads(sipas("publish", file("khac", POLITE), "--format", "json", code=1).stdout)
    assert [one["state"] for one in told] == ["refused"]
    assert "comes with the platform" in told[0]["problems"][0]
    with kept.read() as session:
        assert published_names(session) == []


def test_a_program_reads_what_was_published(sipas, file):
    (told,) = json.loads(
        sipas("publish", file("one-stop-ward@2", SECOND), "--format", "json").stdout
    )
    assert (told["name"], told["state"], len(told["sha256"])) == (
        "one-stop-ward@2",
        "published",
        64,
    )


def test_a_file_that_is_not_there_is_wrong_use(sipas):
    sipas("publish", "nowhere@1", code=2)
    sipas("diff", NINE, "nowhere@1", code=2)
    sipas("diff", NINE, code=2)


def test_a_reworded_item_is_told_and_breaks_nothing(sipas, file):
    told = sipas("diff", NINE, file("one-stop-ward@2", SECOND, POLITE), "--strict").output
    assert f"{NINE} → one-stop-ward@2" in told and "No series breaks" in told
    assert "q1: Wording (vi): “Công chức có thái độ giao tiếp lịch sự.” → “Công chức có" in told


def test_changed_satisfied_codes_end_a_strict_diff_with_one(sipas, file):
    other = file("one-stop-ward@2", SECOND, ("satisfied = [4, 5]", "satisfied = [5]"))
    told = sipas("diff", NINE, other, "--strict", code=1).output
    assert "Comparability breaks" in told
    assert "Codes that count as satisfied: “4, 5” → “5”" in told
    found = json.loads(sipas("diff", NINE, other, "--format", "json").stdout)
    assert (found["breaks"], found["index"]) == (True, "different")
    assert {one["grade"] for one in found["items"] if one["after"].startswith("q")} == {"different"}


def test_a_translation_that_was_mended_touches_no_figure(sipas, file):
    other = file("one-stop-ward@2", SECOND, ("were polite when", "were courteous when"))
    told = sipas("diff", NINE, other, "--strict").output
    assert "Translation only: 1" in told and "every series goes on" in told


def test_a_published_name_is_compared_with_the_file_that_changed_since(sipas, file, kept):
    sipas("publish", file("one-stop-ward@2", SECOND))
    changed = file("one-stop-ward@2", SECOND, POLITE)
    assert "Reworded: 1" in sipas("diff", "published:one-stop-ward@2", changed).output
    assert "Nothing changed" in sipas("diff", NINE, f"shipped:{NINE}").output


def test_a_broken_file_is_wrong_use_of_diff(sipas, file):
    bad = file("xau@1", ('id = "q2"', 'id = "q1"'))
    assert "used twice" in sipas("diff", NINE, bad, code=2).output


def test_the_forms_of_two_years_are_paired_by_what_they_measure(sipas):
    found = json.loads(
        sipas("diff", "sipas-2022@1", "sipas-1001-ward-2026@1", "--format", "json").stdout
    )
    items = {one["before"]: (one["after"], one["grade"]) for one in found["items"]}
    assert items["c9_21"] == ("c9_29", "reworded") and items["c9_6"] == ("c9_6", "different")


def test_shipped_forms_are_compared_where_nothing_is_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("SIPAS_DATA", str(tmp_path / "none"))
    monkeypatch.delenv("SIPAS_DATABASE", raising=False)
    told = CliRunner().invoke(cli, ["questionnaire", "diff", NINE, NINE])
    assert (told.exit_code, not (tmp_path / "none").exists()) == (0, True), told.output


def check(code):
    told = CliRunner().invoke(cli, ["check", "--format", "json"])
    assert told.exit_code == code, told.output
    return {one["check"]: one for one in json.loads(told.stdout)}


def test_check_tells_what_is_wrong_with_forms_and_indicators(sipas, kept, monkeypatch):
    kept.settings.secret()
    sipas("publish", NINE)
    found = check(0)
    assert found["questionnaires"]["detail"] == "1 as published"
    with kept.write() as session:
        form = session.get(PublishedForm, NINE)
        form.canonical = form.canonical.replace("lịch sự", "nhã nhặn")
        form.sha256 = "0" * 64
    (kept.settings.data / "indicators.toml").write_text("[[indicators]]\n", encoding="utf-8")
    found = check(1)
    assert NINE in found["questionnaires"]["detail"]
    assert "another content since" in found["shipped forms"]["detail"]
    assert "indicators.toml:1: “id” is missing." in found["indicators"]["detail"]


def test_answers_pages_snapshots_and_exports_need_no_file_of_a_published_form(
    sipas, kept, monkeypatch, tmp_path
):
    """The form is answered by citizens; then the release of the platform loses all its forms."""
    province = build(kept)
    province.send(6, "A1")
    with kept.write() as session:
        round_ = session.get_one(Round, "counter-2026")
        round_.method, round_.notice = "counter-form", "2026-01"
    kept.settings.secret()
    folder = tmp_path / "platform"
    shutil.copytree(loader.FOLDER, folder, ignore=shutil.ignore_patterns("forms", "*.py"))
    monkeypatch.setattr(loader, "FOLDER", folder)
    questionnaires.indicators.cache_clear()
    assert questionnaires.shipped() == {}
    for module in ("cli.check", "cli.export", "cli.work", "respond.views"):
        monkeypatch.setattr(f"survey.{module}.clock", lambda: EVENING)
    run = CliRunner().invoke
    assert "6 answers released" in run(cli, ["work", "--once"]).output
    out = tmp_path / "answers.csv"
    assert "6 responses" in run(cli, ["export", "counter-2026", "--out", str(out)]).output
    assert "q9" in out.read_text(encoding="utf-8").splitlines()[0]
    assert check(0)["forms"]["ok"]
    app = create_app(kept.settings)
    with kept.write() as session:
        analyst = person(session, "analyst", ("analyst", None))
    desk = Desk(app, kept).enter(analyst)
    page = desk.client.get("/desk/figures?kind=counter&measure=index")
    assert page.status_code == 200 and "counter-2026" in page.text
    assert NINE in desk.client.get("/desk/questionnaires").text
    citizen = Citizen(app)
    citizen.open("/r/counter-2026")
    assert citizen.press().status_code == 200 and "lịch sự" in citizen.text
    app.extensions["sipas.database"].close()
    questionnaires.indicators.cache_clear()
