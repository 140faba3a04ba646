"""Looking after an installation from the shell: work, snapshot, export, backup, restore, check."""

import json
import os
import stat
import tarfile
from datetime import timedelta

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text, update

from survey.cli import cli
from survey.database import Database
from survey.database.copies import copy_into
from survey.fieldwork.drafts import read_draft, undo_draft, write_draft
from survey.fieldwork.tables import Snapshot, WeightSet
from survey.jobs import JobRun, in_use
from survey.respond.tables import Comment, Intake, Receipt, Response, Weight
from survey.tables import METADATA
from tests.respond.province import EVENING, build


@pytest.fixture
def province(both):
    made = build(both)
    made.send(6, "A1", field="ho-tich")
    made.send(3, "B1")
    made.comment("A", ["Tốt", "Nhanh", "Chậm", "Được", "Cảm ơn"])
    return made


@pytest.fixture
def sipas(both, monkeypatch):
    """The command on the installation of the test, on 10 July 2026 at six in the evening; its
    exit code must be the expected one."""
    for name in ("backup", "check", "export", "restore", "snapshot", "work"):
        monkeypatch.setattr(f"survey.cli.{name}.clock", lambda: EVENING)
    monkeypatch.setenv("SIPAS_DATABASE", both.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(both.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(both.settings.secret_file))

    def run(*arguments, code=0):
        told = CliRunner().invoke(cli, [str(argument) for argument in arguments])
        assert told.exit_code == code, told.output + str(told.exception)
        return told

    return run


def rows(database: Database):
    """Every row of every table, as text, in a fixed order."""
    with database.read() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for table in METADATA.sorted_tables
            if table.name not in ("audit_event", "snapshot")
        }


