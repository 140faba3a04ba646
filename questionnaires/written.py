"""A form's document as the TOML that its authors edit: what stands at its default is left out."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

HEAD = ("form", "version", "languages", "paging", "status", "source", "notice")
WIDEST = {"number": (0, 2**31 - 1), "date": ("1900-01-01", "2199-12-31")}
INNER = ("questions", "options", "rows", "check", "children")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(form: Mapping[str, Any]) -> str:
    """The text of a form's document, the keys that name it first."""
    lines = list(_lines({**{k: form[k] for k in HEAD if k in form}, **form}))
    for name, scale in form.get("scales", {}).items():
        lines += _table(f"scales.{name}", scale, scale)
    above = {"mark": "copied", "data_class": "none", "source": form["source"]}
    for key in ("screens", "factors"):
        lines += _tables(key, form.get(key, []), above)
    return "\n".join([*lines, ""])


def _tables(path: str, tables: list[Mapping[str, Any]], above: Mapping[str, Any]) -> Iterator[str]:
    """above: what stands further out, and is not said again."""
    for place, table in enumerate(tables, 1):
        inner = {**above, **{key: table[key] for key in above if key in table}}
        yield from ("", f"[[{path}]]", *_lines(_brief(table, above, place)))
        yield from _inner(path, table, inner)


def _table(path: str, table: Mapping[str, Any], above: Mapping[str, Any]) -> Iterator[str]:
    """A table that is opened only when it says something itself."""
    lines = list(_lines(table))
    if lines:
        yield from ("", f"[{path}]", *lines)
    yield from _inner(path, table, above)


def _inner(path: str, table: Mapping[str, Any], above: Mapping[str, Any]) -> Iterator[str]:
    for key in INNER:
        yield from _tables(f"{path}.{key}", table.get(key, []), above)


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    """What is no table: keys with values, wordings as `text.vi`, days as days."""
    for key, value in table.items():
        if isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
            yield from (f"{key}.{_key(name)} = {_value(text)}" for name, text in value.items())
        elif key in ("min", "max") and isinstance(value, str):
            yield f"{key} = {_day(value)}"
        elif not isinstance(value, Mapping) and not _holds_tables(value) and value != []:
            yield f"{key} = {_value(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """A text, a number, a truth or a list of them. JSON's escapes are TOML's, but for DEL."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _day(value: str) -> str:
    """A day as TOML writes it; a word that stands for one stays a word."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return _value(value)


def _brief(table: Mapping[str, Any], above: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The table without what is said above it, or follows from its kind or its place."""
    least, most = WIDEST.get(table.get("kind", ""), (None, None))
    implied = {**above, "number": place, "min": least, "max": most}
    return {k: v for k, v in table.items() if k not in implied or v != implied[k]}
