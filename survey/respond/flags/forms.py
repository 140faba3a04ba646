"""The forms of the pages about flags: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.errors import Words
from survey.forms import CitizenForm, StaffForm
from survey.respond.flags.decided import EXCLUDE, KEEP
from survey.text import normal

DECISION_NAMES: dict[str, Words] = {
    KEEP: _l("Keep all answers of the day"),
    EXCLUDE: _l("Leave out every flagged answer of the day"),
}


def _tidy(text: str | None) -> str | None:
    return normal(text) if text else text


class RoundChoice(CitizenForm):
    round = SelectField(_l("Round"))


class DecideForm(StaffForm):
    decision = RadioField(
        _l("What is decided"),
        [InputRequired()],
        choices=[SelectChoice(name, words) for name, words in DECISION_NAMES.items()],
    )
    reason = StringField(
        _l("Reason"),
        [InputRequired(), Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[_tidy],
    )
