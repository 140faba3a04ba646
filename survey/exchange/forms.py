"""Forms of the pages of exchange: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Regexp

from survey.forms import StaffForm

LATEST = 127  # the greatest version that a questionnaire can have


class UploadForm(StaffForm):
    file = FileField(_l("File"), [FileRequired(_l("Please choose a file."))])


class SaveForm(StaffForm):
    """sealed: what was read of the file, signed; it comes back with what is typed."""

    sealed = HiddenField(validators=[InputRequired()])
    form = StringField(
        _l("Name"),
        [
            InputRequired(),
            Regexp(
                r"[a-z][a-z0-9-]{0,59}\Z",
                message=_l("Use small letters without accents, digits and hyphens, at most 60."),
            ),
        ],
        description=_l("Small letters without accents, digits and hyphens."),
    )
    version = IntegerField(
        _l("Version"),
        [
            InputRequired(),
            NumberRange(1, LATEST, message=_l("Use a whole number from 1 to 127.")),
        ],
    )
