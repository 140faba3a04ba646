"""A file of units as rows of cells: encoding, separator, columns. What it says comes later."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.errors import InputFault, Words
from survey.text import normal
from survey.units.kinds import EXAMPLES, KINDS, Kind

MAX_ROWS = 20_000
MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One line below the header: `number` as a spreadsheet shows it, cells by column, NFC."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong and how to mend it. Row 0: the file as a whole; no column: the whole row."""

    row: int
    column: str
    words: Words

    def __str__(self) -> str:
        if not self.row and not self.column:
            return str(self.words)
        if not self.column:
            return str(_("Row %(row)d: %(words)s", row=self.row, words=str(self.words)))
        return str(
            _(
                "Row %(row)d, column %(column)s: %(words)s",
                row=self.row,
                column=self.column,
                words=str(self.words),
            )
        )


class FileFault(InputFault):
    """A file that cannot be used: `list` has each Fault, `faults` their sentences."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__([str(fault) for fault in found])
        self.list = list(found)


def read(data: bytes, kind: str) -> list[Row]:
    """Rows of a CSV file of `kind`, as `rows_of`."""
    return rows_of(data, KINDS[kind])


def rows_of(data: bytes, kind: Kind) -> list[Row]:
    """Rows of a CSV file with the columns of a kind; wholly empty lines are left out. Raises
    FileFault."""
    lines = _lines(_decoded(data))
    header = [normal(cell) for cell in lines[0]] if lines else []
    faults = _header_faults(header, kind)
    if faults:
        raise FileFault(faults)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        rows.append(Row(number, dict(zip(header, map(normal, line), strict=False))))
        faults += _line_faults(number, line, header)
    if faults:
        raise FileFault(faults)
    if not rows:
        raise _whole(_l("The file has no rows below its header."))
    if len(rows) > MAX_ROWS:
        raise _whole(
            _l("The file has %(n)d rows, at most %(most)d go at once; please split it.",
               n=len(rows), most=MAX_ROWS)
        )  # fmt: skip
    return rows


def template(kind: str) -> str:
    """An example file of `kind`: the header and one row."""
    columns = KINDS[kind].columns
    example = EXAMPLES.get(kind, {})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerow([example.get(column.name, column.example) for column in columns])
    return out.getvalue()


def _whole(words: Words) -> FileFault:
    return FileFault([Fault(0, "", words)])


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise _whole(_l("The file is empty."))
    if len(data) > MAX_BYTES:
        raise _whole(
            _l("The file is larger than %(n)d MB; please split it.", n=MAX_BYTES // 1024**2)
        )
    if data.startswith(b"PK\x03\x04"):
        raise _whole(_l("This is an Excel workbook. In Excel choose “Save as”, then “CSV UTF-8”."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise FileFault(
            [
                Fault(
                    row,
                    "",
                    _l("not in UTF-8. In Excel choose “Save as”, then “CSV UTF-8”; then try again"),
                )
            ]
        ) from error


def _lines(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise FileFault(
            [
                Fault(
                    reader.line_num,
                    "",
                    _l("a quotation mark is not closed, or stands inside a cell"),
                )
            ]
        ) from error


def _header_faults(header: list[str], kind: Kind) -> list[Fault]:
    faults = []
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            faults.append(Fault(1, name, _l("the column stands there twice; keep one")))
        elif name not in kind.names:
            words = _l("unknown column; the columns are %(names)s", names=", ".join(kind.names))
            faults.append(Fault(1, name or "?", words))
    for column in kind.columns:
        if column.required and column.name not in header:
            faults.append(Fault(1, column.name, _l("this column is missing; please add it")))
    return faults


def _line_faults(number: int, line: list[str], header: list[str]) -> list[Fault]:
    faults = []
    if len(line) != len(header):
        words = _l("%(n)d cells, but the header has %(m)d", n=len(line), m=len(header))
        faults.append(Fault(number, "", words))
    for name, cell in zip(header, line, strict=False):
        if any(unicodedata.category(c) == "Cc" for c in cell.strip()):
            words = _l("holds a line break or another character that cannot be shown")
            faults.append(Fault(number, name, words))
        if "?" in cell or "\ufffd" in cell:
            words = _l(
                "“%(cell)s” has lost letters (shown as ?). "
                "In Excel choose “Save as”, then “CSV UTF-8”",
                cell=cell[:40],
            )
            faults.append(Fault(number, name, words))
    return faults
