"""The command of small areas, as an analyst calls it."""

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

[small_area]
covariates = ["poor"]
smoothing = "gvf"

[[estimate]]
kind = "share"
of = ["c01"]
satisfied = [4, 5]
missing = [0]
by = ["prov"]
"""
COLUMNS = (
    "prov,of,n,direct,direct_se,value,se,low,high,mse,gamma,synthetic,source,method,scale,back,"
    "smoothing,level,status"
)


@pytest.fixture
def run(tmp_path):
    lines = [f"{i},{(7 * i) % 23 / 2}" for i in range(1, 65)]
    (tmp_path / "areas.csv").write_text("prov,poor\n" + "\n".join(lines), encoding="utf-8")

    def invoke(text: str, *more: str):
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        words = ["small-area", str(tmp_path / "plan.toml"), "--data", str(DATA), *more]
        return CliRunner().invoke(cli, words)

    return invoke


def test_direct_and_model_estimates_stand_side_by_side(run, tmp_path):
    areas = ("--areas", str(tmp_path / "areas.csv"))
    shown = run(PLAN, *areas)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0] == COLUMNS
    assert shown.stderr.startswith("model-based: reml, fitted to 63 areas")
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert len(rows) == 64 and rows[-1]["direct"] == "" and rows[-1]["status"] == "no-answers"
    out = tmp_path / "areas.parquet"
    assert run(PLAN, *areas, "--out", str(out)).exit_code == 0
    assert [str(v) for v in pq.read_table(out)["value"].to_pylist()] == [r["value"] for r in rows]


def test_what_is_wrong_is_one_sentence(run, tmp_path):
    for text, more, said in (
        (PLAN, (), "there is no table of areas with poor"),
        (PLAN, ("--areas", "nowhere.csv"), "nowhere.csv"),
        (PLAN.replace("poor", "rich"), ("--areas", str(tmp_path / "areas.csv")), '"rich"'),
        (PLAN.replace("[small_area]", "[small_areas]"), (), "unknown key `small_areas`"),
    ):
        shown = run(text, *more)
        assert shown.exit_code == 1
        assert said in shown.stderr and "Traceback" not in shown.stderr
    assert run(PLAN, "--format", "parquet").exit_code == 2
