"""Fields that the pages of a draft are made of, and what they hold as keys of the format.

Numbers and days are kept as they were typed until they are saved: a press that only adds a line
must lose nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from survey.errors import Words
from survey.fieldwork.editor.parts import Table, text_in, words_in
from survey.fieldwork.editor.words import language_name
from survey.fieldwork.forms import DAYS
from survey.text import normal

TODAY = "today"


def one_line(text: str | None) -> str:
    """A wording on one line, in normal form, without spaces at the ends."""
    return " ".join(normal(text or "").split())


class MayBeEmpty(Optional):
    """Most of what a draft says may be left empty, so the fields do not say so each."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


def line(label: Words, hint: Words = "", *checks: Any) -> StringField:
    """Words on one line. checks: validators; without one it may be left empty."""
    return StringField(label, [*checks] or [MayBeEmpty()], filters=[one_line], description=hint)


def long_line(label: Words, hint: Words, language: str, rows: int) -> TextAreaField:
    """Words that are one line in the format, in a box that shows them all."""
    look = {"rows": rows, "lang": language}
    return TextAreaField(
        label, [MayBeEmpty()], filters=[one_line], description=hint, render_kw=look
    )


def is_number(_form: Form, field: Field) -> None:
    if not field.data.isdecimal() or len(field.data) > 10:
        raise ValidationError(_("Write a whole number."))


def is_day(_form: Form, field: Field) -> None:
    if field.data != TODAY and day_of(field.data) is None:
        raise ValidationError(_("Write a day, such as 31/12/2026, or today."))


def day_of(text: str) -> date | str | None:
    """The day that was typed; `today` is the day on which somebody answers."""
    if text == TODAY:
        return text
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def number(label: Words, hint: Words = "") -> StringField:
    return StringField(
        label,
        [MayBeEmpty(), is_number],
        filters=[one_line],
        description=hint,
        render_kw={"inputmode": "numeric"},
    )


def day(label: Words, hint: Words = "") -> StringField:
    return StringField(label, [MayBeEmpty(), is_day], filters=[one_line], description=hint)


def pick(
    label: Words, names: Mapping[str, Words], *, empty: Words = "", hint: Words = ""
) -> SelectField:
    """One of `names`; `empty` is what no choice is called. What else a draft says stays in it."""
    choices = [SelectChoice("", empty)] if empty else []
    choices += [SelectChoice(code, words) for code, words in names.items()]
    return SelectField(label, choices=choices, description=hint, validate_choice=False)


def words(
    key: str, label: str, languages: Iterable[str], hint: Words = "", rows: int = 2
) -> dict[str, Any]:
    """A box for a wording in each language, by the names `key_vi`, `key_en`…"""
    return {
        f"{key}_{code}": long_line(
            _("%(what)s – %(language)s", what=label, language=language_name(code)),
            hint if place == 0 else "",
            code,
            rows,
        )
        for place, code in enumerate(languages)
    }


def words_filled(table: Table, key: str) -> dict[str, str]:
    """The values of the boxes of a wording."""
    return {f"{key}_{code}": said for code, said in words_in(table, key).items()}


def words_typed(form: Any, key: str, languages: Iterable[str]) -> dict[str, str]:
    """What was typed into the boxes of a wording; a language left empty is not there."""
    typed = {code: form[f"{key}_{code}"].data or "" for code in languages}
    return {code: said for code, said in typed.items() if said}


def filled(table: Table, keys: Iterable[str]) -> dict[str, str]:
    """What fields of these keys show: texts, numbers and days as typed."""
    found = {}
    for key in keys:
        value = table.get(key)
        plain = isinstance(value, str | int | date) and not isinstance(value, bool)
        found[key] = str(value) if plain else text_in(table, key)
    return found


def typed(form: Any, keys: Iterable[str]) -> dict[str, Any]:
    """What fields of these keys hold; None where nothing was typed."""
    return {key: form[key].data or None for key in keys}


def as_number(text: str | None) -> int | None:
    return int(text) if text else None


COMPULSORY: Mapping[str, Words] = {"yes": _l("Must be answered"), "no": _l("May be left empty")}
