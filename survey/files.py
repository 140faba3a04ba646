"""Tables out as CSV, XLSX, Parquet or JSON, so that no cell is ever a formula.

A text that a spreadsheet would read as a formula gets an apostrophe in front and keeps every
character of its own ("-5 điểm" stays readable). After OWASP, CSV Injection; full-width signs too.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.errors import InputFault

FORMATS = ("csv", "xlsx", "parquet", "json")
DANGEROUS = r"^([\s\"']*[=+\-@\t\r＝＋－＠])"
BOM = b"\xef\xbb\xbf"  # without it Excel reads UTF-8 as something else
SHEET_ROWS = 1_048_575  # below the header
BLOCK = 10_000


def format_of(path: Path, asked: str | None = None) -> str:
    """`asked`, else the ending of `path`. Raises InputFault when it is none of FORMATS."""
    found = (asked or path.suffix.removeprefix(".")).lower()
    if found not in FORMATS:
        raise InputFault([f"{path.name}: the file must end in one of {', '.join(FORMATS)}"])
    return found


def write_table(
    table: pa.Table,
    path: Path,
    *,
    format: str | None = None,
    sheets: Mapping[str, pa.Table] | None = None,
    name: str = "data",
    for_excel: bool = False,
) -> None:
    """Write `table` to `path`, whole or not at all, readable by its owner alone.

    sheets: further tables by name; an XLSX carries them as sheets, other formats leave them out.
    for_excel: a CSV begins with the mark by which Excel knows UTF-8; programs may trip over it.
    Raises InputFault for an unknown ending, or more rows than a sheet has.
    """
    chosen = format_of(path, format)
    with _whole(path) as making:
        if chosen == "csv":
            _write_csv(safe(table), making, BOM if for_excel else b"")
        elif chosen == "xlsx":
            _write_xlsx({name: table, **(sheets or {})}, making)
        elif chosen == "parquet":
            pq.write_table(table, making, compression="zstd")
        else:
            _write_json(table, making)


def table_bytes(rows: list[dict[str, Any]], ending: str) -> bytes:
    """The rows as the bytes of a CSV or XLSX file for a spreadsheet."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{ending}"
        write_table(pa.Table.from_pylist(rows, schema=_schema(rows)), path, for_excel=True)
        return path.read_bytes()


def _schema(rows: list[dict[str, Any]]) -> pa.Schema:
    """Types by the first row that has a value; a column without any is numbers."""
    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    found = {name: pa.float64() for name in rows[0]} if rows else {}
    for name in found:
        value = next((row[name] for row in rows if row[name] is not None), 0.0)
        found[name] = kinds[type(value)]
    return pa.schema(found)


def safe(table: pa.Table) -> pa.Table:
    """The table with an apostrophe in front of each text that could be read as a formula."""
    columns = [
        pc.replace_substring_regex(column, DANGEROUS, r"'\1")
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, names=safe_names(table.column_names))


def safe_names(names: Sequence[str]) -> list[str]:
    found: list[str] = pc.replace_substring_regex(pa.array(names), DANGEROUS, r"'\1").to_pylist()
    return found


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end; nothing stays when it fails."""
    making = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield making
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def _write_csv(table: pa.Table, path: Path, mark: bytes) -> None:
    with path.open("wb") as file:
        file.write(mark)
        pyarrow.csv.write_csv(table, file)


def _write_json(table: pa.Table, path: Path) -> None:
    """An array with one object a row; days as text."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        first = True
        for batch in table.to_batches(max_chunksize=BLOCK):
            for row in batch.to_pylist():
                file.write("\n" if first else ",\n")
                file.write(json.dumps(row, ensure_ascii=False, default=str))
                first = False
        file.write("\n]\n")


def _write_xlsx(tables: Mapping[str, pa.Table], path: Path) -> None:
    for name, table in tables.items():
        if table.num_rows > SHEET_ROWS:
            raise InputFault(
                [f"{name}: {table.num_rows} rows, a sheet has {SHEET_ROWS}; use CSV or Parquet"]
            )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(str(path), options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        head = book.add_format({"bold": True})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(safe_names(table.column_names)):
                sheet.write_string(0, column, title, head)
            _write_rows(sheet, safe(table), day)


def _write_rows(sheet: Worksheet, table: pa.Table, day: Any) -> None:
    """Text as text, numbers as numbers, days as days, nothing as an empty cell."""
    number = 0
    for batch in table.to_batches(max_chunksize=BLOCK):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_datetime(number, column, value, day)
