"""The command of the performance-importance table, as an analyst calls it."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from analysis.drivers.table import COLUMNS
from survey.cli import cli

DATA = Path(__file__).parents[1] / "golden" / "data" / "sipas_36k.parquet"
PLAN = """
[design]
strata = ["ystrat"]
stages = ["ypsu"]
weight = "w"
where = [{column = "year", op = "==", value = 2024}]

[drivers]
overall = "c22"
satisfied = [4, 5]
missing = [0]
factors = [{name = "Thủ tục", of = ["c01", "c02"]}, {name = "Công chức", of = ["c05", "c06"]}]
"""


@pytest.fixture
def run(tmp_path):
    def invoke(text: str, *more: str):
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        words = ["drivers", str(tmp_path / "plan.toml"), "--data", str(DATA), *more]
        return CliRunner().invoke(cli, words)

    return invoke


def test_the_table_on_the_terminal_and_in_a_file(run, tmp_path):
    shown = run(PLAN)
    assert shown.exit_code == 0, shown.stderr
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["of"] for row in rows] == [
        "c22",
        "Thủ tục",
        "Công chức",
        "c01",
        "c02",
        "c05",
        "c06",
    ]
    assert rows[1]["word"] in ("Ưu tiên cải thiện", "Duy trì", "Ưu tiên thấp", "Đã đáp ứng tốt")
    assert "complete cases" in shown.stderr and "R²" in shown.stderr
    out = tmp_path / "drivers.parquet"
    assert run(PLAN, "--out", str(out), "--language", "en").exit_code == 0
    assert pq.read_table(out)["kind"].to_pylist()[:2] == ["overall", "factor"]


def test_the_ordinal_logit_has_a_table_of_its_own(run):
    shown = run(PLAN, "--model", "logit")
    assert shown.exit_code == 0, shown.stderr
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [row["of"] for row in rows] == ["Thủ tục", "Công chức", "1|2", "2|3", "3|4", "4|5"]
    assert float(rows[0]["odds_ratio"]) > 1 and rows[2]["odds_ratio"] == ""
    assert "parallel lines: F(" in shown.stderr


def test_what_cannot_be_explained_is_told_in_a_sentence(run):
    refused = run(PLAN.replace('"c06"', '"c22"'))
    assert refused.exit_code == 1
    assert "item of a factor too" in refused.stderr and "Traceback" not in refused.stderr
    missing = run(PLAN.replace('"c06"', '"c99"'))
    assert missing.exit_code == 1 and 'no column "c99"' in missing.stderr
    assert run(PLAN, "--format", "parquet").exit_code == 2
