"""The page of one question: what its form asks for each kind, and what that writes."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from questionnaires.checks import NEEDS
from questionnaires.features import OWN
from survey.errors import Words
from survey.fieldwork.editor import acts, entries, fields
from survey.fieldwork.editor.keys import made, set_keys
from survey.fieldwork.editor.layout import QUESTION, Block, Layout
from survey.fieldwork.editor.parts import (
    Part,
    Table,
    factors_of,
    fresh_id,
    items_of,
    languages_in,
    leaves,
    parts,
    rates,
    tables_in,
    text_in,
    used_ids,
    words_in,
)
from survey.fieldwork.editor.words import DATA_CLASS_NAMES, KIND_NAMES, MARK_NAMES, language_name
from survey.fieldwork.media_kinds import PICTURES
from survey.forms import StaffForm
from survey.i18n import label

ORDER = (
    *("id", "kind", "scale", "text", "hint", "required", "min", "max", "unit", "show_when"),
    *("data_class", "legal_basis", "retention_months", "mark", "source"),
    *("picture", "picture_alt", "audio", "alias"),
)
SEVERAL = "…"  # the factor of a grid whose rows are in several
TEXTS = ("id", "kind", "scale", "show_when", "data_class", "legal_basis", "mark", "source")
NAMED = ("picture", "alias")
WORDS = ("text", "hint", "picture_alt", "audio")
CONDITION_HINT = _l("Such as: q1 <= 2 or 3 in q5. Leave it empty to show it always.")


def form_class(
    layout: Layout, kind: str, part: Part | None, files: Sequence[str] = ()
) -> type[StaffForm]:
    """The form of a question of this kind in this draft, which has these pictures and sounds."""
    languages = languages_in(layout.table)
    own: dict[str, Any] = {
        "mark_of_block": HiddenField(),
        "kind": fields.pick(_l("Kind of question"), KIND_NAMES),
        "id": fields.line(
            _l("Id"), _l("Small letters, digits and _. Answers are kept and shown under it.")
        ),
        **fields.words("text", _("Question"), languages),
        **_of_kind(layout, kind, languages),
        **fields.words("hint", _("Hint below it"), languages),
        "screen": fields.pick(_l("Screen"), _screens(layout)),
        "show_when": fields.line(_l("Shown only when"), CONDITION_HINT),
        **_advanced(kind, languages),
        **_shown_and_heard(languages, files),
    }
    if kind not in ("note", "text"):
        own["required"] = fields.pick(
            _l("Compulsory"),
            fields.COMPULSORY,
            empty=_l("As usual: rated questions must be answered, others may be left empty"),
        )
    if kind in ("rating", "grid"):
        own["factor"] = fields.pick(
            _l("Factor it measures"), _factors(layout, part), empty=_l("None")
        )
    return type("QuestionForm", (StaffForm,), own)


def _of_kind(layout: Layout, kind: str, languages: list[str]) -> dict[str, Any]:
    """The fields that only some kinds have."""
    own: dict[str, Any] = {}
    needs = NEEDS.get(kind, ())
    if "scale" in needs:
        names: dict[str, Words] = {name: name for name in layout.scales}
        own["scale"] = fields.pick(_l("Scale"), names)
    if "options" in needs:
        entry = entries.option_entry(languages, kind)
        own["options"] = entries.many(_l("Options"), entry)
    if "rows" in needs:
        own["rows"] = entries.many(_l("Lines"), entries.row_entry(languages))
    if kind in OWN["min"]:
        bound = fields.day if kind == "date" else fields.number
        own |= {"min": bound(_l("Least allowed")), "max": bound(_l("Greatest allowed"))}
    if kind in OWN["unit"]:
        own |= fields.words("unit", _("Unit behind the number"), languages)
    return own


def _advanced(kind: str, languages: list[str]) -> dict[str, Any]:
    own: dict[str, Any] = {
        "data_class": fields.pick(_l("What it says about a person"), DATA_CLASS_NAMES),
        "legal_basis": fields.line(
            _l("Legal basis"), _l("Why it may be asked, such as: Luật 91/2025/QH15, Điều 9.")
        ),
        "retention_months": fields.number(_l("Months that its answers are kept")),
        "mark": fields.pick(
            _l("How its wording follows the source"), MARK_NAMES, empty=_l("As the form")
        ),
        "source": fields.line(_l("Source"), _l("Leave it empty for the source of the form.")),
        "alias": fields.line(_l("Name in other tools")),
    }
    if kind in OWN["check"]:
        own["check"] = entries.many(_l("Checks"), entries.check_entry(languages))
    return own


def _shown_and_heard(languages: list[str], files: Sequence[str]) -> dict[str, Any]:
    """The picture of a question and what says it aloud, among the files of the draft."""
    pictures = {name: name for name in files if name.rpartition(".")[2] in PICTURES}
    sounds = {name: name for name in files if name not in pictures}
    heard = {
        f"audio_{code}": fields.pick(
            _("%(what)s – %(language)s", what=_("Sound"), language=language_name(code)),
            sounds,
            empty=_l("None"),
        )
        for code in languages
    }
    return {
        "picture": fields.pick(_l("Picture"), pictures, empty=_l("None")),
        **fields.words("picture_alt", _("What the picture shows"), languages),
        **heard,
    }


def _screens(layout: Layout) -> dict[str, Words]:
    return {
        one.place: label(words_in(one.table, "title")) or one.id for one in parts(layout, "screen")
    }


def _factors(layout: Layout, part: Part | None) -> dict[str, Words]:
    names: dict[str, Words] = {
        one.id: label(words_in(one.table, "label")) or one.id for one in leaves(layout)
    }
    if part and len(factors_of(layout, items_of(part.table))) > 1:
        names[SEVERAL] = _l("Several, line by line: as now")
    return names


def filled(layout: Layout, part: Part | None, *, kind: str, screen: str) -> dict[str, Any]:
    """What the form shows of a question, or of a new one of this kind on this screen."""
    if part is None:
        near = [one.id for one in parts(layout, "question") if one.id.startswith("q")]
        name = fresh_id(used_ids(layout), near[-1] if near else "q0")
        rated = leaves(layout)[-1:]
        blank = [{"code": "1"}, {"code": "2"}] if kind in ("single", "multiple") else []
        return {
            "id": name,
            "kind": kind,
            "screen": screen,
            "data_class": "personal" if kind == "place" else "none",
            "factor": rated[0].id if kind in ("rating", "grid") and rated else "",
            "scale": next(iter(layout.scales), ""),
            "options": blank,
            "rows": [{}, {}],
        }
    return _of_part(layout, part)


def _of_part(layout: Layout, part: Part) -> dict[str, Any]:
    table = part.table
    found: dict[str, Any] = {
        "mark_of_block": part.block.mark,
        **fields.filled(table, (*TEXTS, *NAMED, "min", "max", "retention_months")),
        "screen": _screen_of(layout, part.block),
        "factor": _factor_of(layout, table),
        "required": _compulsory(table.get("required")),
        "options": entries.filled(
            tables_in(table, "options"), ("code", "show_when", "alias"), "text"
        ),
        "rows": entries.filled(
            tables_in(table, "rows"), ("number", "data_class", "mark", "source", "alias"), "text"
        ),
        "check": entries.filled(tables_in(table, "check"), ("holds",), "message"),
    }
    for key in (*WORDS, "unit"):
        found |= fields.words_filled(table, key)
    return {**found, "data_class": found["data_class"] or "none"}


def _compulsory(value: Any) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), "")


def _screen_of(layout: Layout, block: Block) -> str:
    places = enumerate(layout.screens, 1)
    return next(str(place) for place, screen in places if any(b is block for b in screen.inside))


def _factor_of(layout: Layout, table: Table) -> str:
    held = factors_of(layout, items_of(table))
    return SEVERAL if len(held) > 1 else held[0].id if held else ""


def keep(layout: Layout, part: Part | None, form: Any) -> None:
    """Write what was typed: into the question's block, or as a new one on its screen."""
    languages = languages_in(layout.table)
    kind = form.kind.data
    keys = _typed(form, kind, languages)
    screens = {str(place): screen for place, screen in enumerate(layout.screens, 1)}
    screen = screens.get(form.screen.data) or layout.screens[-1]
    if part is None:
        block = made(QUESTION, {"id": keys["id"], "kind": kind})
        before: Table = {}
    else:
        block, before = part.block, part.table
    set_keys(block, keys)
    for key in entries.LISTS:
        if key in form:
            words = "message" if key == "check" else "text"
            lines = [
                (entry.form.was.data or "", entries.typed(entry, languages, words))
                for entry in form[key]
                if entries.said(entry)
            ]
            entries.written(block, key, lines)
        else:
            entries.written(block, key, [])
    _place_items(layout, before, _now(form, keys, languages), form)
    if part is None:
        acts.add(layout, block, screen)
    elif not any(one is block for one in screen.inside):
        acts.put(layout, block, screen)
    if (old := text_in(before, "id")) and keys["id"] and old != keys["id"]:
        acts.rename_answers(layout, old, keys["id"])


