"""The page of one scale: its options, and which of them count as satisfied or as no opinion."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from questionnaires.shapes import IDENTIFIER
from survey.fieldwork.editor import acts, entries, fields
from survey.fieldwork.editor.keys import set_keys
from survey.fieldwork.editor.layout import Block, Layout
from survey.fieldwork.editor.parts import Part, fresh_id, languages_in, tables_in
from survey.forms import StaffForm


def form_class(layout: Layout, part: Part | None) -> type[StaffForm]:
    languages = languages_in(layout.table)
    taken = set(layout.scales) - ({part.place} if part else set())

    def is_free(_form: Any, field: Any) -> None:
        if not IDENTIFIER.fullmatch(field.data or ""):
            raise ValidationError(_("Write small letters, digits and _, a letter first."))
        if field.data in taken:
            raise ValidationError(_("Another scale has this name."))

    own = {
        "mark_of_block": HiddenField(),
        "name": fields.line(_l("Short name"), _l("Questions name their scale by it."), is_free),
        "options": entries.many(
            _l("Options, in the order in which they are shown"),
            entries.option_entry(languages, "scale"),
        ),
        "alias": fields.line(_l("Name in other tools")),
    }
    return type("ScaleForm", (StaffForm,), own)


def filled(layout: Layout, part: Part | None) -> dict[str, Any]:
    if part is None:
        blank = [{"code": str(code)} for code in range(5, 0, -1)]
        return {"name": fresh_id(set(layout.scales), "scale0"), "options": blank}
    options = tables_in(part.table, "options")
    lines = entries.filled(options, ("code", "alias"), "text")
    for key in ("satisfied", "missing"):
        codes = part.table.get(key)
        for line, option in zip(lines, options, strict=True):
            line[key] = isinstance(codes, list) and option.get("code") in codes
    return {
        "mark_of_block": part.block.mark,
        "name": part.place,
        "options": lines,
        **fields.filled(part.table, ("alias",)),
    }


def keep(layout: Layout, part: Part | None, form: Any) -> None:
    """Write a scale; a new name is written into the questions that use it."""
    languages = languages_in(layout.table)
    name = form["name"].data
    said = [entry for entry in form.options if entries.said(entry)]
    if part is None:
        block = Block(("scales", name), f"[scales.{name}]\n", fresh=True)
    else:
        block = part.block
    keys: dict[str, Any] = {
        key: sorted(
            int(entry.form.code.data)
            for entry in said
            if entry.form[key].data and entry.form.code.data
        )
        or None
        for key in ("satisfied", "missing")
    }
    set_keys(block, {**keys, "alias": form.alias.data or None})
    lines = [(entry.form.was.data or "", entries.typed(entry, languages, "text")) for entry in said]
    entries.written(block, "options", lines)
    if part is None:
        acts.add(layout, block)
    elif name != part.place:
        acts.rename_scale(layout, part.place, name)
