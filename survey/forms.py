"""Base of every form: WTForms with our words. Only staff forms carry a CSRF token."""

from collections.abc import Mapping
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Form
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.widgets import Select

from survey.errors import Words
from survey.text import normal


class Catalog:
    """WTForms' own messages from our catalogs, in the language of the request."""

    def gettext(self, message: str) -> str:
        return str(flask_babel.get_domain().get_translations().ugettext(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(flask_babel.get_domain().get_translations().ungettext(singular, plural, n))


CATALOG = Catalog()

# Messages of WTForms that our forms can show: named here so that extraction finds them.
WTFORMS_MESSAGES = (
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Not a valid choice"),
    _l("Invalid Choice: could not coerce."),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
    _l("Invalid email address."),
    _l("Invalid input."),
    _l("CSRF token missing."),
    _l("CSRF failed."),
    _l("CSRF token expired."),
)


class _Options(Select):
    """A list to choose from, whose options have no attributes of their own: a page of the desk has
    some hundred, and this takes a fifth of the time."""

    @classmethod
    def render_option(cls, choice: SelectChoice, **kwargs: Any) -> str:
        if choice.render_kw or kwargs:
            return str(super().render_option(choice, **kwargs))
        value, said = escape(choice.value), escape(choice.label or choice.value)
        selected = " selected" if choice.selected else ""
        return f'<option{selected} value="{value}">{said}</option>'


OPTIONS = _Options()


class _OurWords(DefaultMeta):
    def get_translations(self, form: object) -> Catalog:
        return CATALOG

    def render_field(self, field: Any, render_kw: dict[str, Any]) -> Markup:
        if type(field.widget) is Select and not field.widget.multiple:
            field.widget = OPTIONS
        rendered: Markup = super().render_field(field, render_kw)
        return rendered


class CitizenForm(Form):
    """A form without session or token; the view checks Origin."""

    class Meta(_OurWords, DefaultMeta):
        pass


class StaffForm(FlaskForm):
    """A form of the desk, with a CSRF token."""

    class Meta(_OurWords, FlaskForm.Meta):
        pass


def tidy(text: str | None) -> str | None:
    """A filter of fields of one line: what is typed, as we keep it."""
    return normal(text) if text else text


def tidy_lines(text: str | None) -> str | None:
    """A filter of fields of several lines; browsers end them as the network does."""
    return normal(text.replace("\r\n", "\n")) if text else text


def choices(words: Mapping[str, Words], first: Words = "") -> list[SelectChoice]:
    """What a field offers, in order; `first` stands for all of them, under no value."""
    empty = [SelectChoice("", first)] if first else []
    return empty + [SelectChoice(value, said) for value, said in words.items()]
