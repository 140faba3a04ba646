"""`sipas sample`, as somebody who prepares fieldwork calls it."""

import csv
import io
import json

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from survey.cli import cli
from tests.analysis.sampling.conftest import province

PLAN = """
[sample]
seed = 20260115
key = ["household"]
strata = ["district"]

[[sample.sizes]]
name = "each"
method = "yamane"
by = ["district"]
error = 0.1
response = 0.8

[sample.allocation]
method = "equal"
total = 40

[[sample.selection]]
method = "systematic"
order = ["commune", "village"]
reserve = "equal"
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    pyarrow.csv.write_csv(province(), tmp_path / "frame.csv")

    def invoke(command: str, *more: str):
        words = ["sample", command, str(tmp_path / "plan.toml")]
        frame = ["--frame", str(tmp_path / "frame.csv")]
        return CliRunner().invoke(cli, [*words, *frame, *more])

    return invoke


def test_sizes_and_allocation(run, tmp_path):
    rows = list(csv.DictReader(io.StringIO(run("size").stdout)))
    assert [row["district"] for row in rows] == ["1", "2", "3", "4"]
    assert int(rows[0]["invited"]) >= int(rows[0]["answers"]) / 0.8
    done = run("allocate", "--format", "json")
    assert [row["size"] for row in json.loads(done.stdout)] == [10] * 4
    assert "equal: 40 in 4 strata, from 10 to 10" in done.stderr
    assert run("allocate", "--out", str(tmp_path / "a.parquet")).exit_code == 0
    assert pq.read_table(tmp_path / "a.parquet").column("size").to_pylist() == [10] * 4


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_sample_is_drawn_told_and_verified(run, tmp_path, ending):
    out = tmp_path / f"sample.{ending}"
    done = run("draw", "--out", str(out), "--pairs", str(tmp_path / "pairs.csv"))
    assert done.exit_code == 0, done.stderr
    header, *pairs = (tmp_path / "pairs.csv").read_text(encoding="utf-8").splitlines()
    assert header == "stratum,unit,other,probability,method" and len(pairs) == 4 * 45
    assert "sample: 40 rows in 4 cells; reserve: 40" in done.stderr
    assert "probabilities: 0.0" in done.stderr and "fewer in reserve" not in done.stderr
    record = json.loads((tmp_path / f"sample.{ending}.record.json").read_text(encoding="utf-8"))
    assert record["seed"] == 20260115 and record["design"]["weight"] == "sample_weight"
    again = run("draw", "--verify", str(out))
    assert again.exit_code == 0 and "is the sample that the plan draws" in again.stdout


def test_a_sample_that_was_changed_is_found(run, tmp_path):
    out = tmp_path / "sample.csv"
    run("draw", "--out", str(out))
    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace("reserve", "sample", 1), encoding="utf-8")
    changed = run("draw", "--verify", str(out))
    assert changed.exit_code == 1
    assert "sample.csv does not hold the rows that the plan draws" in changed.stderr
    assert "not the one recorded" not in changed.stderr
    out.write_text(text, encoding="utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.replace("20260115", "7"), encoding="utf-8")
    other = run("draw", "--verify", str(out))
    assert other.exit_code == 1 and "the seed is not the one recorded: 7" in other.stderr


def test_what_cannot_be_done_is_one_sentence(run, tmp_path):
    assert run("draw").exit_code == 2
    assert run("draw", "--verify", "x.csv", "--pairs", "p.csv").exit_code == 2
    assert run("size", "--format", "parquet").exit_code == 2
    assert run("draw", "--out", str(tmp_path / "s.xls")).exit_code == 1
    over = run("draw", "--out", str(tmp_path / "frame.csv"))
    assert over.exit_code == 1 and "frame.csv is read: write to another file" in over.stderr
    missing = run("draw", "--verify", str(tmp_path / "none.csv"))
    assert missing.exit_code == 1 and "none.csv cannot be verified" in missing.stderr
    (tmp_path / "plan.toml").write_text(PLAN.replace("district", "huyện"), encoding="utf-8")
    wrong = run("draw", "--out", str(tmp_path / "s.csv"))
    assert wrong.exit_code == 1
    assert 'frame.csv: no column "huyện", which `by` in [sample] sizes 0 names' in wrong.stderr
    assert "Traceback" not in wrong.stderr
