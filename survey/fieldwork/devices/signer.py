"""Who signed a request: three headers, checked against the public key of an enrolled device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from survey.errors import SurveyError
from survey.fieldwork.devices.tables import Device
from survey.signing import is_signed
from survey.units.tables import Counter

DEVICE, TIME, SIGNATURE = "Sipas-Device", "Sipas-Time", "Sipas-Signature"
SANE = timedelta(days=1)  # a clock further off was never set; its times mean nothing
LATEST = 253_402_300_799_000  # milliseconds: the end of the year 9999


class SignatureWrong(SurveyError):
    status = 401
    reason = "signature"
    title = _l("The signature is not of this device and this body")
    remedy = _l("Nothing was stored. Please keep everything and tell the staff.")


class DeviceUnknown(SignatureWrong):
    reason = "unknown-device"
    title = _l("This device is not enrolled here")


class SignatureMissing(SignatureWrong):
    reason = "unsigned"
    title = _l("A header of the signature is missing or cannot be read")


class DeviceRevoked(SurveyError):
    status = 403
    reason = "revoked"
    title = _l("This device is revoked")
    remedy = _l("Staff can enrol it again with a new code.")


@dataclass(frozen=True)
class Signer:
    """The device that signed, the code of its counter, and how far its clock is behind ours."""

    id: str
    counter_id: int
    counter: str
    skew: timedelta
    revoked: bool

    @property
    def is_sane(self) -> bool:
        """Whether times of its clock can be told in ours."""
        return abs(self.skew) <= SANE


def claims_device(headers: Mapping[str, str] | Headers) -> bool:
    """Whether a request says that a device signed it."""
    return headers.get(DEVICE) is not None


def message(method: str, path: str, time: str, body: bytes) -> bytes:
    """What is signed."""
    return "\n".join((method, path, time, sha256(body).hexdigest())).encode()


def signer_of(
    session: Session,
    headers: Mapping[str, str],
    method: str,
    path: str,
    body: bytes,
    *,
    now: datetime,
) -> Signer:
    """Who signed. Raises SignatureMissing, DeviceUnknown, SignatureWrong; a revoked device is told
    apart by the caller, since what it kept must not be lost."""
    id, time, signature = (headers.get(name) or "" for name in (DEVICE, TIME, SIGNATURE))
    sent = _moment(time)
    if not id or not signature or sent is None:
        raise SignatureMissing
    device = session.get(Device, id) if id.isprintable() else None
    if device is None:
        raise DeviceUnknown
    if not is_signed(device.key, signature, message(method, path, time, body)):
        raise SignatureWrong
    counter = session.get_one(Counter, device.counter_id)
    return Signer(id, counter.id, counter.code, now - sent, device.revoked_at is not None)


def _moment(time: str) -> datetime | None:
    """The moment of milliseconds since 1970; None when it is none."""
    if not (time.isascii() and time.isdigit() and len(time) < 20 and int(time) <= LATEST):
        return None
    return datetime.fromtimestamp(int(time) / 1000, UTC)
