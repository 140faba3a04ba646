"""The filled rows of a sheet, by the names of their columns, and what becomes of each cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import Sheet, address
from survey.exchange.xlsform.columns import OWN, as_read, column

NO_HEADER = N_("The column has no name in the first row.")
TWICE = N_("Another column of the sheet says the same and stands before it.")


@dataclass(frozen=True)
class Cell:
    place: str
    text: str


@dataclass
class Line:
    """One row. cells: key of the column to language, as written, to cell."""

    sheet: str
    number: int
    ledger: Ledger
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.number}"

    def get(self, key: str) -> str:
        """The text in the first column of the key; empty when there is none. Accounts nothing."""
        found = next((cell.text for cell in self.cells.get(key, {}).values()), "")
        return as_read(found) if key.startswith(OWN) else found

    def take(self, key: str) -> str:
        """The same, accounted for as kept."""
        self.keep(key)
        return self.get(key)

    def keep(self, *keys: str) -> None:
        for cell in self._of(keys):
            self.ledger.kept(cell.place)

    def near(self, key: str, why: str, **values: str) -> None:
        for cell in self._of((key,)):
            self.ledger.approximated(cell.place, why, **values)

    def drop(self, key: str, why: str, **values: str) -> None:
        for cell in self._of((key,)):
            self.ledger.dropped(cell.place, why, **values)

    def drop_all(self, why: str, **values: str) -> None:
        for key in self.cells:
            self.drop(key, why, **values)

    def _of(self, keys: tuple[str, ...]) -> Iterator[Cell]:
        for key in keys:
            yield from self.cells.get(key, {}).values()


class Columns:
    """The first row of a sheet: which column says what, and in which language."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.header: Mapping[int, str] = sheet.rows[0][1] if sheet.rows else {}
        self.named = {place: column(text) for place, text in self.header.items()}
        written: dict[str, int] = {}
        for place, text in self.header.items():
            if text in written:
                why = N_("The sheet %(sheet)s has two columns named “%(name)s”.")
                raise Refusal(why, sheet=sheet.name, name=text)
            written[text] = place

    def parts(self) -> dict[str, str]:
        """Every cell below the header, and what it is."""
        found = {}
        for number, texts in self.sheet.rows[1:]:
            for place in sorted(texts):
                key = self.header.get(place, "")
                found[address(self.sheet.name, number, place)] = key or "column without a name"
        return found

    def lines(self, ledger: Ledger) -> list[Line]:
        found = []
        for number, texts in self.sheet.rows[1:]:
            line = Line(self.sheet.name, number, ledger)
            for place, text in sorted(texts.items()):
                cell = Cell(address(self.sheet.name, number, place), text)
                if place not in self.named:
                    ledger.dropped(cell.place, NO_HEADER)
                    continue
                key, language = self.named[place]
                if language in line.cells.setdefault(key, {}):
                    ledger.dropped(cell.place, TWICE)
                else:
                    line.cells[key][language] = cell
            found.append(line)
        return found

    def languages(self, keys: tuple[str, ...]) -> list[str]:
        """The languages of these columns, as written, in their order; "" where none is named."""
        return list(dict.fromkeys(label for key, label in self.named.values() if key in keys))
