"""Forms of the door, of one's own account and of the accounts' pages: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from survey.forms import StaffForm
from survey.staff.accounts import LOGIN, clean_login
from survey.staff.roles import ROLE_NAMES

REQUIRED = InputRequired()
NAME_LENGTH = Length(max=120, message=_l("Use at most 120 characters."))
SAME = EqualTo("new", message=_l("The two passwords are not the same."))
LONG = _l(
    "At least 12 characters. Several words that only you put together are good and easy to keep."
)


class SignInForm(StaffForm):
    login = StringField(_l("Login"), [REQUIRED])
    password = PasswordField(_l("Password"), [REQUIRED])


class CodeForm(StaffForm):
    code = StringField(
        _l("Code of six digits"), [REQUIRED], render_kw={"inputmode": "numeric", "maxlength": "7"}
    )


class NewPasswordForm(StaffForm):
    new = PasswordField(_l("New password"), [REQUIRED], description=LONG)
    again = PasswordField(_l("New password once more"), [REQUIRED, SAME])


class ChangePasswordForm(StaffForm):
    current = PasswordField(_l("Present password"), [REQUIRED])
    new = PasswordField(_l("New password"), [REQUIRED], description=LONG)
    again = PasswordField(_l("New password once more"), [REQUIRED, SAME])


class TotpOffForm(StaffForm):
    current = PasswordField(_l("Present password"), [REQUIRED])
    code = StringField(
        _l("Code of six digits"), [REQUIRED], render_kw={"inputmode": "numeric", "maxlength": "7"}
    )


def _roles() -> list[SelectChoice]:
    return [SelectChoice(value=role, label=name) for role, name in ROLE_NAMES.items()]


class GrantForm(StaffForm):
    role = SelectField(_l("Role"), choices=_roles())
    area = StringField(
        _l("Area"),
        [Length(max=120)],
        description=_l("Code or name. Empty: the whole installation."),
    )


class ExpiryForm(StaffForm):
    last_day = DateField(
        _l("Last day of the account"), [Optional()], description=_l("Empty: no last day.")
    )


class AccountForm(StaffForm):
    name = StringField(_l("Full name"), [REQUIRED, NAME_LENGTH])
    login = StringField(
        _l("Login"),
        [
            REQUIRED,
            Regexp(LOGIN, message=_l("3 to 80 of: letters a–z, digits, full stop, _ @ -")),
        ],
        filters=[lambda text: clean_login(text) if text else text],
        description=_l("Letters without accents, digits, full stop, hyphen; say t.nguyen"),
    )
    role = SelectField(_l("Role"), choices=_roles())
    area = StringField(
        _l("Area"),
        [Length(max=120)],
        description=_l("Code or name. Empty: the whole installation."),
    )
    last_day = DateField(
        _l("Last day of the account"), [Optional()], description=_l("Empty: no last day.")
    )
