"""What may stand in an address, what arrives of what is typed, this page in another language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, Request, request, url_for
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

T = TypeVar("T")
GREATEST = 2**31 - 1  # of an integer column
NUL = "\x00"
RAW = re.compile(rb"[^\x21-\x7e]")
RESERVED = frozenset({"endpoint", "_anchor", "_external", "_method", "_scheme"})  # of url_for


class WholeNumber(IntegerConverter):
    """A number that a column can hold: no object has a greater one."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": GREATEST, **kwargs})


class Word(UnicodeConverter):
    """A code that can be shown. With a NUL in it PostgreSQL would refuse even to look it up."""

    def to_python(self, value: str) -> str:
        if not value.isprintable():
            raise ValidationError
        return value


class Typed(ImmutableMultiDict[str, Any]):
    """Names and values without NUL: nobody types it, and PostgreSQL keeps no text that has it."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = () if mapping is None else iter_multi_items(mapping)
        super().__init__([(key.replace(NUL, ""), _without_nul(value)) for key, value in pairs])


def _without_nul(value: Any) -> Any:
    if isinstance(value, FileStorage) and value.filename:
        value.filename = value.filename.replace(NUL, "")
    return value.replace(NUL, "") if isinstance(value, str) else value


class CleanRequest(Request):
    """A request whose address and typed words can be read and stored, whatever was sent."""

    parameter_storage_class = Typed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Bytes that should have been escaped: werkzeug would fail on those that are not UTF-8.
        self.query_string = RAW.sub(lambda byte: b"%%%02X" % byte[0][0], self.query_string)


def here(**values: str) -> str:
    """The address of this page with all its choices, and `values` in their place."""
    kept = {k: v for k, v in request.args.to_dict(flat=False).items() if k not in RESERVED}
    return url_for(request.endpoint or "", **{**kept, **(request.view_args or {}), **values})


def install(app: Flask) -> None:
    """Before any door is hung: addresses are read by these rules."""
    app.request_class = CleanRequest
    app.url_map.converters.update({"int": WholeNumber, "string": Word, "default": Word})


@dataclass(frozen=True)
class Leaf(Generic[T]):
    """The rows of one page of a list, its number from 1, and how many pages there are."""

    rows: Sequence[T]
    page: int
    pages: int


def leaf(found: Sequence[T], size: int) -> Leaf[T]:
    """The page of `found` that the address names by `page`; one past either end is the end."""
    pages = max(1, -(-len(found) // size))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return Leaf(found[(page - 1) * size : page * size], page, pages)
