"""Workbooks of Excel since 2007: an archive of XML parts, of which only cells are read."""

import posixpath
import re
from collections.abc import Container, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

from survey.exchange.fidelity import N_
from survey.exchange.reading.refusal import Refusal
from survey.exchange.reading.sheets import (
    ERROR_VALUE,
    FORMULA,
    LONGEST_CELL,
    Book,
    Gathering,
    address,
    number_text,
)
from survey.exchange.reading.zipped import BROKEN, Zipped

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
MOST_STRINGS = 400_000


def read_xlsx(data: bytes, wanted: Container[str]) -> Book:
    """The sheets whose names, in small letters, are wanted. Raises Refusal."""
    archive = Zipped(data)
    if not any(name.startswith("xl/") for name in archive.names):
        raise Refusal(N_("The file is an archive, but no workbook."))
    book = Book(macros=_macros(archive))
    listed = list(_sheets(archive))
    shared = _shared(archive) if "xl/sharedStrings.xml" in archive.names else []
    days = _days(archive) if "xl/styles.xml" in archive.names else []
    gathering = Gathering()
    for name, part in listed:
        key = name.strip().lower()
        if key not in wanted or key in book.sheets:
            book.others.append(name)
            continue
        cells = _Cells(key, shared, days, book.told)
        book.sheets[key] = gathering.sheet(key, cells.of(archive, part))
    return book


def _macros(archive: Zipped) -> bool:
    """Whether the workbook says that it carries macros, or does."""
    if any(name.lower().endswith("vbaproject.bin") for name in archive.names):
        return True
    return any(
        "macroEnabled" in one.get("ContentType", "")
        for event, one in archive.xml("[Content_Types].xml")
        if event == "end"
    )


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """An attribute by its name, whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _sheets(archive: Zipped) -> Iterator[tuple[str, str]]:
    """The names of the sheets, in their order, with the parts that hold them."""
    relations = {
        _attribute(one, "Id"): _attribute(one, "Target")
        for event, one in archive.xml("xl/_rels/workbook.xml.rels")
        if event == "end" and _tag(one) == "Relationship"
    }
    for event, one in archive.xml("xl/workbook.xml"):
        if event == "end" and _tag(one) == "sheet":
            target = relations.get(_relation(one), "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            yield one.get("name", ""), posixpath.normpath(part)


def _relation(sheet: Element) -> str:
    return next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")


def _shared(archive: Zipped) -> list[str]:
    """The texts that cells point at."""
    texts: list[str] = []
    for event, one in archive.xml("xl/sharedStrings.xml"):
        if event == "end" and _tag(one) == "si":
            texts.append(_text(one))
            one.clear()
            if len(texts) > MOST_STRINGS:
                raise Refusal(N_("The file holds more than %(n)s texts."), n=str(MOST_STRINGS))
    return texts


def _text(holder: Element) -> str:
    """The words of a text in one or several types of letters, without readings of signs."""
    found = []
    for child in holder:
        if _tag(child) == "t":
            found.append(child.text or "")
        elif _tag(child) == "r":
            found += [inner.text or "" for inner in child if _tag(inner) == "t"]
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), "".join(found))[: LONGEST_CELL + 1]


def _days(archive: Zipped) -> list[bool]:
    """Of each style of cells, whether its numbers are days or hours."""
    formats = dict(BUILTIN_FORMATS)
    days: list[bool] = []
    inside = False
    for event, one in archive.xml("xl/styles.xml"):
        if _tag(one) == "cellXfs":
            inside = event == "start"
        elif event == "end" and _tag(one) == "numFmt":
            formats[_whole(one.get("numFmtId"))] = one.get("formatCode", "")
        elif event == "end" and inside and _tag(one) == "xf":
            code = formats.get(_whole(one.get("numFmtId")), "")
            days.append(bool(is_date_format(code)))
    return days


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 0


class _Cells:
    """Reads the cells of one sheet after the other's."""

    def __init__(self, name: str, shared: list[str], days: list[bool], told: dict[str, str]):
        self.name = name
        self.shared = shared
        self.days = days
        self.told = told

    def of(self, archive: Zipped, part: str) -> Iterator[tuple[int, int, str]]:
        row = column = 0
        data: Element | None = None
        for event, one in archive.xml(part):
            tag = _tag(one)
            if event == "start":
                if tag == "sheetData":
                    data = one
                elif tag == "row":
                    row, column = _whole(one.get("r")) or row + 1, 0
            elif tag == "c":
                row, column = self._at(one.get("r"), row, column + 1)
                yield row, column, self._value(one, row, column)
            elif tag == "row" and data is not None:
                data.clear()

    def _at(self, reference: str | None, row: int, column: int) -> tuple[int, int]:
        if not reference:
            return row, column
        match = _CELL.fullmatch(reference)
        if match is None:
            raise Refusal(BROKEN, what=f"{self.name}: {reference[:20]}")
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        return int(match[2]), column

    def _value(self, cell: Element, row: int, column: int) -> str:
        inner = {_tag(child): child for child in cell}
        raw = (inner["v"].text or "") if "v" in inner else ""
        place = address(self.name, row, column)
        if "f" in inner:
            if "v" not in inner:
                why = N_("%(place)s is a formula without a value. Open the file in a spreadsheet "
                         "program and save it, or write the value.")  # fmt: skip
                raise Refusal(why, place=place)
            self.told[place] = FORMULA
        match cell.get("t", "n"):
            case "s":
                return self._pointed(raw, place)
            case "inlineStr":
                return _text(inner["is"]) if "is" in inner else ""
            case "b":
                return "TRUE" if raw.strip() == "1" else "FALSE"
            case "e":
                self.told[place] = ERROR_VALUE
                return raw
            case "n":
                return self._number(raw.strip(), _whole(cell.get("s")))
        return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), raw)

    def _pointed(self, raw: str, place: str) -> str:
        if not raw.isdigit() or len(raw) > 9 or int(raw) >= len(self.shared):
            raise Refusal(BROKEN, what=f"{place}: {raw[:20]}")
        return self.shared[int(raw)]

    def _number(self, raw: str, style: int) -> str:
        try:
            value = float(raw)
        except ValueError:
            return raw
        if style < len(self.days) and self.days[style]:
            return _moment(value) or number_text(value)
        return number_text(value) if abs(value) < 1e300 else raw


def _moment(value: float) -> str:
    """A day as 2026-07-31, an hour or a moment as ISO writes it; empty when there is none."""
    try:
        found = from_excel(value)
    except (ValueError, OverflowError):
        return ""
    if isinstance(found, datetime):
        return found.date().isoformat() if value.is_integer() else found.isoformat(" ")
    return str(found)
