"""Files that spreadsheets open: every text stays a text, in every format."""

import csv
import json
import stat
from datetime import date

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from survey.errors import InputFault
from survey.files import write_table

DANGEROUS = [
    "=1+1",
    "+84912345678",
    "-5 điểm",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1+1",
    '"=1+1',
    "'=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\n=cmd|' /C calc'!A0",
]
HARMLESS = ["Đông Hà", "1-2", "a=b", "", "giờ làm việc: 7h30-11h30"]


def table():
    texts = DANGEROUS + HARMLESS
    n = len(texts)
    return pa.table(
        {
            "text": texts,
            "=name": pa.array([5, None, -3] * n, pa.int8())[:n],
            "day": pa.array([date(2026, 7, 6)] * n),
            "yes": pa.array([True, False, None] * n)[:n],
        }
    )


def test_a_csv_has_no_formula_and_keeps_every_character(tmp_path):
    path = tmp_path / "out.csv"
    write_table(table(), path)
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["text", "'=name", "day", "yes"]
    assert [row[0] for row in rows] == ["'" + text for text in DANGEROUS] + HARMLESS
    assert rows[0][1:] == ["5", "2026-07-06", "true"]
    assert (rows[1][1], rows[2][1]) == ("", "-3")


def test_a_csv_for_excel_begins_with_the_mark_of_utf8(tmp_path):
    write_table(table(), tmp_path / "out.csv", for_excel=True)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_sheet_has_no_formula_and_its_numbers_are_numbers(tmp_path):
    path = tmp_path / "out.xlsx"
    write_table(table(), path, sheets={"codebook": pa.table({"item": ["q1"], "vi": ["=Rất"]})})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["data", "codebook"]
    head, *rows = book["data"].iter_rows()
    assert [cell.value for cell in head] == ["text", "'=name", "day", "yes"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "b"}
    shown = [(row[0].value or "").replace("_x000D_", "\r") for row in rows]
    assert shown == ["'" + text for text in DANGEROUS] + HARMLESS
    assert [row[1].value for row in rows][:3] == [5, None, -3]
    assert rows[0][2].value.date() == date(2026, 7, 6)
    assert book["codebook"]["B2"].value == "'=Rất"


def test_parquet_and_json_carry_the_table_as_it_is(tmp_path):
    write_table(table(), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").equals(table())
    write_table(table(), tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert rows[0] == {"text": "=1+1", "=name": 5, "day": "2026-07-06", "yes": True}
    assert len(rows) == table().num_rows


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_an_empty_table_has_its_columns_still(tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    write_table(table().slice(0, 0), path)
    assert path.stat().st_size > 0


def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left(tmp_path):
    write_table(table(), tmp_path / "out.csv")
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_an_unknown_ending_is_told_with_the_endings_that_are_known(tmp_path):
    with pytest.raises(InputFault, match="csv, xlsx, parquet, json"):
        write_table(table(), tmp_path / "out.doc")
    assert not list(tmp_path.iterdir())
