"""The forms of a case's page for its sender. Each is sent with the code, which is checked anew."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from survey.feedback.following import ANSWERED_WORDS
from survey.feedback.leave_forms import too_long, written
from survey.forms import CitizenForm

SATISFIED = ("1", "2", "3", "4", "5")
SCALE = (
    _l("Very dissatisfied"),
    _l("Dissatisfied"),
    _l("Neither"),
    _l("Satisfied"),
    _l("Very satisfied"),
)


class CodeForm(CitizenForm):
    """The code, as it is typed."""

    code = StringField(
        _l("Code of your slip"),
        description=_l("17 letters and digits, such as K7P2M-9XQ4TB-3RW6HA. Case does not matter."),
        render_kw={
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "200",
            "data-code": True,
        },
    )


class WordsForm(CitizenForm):
    """Some words of the sender: an answer, an addition, a reason."""

    words = TextAreaField(render_kw={"rows": 5})

    def holds(self) -> bool:
        self.validate()
        words = written(self.words.data)
        fault = too_long(words) if words else _("Please write a few words.")
        if fault:
            self.words.errors = [fault]
        return not self.errors

    @property
    def typed(self) -> str:
        return written(self.words.data)


class RateForm(CitizenForm):
    """Two questions about the reply."""

    answered = RadioField(
        _l("Was what you asked answered?"),
        choices=[
            SelectChoice(value, words)
            for value, words in zip(
                ANSWERED_WORDS, (_l("Yes"), _l("Partly"), _l("No, not at all")), strict=True
            )
        ],
        validate_choice=False,
    )
    satisfied = RadioField(
        _l("How satisfied are you with the way it was dealt with?"),
        choices=[SelectChoice(value, words) for value, words in zip(SATISFIED, SCALE, strict=True)],
        validate_choice=False,
        render_kw={"class": "rating"},
    )

    def holds(self) -> bool:
        self.validate()
        for field, known in ((self.answered, ANSWERED_WORDS), (self.satisfied, SATISFIED)):
            if field.data not in known:
                field.errors = [_("Please choose an answer.")]
        return not self.errors