def _now(form: Any, keys: dict[str, Any], languages: list[str]) -> dict[str, Any]:
    """The question as a table once it is saved: as far as its items depend on it."""
    found = {key: value for key, value in keys.items() if value is not None}
    for key in ("options", "rows"):
        if key in form:
            lines = [
                entries.typed(one, languages, "text") for one in form[key] if entries.said(one)
            ]
            found[key] = [{k: v for k, v in one.items() if v is not None} for one in lines]
    return found


def _place_items(layout: Layout, before: Table, now: Table, form: Any) -> None:
    """Put the question's items into the factor that was chosen."""
    old, new = items_of(before), items_of(now)
    if len(old) == len(new) and old != new:
        acts.rename_items(layout, dict(zip(old, new, strict=True)))
    else:
        acts.drop_items(layout, set(old) - set(new))
    factor = form.factor.data if "factor" in form else ""
    if factor != SEVERAL and (rates(layout, now) or old):
        acts.join_factor(layout, (factor or "") if rates(layout, now) else "", new)


def _typed(form: Any, kind: str, languages: list[str]) -> dict[str, Any]:
    """The question's own keys; those that its kind does not take are taken away."""
    keys = {
        **fields.typed(form, [key for key in (*TEXTS, *NAMED) if key in form]),
        "retention_months": fields.as_number(form.retention_months.data),
        "required": {"yes": True, "no": False}.get(
            form.required.data if "required" in form else ""
        ),
        "scale": form.scale.data if "scale" in form else None,
        "min": None,
        "max": None,
        "unit": fields.words_typed(form, "unit", languages) if kind in OWN["unit"] else None,
        **{key: fields.words_typed(form, key, languages) for key in WORDS},
    }
    if keys["data_class"] == "none":
        keys["data_class"] = None
    for key in ("min", "max"):
        if key in form and form[key].data:
            read = fields.day_of if kind == "date" else fields.as_number
            keys[key] = read(form[key].data)
    return {key: keys[key] for key in ORDER}
