"""Spreadsheets as plain cells: text with its address, and what of the file is not a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.reading.refusal import Refusal

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 20_000, 500, 120_000
MOST_LETTERS = 6_000_000
LONGEST_CELL = 32_767  # letters; no spreadsheet program writes more
FORMULA = N_("It is a formula: the value that it had last was taken.")
ERROR_VALUE = N_("The cell holds an error of the spreadsheet.")
MACROS = N_("The file carries macros. They were not read and never run.")


@dataclass(frozen=True)
class Sheet:
    """rows: number of the row, and its texts by column, from 1; without what is empty."""

    name: str
    rows: tuple[tuple[int, Mapping[int, str]], ...] = ()


@dataclass
class Book:
    """sheets: those that were asked for, by their names in small letters. others: names only.

    told: reasons by address, of cells that are more than their text.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    macros: bool = False


class Gathering:
    """The cells of one book, counted as they come. Raises Refusal when there are too many."""

    def __init__(self) -> None:
        self.cells = 0
        self.letters = 0

    def sheet(self, name: str, cells: Iterator[tuple[int, int, str]]) -> Sheet:
        """The sheet of the cells: row, column, text. A cell given twice keeps its last text."""
        rows: dict[int, dict[int, str]] = {}
        for row, column, text in cells:
            if text := text.strip():
                self._count(name, row, column, text)
                rows.setdefault(row, {})[column] = text
        return Sheet(name, tuple(sorted(rows.items())))

    def _count(self, name: str, row: int, column: int, text: str) -> None:
        place = address(name, row, column)
        self.cells += 1
        self.letters += len(text)
        if len(text) > LONGEST_CELL:
            why = N_("%(place)s holds %(size)s letters; a cell has at most %(most)s.")
            raise Refusal(why, place=place, size=str(len(text)), most=str(LONGEST_CELL))
        if row > MOST_ROWS or column > MOST_COLUMNS:
            why = N_(
                "%(place)s is filled: a form has at most %(rows)s rows and %(columns)s columns."
            )
            raise Refusal(why, place=place, rows=str(MOST_ROWS), columns=str(MOST_COLUMNS))
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            why = N_("The file has more than %(cells)s cells or %(letters)s letters.")
            raise Refusal(why, cells=str(MOST_CELLS), letters=str(MOST_LETTERS))


def address(sheet: str, row: int, column: int) -> str:
    """`survey!AB12` of row 12, column 28."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{sheet}!{letters}{row}"


def number_text(value: float) -> str:
    """A number as it is written in words: 1.0 is 1."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def extras(book: Book) -> dict[str, str]:
    """What is in the file beside its cells, as parts of a ledger."""
    parts = {f"sheet {name}": "sheet" for name in book.others}
    return parts | ({"macros": "macros"} if book.macros else {})


def tell_extras(book: Book, ledger: Ledger) -> None:
    """Account for what is beside the cells, and for cells that are more than their text."""
    for name in book.others:
        ledger.dropped(f"sheet {name}", N_("No sheet of this name belongs to an XLSForm."))
    if book.macros:
        ledger.dropped("macros", MACROS)
    for place, why in book.told.items():
        ledger.approximated(place, why)
