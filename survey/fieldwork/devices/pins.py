"""The PIN of staff at a kiosk, kept so that a browser without a network can check it.

PBKDF2-HMAC-SHA256, because it is the one slow hash that every browser brings (WebCrypto has no
Argon2). 600,000 rounds after OWASP, Password Storage Cheat Sheet: about half a second on a tablet.
Whoever takes a tablet apart still finds six digits in hours, so a PIN opens the way out of the
page and the kiosk's health, nothing else: no answer, no desk.
"""

import hmac
import re
import secrets
from datetime import datetime
from hashlib import pbkdf2_hmac
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.fieldwork.devices.tables import CentrePin, Device
from survey.signing import decoded, encoded
from survey.staff import audit
from survey.units.tables import Centre, Counter

ALGORITHM = "PBKDF2-SHA256"
ROUNDS = 600_000
DIGITS = re.compile(r"\d{6,12}", re.ASCII)
EASY = ("0123456789012345", "9876543210987654")


def faults(pin: str) -> list[str]:
    """Sentences that say why `pin` is refused; empty when it is good."""
    if not DIGITS.fullmatch(pin):
        return [_("Write 6 to 12 digits.")]
    if len(set(pin)) < 3 or any(pin in easy for easy in EASY):
        return [_("This is easy to guess: use digits that do not repeat or follow one another.")]
    return []


def hashed(pin: str, *, rounds: int = ROUNDS) -> dict[str, Any]:
    """What a device is given: `{alg, salt, rounds, hash}`, bytes in base64url."""
    salt = secrets.token_bytes(16)
    return {
        "alg": ALGORITHM,
        "salt": encoded(salt),
        "rounds": rounds,
        "hash": encoded(pbkdf2_hmac("sha256", pin.encode(), salt, rounds)),
    }


def fits(kept: dict[str, Any], pin: str) -> bool:
    """Whether `pin` is the one of `hashed`."""
    made = pbkdf2_hmac("sha256", pin.encode(), decoded(kept["salt"]), kept["rounds"])
    return hmac.compare_digest(made, decoded(kept["hash"]))


def pin_of(session: Session, device: Device) -> dict[str, Any] | None:
    """The device's own PIN, else that of its centre; None when there is neither."""
    if device.pin is not None:
        return device.pin
    counter = session.get_one(Counter, device.counter_id)
    found = session.get(CentrePin, counter.centre_id)
    return None if found is None else found.pin


def set_for_device(
    session: Session, device: Device, pin: str | None, *, by: str, now: datetime
) -> None:
    """The device's own PIN; None: that of its centre again."""
    device.pin = None if pin is None else hashed(pin)
    audit.record(session, actor=by, act="device.pin", object=f"device:{device.id}", now=now)


def set_for_centre(session: Session, centre: Centre, pin: str, *, by: str, now: datetime) -> None:
    kept = session.get(CentrePin, centre.id) or CentrePin(centre_id=centre.id)
    kept.pin, kept.set_at, kept.set_by = hashed(pin), now, by
    session.add(kept)
    audit.record(session, actor=by, act="device.pin", object=f"centre:{centre.code}", now=now)
