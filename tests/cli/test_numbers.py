"""The commands of the numbers, as an analyst calls them."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from survey.cli import cli

DATA = Path(__file__).parents[1] / "golden" / "data"
PLAN = """
[design]
strata = ["stype"]
fpc = ["fpc"]
weight = "pw"

[[estimate]]
kind = "mean"
of = ["api00"]

[[estimate]]
kind = "share"
of = ["sch.wide"]
satisfied = ["Yes"]
by = ["stype"]
"""
RAKE = """
[design]
weight = "pw"

[calibration]
method = "rake"
margins = [
    {by = ["stype"], file = "types.csv"},
    {by = ["sch.wide"], totals = {Yes = 5122, No = 1072}},
]
"""
TREND = """
[design]
strata = ["ystrat"]
stages = ["ypsu"]
weight = "w"

[[estimate]]
kind = "share"
of = ["c01"]
satisfied = [4, 5]
missing = [0]
by = ["region", "year"]
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "rake.toml").write_text(RAKE, encoding="utf-8")
    (tmp_path / "trend.toml").write_text(TREND, encoding="utf-8")
    (tmp_path / "types.csv").write_text("stype,total\nE,4421\nH,755\nM,1018\n", encoding="utf-8")

    def invoke(command: str, plan: str, data: str, *more: str):
        words = [command, str(tmp_path / plan), "--data", str(DATA / data), *more]
        return CliRunner().invoke(cli, words)

    return invoke


def test_estimates_on_the_terminal_and_in_files(run, tmp_path):
    shown = run("estimate", "plan.toml", "apistrat.csv")
    assert shown.exit_code == 0, shown.stderr
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert float(rows[0]["value"]) == pytest.approx(662.2873631593208, rel=1e-12)
    assert [row["stype"] for row in rows] == ["", "E", "H", "M"]
    for ending in ("csv", "json", "parquet"):
        out = tmp_path / f"out.{ending}"
        assert run("estimate", "plan.toml", "apistrat.csv", "--out", str(out)).exit_code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == shown.stdout
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == table


def test_what_cannot_be_computed_is_one_sentence_and_exit_code_1(run):
    wrong = run("estimate", "plan.toml", "fpc.csv")
    assert wrong.exit_code == 1
    assert 'no column "stype", which `strata` in [design] names' in wrong.stderr
    assert run("estimate", "plan.toml", "none.csv").exit_code == 1
    assert run("estimate", "plan.toml", "apistrat.csv", "--out", "x.xls").exit_code == 1
    assert run("estimate", "plan.toml", "apistrat.csv", "--format", "parquet").exit_code == 2
    assert run("estimate", "plan.toml", "apistrat.csv", "--spread", "1").exit_code == 2


def test_the_standard_of_publication_is_told_of_shares_at_the_end_of_the_row(run):
    done = run("estimate", "plan.toml", "apistrat.csv", "--flags", "nchs")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0])[-3:] == ["status", "nchs", "nchs_why"]
    assert (rows[0]["nchs"], rows[0]["nchs_why"]) == ("", ""), "a mean is no share"
    assert [row["nchs"] for row in rows[1:]] == ["show", "show", "show"]
    both = run("estimate", "plan.toml", "apistrat.csv", "--flags", "nchs", "--publish", "60")
    rows = list(csv.DictReader(io.StringIO(both.stdout)))
    assert [row["nchs_why"] for row in rows[1:]] == ["complement", "few-answers", "few-answers"]
    assert run("estimate", "plan.toml", "apistrat.csv", "--flags", "iso").exit_code == 2


def test_the_coefficient_of_variation_and_both_design_effects_can_be_had(run, tmp_path):
    """R: cv(svymean(~api00, dst)), svymean(~api00, dst, deff = TRUE)."""
    own = PLAN.replace('of = ["api00"]', 'of = ["api00"]\ndeff = "without"')
    (tmp_path / "without.toml").write_text(own, encoding="utf-8")
    found = [
        next(csv.DictReader(io.StringIO(run("estimate", plan, "apistrat.csv", "--cv").stdout)))
        for plan in ("plan.toml", "without.toml")
    ]
    assert [list(row)[-1] for row in found] == ["cv", "cv"]
    for row in found:
        assert float(row["cv"]) == pytest.approx(float(row["se"]) / float(row["value"]))
        assert float(row["n_eff"]) == pytest.approx(200 / float(found[0]["deff"]))
    rest = 1 - 200 / 6194
    assert float(found[1]["deff"]) == pytest.approx(float(found[0]["deff"]) / rest)


