"""A command that cannot do its work says why in a sentence: exit code 1 or 2, never a traceback."""

import sqlite3

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from survey.cli import cli
from survey.jobs import in_use
from tests.postgres import free_port

PLAN = '[design]\n[[estimate]]\nkind = "share"\nof = ["q"]\nsatisfied = [1]\n'


@pytest.fixture
def sipas(tmp_path, monkeypatch):
    monkeypatch.setenv("SIPAS_DATA", str(tmp_path / "var"))
    monkeypatch.delenv("SIPAS_DATABASE", raising=False)
    monkeypatch.delenv("SIPAS_SECRET_FILE", raising=False)

    def run(*arguments):
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return run


def refused(told, *words, code=1):
    assert told.exit_code == code, told.output
    assert isinstance(told.exception, SystemExit)
    for word in words:
        assert word in told.stderr


@pytest.mark.parametrize("command", ["check", "migrate", "demo", "snapshot", "serve", "work"])
def test_a_database_that_cannot_be_reached(sipas, monkeypatch, command):
    monkeypatch.setenv("SIPAS_DATABASE", f"postgresql://sipas@127.0.0.1:{free_port()}/sipas")
    refused(sipas(command), "The database cannot be used", "Connection refused")


def test_an_address_of_a_database_that_cannot_be_read(sipas, monkeypatch):
    monkeypatch.setenv("SIPAS_DATABASE", "postgresql://sipas@here:port/sipas")
    refused(sipas("check"), "SIPAS_DATABASE")


def test_a_file_that_is_no_database(sipas, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "sipas.db").write_text("Không phải cơ sở dữ liệu. " * 50)
    refused(sipas("round", "list"), "The database cannot be used", "not a database")


def test_a_folder_that_cannot_be_made(sipas, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIPAS_DATA", str(tmp_path / "file" / "var"))
    refused(sipas("migrate"), "Not a directory", str(tmp_path / "file"))


def test_a_file_that_cannot_be_written(sipas, tmp_path):
    assert sipas("demo").exit_code == 0
    nowhere = tmp_path / "nowhere"
    refused(sipas("export", "quay-2026", "--out", nowhere / "out.csv"), "No such file", "out.csv")
    refused(sipas("backup", nowhere / "backup.tar"), "No such file", str(nowhere))


def test_the_demo_makes_its_own_tables_in_an_empty_folder(sipas):
    told = sipas("demo", "--if-empty")
    assert (told.exit_code, "administrator" in told.stdout) == (0, True)
    assert sipas("check").exit_code == 0
    refused(sipas("demo"), "already holds")


def test_a_database_that_is_not_migrated_says_what_to_run(sipas):
    refused(sipas("round", "list"), "sipas migrate")


def test_a_database_of_a_newer_release_is_left_alone(sipas, tmp_path):
    assert sipas("migrate").exit_code == 0
    with sqlite3.connect(tmp_path / "var" / "sipas.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    refused(sipas("migrate"), "newer release", "9999")


def test_the_schema_does_not_move_under_a_running_server(kept, sipas, monkeypatch):
    with kept.write() as session:
        session.execute(text("DELETE FROM alembic_version"))
    monkeypatch.setenv("SIPAS_DATABASE", kept.settings.database)
    with in_use(kept):
        refused(sipas("migrate"), "stop it first")


@pytest.mark.parametrize(
    "words",
    [("export", "qu\udcffay", "--out", "x.csv"), ("site", "set", "organiser", "S\udcff")],
)
def test_a_word_that_is_not_utf8_is_named(sipas, words):
    refused(sipas(*words), "\\udcff", "not in UTF-8", code=2)


def test_a_plan_without_its_data(sipas, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    refused(sipas("estimate", plan, "--data", tmp_path / "none.csv"), "none.csv")
    refused(sipas("estimate", plan), "--data", code=2)


def test_a_number_that_no_import_can_have(sipas):
    refused(sipas("unit", "undo", 99999999999), "not in the range", code=2)
