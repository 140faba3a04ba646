"""What Spark reads is what DuckDB reads, and what it refuses is told alike: `./test spark`."""

import math
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import AnalysisError, estimate
from analysis.data import column_names, read_all
from analysis.errors import DataError
from analysis.spark import ANSI, SparkFile, session
from tests.analysis.conftest import survey
from tests.analysis.spark_alike import same_results

pytestmark = pytest.mark.spark

SHARE = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "missing": [0]}
DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
CSV = (
    'stratum,cluster,w,"q1",code,note,"a ""quoted"" name",nothing,sex\n'
    'a,1,1.5,+5,01,"xin, chào",1.0,,nam\n'
    'a,1,2, 4 ,02,"hai\ndòng",2,"",nữ\n'
    "a,2,1e0,2,03,1,,,nam\n"
    'a,2,2,,04,"nói ""có""",.5,,nữ\n'
    "b,3,2,1,05,2,7.,,nam\n"
    "\n"
    "b,3,3,5,,x,1,,nữ\n"
    'b,4,2,0,01,"",2,,nam\n'
    "b,4,2,4,02,y,3,,\n"
)


@pytest.fixture(scope="module")
def spark():
    return session("local[2]")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_file_has_the_same_cells_and_types(spark, tmp_path, mark):
    path = tmp_path / "phiếu.csv"
    path.write_text(mark + CSV, encoding="utf-8")
    there = SparkFile(str(path), spark)
    assert column_names(there) == column_names(path)
    here, rows = read_all(path), read_all(there)
    assert rows.to_pydict() == here.to_pydict()
    assert rows.schema.types == here.schema.types
    blocks = [SHARE | {"by": ["sex"]}, {"kind": "mean", "of": ['a "quoted" name']}]
    blocks += [{"kind": "distribution", "of": ["code", "note"]}]
    same_results({"design": DESIGN, "estimate": blocks}, path, there)


def test_a_csv_file_of_a_header_alone_is_refused_or_read_alike(spark, tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("stratum,cluster,w,q1,sex\n", encoding="utf-8")
    same_results({"estimate": [SHARE]}, path, SparkFile(str(path), spark))


ODD = {
    "a column that is not there": ({}, {"estimate": [SHARE | {"by": ["q9"]}]}),
    "a weight below 0": ({"w": [1.0] * 7 + [-2.5] + [1.0] * 4}, {}),
    "a weight that is missing": ({"w": [1.0] * 3 + [None] * 9}, {}),
    "a weight without end": ({"w": [1.0] * 5 + [math.inf] * 7}, {}),
    "a weight in words": ({"w": ["one"] * 12}, {}),
    "a cluster that is missing": ({"cluster": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, None, 4]}, {}),
    "a number in words": (
        {"q1": ["5", "4", "a lot"] * 4},
        {"estimate": [{"kind": "mean", "of": ["q1"]}]},
    ),
    "codes that are words": ({"q1": ["yes", "no"] * 6}, {}),
    "clusters in two strata": ({"cluster": [1, 2] * 6}, {}),
    "a condition of another kind": ({}, {"where": [{"column": "sex", "op": ">", "value": 3}]}),
    "a condition on a date": (
        {"day": [date(2026, 1, 1)] * 12},
        {"where": [{"column": "day", "op": "==", "value": 3}]},
    ),
}


@pytest.mark.parametrize("name", list(ODD))
def test_what_is_wrong_is_told_in_the_same_words(spark, name):
    columns, more = ODD[name]
    table = survey(**columns)
    plan = {"design": DESIGN | {k: v for k, v in more.items() if k == "where"}}
    plan |= {"estimate": more.get("estimate", [SHARE])}
    told = []
    for data in (table, spark.createDataFrame(table).coalesce(1)):
        with pytest.raises(AnalysisError) as error:
            estimate(plan, data)
        told.append((type(error.value), str(error.value).replace("the data frame", "the table")))
    assert told[1] == told[0]


def test_the_row_of_a_fault_is_counted_over_the_parts_of_the_data(spark):
    table = survey(w=[1.0] * 10 + [-2.5, 1.0])
    frame = spark.createDataFrame(table)
    assert frame.rdd.getNumPartitions() > 1
    with pytest.raises(DataError, match="holds -2.5 in row 11 "):
        estimate({"design": DESIGN, "estimate": [SHARE]}, frame)


