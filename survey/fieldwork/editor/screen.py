"""The page of one screen."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from survey.fieldwork.editor import acts, fields
from survey.fieldwork.editor.keys import made, set_keys
from survey.fieldwork.editor.layout import SCREEN, Layout
from survey.fieldwork.editor.parts import (
    Part,
    fresh_id,
    languages_in,
    used_ids,
)
from survey.fieldwork.editor.question import CONDITION_HINT
from survey.forms import StaffForm

ID_HINT = _l("Small letters, digits and _.")


def form_class(layout: Layout, _part: Part | None) -> type[StaffForm]:
    languages = languages_in(layout.table)
    own = {
        "mark_of_block": HiddenField(),
        **fields.words("title", _("Title"), languages),
        **fields.words("introduction", _("Introduction"), languages, rows=4),
        "show_when": fields.line(_l("Shown only when"), CONDITION_HINT),
        "id": fields.line(_l("Id"), ID_HINT),
        "alias": fields.line(_l("Name in other tools")),
    }
    return type("ScreenForm", (StaffForm,), own)


def filled(layout: Layout, part: Part | None) -> dict[str, Any]:
    if part is None:
        return {"id": fresh_id(used_ids(layout), "s0")}
    return {
        "mark_of_block": part.block.mark,
        **fields.filled(part.table, ("id", "show_when", "alias")),
        **fields.words_filled(part.table, "title"),
        **fields.words_filled(part.table, "introduction"),
    }


def keep(layout: Layout, part: Part | None, form: Any) -> None:
    languages = languages_in(layout.table)
    keys = {
        "id": form.id.data or None,
        "title": fields.words_typed(form, "title", languages),
        "introduction": fields.words_typed(form, "introduction", languages),
        **fields.typed(form, ("show_when", "alias")),
    }
    if part is None:
        acts.add(layout, made(SCREEN, keys))
    else:
        set_keys(part.block, keys)
