"""Enrolling a device: a code of eight letters, ten minutes, five tries, once.

After RFC 8628 (device authorization): what is typed is short, so it lives shortly and is tried
seldom. The first four letters name the code and the last four prove it; a guesser must first find
a name (one of 810,000), and then has five tries for a proof that is one of 810,000.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.crypto import keyed_hash, random_code
from survey.errors import Conflict, SurveyError
from survey.fieldwork.devices.tables import Device, EnrolmentCode
from survey.signing import Jwk
from survey.staff import audit
from survey.staff.keys import key
from survey.units.places import plain_code
from survey.units.tables import Centre, Counter

LENGTH, HALF = 8, 4
LIVES = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=1)  # a code that was used answers its device again, then is forgotten
DEVICE_ID = 12
ABOUT = 200


class EnrolmentRefused(SurveyError):
    status = 403
    reason = "code"
    title = _l("This code does not enrol a device")
    remedy = _l("It may be mistyped, older than ten minutes, or used. Please make a new one.")


@dataclass(frozen=True)
class Enrolled:
    """A device and its counter's code."""

    device: Device
    counter: str


def make_code(session: Session, counter: Counter, name: str, *, by: str, now: datetime) -> str:
    """A fresh code for a device of `counter`; shown once, kept as hashes. Raises Conflict."""
    centre = session.get_one(Centre, counter.centre_id)
    if any(p.closed_on is not None and p.closed_on <= local_day(now) for p in (counter, centre)):
        raise Conflict(_l("This counter is closed, so it gets no device."))
    session.execute(delete(EnrolmentCode).where(EnrolmentCode.made_at < now - KEPT))
    code = random_code(LENGTH)
    while session.get(EnrolmentCode, _half(session, code)) is not None:
        code = random_code(LENGTH)
    half, whole = _half(session, code), _whole(session, code)
    session.add(
        EnrolmentCode(
            half=half, whole=whole, counter_id=counter.id, name=name, made_at=now, made_by=by
        )
    )
    act, thing = "device.code", f"counter:{counter.code}"
    audit.record(session, actor=by, act=act, object=thing, now=now, detail=name)
    return code


def enrol(session: Session, typed: str, jwk: Jwk, about: str, *, now: datetime) -> Enrolled | None:
    """The device that `typed` enrols; None when it enrols none.

    A wrong proof counts, so the caller commits either way. The same key with the same code again
    is the same device: the answer may have been lost on the way.
    """
    code = plain_code(typed)
    kept = session.scalar(
        select(EnrolmentCode).where(EnrolmentCode.half == _half(session, code)).with_for_update()
    )
    if kept is None or kept.tries >= TRIES or now - kept.made_at > LIVES:
        return None
    if not hmac.compare_digest(kept.whole, _whole(session, code)):
        kept.tries += 1
        return None
    counter = session.get_one(Counter, kept.counter_id)
    if kept.device_id is not None:
        device = session.get_one(Device, kept.device_id)
        return Enrolled(device, counter.code) if device.key == jwk else None
    device = Device(
        id=random_code(DEVICE_ID),
        counter_id=counter.id,
        name=kept.name,
        key=jwk,
        about=about[:ABOUT],
        enrolled_at=now,
        enrolled_by=kept.made_by,
    )
    session.add(device)
    session.flush()
    kept.device_id = device.id
    act, thing = "device.enrol", f"device:{device.id}"
    audit.record(session, actor=kept.made_by, act=act, object=thing, now=now, detail=counter.code)
    return Enrolled(device, counter.code)


def _half(session: Session, code: str) -> str:
    return keyed_hash(key(session, "enrolment name"), code[:HALF].encode())


def _whole(session: Session, code: str) -> str:
    return keyed_hash(key(session, "enrolment code"), code.encode())
