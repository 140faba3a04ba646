"""Personal data that nobody could have written by chance, and where they are looked for."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote_plus

from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.text import fold

ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
BETWEEN = re.compile(r"[\s.\-()]")


class Canary:
    """The personal data of one field, as somebody would write them."""

    def __init__(self, field: str, number: int) -> None:
        self.field = field
        self.name = f"Quách Khướu{chr(97 + number)} Họa Mi"
        self.phone = f"09870{number:02d}431"
        self.identity = f"0440990{number:02d}715"
        self.email = f"khuou{number:02d}@chim.example"
        self.plate = f"74A-5{number:02d}.83"
        self.account = f"97040{number:02d}28461"
        self.house = f"{number:02d}7 Ngõ Chim Khướu{chr(97 + number)}"

    @property
    def all(self) -> tuple[str, ...]:
        return (
            self.name, self.phone, self.identity, self.email, self.plate, self.account, self.house,
        )  # fmt: skip

    @property
    def words(self) -> str:
        return (
            f"Tôi tên là {self.name}, số điện thoại {self.phone}, CCCD {self.identity}, e-mail "
            f"{self.email}, xe {self.plate}, số tài khoản {self.account}, nhà tôi ở {self.house}."
        )

    def found_in(self, text: str) -> list[str]:
        """What of it stands in a text, however it is escaped, accented or spaced."""
        return self.seen_in(*plain(text))

    def seen_in(self, folded: str, close: str) -> list[str]:
        """The same in a text that `plain` has read."""
        return [
            one
            for one in self.all
            if fold(one) in folded or BETWEEN.sub("", one).casefold() in close
        ]


def plain(text: str) -> tuple[str, str]:
    """A text without escapes: its letters without accents, and with nothing between them."""
    told = ESCAPED.sub(lambda m: chr(int(m[1], 16)), unescape(unquote_plus(text)))
    marked = re.sub(r"</?mark>", "", told)
    return fold(marked), BETWEEN.sub("", marked).casefold()


class Canaries:
    """One for each field, made when it is filled."""

    def __init__(self) -> None:
        self.of: dict[str, Canary] = {}

    def __call__(self, field: str) -> Canary:
        return self.of.setdefault(field, Canary(field, len(self.of)))

    def leaks(self, text: str, *, but: Iterable[str] = ()) -> list[str]:
        """Of which fields something stands in a text, but for those that may."""
        allowed, read = set(but), plain(text)
        return [
            f"{field}: {found}"
            for field, one in self.of.items()
            if field not in allowed and (found := one.seen_in(*read))
        ]


def told_by(answer: TestResponse) -> str:
    """Everything that an answer says: its headers, its body, the sheets of a workbook."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    if answer.data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            body = "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    else:
        body = answer.data.decode("utf-8", "replace")
    return f"{head}\n{body}"


def stored(session: Session) -> Iterator[tuple[str, str]]:
    """Each column of each table with all that stands in it, indexes of words among them."""
    tables = MetaData()
    tables.reflect(session.connection())
    for table in tables.sorted_tables:
        columns: dict[str, list[str]] = {column.name: [] for column in table.columns}
        for row in session.execute(select(table)).mappings():
            for name, value in row.items():
                columns[str(name)].append(_text(value))
        for name, values in columns.items():
            yield f"{table.name}.{name}", "\n".join(values)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
