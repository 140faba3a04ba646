"""Which keys stand where in a data file, and what kind of value each takes."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from questionnaires.expressions import ConditionFault, parse
from questionnaires.model import TODAY
from questionnaires.problems import Faults, Path

Table = Mapping[str, Any]

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CODE = re.compile(r"[1-9][0-9]{0,2}")
_FILE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\.(png|jpg|webp|svg|mp3|ogg|m4a)")
_MARKUP = re.compile(r"<\s*[A-Za-z/!?]|&(?:[A-Za-z]+|#\d+);")
_KIND_WORDS = {
    "words": "a wording in each language, such as text.vi and text.en",
    "text": "text in quotes",
    "id": "an id: a small letter, then small letters, digits or _",
    "name": "a name: a small letter, then small letters, digits or -",
    "bool": "true or false",
    "int": "a whole number from 1 to 127",
    "codes": "a list of whole numbers from 1 to 127, such as [4, 5]",
    "recode": "what codes become, such as { 1 = 5, 2 = 3, 3 = 1 }",
    "date": "a day without quotes, such as 2025-07-01",
    "fraction": "a number between 0 and 1, such as 0.95",
    "texts": 'a list of texts in quotes, such as ["q1", "q2"]',
    "table": "a table",
    "tables": "at least one table, opened by [[…]]",
    "map": "tables with a name each",
    "condition": 'a condition in quotes, such as "q1 in [1, 2] and not answered(q3)"',
    "bound": 'a whole number, a day such as 2026-07-01, or "today"',
    "file": "the name of a file in small letters, such as counter.png",
    "files": 'the name of a file in each language, such as audio.vi = "q1.vi.mp3"',
}


@dataclass(frozen=True)
class Key:
    """One key of a table: `kind` as in the format's description, `of` the shape inside it."""

    kind: str
    required: bool = False
    of: str = ""
    among: tuple[str, ...] = ()


Shapes = Mapping[str, Mapping[str, Key]]


