"""Lists on a page of a draft: options, rows and checks, with their lines moved, added, removed.

Each line knows which block it came from (`was`), so that what the page does not show stays there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice

from survey.errors import Words
from survey.fieldwork.editor import fields
from survey.fieldwork.editor.keys import made as made_block
from survey.fieldwork.editor.keys import set_keys
from survey.fieldwork.editor.layout import Block
from survey.fieldwork.editor.parts import Table
from survey.fieldwork.editor.words import DATA_CLASS_NAMES, MARK_NAMES
from survey.forms import CitizenForm

FLAG_NAMES: dict[str, Words] = {
    "exclusive": _l("Excludes the others"),
    "other": _l("Asks to say which, in words"),
    "not_applicable": _l("Means: does not apply"),
    "dont_know": _l("Means: does not know"),
}
FLAGS_OF = {
    "single": ("other", "not_applicable", "dont_know"),
    "multiple": ("exclusive", "other", "not_applicable", "dont_know"),
    "scale": ("not_applicable", "dont_know"),
}
MOST = 127  # codes of a scale; rows of a grid


def _entry(name: str, made_of: Mapping[str, Any]) -> type[Form]:
    return type(name, (CitizenForm,), {"was": HiddenField(), **made_of})


def option_entry(languages: list[str], kind: str) -> type[Form]:
    """One option of a single or multiple question, or of a scale (`kind` scale)."""
    flags = [SelectChoice(flag, FLAG_NAMES[flag]) for flag in FLAGS_OF[kind]]
    own: dict[str, Any] = {
        "code": fields.number(_l("Code")),
        **fields.words("text", _("Option"), languages),
        "flags": SelectMultipleField(_l("What choosing it means"), choices=flags),
        "alias": fields.line(_l("Name in other tools")),
    }
    if kind == "scale":
        own["satisfied"] = BooleanField(_l("Counts as satisfied"))
        own["missing"] = BooleanField(_l("Is no opinion: left out of figures"))
    else:
        own["show_when"] = fields.line(_l("Offered only when"))
    return _entry("Option", own)


def row_entry(languages: list[str]) -> type[Form]:
    """One line of a grid."""
    return _entry(
        "Row",
        {
            "number": fields.number(_l("Number")),
            **fields.words("text", _("Line"), languages),
            "data_class": fields.pick(
                _l("What it says about a person"), DATA_CLASS_NAMES, empty=_l("As the question")
            ),
            "mark": fields.pick(
                _l("How its wording follows the source"), MARK_NAMES, empty=_l("As the question")
            ),
            "source": fields.line(_l("Source")),
            "alias": fields.line(_l("Name in other tools")),
        },
    )


def check_entry(languages: list[str]) -> type[Form]:
    """What must hold of the answers, and what is said where it does not."""
    return _entry(
        "Check",
        {
            "holds": fields.line(_l("What must hold")),
            **fields.words("message", _("What is said otherwise"), languages),
        },
    )


def many(label: Words, entry: type[Form]) -> FieldList:
    line: Any = FormField(entry)
    made: FieldList = FieldList(line, label=label, max_entries=MOST)
    return made


def filled(tables: list[Table], keys: tuple[str, ...], words: str) -> list[dict[str, Any]]:
    """What the lines of a list show."""
    return [
        {
            "was": str(place),
            **fields.filled(table, keys),
            **fields.words_filled(table, words),
            "flags": [flag for flag in FLAG_NAMES if table.get(flag) is True],
        }
        for place, table in enumerate(tables)
    ]


def typed(entry: Any, languages: list[str], words: str) -> dict[str, Any]:
    """The keys that a line of a list comes to; None takes a key away."""
    found: dict[str, Any] = {}
    for field in entry.form:
        name = field.short_name
        if name in ("was", "satisfied", "missing") or name.startswith(f"{words}_"):
            continue
        if name == "flags":
            found |= {one.value: one.value in field.data or None for one in field.choices}
        elif name in ("code", "number"):
            found[name] = fields.as_number(field.data)
        else:
            found[name] = field.data or None
    return {**found, words: fields.words_typed(entry.form, words, languages)}


def said(entry: Any) -> bool:
    """Whether anything but a number was typed into a line."""
    numbers = ("was", "code", "number", "csrf_token")
    return any(field.data for field in entry.form if field.short_name not in numbers)


def written(block: Block, key: str, lists: list[tuple[str, dict[str, Any]]]) -> None:
    """Put the lines, each with where it was, in the place of those that the block has."""
    old = block.of(key)
    others = [one for one in block.inside if not any(one is was for was in old)]
    inside = []
    for was, keys in lists:
        if was.isdecimal() and int(was) < len(old):
            found = old[int(was)].copy()
            set_keys(found, keys)
            found.fresh = False
        else:
            found = made_block((*block.path, key), keys)
        inside.append(found)
    set_keys(block, {key: None})
    block.inside = [*inside, *others]


def rearranged(form: Any, act: str) -> dict[str, Any]:
    """The data of a form with one line of a list added, moved or removed: `options:up:2`."""
    field, what, place = (act.split(":") + ["", ""])[:3]
    data = dict(form.data)
    if act == "kind":
        return data | {key: [{}, {}] for key in ("options", "rows") if data.get(key) == []}
    if field not in LISTS or not isinstance(data.get(field), list):
        return data
    lines = list(data[field])
    number = int(place) if place.isdecimal() else len(lines)
    if what == "add" and len(lines) < MOST:
        lines.append({"code": _next(lines, "code")} if field == "options" else {})
    elif number < len(lines) and what in ARRANGE:
        ARRANGE[what](lines, number)
    return {**data, field: lines}


def _next(lines: list[dict[str, Any]], key: str) -> str:
    """The next free code."""
    codes = [int(one[key]) for one in lines if str(one.get(key) or "").isdecimal()]
    return str(max(codes, default=0) + 1)


def _up(lines: list[Any], place: int) -> None:
    lines.insert(max(place - 1, 0), lines.pop(place))


def _down(lines: list[Any], place: int) -> None:
    lines.insert(place + 1, lines.pop(place))


def _remove(lines: list[Any], place: int) -> None:
    del lines[place]


LISTS = ("options", "rows", "check")
ARRANGE: Mapping[str, Callable[[list[Any], int], None]] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
}
