"""Data come as CSV, Parquet or Arrow; what cannot be used is told with column and row."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import estimate
from analysis.data import read_all
from analysis.errors import ColumnMissingError, DataError, DesignError, PlanError
from tests.analysis.conftest import survey

MEAN = {"estimate": [{"kind": "mean", "of": ["x"]}]}


def csv_file(folder, text: str):
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_in_quotes_are_numbers_and_words_stay_words(tmp_path):
    lines = ['"x","word","code","empty"', '"1.5","true","01","2"', '"2","Yes","02",""']
    path = csv_file(tmp_path, "\n".join(lines))
    table = read_all(path)
    assert table.to_pydict() == {
        "x": [1.5, 2.0],
        "word": ["true", "Yes"],
        "code": ["01", "02"],
        "empty": [2, None],
    }


def test_domains_are_as_in_the_data_and_a_row_with_an_empty_cell_is_in_none(tmp_path):
    path = csv_file(tmp_path, 'x,area,sex\n1,01,"1"\n2,02,"2"\n3,01,\n4,02,"1"\n')
    plan = {"estimate": [{"kind": "mean", "of": ["x"], "by": ["area", "sex"]}]}
    lines = estimate(plan, path).text("csv").splitlines()
    assert [line.split(",")[2:5] for line in lines] == [
        ["area", "sex", "n"],
        ["01", "1", "1"],
        ["02", "1", "1"],
        ["02", "2", "1"],
    ]


def test_the_same_numbers_from_csv_parquet_and_a_table(tmp_path, people, design, satisfied):
    plan = {"design": design, "estimate": [satisfied | {"by": ["sex"]}]}
    pq.write_table(people, tmp_path / "data.parquet")
    rows = zip(*(people[c].to_pylist() for c in people.column_names), strict=True)
    lines = [",".join(people.column_names), *(",".join(map(str, row)) for row in rows)]
    path = csv_file(tmp_path, "\ufeff" + "\n".join(lines))
    texts = {estimate(plan, d).text("csv") for d in (people, path, tmp_path / "data.parquet")}
    assert len(texts) == 1


def test_column_names_are_data_and_never_sql(design):
    nasty = 'q"; DROP TABLE x; --'
    data = survey(**{nasty: [4] * 11 + [1], "Q1": [1] * 12, "a/b": [2] * 12, "c": [4] * 12})
    blocks = [{"kind": "share", "of": [nasty], "satisfied": [4]}]
    blocks += [{"kind": "mean", "of": ["Q1", "q1"]}, {"kind": "ratio", "of": ["a/b/c"]}]
    rows = list(estimate({"design": design, "estimate": blocks}, data))
    assert [row.of for row in rows] == [nasty, "Q1", "q1", "a/b/c"]
    assert rows[0].n == 12 and rows[1].value == 1 and rows[3].value == 0.5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("y\n1\n", 'data.csv: no column "x", which .*estimate.* 0 names'),
        ("x,x\n1,2\n", 'column "x".*is there twice'),
        (
            "x\n1\nhai\n",
            'column "x" holds "hai" in row 2 .1 row like it., where a number is needed',
        ),
        ("x,y\n1\n", "Expected 2 columns, got 1"),
        ("", "cannot be read"),
    ],
)
def test_data_that_cannot_be_used_are_told_where(tmp_path, text, told):
    with pytest.raises(DataError, match=told):
        estimate(MEAN, csv_file(tmp_path, text))


def test_files_that_are_no_data(tmp_path):
    with pytest.raises(DataError, match="there is no data file"):
        estimate(MEAN, tmp_path / "none.csv")
    (tmp_path / "data.xls").write_text("x")
    with pytest.raises(DataError, match=r"ending in \.csv"):
        estimate(MEAN, tmp_path / "data.xls")
    (tmp_path / "data.parquet").write_text("x")
    with pytest.raises(DataError, match="data.parquet"):
        estimate(MEAN, tmp_path / "data.parquet")
    with pytest.raises(ColumnMissingError, match="`weight` in \\[design\\]"):
        estimate(MEAN | {"design": {"weight": "w"}}, pa.table({"x": [1.0]}))


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("w", [1.0] * 11 + [None], 'column "w" is empty in row 12'),
        ("w", [1.0] * 11 + [-1.0], 'column "w" holds -1.0 in row 12'),
        ("w", [1.0] * 11 + [float("inf")], 'column "w" holds inf in row 12'),
        ("stratum", [None] + ["a"] * 5 + ["b"] * 6, 'column "stratum" is empty in row 1'),
    ],
)
def test_a_faulty_cell_of_the_design_is_told_with_its_row(design, satisfied, column, values, told):
    plan = {"design": design, "estimate": [satisfied]}
    with pytest.raises(DataError, match=told):
        estimate(plan, survey(**{column: values}))


def test_clusters_that_repeat_between_strata_are_an_error_unless_nested(design, satisfied):
    data = survey(cluster=[1, 1, 1, 2, 2, 2] * 2)
    plan = {"design": design, "estimate": [satisfied]}
    with pytest.raises(DesignError, match="cluster 1 .* stratum = a and stratum = b.*nested"):
        estimate(plan, data)
    nested = estimate({"design": design | {"nested": True}, "estimate": [satisfied]}, data)
    assert nested.text("csv") == estimate(plan, survey()).text("csv")


def test_populations_that_contradict_the_sample(design, satisfied):
    plan = {"design": design | {"fpc": ["N"]}, "estimate": [satisfied]}
    with pytest.raises(DesignError, match='"N" says 1, but 2 units were drawn'):
        estimate(plan, survey(N=[1] * 6 + [9] * 6))
    with pytest.raises(DesignError, match='"N" varies within a stratum: it is 8 and 9'):
        estimate(plan, survey(N=[8] + [9] * 11))


def test_codes_of_the_other_kind_are_an_error(design):
    plan = {"estimate": [{"kind": "share", "of": ["sex"], "satisfied": [1]}]}
    with pytest.raises(PlanError, match='"sex" .* holds text'):
        estimate(plan, survey())
    plan = {"design": {"where": [{"column": "sex", "op": "==", "value": 1}]}} | MEAN
    with pytest.raises(DataError, match='"sex" is text'):
        estimate(plan, survey(x=[1] * 12))


@pytest.mark.parametrize(
    ("column", "cells", "told"),
    [
        ("stratum", [[1]] * 12, 'column "stratum" holds list<item: int64>, not one value a cell'),
        ("q1", [{"a": 1}] * 12, 'column "q1" holds struct<a: int64>, not one value a cell'),
        (
            "w",
            [1e308] * 12,
            'column "w" holds 1e[+]308 in row 1 (.*); a weight is a number from 0 up',
        ),
        ("w", pa.array([2**64 - 1] * 12, pa.uint64()), "whole numbers this large do not fit"),
    ],
)
def test_cells_that_no_sum_can_hold_are_told_by_their_column(column, cells, told, design):
    data = survey(**{column: cells})
    block = {"kind": "distribution", "of": ["q1"]}
    with pytest.raises(DataError, match=told):
        estimate({"design": design, "estimate": [block]}, data)


def test_codes_beyond_whole_numbers_are_texts_and_an_empty_column_meets_no_condition(design):
    large = survey(q1=pa.array([2**64 - 1, 1] * 6, pa.uint64()))
    block = {"kind": "distribution", "of": ["q1"]}
    rows = list(estimate({"design": design, "estimate": [block]}, large))
    assert [row.code for row in rows] == ["1", str(2**64 - 1)]
    nobody = design | {"where": [{"column": "sex", "op": "==", "value": "nam"}]}
    assert list(estimate({"design": nobody, "estimate": [block]}, survey(sex=[None] * 12))) == []