def test_sums_that_do_not_fit_are_refused(spark):
    table = survey(w=[2**62] * 12)
    with pytest.raises(DataError, match="this large do not fit; write the column"):
        estimate({"design": DESIGN, "estimate": [SHARE]}, spark.createDataFrame(table))
    incomes = survey(w=list(range(1, 13)), q1=[10**12 + i for i in range(12)])
    plan = {"design": DESIGN, "estimate": [{"kind": "mean", "of": ["q1"]}]}
    same_results(plan, incomes, spark.createDataFrame(incomes))


def test_a_session_in_which_sums_run_over_unseen_is_refused(spark):
    frame = spark.createDataFrame(survey())
    spark.conf.set(ANSI, "false")
    try:
        with pytest.raises(DataError, match=f"set {ANSI}"):
            estimate({"design": DESIGN, "estimate": [SHARE]}, frame)
    finally:
        spark.conf.set(ANSI, "true")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.parquet", None, "there is no data file"),
        ("data.xlsx", "PK", "the data must be a file ending in .csv"),
        ("data.parquet", "not Parquet", "data.parquet: Spark cannot use the data"),
        ("data.csv", "stratum,cluster,w,q1\na,1,1,4\na,1\n", "data.csv: Spark cannot use the data"),
    ],
)
def test_files_that_cannot_be_read_are_told_in_a_sentence(spark, tmp_path, name, text, said):
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said) as error:
        estimate({"design": DESIGN, "estimate": [SHARE]}, SparkFile(str(path), spark))
    assert "\n" not in str(error.value)


def test_columns_that_differ_in_case_or_have_odd_names_are_kept_apart(spark):
    table = survey(**{"Q1": [1, 2] * 6, "a.b `c`": [4, 0, 5] * 4})
    for item in ("q1", "Q1", "a.b `c`"):
        plan = {"design": DESIGN, "estimate": [SHARE | {"of": [item]}]}
        same_results(plan, table, spark.createDataFrame(table))
    twice = spark.createDataFrame(table).toDF(*["q1"] * len(table.column_names))
    with pytest.raises(DataError, match='"q1", which .* names, is there twice'):
        estimate({"estimate": [SHARE]}, twice)


def column(values: st.SearchStrategy, kind: pa.DataType, rows: int) -> st.SearchStrategy:
    cells = st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows)
    return cells.map(lambda own: pa.array(own, kind))


@st.composite
def tables(draw) -> pa.Table:
    rows = draw(st.integers(6, 40))
    floats = st.sampled_from([0.0, -0.0, 1.0, 4.0, 5.0, 2.5, math.nan])
    decimals = st.sampled_from([Decimal("0.10"), Decimal("4.00"), Decimal("5.00")])
    whole = st.lists(st.integers(0, 2**40), min_size=rows, max_size=rows)
    return pa.table(
        {
            "c": pa.array([i % 5 for i in range(rows)]),
            "w": pa.array(draw(whole)),
            "whole": draw(column(st.integers(0, 5), pa.int16(), rows)),
            "number": draw(column(floats, pa.float64(), rows)),
            "price": draw(column(decimals, pa.decimal128(6, 2), rows)),
            "agreed": draw(column(st.booleans(), pa.bool_(), rows)),
            "text": draw(column(st.sampled_from(["1", "4", "", "ấ", "a"]), pa.string(), rows)),
            "day": draw(column(st.dates(date(2025, 1, 1), date(2025, 1, 3)), pa.date32(), rows)),
        }
    )


@settings(max_examples=8, phases=[Phase.generate])  # an example takes Spark seconds
@given(table=tables(), by=st.sampled_from(["text", "agreed", "day", "price", "whole"]))
def test_any_small_table_has_the_same_estimates(spark, table, by):
    items = [c for c in ("whole", "number", "price", "agreed") if c != by]
    blocks = [
        {"kind": "mean", "of": items},
        {"kind": "distribution", "of": ["whole", "text"], "missing": [0]},
        {"kind": "share", "of": ["whole", "text"], "satisfied": [4, "4"], "missing": [0, "a"]},
        {"kind": "total", "of": ["number"]},
    ]
    plan = {"design": {"stages": ["c"], "weight": "w"}}
    plan |= {"estimate": [block | {"by": [by]} for block in blocks]}
    same_results(plan, table, spark.createDataFrame(table))


def test_without_java_a_sentence_says_what_to_install(tmp_path):
    asked = "from analysis.spark import session; session('local[1]')"
    lost = {"PATH": str(tmp_path), "HOME": str(tmp_path), "JAVA_HOME": str(tmp_path)}
    kept = {k: v for k, v in os.environ.items() if k.startswith("PYTHON")}
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, env=kept | lost)
    assert done.stderr.decode().strip().splitlines()[-1].endswith("default-jre-headless)")
