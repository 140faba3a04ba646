"""The forms of the pages for review: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.errors import Words
from survey.forms import CitizenForm, StaffForm, tidy
from survey.respond.review.store import SET_ASIDE, TAKEN, WAITING

STATE_NAMES: dict[str, Words] = {
    WAITING: _l("To be decided"),
    TAKEN: _l("Taken"),
    SET_ASIDE: _l("Set aside"),
}
STATE_KINDS = {WAITING: "warn", TAKEN: "good", SET_ASIDE: "quiet"}


class ReviewFilter(CitizenForm):
    state = SelectField(
        _l("State"), choices=[SelectChoice(name, words) for name, words in STATE_NAMES.items()]
    )


class SetAsideForm(StaffForm):
    reason = HiddenField()  # that of the group, where one press sets all of it aside
    because = StringField(
        _l("Why it is set aside"),
        [InputRequired(), Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[tidy],
    )