def test_weights_are_added_and_their_diagnostics_are_not_in_the_way(run, tmp_path):
    done = run("weight", "rake.toml", "apiclus1.csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(6194)
    assert "Kish design effect" in done.stderr
    assert "stype = H: population 755, before 473.8" in done.stderr
    assert rows[0]["cds"].startswith("0"), "a code keeps its leading zero"


def test_diagnostics_of_weights_are_printed_as_text_or_json(run, tmp_path):
    out = tmp_path / "weighed.parquet"
    done = run("weight", "rake.toml", "apiclus1.csv", "--out", str(out))
    assert done.exit_code == 0, done.stderr
    assert "effective number of rows: " in done.stdout
    again = run("weight", "rake.toml", str(out), "--out", str(tmp_path / "again.csv"))
    assert again.exit_code == 1
    assert 'there is a column "weight" already' in again.stderr
    done = run("weight", "rake.toml", "apiclus1.csv", "--out", str(out), "--format", "json")
    told = json.loads(done.stdout)
    assert told["n_eff"] == pytest.approx(told["rows"] / told["kish"])
    assert [m["margin"] for m in told["margins"]] == ["stype"] * 3 + ["sch.wide"] * 2
    assert sum(pq.read_table(out)["weight"].to_pylist()) == pytest.approx(6194)
    done = run("weight", "rake.toml", "apiclus1.csv", "--format", "json")
    assert len(json.loads(done.stdout)) == json.loads(done.stderr)["rows"]


def test_a_chart_is_drawn_with_its_words(run, tmp_path):
    out = tmp_path / "trend.svg"
    done = run("chart", "trend.toml", "sipas_36k.parquet", "--out", str(out), "--series", "region")
    assert done.exit_code == 0, done.stderr
    assert "phương pháp mới từ 2022" in out.read_text(encoding="utf-8")
    out = tmp_path / "trend.png"
    english = ("--out", str(out), "--series", "region", "--language", "en")
    assert run("chart", "trend.toml", "sipas_36k.parquet", *english).exit_code == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert run("chart", "trend.toml", "sipas_36k.parquet", "--out", "x.pdf").exit_code == 2


def test_another_engine_that_is_not_installed_is_told_in_a_sentence(run, monkeypatch):
    for name in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    told = run("estimate", "plan.toml", "apistrat.csv", "--engine", "spark")
    assert told.exit_code == 2
    assert "pip install 'sipas[spark]', and Java 17 or later" in told.stderr
    told = run("estimate", "plan.toml", "apistrat.csv", "--master", "spark://host:7077")
    assert told.exit_code == 2
    assert "--master needs --engine spark" in told.stderr


@pytest.mark.spark
def test_estimates_on_spark_from_the_command_line(tmp_path):
    (tmp_path / "plan.toml").write_text(TREND, encoding="utf-8")
    sipas = Path(sys.executable).with_name("sipas")
    words = [sipas, "estimate", tmp_path / "plan.toml", "--data", DATA / "sipas_36k.parquet"]
    here, there = (
        subprocess.run([*words, *more], capture_output=True, text=True)
        for more in ([], ["--engine", "spark", "--master", "local[2]"])
    )
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert "Traceback" not in there.stderr
    ours, theirs = (list(csv.DictReader(io.StringIO(one.stdout))) for one in (here, there))
    assert [row["n"] for row in theirs] == [row["n"] for row in ours]
    values = [[float(row["value"]) for row in rows] for rows in (ours, theirs)]
    assert values[1] == pytest.approx(values[0], rel=1e-12)
    lost = subprocess.run(
        [*words[:3], "--data", tmp_path / "none.csv", "--engine", "spark"],
        capture_output=True,
        text=True,
    )
    assert lost.returncode == 1
    last = lost.stderr.strip().splitlines()[-1]
    assert last.endswith(f"there is no data file {tmp_path / 'none.csv'}")


def test_totals_are_kept_and_estimated_from_again(run, tmp_path):
    plan = PLAN.replace('strata = ["stype"]\nfpc = ["fpc"]', 'stages = ["dnum"]')
    (tmp_path / "clusters.toml").write_text(plan, encoding="utf-8")
    kept = str(tmp_path / "kept.parquet")
    first = run("estimate", "clusters.toml", "apiclus1.csv", "--keep", kept)
    assert first.exit_code == 0, first.stderr
    again = run("estimate", "clusters.toml", kept)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    (tmp_path / "other.toml").write_text(plan.replace("api00", "api99"), encoding="utf-8")
    lost = run("estimate", "other.toml", kept)
    assert lost.exit_code == 1
    assert 'apiclus1.csv: no column "api99", which [[estimate]] 0 names' in lost.stderr
    assert run("estimate", "plan.toml", "apiclus1.csv", "--keep", "kept.csv").exit_code == 2
    assert run("estimate", "plan.toml", "apiclus1.csv", "--keep", kept).exit_code == 1
