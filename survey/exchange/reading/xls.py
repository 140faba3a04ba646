"""Workbooks of Excel up to 2003."""

import io
from collections.abc import Container, Iterator
from datetime import time

import xlrd
from xlrd.xldate import XLDateError, xldate_as_datetime

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import (
    ERROR_VALUE,
    MOST_COLUMNS,
    MOST_ROWS,
    Book,
    Gathering,
    address,
    number_text,
)

MACROS = "_VBA_PROJECT".encode("utf-16-le")
LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_xls(data: bytes, wanted: Container[str]) -> Book:
    """The sheets whose names, in small letters, are wanted. Raises Refusal."""
    if LOCKED in data:
        raise Refusal(N_("The file is locked by a password. Save it without one."))
    try:
        return _book(data, wanted)
    except Refusal:
        raise
    except Exception as error:  # xlrd tells damage by whatever stumbled over it
        why = N_("The file is damaged, or no workbook of Excel: %(what)s.")
        raise Refusal(why, what=str(error)[:120] or type(error).__name__) from error


def _book(data: bytes, wanted: Container[str]) -> Book:
    book = Book(macros=MACROS in data)
    read = xlrd.open_workbook(
        file_contents=data, on_demand=True, ragged_rows=True, logfile=io.StringIO()
    )
    gathering = Gathering()
    for name in read.sheet_names():
        key = name.strip().lower()
        if key not in wanted or key in book.sheets:
            book.others.append(name)
            continue
        sheet = read.sheet_by_name(name)
        book.sheets[key] = gathering.sheet(key, _cells(sheet, key, read.datemode, book.told))
        read.unload_sheet(name)
    return book


def _cells(
    sheet: xlrd.sheet.Sheet, name: str, mode: int, told: dict[str, str]
) -> Iterator[tuple[int, int, str]]:
    for row in range(min(sheet.nrows, MOST_ROWS + 1)):
        for column in range(min(sheet.row_len(row), MOST_COLUMNS + 1)):
            cell = sheet.cell(row, column)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                told[address(name, row + 1, column + 1)] = ERROR_VALUE
            yield row + 1, column + 1, _text(cell, mode)


def _text(cell: xlrd.sheet.Cell, mode: int) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER:
            return number_text(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_DATE:
            return _moment(cell.value, mode)
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return ""


def _moment(value: float, mode: int) -> str:
    """A day, an hour or a moment as ISO writes it; the number itself where it is none of them."""
    try:
        found = xldate_as_datetime(value, mode)
    except (XLDateError, ValueError, OverflowError):
        return number_text(value)
    if value < 1:
        return str(found.time().isoformat())
    return str(found.date() if found.time() == time() else found.isoformat(" "))
