"""A request that another system sends: read, checked, and made into feedback that is left."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4, uuid5

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.feedback.cases import Incoming
from survey.feedback.contacts import Consent, Contact
from survey.feedback.leave_forms import EMAIL, PHONE, SHORT, written
from survey.feedback.leaving import Handed
from survey.feedback.offered import About
from survey.feedback.open311.errors import GeoReportError, NoSuch
from survey.feedback.open311.services import OTHER
from survey.feedback.open311.tables import ApiKey
from survey.feedback.tables import KINDS
from survey.staff.scope import covered
from survey.text import normal
from survey.units.areas import area_at
from survey.units.places import centre_by_code, field_by_code
from survey.units.tables import Area

LONGEST: Final = 4_000  # characters of a description
LEVELS: Final = ("commune", "province")
APART: Final = UUID("6f3b1f0e-6b1c-4d0e-9a53-0d6f7f7c2f11")  # ids that follow from a key's own


def handed(
    session: Session,
    args: Mapping[str, str],
    key: ApiKey,
    consent: Consent,
    *,
    once: str,
    language: str,
    now: datetime,
) -> tuple[Handed, About]:
    """What is stored of a request, and what it is about. Raises GeoReportError, NoSuch.

    once : what the sending system calls this request, so that it makes one case only; or nothing.
    """
    about = _about(session, args, key, now=now)
    code = _service(session, args)
    words = _words(args)
    contact = _contact(args)
    if contact and args.get("attribute[consent]") != consent.version:
        raise GeoReportError(
            _("A contact is kept only with attribute[consent], as the service definition says")
        )
    if args.get("media_url"):
        raise GeoReportError(_("Pictures are taken at /f only; send the request without media_url"))
    sent = Incoming(
        form_id=uuid5(APART, f"{key.id}\n{once}") if once else uuid4(),
        kind=_kind(args),
        words=words,
        area_id=about.area.id,
        channel="api",
        language=language,
        by=f"key:{key.id}",
        centre_id=about.centre.id if about.centre else None,
        field=code,
        anonymous=not contact,
    )
    return Handed(sent, (), contact, consent if contact else None), about


def _service(session: Session, args: Mapping[str, str]) -> str | None:
    """The field of service; None for the service of what is of no field."""
    code = args.get("service_code", "")
    if not code:
        raise GeoReportError(_("service_code was not provided"))
    if code == OTHER:
        return None
    field = field_by_code(session, code)
    if field is None:
        raise NoSuch(_("There is no such service_code"))
    return field.code


def _about(session: Session, args: Mapping[str, str], key: ApiKey, *, now: datetime) -> About:
    """The centre or area of address_id; without one, the commune that the key is for."""
    code, day = args.get("address_id", ""), local_day(now)
    own = None if key.area_id is None else session.get_one(Area, key.area_id)
    centre = centre_by_code(session, code, day=day) if code else None
    if centre is not None:
        about: About | None = About(session.get_one(Area, centre.area_id), centre)
    elif code:
        found = (area_at(session, level, code, day) for level in LEVELS)
        area = next((one for one in found if one is not None), None)
        about = None if area is None else About(area)
    else:
        about = About(own) if own is not None and own.level == "commune" else None
    if about is None:
        raise GeoReportError(
            _("address_id must be the code of a centre, commune or ward; places are not guessed")
        )
    if own is not None and about.area.id not in covered(session, own.id):
        raise GeoReportError(_("This api_key may send nothing about this place"))
    return about


def _words(args: Mapping[str, str]) -> str:
    words = written(args.get("description"))
    if not words:
        raise GeoReportError(_("description was not provided"))
    if len(words) > LONGEST:
        raise GeoReportError(
            _("description has %(n)d characters, %(most)d are taken", n=len(words), most=LONGEST)
        )
    return words


def _kind(args: Mapping[str, str]) -> str:
    kind = args.get("attribute[kind]", "")
    if kind not in KINDS:
        raise GeoReportError(_("attribute[kind] is one of %(kinds)s", kinds=", ".join(KINDS)))
    return kind


def _contact(args: Mapping[str, str]) -> Contact:
    """Family name first, as names are written here."""
    name = normal(f"{args.get('last_name', '')} {args.get('first_name', '')}")
    phone = re.sub(r"[\s.\-()]", "", normal(args.get("phone", "")))
    contact = Contact(name, phone, normal(args.get("email", "")))
    if contact.phone and not PHONE.fullmatch(contact.phone):
        raise GeoReportError(_("phone: a number of 8 to 15 digits"))
    if contact.email and not EMAIL.fullmatch(contact.email):
        raise GeoReportError(_("email: an address such as ten@example.com"))
    if max(map(len, (contact.name, contact.email))) > SHORT:
        raise GeoReportError(_("A name or an address is too long"))
    return contact
