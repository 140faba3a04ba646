"""The desk's form of a hook: shape only, and whether its address may be reached."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.errors import Words
from survey.feedback.hooks.post import AddressRefused, Networks, target
from survey.feedback.machine import MOVES
from survey.feedback.words import ACT_WORDS
from survey.forms import StaffForm, tidy

# Others may know what senders do; of a sealed denunciation nobody is told.
ACTS = ("receive", *(move.act for move in MOVES if move.told and move.act != "seal"))
REFUSALS: dict[str, Words] = {
    "address": _l("Write a whole address, such as https://phan-anh.example.vn/hook."),
    "name-unknown": _l("The name in this address leads nowhere. Please check it."),
    "private-network": _l(
        "This address lies in a private network, which SIPAS_HOOK_NETWORKS does not allow."
    ),
    "not-https": _l("Use https: what is told must not be read on the way."),
}

OUTCOMES: dict[str, Words] = {
    "timeout": _l("no answer in time"),
    "unreachable": _l("no connection"),
    "private-network": _l("private network"),
    "name-unknown": _l("name unknown"),
    "not-https": _l("not https"),
    "address": _l("address unreadable"),
}


class HookForm(StaffForm):
    name = StringField(
        _l("Name of the other system"),
        [InputRequired(), Length(max=80, message=_l("Use at most 80 characters."))],
        filters=[tidy],
    )
    url = StringField(
        _l("Address that is told"),
        [InputRequired(), Length(max=500, message=_l("Use at most 500 characters."))],
        filters=[tidy],
        description=_l("It begins with https."),
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )
    acts = SelectMultipleField(
        _l("Of what"),
        choices=[SelectChoice(act, ACT_WORDS[act]) for act in ACTS],
        default=["receive", "release", "close"],
    )
    area = SelectField(_l("Of which units"))

    def holds(self, allowed: Networks) -> bool:
        """Whether it can be kept; an address is looked up."""
        if not self.validate():
            return False
        if not self.acts.data:
            self.acts.errors = [_("Choose at least one.")]
        try:
            target(self.url.data or "", allowed)
        except AddressRefused as refusal:
            self.url.errors = [str(REFUSALS[str(refusal.detail)])]
        return not self.errors