def count(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def findings(sipas, code):
    told = json.loads(sipas("check", "--format", "json", code=code).stdout)
    return {found["check"]: found for found in told}


def test_one_day_of_work_releases_weighs_and_writes(province, sipas):
    told = sipas("work", "--once").output
    assert "6 answers released, 3 wait" in told
    assert "5 comments released, 0 wait" in told
    database = province.database
    assert (count(database, Response), count(database, Comment)) == (6, 5)
    assert (count(database, Snapshot), count(database, WeightSet)) == (1, 1)
    with database.read() as session:
        assert {row.name for row in session.scalars(select(JobRun))} == {
            "release", "comments", "snapshot", "tidy", "sealing", "closing", "retention",
            "hours", "notices", "hooks",
        }  # fmt: skip
    sipas("work", "--once")
    assert (count(database, Response), count(database, Snapshot)) == (6, 1)


def test_a_snapshot_of_a_round_is_told_with_its_hash(province, sipas):
    sipas("work", "--once")
    told = json.loads(sipas("snapshot", "counter-2026", "--format", "json").stdout)
    assert (told["rows"], len(told["sha256"])) == (6, 64)
    assert "nowhere" in sipas("snapshot", "nowhere", code=1).output


def test_an_export_carries_its_codebook_as_second_sheet(province, sipas, tmp_path):
    sipas("work", "--once")
    out = tmp_path / "answers.xlsx"
    assert "6 responses" in sipas("export", "counter-2026", "--out", out).output
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["responses", "codebook"]
    head, *lines = book["responses"].iter_rows(values_only=True)
    assert len(lines) == 6 and "sex" not in head and "w_served" in head
    assert (
        "csv, xlsx" in sipas("export", "counter-2026", "--out", tmp_path / "x.doc", code=1).output
    )


def test_a_backup_restores_to_the_same_rows_and_the_same_secret(province, sipas, tmp_path):
    sipas("work", "--once")
    database = province.database
    secret = database.settings.secret()
    before = rows(database)
    file = tmp_path / "today.tar"
    sipas("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with database.write() as session:
        session.execute(update(Response).values(mode="web"))
        session.query(Receipt).delete()
    database.settings.secret_file.write_text("x" * 64)
    assert rows(database) != before
    assert "--yes" in sipas("restore", file, code=2).output
    database.engine.dispose()
    assert "Restored" in sipas("restore", file, "--yes").output
    assert rows(database) == before
    assert database.settings.secret() == secret
    assert findings(sipas, 0)["audit"]["ok"]
    if database.is_sqlite:
        kept = tmp_path / "sipas.db.before"
        assert kept.exists()
    else:
        assert (database.settings.data / "sipas.dump.before").exists()
    database.engine.dispose()
    sipas("restore", file, "--yes")
    assert rows(database) == before


def test_a_backup_moves_to_a_new_machine_where_snapshots_are_made_again(
    kept, sipas, tmp_path, monkeypatch, both
):
    if not both.is_sqlite:
        pytest.skip("the embedded database; PostgreSQL's is told by the round trip")
    build(kept).send(6, "A1")
    first = write_draft(tmp_path, "quay@1", "a = 1", expected=None)
    write_draft(tmp_path, "quay@1", "a = 2", expected=first.sha256)
    (tmp_path / "indicators.toml").write_text("# own")
    sipas("work", "--once")
    sipas("backup", tmp_path / "b.tar")
    new = tmp_path / "new machine"
    monkeypatch.setenv("SIPAS_DATABASE", f"sqlite:///{new}/sipas.db")
    monkeypatch.setenv("SIPAS_DATA", str(new))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(new / "secret"))
    told = sipas("restore", tmp_path / "b.tar").output
    assert "1 snapshots are to be made again" in told
    assert "6 responses" in sipas("snapshot").output
    assert stat.S_IMODE((new / "secret").stat().st_mode) == 0o600
    assert (new / "indicators.toml").read_text() == "# own"
    draft = read_draft(new, "quay@1")
    assert draft.text == "a = 2\n"
    assert undo_draft(new, "quay@1", expected=draft.sha256).text == "a = 1\n"
    assert stat.S_IMODE((new / "questionnaires" / "quay@1.toml").stat().st_mode) == 0o600


def test_a_damaged_backup_is_refused_and_nothing_changes(province, sipas, tmp_path):
    sipas("backup", tmp_path / "good.tar")
    before = rows(province.database)
    whole = (tmp_path / "good.tar").read_bytes()
    with tarfile.open(tmp_path / "good.tar") as tar:
        middle = tar.getmember("secret").offset_data + 5
    altered = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    (tmp_path / "altered.tar").write_bytes(altered)
    (tmp_path / "short.tar").write_bytes(whole[: len(whole) // 3])
    assert (
        "secret is missing or altered"
        in sipas("restore", tmp_path / "altered.tar", "--yes", code=1).output
    )
    assert "no whole backup" in sipas("restore", tmp_path / "short.tar", "--yes", code=1).output
    assert rows(province.database) == before


def test_a_restore_is_refused_while_the_server_runs(kept, sipas, tmp_path, both):
    if not both.is_sqlite:
        pytest.skip("PostgreSQL is replaced in one transaction")
    sipas("backup", tmp_path / "b.tar")
    with in_use(kept):
        assert "stop it first" in sipas("restore", tmp_path / "b.tar", "--yes", code=1).output


def test_a_healthy_installation_has_nothing_wrong(province, sipas):
    sipas("work", "--once")
    found = findings(sipas, 0)
    assert {"version", "schema", "disk", "secret", "audit", "weights", "snapshots"} <= {*found}
    assert all(one["ok"] for one in found.values())


def test_a_weight_changed_after_freezing_is_found(province, sipas):
    sipas("work", "--once")
    with province.database.write() as session:
        one = session.scalars(select(Weight)).first()
        one.value += 1
    assert "altered: counter-2026 served" in findings(sipas, 1)["weights"]["detail"]


def test_an_altered_and_a_lost_snapshot_are_found(province, sipas):
    sipas("work", "--once")
    (file,) = (province.database.settings.data / "snapshots").rglob("*.parquet")
    file.write_bytes(file.read_bytes() + b" ")
    assert "was altered" in findings(sipas, 1)["snapshots"]["detail"]
    file.unlink()
    assert "is missing" in findings(sipas, 1)["snapshots"]["detail"]


def test_an_audit_event_that_was_changed_is_found(province, sipas):
    with province.database.write() as session:
        session.execute(text("UPDATE audit_event SET act = 'nothing' WHERE id = 1"))
    assert "event 1" in findings(sipas, 1)["audit"]["detail"]


def test_an_open_secret_and_an_old_schema_are_found(province, sipas):
    province.database.settings.secret()
    os.chmod(province.database.settings.secret_file, 0o644)
    assert "0644" in findings(sipas, 1)["secret"]["detail"]
    with province.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    found = findings(sipas, 1)
    assert "sipas migrate" in found["schema"]["detail"] and "audit" not in found


def test_answers_stuck_in_a_closed_round_are_found(province, sipas):
    province.close()
    with province.database.write() as session:
        session.execute(update(Intake).values(received_at=EVENING - timedelta(days=3)))
    assert "9 answers of closed rounds" in findings(sipas, 1)["intake"]["detail"]


def test_a_row_that_points_at_nothing_is_found(kept, sipas, both):
    if not both.is_sqlite:
        pytest.skip("PostgreSQL refuses it")
    province = build(kept)
    province.send(1, "A1")
    with kept.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("UPDATE intake SET counter_id = 999")
        driver.execute("PRAGMA foreign_keys=ON")
    assert "1 rows point at nothing: intake" in findings(sipas, 1)["keys"]["detail"]


def test_a_copy_made_while_others_write_is_whole(kept, tmp_path):
    province = build(kept)
    province.send(5, "A1")
    copy_into(kept, tmp_path / "copy.db")
    province.send(5, "A1")
    copied = Database(
        type(kept.settings)(f"sqlite:///{tmp_path}/copy.db", tmp_path, tmp_path / "s")
    )
    assert (count(copied, Intake), count(kept, Intake)) == (5, 10)
    copied.close()
