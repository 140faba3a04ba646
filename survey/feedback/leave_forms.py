"""The form that leaves feedback: for senders, and for staff who write for somebody."""

import re
import unicodedata
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from survey.feedback.contacts import Contact
from survey.feedback.pictures import ACCEPT, MOST
from survey.feedback.tables import BY_STAFF, KINDS
from survey.feedback.words import CHANNEL_WORDS, KIND_WORDS
from survey.forms import CitizenForm, StaffForm
from survey.i18n import number
from survey.text import normal

LONGEST: Final = 5_000  # characters of the words, in NFC
SHORT: Final = 200  # of a name or an address
PHONE: Final = re.compile(r"\+?\d{8,15}")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def written(text: str | None) -> str:
    """What was typed, in NFC, with plain ends of lines; empty when nothing of it can be seen."""
    words = normal((text or "").replace("\r\n", "\n").replace("\r", "\n"))
    seen = any(unicodedata.category(letter)[0] not in "ZC" for letter in words)
    return words if seen else ""


def too_long(words: str) -> str | None:
    """What to say of words that are too long; None when they are not."""
    if len(words) <= LONGEST:
        return None
    return str(
        _(
            "Your text has %(n)s characters, and %(most)s are taken. Please shorten it: it is all "
            "still here.",
            n=number(len(words)),
            most=number(LONGEST),
        )
    )


class _ContactFields(Form):
    name = StringField(_l("Full name"), render_kw={"autocomplete": "name"})
    phone = StringField(
        _l("Telephone number"), render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
    email = StringField(
        _l("E-mail address"), render_kw={"autocomplete": "email", "inputmode": "email"}
    )
    consent = BooleanField(_l("I agree"))

    @property
    def contact(self) -> Contact:
        """What was typed, as it is kept."""
        plain = re.sub(r"[\s.\-()]", "", normal(self.phone.data or ""))
        return Contact(normal(self.name.data or ""), plain, normal(self.email.data or ""))

    def check_contact(self) -> None:
        """Faults stand at their fields."""
        contact = self.contact
        if contact.phone and not PHONE.fullmatch(contact.phone):
            self.phone.errors = [_("Write a number of 8 to 15 digits, such as 0912 345 678.")]
        if contact.email and not EMAIL.fullmatch(contact.email):
            self.email.errors = [_("Write an address such as ten@example.com.")]
        for field in (self.name, self.phone, self.email):
            if len(field.data or "") > SHORT:
                field.errors = [_("Write at most %(n)d characters.", n=SHORT)]
        if contact and not self.consent.data:
            self.consent.errors = [
                _("Please tick the box, so that this may be kept, or empty the fields above it.")
            ]


class ContactForm(_ContactFields, CitizenForm):
    """Contact that is left later."""

    def holds(self) -> bool:
        self.validate()
        self.check_contact()
        if not self.errors and not self.contact:
            self.phone.errors = [_("Write a telephone number, an e-mail address or a name.")]
        return not self.errors


class _LeaveFields(_ContactFields):
    id = HiddenField()
    at = HiddenField()
    via = HiddenField()
    kind = RadioField(
        _l("What do you want to send?"),
        choices=[SelectChoice(kind, KIND_WORDS[kind]) for kind in KINDS],
        validate_choice=False,
    )
    words = TextAreaField(
        _l("Your words"),
        description=_l(
            "What happened, where and when, and what you would like. At most 5,000 characters. "
            "Please name no other people’s telephone numbers or papers."
        ),
        render_kw={"rows": 8},
    )
    pictures = MultipleFileField(
        _l("Pictures"),
        description=_l(
            "Up to three photographs (JPEG, PNG or WebP), 20 MB together. Where and when they were "
            "taken is removed. Please send none of identity papers."
        ),
        render_kw={"accept": ACCEPT},
    )
    place = SelectField(
        _l("Place it is about"),
        description=_l("Where it happened, or where you were served."),
        validate_choice=False,
    )
    field = SelectField(_l("Service"), validate_choice=False)

    def holds(self) -> bool:
        """Whether it can be taken; the faults stand at their fields, pictures apart."""
        self.validate()
        if self.kind.data not in KINDS:
            self.kind.errors = [_("Please choose one of the three.")]
        words = written(self.words.data)
        if not words:
            self.words.errors = [_("Please write what it is about.")]
        elif fault := too_long(words):
            self.words.errors = [fault]
        if len(self.sent_pictures) > MOST:
            self.pictures.errors = [
                _(
                    "%(n)d pictures were chosen; please choose at most three.",
                    n=len(self.sent_pictures),
                )
            ]
        self.check_contact()
        return not self.errors

    @property
    def sent_pictures(self) -> list[Any]:
        """The files that were chosen; a field left empty sends one without a name."""
        return [file for file in self.pictures.data or [] if getattr(file, "filename", "")]


class LeaveForm(_LeaveFields, CitizenForm):
    """For a sender."""


class EntryForm(_LeaveFields, StaffForm):
    """For staff who write for somebody on the telephone, or from a letter."""

    channel = RadioField(
        _l("How did it come?"),
        choices=[SelectChoice(channel, CHANNEL_WORDS[channel]) for channel in BY_STAFF],
        validate_choice=False,
    )

    def holds(self) -> bool:
        super().holds()
        if self.channel.data not in BY_STAFF:
            self.channel.errors = [_("Please choose one of the two.")]
        return not self.errors
