"""Bad plans and data, as an analyst meets them: a sentence with column, value and rows, code 1."""

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from survey.cli import cli
from tests.analysis.conftest import survey

DESIGN = 'strata = ["stratum"]\nstages = ["cluster"]\nweight = "w"\n'
SHARE = '[[estimate]]\nkind = "share"\nof = ["q1"]\nsatisfied = [4, 5]\nmissing = [0]\n'
MEAN = '[[estimate]]\nkind = "mean"\nof = ["q1"]\n'
RAKE = (
    '[calibration]\nmethod = "rake"\nmargins = [\n'
    '{by = ["sex"], totals = {nam = 90, "nữ" = 110}},\n'
    '{by = ["stratum"], totals = {a = 80, b = %s}},\n]\n'
)


@pytest.fixture
def run(tmp_path):
    """`run(command, plan, data)`: what the command tells; a table is written as Parquet."""

    def invoke(command: str, plan: str, data: pa.Table | str):
        path = tmp_path / ("data.csv" if isinstance(data, str) else "data.parquet")
        if isinstance(data, str):
            path.write_text(data, encoding="utf-8")
        else:
            pq.write_table(data, path)
        (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
        told = CliRunner().invoke(cli, [command, str(tmp_path / "plan.toml"), "--data", str(path)])
        assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
        assert "Traceback" not in told.output
        return told

    return invoke


def refused(told, *words: str) -> None:
    assert told.exit_code == 1, told.output
    assert told.stdout == ""
    for word in words:
        assert word in told.stderr


def text(**columns: list) -> str:
    """The small survey as CSV, with any column replaced."""
    table = survey(**columns)
    rows = zip(*(table[c].to_pylist() for c in table.column_names), strict=True)
    out = io.StringIO()
    csv.writer(out).writerows([table.column_names, *rows])
    return out.getvalue()


NAN, INF = float("nan"), float("inf")
FAULTS = {
    "a missing column": (survey().drop(["w"]), ['no column "w"', "`weight` in [design] names"]),
    "a negative weight": (
        survey(w=[1.0, -2.0, -3.0] + [1.0] * 9),
        ['"w" holds -2', "in row 2", "(2 rows"],
    ),
    "a missing weight": (survey(w=[1.0] * 11 + [None]), ['"w" is empty in row 12', "(1 row"]),
    "a weight of NaN": (survey(w=[NAN, NAN] + [1.0] * 10), ['"w" is empty in row 1', "(2 rows"]),
    "a weight without end": (survey(w=[1.0, INF] * 6), ['"w" holds inf in row 2', "(6 rows"]),
    "text among weights": (
        survey(w=["1", "nặng"] * 6),
        ['"w"', 'holds "nặng" in row 2 (6 rows', "numbers only"],
    ),
    "a stratum that is empty": (
        survey(stratum=[None, None] + ["a"] * 4 + ["b"] * 6),
        ['"stratum" is empty in row 1', "(2 rows"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["estimate", "weight"])
def test_what_is_wrong_with_a_column_is_told_with_value_and_rows(run, command, fault):
    data, words = FAULTS[fault]
    plan = f"[design]\n{DESIGN}{MEAN}" if command == "estimate" else weights(120)
    refused(run(command, plan, data), *words)


def weights(total: int) -> str:
    return f'[design]\nweight = "w"\n{RAKE % total}'


@pytest.mark.parametrize("command", ["estimate", "weight"])
@pytest.mark.parametrize(("word", "rows"), [("NaN", "6"), ("inf", "6"), ("nặng", "6")])
def test_a_word_among_the_weights_of_a_csv_file_is_the_one_that_is_told(run, command, word, rows):
    plan = f"[design]\n{DESIGN}{MEAN}" if command == "estimate" else weights(120)
    told = run(command, plan, text(w=["1.5", word] * 6))
    refused(told, f'"{word}" in row 2 ({rows} rows', "numbers only")


@pytest.mark.parametrize("word", ["NaN", "tốt", "4,5"])
def test_text_where_answers_belong_is_told_with_its_row(run, word):
    mean = run("estimate", f"[design]\n{DESIGN}{MEAN}", text(q1=["4", word] * 6))
    refused(mean, f'"q1" holds "{word}" in row 2 (6 rows like it), where a number is needed')
    share = run("estimate", f"[design]\n{DESIGN}{SHARE}", text(q1=["4", word] * 6))
    refused(
        share, f'"q1" of data.csv holds text such as "{word}" in row 2 (6 rows like it)', "[4, 5]"
    )


def test_a_list_or_a_day_is_no_answer(run):
    refused(run("estimate", MEAN, survey(q1=[[1]] * 12)), '"q1" holds list', "not one value")
    refused(run("estimate", SHARE, survey(q1=[b"\xff"] * 12)), '"q1"', "[4, 5]")


def test_answers_of_nan_are_no_answers(run):
    (row,) = read(run("estimate", f"[design]\n{DESIGN}{MEAN}", survey(q1=[NAN, 4.0] * 6)))
    assert (row["n"], row["rows"], row["value"], row["status"]) == ("6", "12", "4.0", "ok")


def read(told) -> list[dict[str, str]]:
    assert told.exit_code == 0, told.output
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert "nan" not in told.stdout.lower()
    return rows


def test_one_cluster_in_a_stratum_is_a_status_beside_the_value(run):
    data = survey(cluster=[1] * 6 + [3, 3, 3, 4, 4, 4])
    (row,) = read(run("estimate", f"[design]\n{DESIGN}{SHARE}", data))
    assert (row["status"], row["n"], row["df"]) == ("lonely", "11", "1")
    assert float(row["value"]) > 0 and row["se"] == row["low"] == row["high"] == ""


@pytest.mark.parametrize("ci", ["pooled", "logit", "kg"])
def test_two_clusters_are_few_and_one_a_stratum_is_too_few_for_an_interval(run, ci):
    """By stratum each domain has two clusters and one degree of freedom; by pair it has none."""
    data = survey(pair=["x"] * 3 + ["y"] * 3 + ["x"] * 3 + ["y"] * 3)
    share = f'[design]\n{DESIGN}{SHARE}ci = "{ci}"\n'
    for row in read(run("estimate", share + 'by = ["stratum"]\n', data)):
        assert (row["df"], row["status"]) == ("1", "ok") and row["low"] < row["high"]
    for row in read(run("estimate", share + 'by = ["pair"]\n', data)):
        assert (row["df"], row["status"], row["low"], row["high"]) == ("0", "few-clusters", "", "")


@pytest.mark.parametrize("nobody", [[0] * 12, [None] * 12, [NAN] * 12])
def test_an_item_that_no_one_answered_is_a_status(run, nobody):
    (row,) = read(run("estimate", f"[design]\n{DESIGN}{SHARE}", survey(q1=nobody)))
    assert (row["status"], row["n"], row["rows"], row["value"]) == ("no-answers", "0", "12", "")


def test_a_file_without_rows_or_without_anything(run):
    plan = f"[design]\n{DESIGN}{SHARE}"
    for empty in (survey().slice(0, 0), "stratum,cluster,w,q1\n"):
        (row,) = read(run("estimate", plan, empty))
        assert (row["status"], row["rows"], row["value"], row["low"]) == ("no-answers", "0", "", "")
        refused(run("weight", '[design]\nweight = "w"\n', empty), "there are no rows to weigh")
    refused(run("estimate", plan, ""), "data.csv cannot be read: Empty CSV file")


def test_margins_that_do_not_match_are_told_with_both_sums_and_rows(run):
    for command in ("estimate", "weight"):
        plan = weights(110) + (SHARE if command == "estimate" else "")
        refused(run(command, plan, survey()), "stratum adds up to 190, but sex to 200 (-10)")
    other = survey(sex=["khác"] * 2 + ["nam", "nữ"] * 5)
    refused(run("weight", weights(120), other), "margin sex has no total for khác", "(2 rows)")


@pytest.mark.parametrize("command", ["estimate", "weight"])
@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([1] * 6 + [9] * 6, ['"N" says 1, but 2 units were drawn there']),
        (["9"] * 6 + ["nhiều"] * 6, ['"N"', 'holds "nhiều" in row 7 (6 rows']),
        ([None] * 3 + [9] * 9, ['"N" is empty in row 1 (3 rows']),
    ],
)
def test_population_sizes_that_cannot_be(run, command, sizes, words):
    design = '[design]\nstrata = ["stratum"]\nstages = ["cluster"]\nfpc = ["N"]\n'
    told = run(command, design + (SHARE if command == "estimate" else ""), text(N=sizes))
    refused(told, *words)
