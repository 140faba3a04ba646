"""A form of feedback as a request carries it: opened, read, and made into what is stored.

Senders and staff who write for one share it; nothing is stored here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import segno
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from survey.calendar import local_day
from survey.errors import BodyTooLarge
from survey.feedback import contacts, offered
from survey.feedback.cases import Incoming
from survey.feedback.code import Code
from survey.feedback.contacts import Consent, Contact
from survey.feedback.leave_forms import EntryForm, LeaveForm, written
from survey.feedback.leaving import Handed
from survey.feedback.offered import About
from survey.feedback.pictures import Picture, PictureRefused, remade
from survey.i18n import language
from survey.site import site_values
from survey.units.places import field_by_code

BODY_LIMIT: Final = 20 * 1024 * 1024  # three photographs
TEXT_LIMIT: Final = 2 * 1024 * 1024  # a long pasted text comes back to be shortened


class PicturesTooLarge(BodyTooLarge):
    remedy = _l(
        "Nothing was sent. Please go back in your browser, where your text still is, and choose "
        "fewer or smaller pictures: 20 MB together are taken."
    )


def read_large() -> None:
    """Take up to BODY_LIMIT of what is sent. Raises PicturesTooLarge."""
    if request.method != "POST":
        return
    request.max_content_length = BODY_LIMIT
    request.max_form_memory_size = TEXT_LIMIT
    try:
        request.form  # noqa: B018  read now, so that one place tells what is too large
    except RequestEntityTooLarge as error:
        raise PicturesTooLarge from error


def form_id(text: str | None) -> UUID:
    """The id that a page carries; a new one where it carries none that is sound."""
    try:
        return UUID(text or "", version=4)
    except ValueError:
        return uuid4()


class Opened:
    """A form with the places and services that it offers, and what it is about."""

    def __init__(self, session: Session, form: LeaveForm | EntryForm, *, now: datetime) -> None:
        self.form = form
        self.now = now
        self._session = session
        day = local_day(now)
        self.found: Mapping[str, About] = offered.places(session, day=day)
        self.at = offered.at_counter(session, form.at.data or "", day=day) if form.at.data else None
        form.id.data = str(form_id(form.id.data))
        form.place.choices = offered.choices(self.found)
        form.field.choices = offered.services(session, language())
        if self.at and self.at.counter and self.at.counter.field and request.method == "GET":
            form.field.data = self.at.counter.field

    @property
    def about(self) -> About | None:
        """What was chosen, or the counter whose poster led here."""
        return self.at or self.found.get(self.form.place.data or "")

    @property
    def consent(self) -> Consent:
        site = site_values(self._session)
        day = local_day(self.now)
        told = {"organiser": site["organiser"], "contact": site["contact"]}
        return contacts.consent(language(), **told, day=day)

    def holds(self) -> bool:
        """Whether it can be taken, pictures apart; the faults stand at their fields."""
        self.form.holds()
        if self.about is None:
            self.form.place.errors = [_("Please choose a place.")]
        return not self.form.errors

    def pictures(self) -> tuple[Picture, ...]:
        """Those that were sent, made anew; none when one is refused, which its field then says.

        Raises TooBusy.
        """
        made = []
        for file in self.form.sent_pictures:
            try:
                made.append(remade(file.read()))
            except PictureRefused as refused:
                name = (file.filename or "").rpartition("/")[2][-40:]
                self.form.pictures.errors = [f"{name}: {refused.detail}"]
                return ()
        return tuple(made)

    def handed(self, about: About, made: tuple[Picture, ...], channel: str, by: str) -> Handed:
        """What is stored of the form."""
        form = self.form
        field = field_by_code(self._session, form.field.data or "")
        contact = form.contact if form.consent.data else Contact()
        sent = Incoming(
            form_id=form_id(form.id.data),
            kind=form.kind.data,
            words=written(form.words.data),
            area_id=about.area.id,
            channel=channel,
            language=language(),
            by=by,
            centre_id=about.centre.id if about.centre else None,
            counter_id=about.counter.id if about.counter else None,
            field=field.code if field else None,
            anonymous=not contact,
        )
        return Handed(sent, made, contact, self.consent if contact else None)


def qr(code: Code, host_url: str) -> str:
    """The picture of the address that follows a case: its code stands behind #, which browsers
    keep to themselves."""
    address = f"{host_url}f/status#{code.text}"
    made = segno.make(address, error="m", micro=False)
    return str(made.svg_data_uri(scale=5, border=4, light="#fff"))
