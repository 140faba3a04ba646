"""The page of one factor: its name, and the items that measure it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from survey.errors import Words
from survey.fieldwork.editor import acts, fields
from survey.fieldwork.editor.keys import made, set_keys
from survey.fieldwork.editor.layout import Layout
from survey.fieldwork.editor.parts import (
    Part,
    fresh_id,
    items_of,
    languages_in,
    leaves,
    parts,
    rates,
    tables_in,
    texts_in,
    used_ids,
    words_in,
)
from survey.fieldwork.editor.screen import ID_HINT
from survey.forms import StaffForm
from survey.i18n import label


def form_class(layout: Layout, part: Part | None) -> type[StaffForm]:
    languages = languages_in(layout.table)
    own: dict[str, Any] = {
        "mark_of_block": HiddenField(),
        **fields.words("label", _("Name"), languages),
        "id": fields.line(_l("Id"), ID_HINT),
    }
    if part is None:
        own["above"] = fields.pick(_l("Part of"), _names(layout), empty=_l("No other factor"))
    if part is None or not part.block.of("children"):
        own["items"] = SelectMultipleField(
            _l("What it is measured by"),
            choices=_items(layout),
            description=_l("An item that is in another factor moves to this one."),
            validate_choice=False,
        )
    return type("FactorForm", (StaffForm,), own)


def _names(layout: Layout) -> dict[str, Words]:
    """Factors that can hold further ones: those without items."""
    return {
        one.place: label(words_in(one.table, "label")) or one.id
        for one in parts(layout, "factor")
        if not texts_in(one.table, "items")
    }


def _items(layout: Layout) -> list[SelectChoice]:
    """Every rated item with its words, and the factor that has it now."""
    held = {item: one for one in leaves(layout) for item in texts_in(one.table, "items")}
    choices = []
    for one in parts(layout, "question"):
        if not rates(layout, one.table):
            continue
        rows = tables_in(one.table, "rows") or [one.table]
        for item, row in zip(items_of(one.table), rows, strict=False):
            where = label(words_in(held[item].table, "label")) if item in held else _("no factor")
            words = f"{item}. {label(words_in(row, 'text'))} ({where})"
            choices.append(SelectChoice(item, words))
    return choices


def filled(layout: Layout, part: Part | None) -> dict[str, Any]:
    if part is None:
        return {"id": fresh_id(used_ids(layout), "f0")}
    return {
        "mark_of_block": part.block.mark,
        "id": part.id,
        "items": texts_in(part.table, "items"),
        **fields.words_filled(part.table, "label"),
    }


def keep(layout: Layout, part: Part | None, form: Any) -> None:
    """Write a factor; its items leave the factors that had them."""
    languages = languages_in(layout.table)
    items = form["items"].data or [] if "items" in form else None
    keys: dict[str, Any] = {
        "id": form.id.data or None,
        "label": fields.words_typed(form, "label", languages),
    }
    if items is not None:
        for one in leaves(layout):
            if part is None or one.block is not part.block:
                acts.drop_items_of(one, items)
        keys["items"] = list(items) or None
    if part is not None:
        set_keys(part.block, keys)
        return
    above = {one.place: one.block for one in parts(layout, "factor")}.get(form.above.data or "")
    path = (*above.path, "children") if above else ("factors",)
    block = made(path, keys)
    if above:
        above.inside.append(block)
    else:
        acts.add(layout, block)
