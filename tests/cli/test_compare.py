"""The commands of changes and trends, as an analyst calls them."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from survey.cli import cli

DATA = Path(__file__).parents[1] / "golden" / "data" / "sipas_36k.parquet"
PLAN = """
[design]
strata = ["stratum"]
stages = ["psu"]
weight = "w"
rounds = "year"

[[compare]]
kind = "change"
column = "year"
from = 2022
to = 2024
breaks = [2021, 2024]
adjust = "none"

[trend]
period = "year"
breaks = [2021, 2024]

[[estimate]]
kind = "share"
of = ["c01"]
satisfied = [4, 5]
missing = [0]
by = ["region", "year"]
"""
HEAD = "kind,of,region,before,after,n,value,se,low,high,df,ddf,statistic,p,level,p_adjusted,"
HEAD += "low_adjusted,high_adjusted,adjust,comparisons,verdict,status,phrase"


@pytest.fixture
def run(tmp_path):
    def invoke(command: str, text: str, *more: str):
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        words = [command, str(tmp_path / "plan.toml"), "--data", str(DATA), *more]
        return CliRunner().invoke(cli, words)

    return invoke


def test_each_region_has_its_change_its_word_and_its_sentence(run, tmp_path):
    shown = run("compare", PLAN)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0] == f"compare,name,{HEAD}"
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    words = {"improved": "tăng ", "fell": "giảm ", "no-evidence": "chưa đủ bằng chứng thay đổi"}
    assert {row["verdict"] for row in rows} >= {"improved", "no-evidence"}
    assert all(row["phrase"].startswith(words[row["verdict"]]) for row in rows)
    out = tmp_path / "changes.parquet"
    assert run("compare", PLAN, "--out", str(out), "--language", "en").exit_code == 0
    assert len(pq.read_table(out)) == len(rows)


def test_the_trend_as_json(run):
    shown = run("trend", PLAN, "--format", "json")
    assert shown.exit_code == 0, shown.stderr
    rows = json.loads(shown.stdout)
    assert ",".join(rows[0]) == HEAD
    broken = [row for row in rows if row["status"] == "broken-series"]
    assert {(row["before"], row["after"], row["value"]) for row in broken} == {(2021, 2022, None)}


def test_open_rounds_and_files_of_other_kinds_are_refused(run, tmp_path):
    own = run("compare", PLAN.replace("[design]", '[design]\nsample = "open"'))
    assert own.exit_code == 1
    assert 'sample = "open"' in own.stderr
    assert run("trend", PLAN, "--format", "parquet").exit_code == 2
    assert run("trend", PLAN, "--out", str(tmp_path / "a.txt")).exit_code == 1
