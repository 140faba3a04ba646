"""A form as the TOML that its authors edit: what stands at its default is left out."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from questionnaires.document import document
from questionnaires.model import Questionnaire
from survey.exchange.fidelity import AS_IS, Report, account
from survey.exchange.fidelity import used as everything
from survey.exchange.wishes import Wishes

HEAD = ("form", "version", "languages", "paging", "status", "source", "notice")
WIDEST = {"number": (0, 2**31 - 1), "date": ("1900-01-01", "2199-12-31")}
INNER = ("questions", "options", "rows", "check", "children")


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The form in UTF-8, and the report: all of it is kept."""
    fates = {one.feature: AS_IS for one in everything(form)}
    return as_toml(document(form)).encode(), account(form, fates)


def as_toml(form: Mapping[str, Any]) -> str:
    """The text of a form's document, the keys that name it first."""
    text = tomlkit.document()
    for key, value in _simple({**{k: form[k] for k in HEAD if k in form}, **form}):
        text.append(key, value)
    if "scales" in form:
        scales = tomlkit.table(is_super_table=True)
        for name, scale in form["scales"].items():
            scales.append(name, _table(scale, scale))
        text.append("scales", scales)
    above = {"mark": "copied", "data_class": "none", "source": form["source"]}
    for key in ("screens", "factors"):
        if key in form:
            text.append(key, _tables(form[key], above))
    return tomlkit.dumps(text)


def _tables(tables: list[Mapping[str, Any]], above: Mapping[str, Any]) -> AoT:
    made = tomlkit.aot()
    for place, table in enumerate(tables, 1):
        inner = {**above, **{key: table[key] for key in above if key in table}}
        made.append(_table(_brief(table, above, place), inner))
    return made


def _table(table: Mapping[str, Any], above: Mapping[str, Any]) -> Table:
    """above: what its inner tables say when they say nothing."""
    made = tomlkit.table()
    for key, value in _simple(table):
        made.append(key, value)
    for key in INNER:
        if table.get(key):
            made.append(key, _tables(table[key], above))
    return made


def _simple(table: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """What is no table: keys with values, wordings as `text.vi`, days as days."""
    for key, value in table.items():
        if isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
            yield from ((tomlkit.key([key, language]), text) for language, text in value.items())
        elif key in ("min", "max") and isinstance(value, str):
            yield key, _day(value)
        elif not isinstance(value, Mapping) and not _holds_tables(value) and value != []:
            yield key, value


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _day(value: str) -> Any:
    """A day as TOML writes it; a word that stands for one stays a word."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _brief(table: Mapping[str, Any], above: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The table without what is said above it, or follows from its kind or its place."""
    least, most = WIDEST.get(table.get("kind", ""), (None, None))
    implied = {**above, "number": place, "min": least, "max": most}
    return {k: v for k, v in table.items() if k not in implied or v != implied[k]}
