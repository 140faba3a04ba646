"""The second factor: codes of an authenticator app (RFC 6238), each accepted once."""

from datetime import datetime

import pyotp
import segno
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from survey.crypto import seal, unseal
from survey.staff.keys import key
from survey.staff.tables import Staff

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, either way
ISSUER = "sipas"


def new_secret() -> str:
    """A secret for an app, as people type it (base 32)."""
    return pyotp.random_base32()


def sealed(session: Session, secret: str) -> str:
    return seal(key(session, "totp"), secret)


def opened(session: Session, sealed_secret: str) -> str:
    """The secret of `sealed`. Raises SealError."""
    return unseal(key(session, "totp"), sealed_secret)


def picture(secret: str, login: str) -> str:
    """QR code for the app, as a data: address of an SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def in_fours(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code `code` is, within DRIFT of `now`; None when it is none."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()):
        return None
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if pyotp.utils.strings_equal(totp.at(step * STEP), code):
            return step
    return None


def use(session: Session, staff: Staff, code: str, *, now: datetime) -> bool:
    """Whether `code` is right and newer than the last one used; it is then used up."""
    if staff.totp_sealed is None:
        return False
    step = step_of(opened(session, staff.totp_sealed), code, now=now)
    if step is None:
        return False
    used = session.execute(
        update(Staff)
        .where(
            Staff.id == staff.id,
            Staff.totp_sealed == staff.totp_sealed,
            or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .returning(Staff.id)
    )
    return used.first() is not None
