"""The command of league tables, as an analyst calls it."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from survey.cli import cli

DATA = Path(__file__).parents[1] / "golden" / "data" / "sipas_36k.parquet"
PLAN = """
[design]
strata = ["ystrat"]
stages = ["ypsu"]
weight = "w"
where = [{column = "year", op = "==", value = 2024}]

[rank]
draws = 1000
top = 3

[[estimate]]
kind = "share"
of = ["c01"]
satisfied = [4, 5]
missing = [0]
by = ["region"]
"""
COLUMNS = (
    "domain,value,se,rank,low_rank,high_rank,method,level,status,phrase,top_chance,top_possible"
)


@pytest.fixture
def run(tmp_path):
    def invoke(text: str, *more: str):
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        words = ["rank", str(tmp_path / "plan.toml"), "--data", str(DATA), *more]
        return CliRunner().invoke(cli, words)

    return invoke


def test_a_league_table_on_the_terminal_and_in_a_file(run, tmp_path):
    shown = run(PLAN)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert all(row["phrase"].startswith(f"Hạng {row['rank']}, khoảng tin cậy") for row in rows)
    out = tmp_path / "ranks.parquet"
    assert run(PLAN, "--out", str(out), "--language", "en").exit_code == 0
    table = pq.read_table(out)
    assert [str(r) for r in table["rank"].to_pylist()] == [row["rank"] for row in rows]
    assert table["phrase"][0].as_py().startswith(f"Rank {rows[0]['rank']}, confidence")


def test_regions_left_out_are_named(run):
    shown = run(PLAN, "--publish", "1000")
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    out = [row["domain"] for row in rows if not row["rank"]]
    assert out and shown.stderr.splitlines() == [f"no rank: region {r}: few-answers" for r in out]


def test_an_open_round_and_parquet_on_the_terminal_are_refused(run):
    refused = run(PLAN.replace("[design]", '[design]\nsample = "open"'))
    assert refused.exit_code == 1
    assert 'sample = "open"' in refused.stderr and "Traceback" not in refused.stderr
    assert run(PLAN, "--format", "parquet").exit_code == 2
