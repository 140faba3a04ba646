"""The page of what a draft says of itself: title, languages, paging, source, notice."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from survey.fieldwork.catalogue import notice_versions
from survey.fieldwork.drafts import NAME
from survey.fieldwork.editor import fields, words
from survey.fieldwork.editor.keys import with_keys
from survey.fieldwork.editor.layout import Block, Layout, mark_of
from survey.fieldwork.editor.parts import languages_in
from survey.forms import StaffForm

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ALWAYS = ("vi", "en")
TEXTS = ("form", "version", "paging", "status", "source", "mark", "notice")
WORDS = ("title", "introduction", "remark")


def form_class(layout: Layout) -> type[StaffForm]:
    """The form of the settings of this draft, with a box for each of its languages."""
    languages = languages_in(layout.table)
    known = [code for code in words.LANGUAGE_NAMES if code not in ALWAYS]
    others = [code for code in languages if code not in (*ALWAYS, *known)]
    notices: dict[str, Any] = {version: version for version in notice_versions()}
    own = {
        "mark_of_block": HiddenField(),
        **fields.words("title", _("Title"), languages),
        **fields.words("introduction", _("Introduction"), languages, rows=4),
        "languages": SelectMultipleField(
            _l("Further languages"),
            choices=[SelectChoice(code, words.language_name(code)) for code in [*known, *others]],
            description=_l(
                "Vietnamese and English are always there. Taking a language away takes its words "
                "away everywhere in the draft."
            ),
        ),
        "another": fields.line(
            _l("Another language"),
            _l("Its code, such as tha for Thai. It joins the list above."),
            _is_language,
        ),
        "paging": fields.pick(_l("How it is shown"), words.PAGING_NAMES),
        "notice": fields.pick(_l("Privacy notice"), notices),
        "source": fields.line(
            _l("Source"), _l("Where its wording comes from: the decision, or who wrote it.")
        ),
        "mark": fields.pick(
            _l("How its wording follows the source"),
            words.MARK_NAMES,
            empty=words.MARK_NAMES["copied"],
        ),
        "status": fields.pick(_l("Whether its wording was compared"), words.STATUS_NAMES),
        **fields.words("remark", _("Remark for staff"), languages, rows=4),
        "form": fields.line(_l("Short name"), _l("Small letters, digits and hyphens.")),
        "version": fields.number(_l("Version")),
        "validate_version": _is_name,
    }
    return type("HeadForm", (StaffForm,), own)


def _is_language(_form: Any, field: Any) -> None:
    if field.data and not LANGUAGE.fullmatch(field.data):
        raise ValidationError(_("Write the code of a language: two or three small letters."))


def _is_name(form: Any, _field: Any) -> None:
    if not NAME.fullmatch(f"{form.form.data}@{form.version.data}"):
        raise ValidationError(
            _("The name has small letters, digits and hyphens; the version is from 1 to 127.")
        )


def filled(layout: Layout) -> dict[str, Any]:
    """What the form shows."""
    found: dict[str, Any] = {
        "mark_of_block": mark_of(layout.head),
        **fields.filled(layout.table, TEXTS),
        "languages": [code for code in languages_in(layout.table) if code not in ALWAYS],
    }
    for key in WORDS:
        found |= fields.words_filled(layout.table, key)
    return found


def keep(layout: Layout, form: Any) -> None:
    """Write the settings; the words of a language that was taken away go with it."""
    before = languages_in(layout.table)
    further = [*(form.languages.data or []), *([form.another.data] if form.another.data else [])]
    chosen = [*ALWAYS, *further]
    kept = [code for code in before if code in chosen]
    languages = list(dict.fromkeys([*kept, *chosen]))
    for code in before:
        if code not in languages:
            _forget(layout, code)
    keys: dict[str, Any] = {
        **fields.typed(form, TEXTS),
        "version": fields.as_number(form.version.data),
        "languages": languages,
    }
    for key in WORDS:
        keys[key] = fields.words_typed(form, key, kept)
    layout.head = with_keys(layout.head, keys)


def _forget(layout: Layout, language: str) -> None:
    """Take the lines with words in a language away."""
    line = re.compile(rf"^[ \t]*[\w-]+[ \t]*\.[ \t]*\"?{re.escape(language)}\"?[ \t]*=.*\n", re.M)
    layout.head = line.sub("", layout.head)

    def below(blocks: list[Block]) -> None:
        for block in blocks:
            block.own = line.sub("", block.own)
            below(block.inside)

    below(layout.blocks)
