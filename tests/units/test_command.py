"""`sipas unit`: the same checks as on the desk, for a shell."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from survey.cli import cli
from survey.staff.audit import verify
from survey.staff.tables import AuditEvent
from survey.units import places
from survey.units.files import template


@pytest.fixture
def sipas(kept, monkeypatch):
    monkeypatch.setenv("SIPAS_DATA", str(kept.settings.data))

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, ["unit", *map(str, arguments)])

    return run


@pytest.fixture
def shipped(sipas):
    assert sipas("import", "--shipped").exit_code == 0
    return sipas


def test_the_shipped_units_are_imported_once(sipas):
    first = json.loads(sipas("import", "--shipped", "--format", "json").stdout)
    assert [(one["kind"], one["added"]) for one in first] == [
        ("area", 363),
        ("area_link", 267),
        ("field", 16),
    ]
    assert "Nothing to change." in sipas("import", "--shipped").stdout


def test_a_good_file_is_imported_and_undone(shipped, tmp_path, kept):
    file = tmp_path / "agency.csv"
    file.write_text(template("agency"), encoding="utf-8")
    assert "Would import" in shipped("import", file, "--kind", "agency", "--dry-run").stdout
    with kept.read() as session:
        assert places.agencies(session) == []
    assert "Import 4: agency" in shipped("import", file, "--kind", "agency").stdout
    assert "Nothing to change." in shipped("import", file, "--kind", "agency").stdout
    assert "ubnd-18880" in shipped("list", "agency").stdout
    assert "(undone)" in shipped("undo", 4).stdout
    assert shipped("undo", 4).exit_code == 1
    assert "(undone)" in shipped("list", "imports").stdout
    with kept.read() as session:
        acts = list(session.scalars(select(AuditEvent.act)))
        assert acts.count("unit.import") == 4 and acts[-1] == "unit.undo"
        assert verify(session) is None


def test_faults_are_lines_on_stderr_or_json_and_the_exit_code_is_one(shipped, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("code,name,area_code\na,A,99999\nb,,18880\n", encoding="utf-8")
    for extra in ((), ("--dry-run",)):
        told = shipped("import", file, "--kind", "agency", *extra)
        assert told.exit_code == 1
        assert "Row 2, column area_code: no area has the code 99999" in told.stderr
        assert "2 faults; nothing was imported." in told.stderr
    told = shipped("import", file, "--kind", "agency", "--format", "json")
    assert told.exit_code == 1
    assert [(f["row"], f["column"]) for f in json.loads(told.stdout)["faults"]] == [
        (2, "area_code"),
        (3, "name"),
    ]


def test_a_wrong_call_is_told_with_exit_code_two(sipas, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("x")
    assert sipas("import").exit_code == 2
    assert sipas("import", file).exit_code == 2
    assert sipas("import", file, "--kind", "planet").exit_code == 2
    assert sipas("import", file, "--kind", "area", "--shipped").exit_code == 2
    assert sipas("list", "area_link").exit_code == 2


def test_areas_are_listed_by_day_level_and_name(shipped):
    old = shipped("list", "--on", "2025-06-30", "--search", "Quảng Tiên").stdout.splitlines()
    assert [line.split("\t")[0] for line in old] == ["19069", "19039"]
    provinces = json.loads(shipped("list", "--level", "province", "--format", "json").stdout)
    assert [(p["code"], p["name"]) for p in provinces] == [("44", "Tỉnh Quảng Trị")]
    assert "ho-tich" in shipped("list", "field").stdout


def test_lists_are_csv_on_demand(shipped):
    lines = shipped("list", "--search", "dong hoi", "--format", "csv").stdout.splitlines()
    assert lines[:2] == [
        "code,name,level,from,to",
        "18880,Phường Đồng Hới,commune,2025-07-01,",
    ]
    assert shipped("list", "imports", "--format", "csv").stdout.startswith("import,kind,file,")
    assert shipped("list", "counter", "--format", "csv").stdout == ""
