"""The desk's forms about devices: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from survey.fieldwork.devices.pins import faults
from survey.forms import StaffForm
from survey.text import normal

REQUIRED = InputRequired()


def _tidy(text: str | None) -> str | None:
    return normal(text) if text else text


def _is_pin(_form: object, field: StringField) -> None:
    for sentence in faults(field.data or ""):
        raise ValidationError(sentence)


def name_field() -> StringField:
    return StringField(
        _l("Name of the device"),
        [REQUIRED, Length(max=80, message=_l("Use at most 80 characters."))],
        filters=[_tidy],
        description=_l("As staff would call it, such as “Tablet at the entrance”."),
    )


class EnrolForm(StaffForm):
    counter = SelectField(_l("Counter"))
    name = name_field()


class RenameForm(StaffForm):
    name = name_field()


class RevokeForm(StaffForm):
    reason = StringField(
        _l("Reason"),
        [REQUIRED, Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[_tidy],
        description=_l("Such as: lost, stolen, broken, moved to another counter."),
    )


class PinForm(StaffForm):
    pin = PasswordField(
        _l("New PIN"),
        [REQUIRED, _is_pin],
        description=_l("6 to 12 digits. Devices take it at their next contact."),
        render_kw={"inputmode": "numeric"},
    )
