"""A form's document as TOML in the usual layout, without what the loader adds by itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import tomlkit

HEAD = ("form", "version", "title", "introduction", "languages", "paging", "status", "source")
INSIDE = ("options", "rows", "check", "questions", "children")
IMPLIED: Mapping[str, Any] = {
    "mark": "copied",
    "data_class": "none",
    "satisfied": [],
    "missing": [],
}


def written(document: Mapping[str, Any]) -> str:
    """The text of a whole form, its own keys first, then scales, screens and factors."""
    head = {key: document[key] for key in HEAD if key in document}
    rest = {k: v for k, v in document.items() if k not in ("scales", "screens", "factors")}
    parts = ["".join(_lines(head | rest))]
    for name, scale in document.get("scales", {}).items():
        parts.append(_table(f"[scales.{name}]", f"scales.{name}", _brief(scale, {})))
    for key in ("screens", "factors"):
        for table in document.get(key, []):
            parts.append(_table(f"[[{key}]]", key, _brief(table, document)))
    return "\n".join(parts)


def _brief(table: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The table without what it has of what it stands in: a row of its question, a question of
    its form."""
    own = {
        **IMPLIED,
        **{key: above[key] for key in ("mark", "data_class", "source") if key in above},
    }
    kept = {k: v for k, v in table.items() if k in INSIDE or k not in own or own[k] != v}
    for key in INSIDE:
        if key in kept:
            of = table if key == "rows" else above
            kept[key] = [_brief(one, of) for one in kept[key]]
    return kept


def _table(header: str, path: str, table: Mapping[str, Any]) -> str:
    own = {key: value for key, value in table.items() if key not in INSIDE}
    parts = [header + "\n" + "".join(_lines(own))]
    for key in INSIDE:
        parts += [_table(f"[[{path}.{key}]]", f"{path}.{key}", one) for one in table.get(key, [])]
    return "\n".join(parts)


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            for language, words in value.items():
                yield f"{key}.{_key(language)} = {said(words)}\n"
        else:
            yield f"{key} = {said(_day(value) if key in ('min', 'max') else value)}\n"


def _key(language: str) -> str:
    return str(tomlkit.key(language).as_string())


def said(value: Any) -> str:
    """A value as TOML writes it."""
    return str(tomlkit.item(value).as_string())


def _day(value: Any) -> Any:
    """The limits of a day are texts in a published form."""
    return date.fromisoformat(value) if isinstance(value, str) else value