class ShapeCheck:
    """Walks a document along its shapes and reports each key that does not fit.

    languages: a wording must have all of these and no other.
    """

    def __init__(self, shapes: Shapes, languages: tuple[str, ...], faults: Faults) -> None:
        self.shapes = shapes
        self.languages = languages
        self.faults = faults

    def table(self, shape: str, table: Table, path: Path = (), question: str = "") -> None:
        """Reports unknown, missing and ill-kinded keys of one table and of those inside it."""
        keys = self.shapes[shape]
        question = _question(shape, table) or question
        for name in table:
            if name not in keys:
                allowed = ", ".join(keys)
                self.faults.add(
                    (*path, name), question, f"unknown key “{name}”.", f"Use one of: {allowed}."
                )
        for name, key in keys.items():
            if name in table:
                self._value(key, table[name], (*path, name), question)
            elif key.required:
                what = f"“{name}” is missing."
                self.faults.add(path, question, what, f"Add {name}: {_KIND_WORDS[key.kind]}.")

    def _value(self, key: Key, value: Any, path: Path, question: str) -> None:
        if not _fits(key.kind, value):
            self._misfit(key, value, path, question)
        elif key.among and value not in key.among:
            what = f"“{value}” is not a {path[-1]}."
            self.faults.add(path, question, what, f"Use one of: {', '.join(key.among)}.")
        elif key.kind in ("words", "files"):
            self._words(value, path, question, file=key.kind == "files")
        elif key.kind == "condition":
            self._condition(value, path, question)
        elif key.kind == "text":
            self._text(value, path, question)
        elif key.kind == "table":
            self.table(key.of, value, path, question)
        elif key.kind == "tables":
            for index, table in enumerate(value):
                self.table(key.of, table, (*path, index), question)
        elif key.kind == "map":
            for name, table in value.items():
                self._named(key.of, name, table, (*path, name))

    def _named(self, shape: str, name: str, table: Any, path: Path) -> None:
        if not IDENTIFIER.fullmatch(name):
            self.faults.add(path, "", f"bad id “{name}”.", f"Write {_KIND_WORDS['id']}.")
        if not isinstance(table, dict):
            self.faults.add(path, "", f"“{name}” is not a table.", f"Write {_KIND_WORDS['table']}.")
            return
        self.table(shape, table, path)

    def _misfit(self, key: Key, value: Any, path: Path, question: str) -> None:
        if key.kind in ("id", "name") and isinstance(value, str):
            what = f"bad id “{value}”."
        elif value == []:
            what = f"“{path[-1]}” is empty."
        else:
            what = f"“{path[-1]}” has the wrong kind of value: {value!r}."
        self.faults.add(path, question, what, f"Write {_KIND_WORDS[key.kind]}.")

    def _condition(self, text: str, path: Path, question: str) -> None:
        try:
            parse(text)
        except ConditionFault as fault:
            what = f"the condition “{text[:60]}” cannot be read: {fault}."
            remedy = 'Write it as in "q1 in [1, 2] and not answered(q3)".'
            self.faults.add(path, question, what, remedy)

    def _words(self, words: Table, path: Path, question: str, *, file: bool = False) -> None:
        for language in self.languages:
            if language not in words:
                what = f"the wording of “{path[-1]}” in “{language}” is missing."
                self.faults.add(path, question, what, f"Add {path[-1]}.{language} = “…”.")
        for language, text in words.items():
            if language not in self.languages:
                what = f"“{language}” is not a language of this file."
                remedy = f"Use {', '.join(self.languages)}, or add it to languages."
                self.faults.add((*path, language), question, what, remedy)
            if file and not _fits("file", text):
                what = f"“{text}” is not the name of such a file."
                self.faults.add(path, question, what, f"Write {_KIND_WORDS['file']}.")
            self._text(text, (*path, language), question)

    def _text(self, text: Any, path: Path, question: str) -> None:
        if not isinstance(text, str):
            what = f"the wording is not text: {text!r}."
            self.faults.add(path, question, what, "Put it in quotes.")
            return
        if not text:
            self.faults.add(path, question, f"“{path[-1]}” is empty.", "Write the text.")
        if not unicodedata.is_normalized("NFC", text):
            what = "the text is not in Unicode normal form C."
            self.faults.add(path, question, what, "Save the file with composed letters (NFC).")
        if _MARKUP.search(text):
            what = "the text holds HTML, which would be shown as it stands."
            self.faults.add(path, question, what, "Write plain words; the page sets the type.")
        if text != text.strip() or any(ord(letter) < 32 for letter in text):
            what = "the text has spaces at an end, a tab or a line break."
            self.faults.add(path, question, what, "Write it on one line, without them.")


def _question(shape: str, table: Table) -> str:
    return f"question {table['id']}" if shape == "question" and "id" in table else ""


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 127


def _recodes(value: Table) -> bool:
    """Whether all keys of a table are codes written out, and all its values are codes."""
    keys = [int(key) for key in value if _CODE.fullmatch(key)]
    return len(keys) == len(value) and all(map(_whole, [*keys, *value.values()]))


def _fits(kind: str, value: Any) -> bool:
    """Whether a value is of the kind; an empty list of tables is not."""
    if kind == "id":
        return isinstance(value, str) and bool(IDENTIFIER.fullmatch(value))
    if kind == "name":
        return isinstance(value, str) and bool(_NAME.fullmatch(value))
    if kind in ("codes", "texts", "tables"):
        test = {
            "codes": _whole,
            "texts": lambda one: isinstance(one, str),
            "tables": lambda one: isinstance(one, dict),
        }[kind]
        return isinstance(value, list) and all(map(test, value)) and (kind, value) != ("tables", [])
    if kind == "int":
        return _whole(value)
    if kind == "recode":
        return isinstance(value, dict) and bool(value) and _recodes(value)
    if kind == "fraction":
        return isinstance(value, float) and 0 < value < 1
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind == "file":
        return isinstance(value, str) and bool(_FILE.fullmatch(value))
    if kind == "bound":
        return _bound(value)
    kinds = {"bool": bool, "text": str, "condition": str, "table": dict, "map": dict}
    return isinstance(value, kinds.get(kind, dict))


def _bound(value: Any) -> bool:
    if value == TODAY:
        return True
    if isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value <= 2**31 - 1
    return isinstance(value, date) and not isinstance(value, datetime)
