"""Forms of units: shape only. Codes are read as in files."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from survey.errors import Words
from survey.forms import StaffForm, tidy
from survey.units.kinds import Unreadable, code

REQUIRED = InputRequired()
CODE_HINT = _l("Letters without accents, digits, dots and hyphens; it cannot be changed later.")
KIND_NAMES: dict[str, Words] = {
    "area": _l("Areas"),
    "area_link": _l("Links between areas (who became whom)"),
    "agency": _l("Agencies"),
    "centre": _l("Centres"),
    "counter": _l("Counters"),
    "field": _l("Fields of service"),
}


def choices_of(names: Mapping[str, Words]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=name) for code, name in names.items()]


def is_code(_form: object, field: Any) -> None:
    try:
        code(40)(field.data or "")
    except Unreadable as error:
        raise ValidationError(str(error.words)) from error


def code_field() -> StringField:
    return StringField(_l("Code"), [REQUIRED, is_code], filters=[tidy], description=CODE_HINT)


def name_field() -> StringField:
    words = _l("Use at most 200 characters.")
    return StringField(_l("Name"), [REQUIRED, Length(max=200, message=words)], filters=[tidy])


def area_field() -> StringField:
    return StringField(
        _l("Area"), [REQUIRED, Length(max=120)], filters=[tidy], description=_l("Code or name.")
    )


class AgencyForm(StaffForm):
    code = code_field()
    name = name_field()
    area = area_field()


class CentreForm(StaffForm):
    code = code_field()
    name = name_field()
    area = area_field()
    agency = SelectField(_l("Agency it belongs to"))


class CounterForm(StaffForm):
    code = code_field()
    name = name_field()
    centre = SelectField(_l("Centre"))
    field = SelectField(_l("Field of service"))


class FieldForm(StaffForm):
    code = code_field()
    name = name_field()
    name_en = StringField(
        _l("Name in English"),
        [Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[tidy],
    )


class UploadForm(StaffForm):
    kind = SelectField(_l("What the file holds"), choices=choices_of(KIND_NAMES))
    file = FileField(
        _l("CSV file"), [FileRequired(_l("Please choose a file."))],
        description=_l("UTF-8, with commas or semicolons, at most 20,000 rows."),
    )  # fmt: skip


class ConfirmForm(StaffForm):
    sealed = HiddenField(validators=[REQUIRED])
