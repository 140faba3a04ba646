"""What a file of units may hold: the columns of each kind and how a cell is read.

A cell that cannot be read raises Unreadable with words that say what to write instead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from survey.database import Base
from survey.errors import Words
from survey.units.tables import LEVELS, Agency, Area, AreaLink, Centre, Counter, Field

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
AREA_CODE = re.compile(r"[0-9A-Za-z-]+")
SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)  # beyond: a slip of the hand
DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
NUMBER = re.compile(r"-?\d+([.,]\d+)?")


class Unreadable(ValueError):
    """A cell that cannot be read; `words` say why and what to write."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, how a filled cell is read, whether it must be filled."""

    name: str
    read: Reader
    example: str
    required: bool = False
    empty: Any = None  # what an empty cell means


@dataclass(frozen=True)
class Kind:
    """One kind of file: its table, its columns, and which columns name a row."""

    model: type[Base]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def text(length: int) -> Reader:
    """A reader of words of at most `length` characters."""

    def read(cell: str) -> str:
        if len(cell) > length:
            raise Unreadable(_l("longer than %(n)d characters; please shorten it", n=length))
        return cell

    return read


def code(length: int, pattern: re.Pattern[str] = CODE) -> Reader:
    """A reader of codes; tells when a spreadsheet has turned one into a number."""

    def read(cell: str) -> str:
        if SCIENTIFIC.fullmatch(cell):
            raise Unreadable(
                _l(
                    "Excel has written the code as the number %(cell)s; "
                    "format the column as text and enter the code again",
                    cell=cell,
                )
            )
        if not pattern.fullmatch(cell) or len(cell) > length:
            raise Unreadable(
                _l(
                    "“%(cell)s” is not a code: at most %(n)d letters without accents, digits, "
                    "dots and hyphens, no spaces",
                    cell=cell[:40],
                    n=length,
                )
            )
        return cell

    return read


def day(cell: str) -> date:
    """A day of EARLIEST to LATEST: 2025-07-01, or 01/7/2025 with the day first."""
    found = None
    try:
        if match := DAY_FIRST.fullmatch(cell):
            found = date(int(match[3]), int(match[2]), int(match[1]))
        elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
            found = date.fromisoformat(cell)
    except ValueError:
        pass
    if found is not None and EARLIEST <= found <= LATEST:
        return found
    raise Unreadable(
        _l("“%(cell)s” is not a day; write 2025-07-01 or 01/7/2025 (day first)", cell=cell[:40])
    )


def number(low: float, high: float) -> Reader:
    """A reader of numbers from `low` to `high`, with a dot or a comma before the decimals."""

    def read(cell: str) -> float:
        value = float(cell.replace(",", ".")) if NUMBER.fullmatch(cell) else None
        if value is None or not low <= value <= high:
            raise Unreadable(
                _l(
                    "“%(cell)s” is not a number from %(low)s to %(high)s",
                    cell=cell[:40],
                    low=f"{low:g}",
                    high=f"{high:g}",
                )
            )
        return value

    return read


def level(cell: str) -> str:
    """A level of areas, in English or as Vietnamese papers call it."""
    names = {"tỉnh": "province", "huyện": "district", "xã": "commune", "thôn": "village"}
    found = names.get(cell.casefold(), cell.casefold())
    if found not in LEVELS:
        raise Unreadable(
            _l("“%(cell)s” is not a level; write one of %(levels)s", cell=cell[:40],
               levels=", ".join(LEVELS))
        )  # fmt: skip
    return found


SOURCE = Column("source", text(200), "", empty="")
CLOSED = Column("closed_on", day, "")
PLACE = (
    Column("code", code(40), "", required=True),
    Column("name", text(200), "", required=True),
)
IN_AREA = (
    Column("area_code", code(12, AREA_CODE), "18880", required=True),
    Column("area_level", level, "commune"),
)

KINDS: dict[str, Kind] = {
    "area": Kind(
        Area,
        (
            Column("code", code(12, AREA_CODE), "18880", required=True),
            Column("level", level, "commune", required=True),
            Column("kind", text(24), "phường", required=True),
            Column("name", text(120), "Phường Đồng Hới", required=True),
            Column("parent_level", level, "province"),
            Column("parent_code", code(12, AREA_CODE), "44"),
            Column("valid_from", day, "2025-07-01", required=True),
            Column("valid_to", day, ""),
            Column("latitude", number(-90, 90), "17.4522"),
            Column("longitude", number(-180, 180), "106.632"),
            Column("square_km", number(0, 1e7), "41.35"),
            SOURCE,
        ),
        ("level", "code", "valid_from"),
    ),
    "area_link": Kind(
        AreaLink,
        (
            Column("predecessor_level", level, "commune", required=True),
            Column("predecessor_code", code(12, AREA_CODE), "18853", required=True),
            Column("successor_level", level, "commune", required=True),
            Column("successor_code", code(12, AREA_CODE), "18880", required=True),
            Column("day", day, "2025-07-01", required=True),
            Column("portion", number(0, 1), "1", empty=1.0),
            SOURCE,
        ),
        ("predecessor_id", "successor_id"),
    ),
    "agency": Kind(Agency, (*PLACE, *IN_AREA, CLOSED), ("code",)),
    "centre": Kind(
        Centre, (*PLACE, *IN_AREA, Column("agency_code", code(40), ""), CLOSED), ("code",)
    ),
    "counter": Kind(
        Counter,
        (
            *PLACE,
            Column("centre_code", code(40), "", required=True),
            Column("field_code", code(40), ""),
            CLOSED,
        ),
        ("code",),
    ),
    "field": Kind(
        Field, (*PLACE, Column("name_en", text(200), "", empty="")), ("code",)
    ),
}  # fmt: skip
EXAMPLES = {
    "agency": {"code": "ubnd-18880", "name": "Ủy ban nhân dân phường Đồng Hới"},
    "centre": {
        "code": "tt-18880",
        "name": "Trung tâm Phục vụ hành chính công phường Đồng Hới",
        "agency_code": "ubnd-18880",
    },
    "counter": {
        "code": "tt-18880-1",
        "name": "Quầy 1",
        "centre_code": "tt-18880",
        "field_code": "ho-tich",
    },
    "field": {"code": "ho-tich", "name": "Hộ tịch", "name_en": "Civil status"},
}
