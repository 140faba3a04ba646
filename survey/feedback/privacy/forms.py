"""The desk's forms about requests of people: shape only."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SearchField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.feedback.contacts import Contact
from survey.feedback.leave_forms import EMAIL, PHONE
from survey.feedback.privacy.letters import left_open
from survey.feedback.privacy.tables import CHANNELS, KINDS, PROOFS
from survey.feedback.privacy.words import CHANNEL_NAMES, KIND_NAMES, PROOF_NAMES
from survey.forms import StaffForm, tidy

REQUIRED = InputRequired()
SHORT = Length(max=200, message=_l("Use at most 200 characters."))
LONG = Length(max=5000, message=_l("Use at most 5,000 characters."))


class _PersonForm(StaffForm):
    name = StringField(_l("Full name"), [SHORT], filters=[tidy])
    phone = StringField(_l("Telephone number"), [SHORT], filters=[tidy])
    email = StringField(_l("E-mail address"), [SHORT], filters=[tidy])

    @property
    def contact(self) -> Contact:
        plain = "".join(c for c in self.phone.data or "" if c.isdigit() or c == "+")
        return Contact(self.name.data or "", plain, self.email.data or "")

    def holds(self) -> bool:
        """Whether it can be taken; faults stand at their fields."""
        self.validate()
        contact = self.contact
        if contact.phone and not PHONE.fullmatch(contact.phone):
            self.phone.errors = [_("Write a number of 8 to 15 digits, such as 0912 345 678.")]
        if contact.email and not EMAIL.fullmatch(contact.email):
            self.email.errors = [_("Write an address such as ten@example.com.")]
        return not self.errors


class RequestForm(_PersonForm):
    """What somebody asks who wrote, called or came."""

    kind = RadioField(
        _l("What does the person want?"),
        [REQUIRED],
        choices=[SelectChoice(kind, KIND_NAMES[kind]) for kind in KINDS],
    )
    channel = RadioField(
        _l("How did it come?"),
        [REQUIRED],
        choices=[SelectChoice(one, CHANNEL_NAMES[one]) for one in CHANNELS if one != "code"],
    )
    proof = RadioField(
        _l("How do you know who it is?"),
        [REQUIRED],
        choices=[SelectChoice(one, PROOF_NAMES[one]) for one in PROOFS],
    )
    words = TextAreaField(_l("What the person says"), [LONG], filters=[tidy])
    processor = BooleanField(_l("Somebody else processes the data for us"))


class FindForm(StaffForm):
    typed = SearchField(
        _l("Code, number of the case, telephone number or e-mail address"),
        [REQUIRED, SHORT],
        filters=[tidy],
    )


class LetterForm(StaffForm):
    """Words that are told to the person."""

    words = TextAreaField(_l("What the person is told"), [REQUIRED, LONG], filters=[tidy])

    def holds(self) -> bool:
        if self.validate() and (blank := left_open(self.words.data or "")):
            self.words.errors = [_("Write what belongs in the brackets: %(what)s", what=blank[0])]
        return not self.errors


class CorrectForm(_PersonForm):
    words = TextAreaField(
        _l("What is wrong, as the person says it"),
        [LONG],
        filters=[tidy],
        description=_l("It is added to the case; what was written stays as it was written."),
    )

    def holds(self) -> bool:
        if super().holds() and not self.contact and not self.words.data:
            self.words.errors = [_("Write what is to be corrected.")]
        return not self.errors
