"""A file weighed by cells gets the weights that its rows get one by one, in its order."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import weigh, weigh_file
from analysis.by_cell import cells_suffice
from analysis.errors import CalibrationError, ColumnMissingError, DataError, DesignError
from analysis.plan import read_plan

DESIGN = {"weight": "w"}
TOTALS = {"nam": 5200, "nữ": 5800}
CALIBRATION = {
    "method": "rake",
    "margins": [
        {"by": ["giới tính"], "totals": TOTALS},
        {"by": ["town"], "totals": {"1": 4000, "2": 7000}},
    ],
}
NONRESPONSE = {"by": ["town"], "respondent": "answered"}


def people(n: int = 1000, seed: int = 3, **columns) -> pa.Table:
    rng = np.random.default_rng(seed)
    own = {
        "id": np.arange(n)[::-1],
        "w": rng.uniform(0, 20, n),
        "giới tính": rng.choice(["nam", "nữ"], n),
        "town": rng.integers(1, 3, n),
        "size": rng.integers(1, 5, n).astype(float),
        "house": rng.integers(0, n // 3 + 1, n),
        "answered": rng.random(n) < 0.7,
        'odd "name"': [None, ""] * (n // 2),
    }
    return pa.table(own | columns)


def both(tmp_path, plan: dict, table: pa.Table):
    """The weights by cell, as a table from the file, and row by row."""
    data, out = tmp_path / "[data].parquet", tmp_path / "out.parquet"
    pq.write_table(table, data, row_group_size=100)
    assert cells_suffice(read_plan(plan))
    told = weigh_file(plan, data, out)
    return pq.read_table(out), told, weigh(plan, table)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"calibration": CALIBRATION},
        {"nonresponse": NONRESPONSE},
        {"nonresponse": NONRESPONSE, "calibration": CALIBRATION},
        {"calibration": {"method": "linear", "margins": [{"of": "size", "total": 28_000}]}},
        {"calibration": CALIBRATION | {"within": ["house"]}},
    ],
)
def test_weights_by_cell_are_the_weights_by_row(tmp_path, more):
    found, told, expected = both(tmp_path, {"design": DESIGN} | more, people())
    assert found.drop(["weight"]).to_pydict() == people().to_pydict()
    assert found["weight"].to_numpy() == pytest.approx(expected.table["weight"].to_numpy())
    assert told.lines() == expected.diagnostics.lines()
    assert told.low == pytest.approx(expected.diagnostics.low)


@settings(max_examples=15)
@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_a_small_file_keeps_the_order_of_its_rows(tmp_path_factory, half, seed):
    table = people(2 * half, seed)
    plan = {"design": DESIGN, "nonresponse": {"by": ["house"], "respondent": "always"}}
    table = table.append_column("always", pa.array([1] * (2 * half)))
    found, _, expected = both(tmp_path_factory.mktemp("weights"), plan, table)
    assert found["id"].to_pylist() == list(range(2 * half))[::-1]
    assert found["weight"].to_numpy() == pytest.approx(expected.table["weight"].to_numpy())


@pytest.mark.parametrize(
    ("column", "totals"),
    [
        (pa.array(["x", "y", "y", "x"] * 50).dictionary_encode(), "xy"),
        (pa.array(["x", "y", "y", "x"] * 50, pa.large_string()), "xy"),
        (pa.array(["x", "y", "y", "x"] * 50, pa.string_view()), "xy"),
        (pa.array([1, 2, 2, 1] * 50, pa.float32()), "12"),
        (pa.array([1, 2, 2, 1] * 50, pa.uint64()), "12"),
        (pa.array([Decimal(1), Decimal(2)] * 100, pa.decimal128(20, 2)), "12"),
        (pa.array([True, False] * 100), ("True", "False")),
        (pa.array([date(2024, 1, 1), date(2025, 1, 1)] * 100), ("2024-01-01", "2025-01-01")),
    ],
    ids=lambda own: str(own.type) if isinstance(own, pa.Array) else "",
)
def test_categories_may_be_of_any_type_that_files_have(tmp_path, column, totals):
    margin = {"by": ['a.b "c"'], "totals": dict(zip(totals, (300, 400), strict=True))}
    plan = {"design": DESIGN, "calibration": {"method": "rake", "margins": [margin]}}
    table = people(200).append_column('a.b "c"', column)
    found, _, expected = both(tmp_path, plan, table)
    assert found["weight"].to_numpy() == pytest.approx(expected.table["weight"].to_numpy())
    assert found.schema.field('a.b "c"').type == column.type


def test_cells_that_are_few_among_their_combinations(tmp_path):
    n = 3000
    table = people(n, other=np.arange(n) * 7 % n, answered=[1] * n)
    plan = {"design": DESIGN, "nonresponse": NONRESPONSE | {"by": ["id", "other"]}}
    found, told, expected = both(tmp_path, plan, table)
    assert found["weight"].to_numpy() == pytest.approx(expected.table["weight"].to_numpy())
    assert told.rows == n


def test_the_file_itself_may_be_replaced(tmp_path):
    path = tmp_path / "data.parquet"
    pq.write_table(people(), path)
    weigh_file({"design": DESIGN}, path, path)
    assert pq.read_table(path)["weight"].to_pylist() == people()["w"].to_pylist()
    with pytest.raises(DataError, match='"weight" already'):
        weigh_file({"design": DESIGN}, path, path)
    assert [p.name for p in tmp_path.iterdir()] == ["data.parquet"]


@pytest.mark.parametrize(
    ("columns", "error", "told"),
    [
        ({"w": [1.0, -2.0] * 500}, DataError, r'"w" holds -2 in row 2 \(500 rows without'),
        ({"w": [None, 2.0] * 500}, DataError, r'"w" is empty in row 1 \(500 rows without'),
        ({"w": ["much"] * 1000}, DataError, 'holds "much" in row 1 .1000 rows like it.'),
        ({"w": [0.0] * 1000}, DesignError, "none of 1000 rows has a weight above 0"),
        ({"town": [1, 2, 2, None] * 250}, DataError, r"in row 4 \(250 rows without it\)"),
        ({"town": [1, 2, 2, 3] * 250}, CalibrationError, r"no total for 3, .* \(250 rows\)"),
        ({"answered": [1, 2] * 500}, DataError, r"holds 2 \(500 rows without either\)"),
        ({"answered": ["yes"] * 1000}, DataError, "must be 0 or 1, but is text"),
    ],
)
def test_what_cannot_be_weighed_is_told_with_column_row_and_number(tmp_path, columns, error, told):
    nonresponse = {"nonresponse": NONRESPONSE | {"by": []}} if "answered" in columns else {}
    plan = {"design": DESIGN, "calibration": CALIBRATION} | nonresponse
    data = tmp_path / "data.parquet"
    pq.write_table(people(**columns), data)
    with pytest.raises(error, match=told):
        weigh_file(plan, data, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_files_that_are_not_there_or_empty(tmp_path):
    plan = {"design": DESIGN, "calibration": CALIBRATION}
    data, out = tmp_path / "data.parquet", tmp_path / "out.parquet"
    with pytest.raises(DataError, match="there is no folder .*/none to write out.csv to"):
        weigh_file(plan, data, tmp_path / "none" / "out.csv")
    with pytest.raises(DataError, match="there is no data file"):
        weigh_file(plan, data, out)
    data.write_text("not Parquet")
    with pytest.raises(DataError, match="not a readable Parquet file"):
        weigh_file(plan, data, out)
    pq.write_table(people().slice(0, 0), data)
    with pytest.raises(DataError, match="there are no rows to weigh"):
        weigh_file(plan, data, out)
    pq.write_table(people().drop(["town"]), data)
    with pytest.raises(ColumnMissingError, match='no column "town"'):
        weigh_file(plan, data, out)


def test_other_plans_and_files_are_weighed_by_rows(tmp_path):
    data, out = tmp_path / "data.parquet", tmp_path / "out.csv"
    pq.write_table(people(), data)
    plan = {"design": DESIGN, "trim": {"upper": 15}}
    told = weigh_file(plan, data, tmp_path / "out.parquet")
    assert told.trimmed > 0
    assert pq.read_table(tmp_path / "out.parquet")["weight"].to_numpy().max() < 20
    weigh_file({"design": DESIGN}, data, out)
    assert out.read_text(encoding="utf-8").startswith("id,w,giới tính,")
