"""The form of a rule of deadlines: shape, and that it holds for days to come only."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from survey.errors import Words
from survey.feedback.deadline_tables import DeadlineRule
from survey.feedback.tables import KINDS, SEVERITIES
from survey.feedback.words import KIND_WORDS, SEVERITY_WORDS, TOPIC_WORDS
from survey.fieldwork.forms import DAYS
from survey.forms import StaffForm, choices, tidy

ALLOWED = {"accept": {"hours": 80}, "answer": {"hours": 80, "days": 60}}
STAGE_WORDS: Mapping[str, Words] = {
    "accept": _l("Until a case is accepted"),
    "answer": _l("From then until it is answered"),
}
COUNTED_WORDS: Mapping[str, Words] = {"hours": _l("working hours"), "days": _l("working days")}
CONTACT_WORDS: Mapping[str, Words] = {"yes": _l("Without a contact"), "no": _l("With a contact")}


def _or_all(words: Mapping[str, Words]) -> list[SelectChoice]:
    return choices(words, _l("All of them"))


class DeadlineForm(StaffForm):
    unit = SelectField(_l("Units that it holds for"), coerce=str)
    stage = SelectField(_l("Which time"), choices=choices(STAGE_WORDS))
    amount = IntegerField(
        _l("How long at most"),
        [InputRequired(), NumberRange(min=1, message=_l("Write a number from 1 on."))],
        render_kw={"inputmode": "numeric"},
    )
    counted = SelectField(_l("Counted in"), choices=choices(COUNTED_WORDS))
    kind = SelectField(_l("Kind"), choices=_or_all({one: KIND_WORDS[one] for one in KINDS}))
    topic = SelectField(_l("Topic"), choices=_or_all(TOPIC_WORDS))
    severity = SelectField(
        _l("Severity"), choices=_or_all({one: SEVERITY_WORDS[one] for one in SEVERITIES})
    )
    contact = SelectField(_l("Contact"), choices=_or_all(CONTACT_WORDS))
    valid_from = DateField(
        _l("First day"),
        [InputRequired()],
        format=DAYS,
        description=_l("A day to come. What has begun before keeps the rule it began with."),
    )
    source = StringField(
        _l("Where the number is from"),
        [InputRequired(), Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[tidy],
        description=_l("Such as the number and the day of a decision."),
    )

    def holds(self, today: date) -> bool:
        """Whether it can be kept; the faults stand at their fields."""
        if not self.validate():
            return False
        most = ALLOWED[self.stage.data].get(self.counted.data)
        if most is None:
            self.counted.errors = [_("The time until a case is accepted is counted in hours.")]
        elif (self.amount.data or 0) > most:
            self.amount.errors = [_("Write at most %(n)d.", n=most)]
        if self.valid_from.data is not None and self.valid_from.data <= today:
            self.valid_from.errors = [_("Choose a day after today.")]
        return not self.errors

    def row(self) -> DeadlineRule:
        contact = self.contact.data
        return DeadlineRule(
            unit_id=int(self.unit.data) if self.unit.data else None,
            stage=self.stage.data,
            kind=self.kind.data or None,
            topic=self.topic.data or None,
            severity=self.severity.data or None,
            anonymous=None if not contact else contact == "yes",
            amount=self.amount.data,
            counted=self.counted.data,
            source=self.source.data,
            valid_from=self.valid_from.data,
        )
