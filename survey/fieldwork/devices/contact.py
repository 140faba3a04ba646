"""What a device says of itself when it calls."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from survey.fieldwork.devices.signer import Signer
from survey.fieldwork.devices.tables import Device

LONGEST_QUEUE = timedelta(days=3660)


@dataclass(frozen=True)
class State:
    """As sent: `oldest` in milliseconds of the device's clock; None where a browser cannot tell."""

    version: str | None = None
    queued: int | None = None
    oldest: int | None = None
    seq: int | None = None
    persisted: bool | None = None
    battery: float | None = None
    storage: int | None = None


def note(session: Session, signer: Signer, state: State, *, now: datetime) -> Device:
    """The device with what it said; the caller commits. Its greatest number never falls: a device
    that forgot its queue begins anew below, and the gap shows."""
    device = session.get_one(Device, signer.id)
    device.contact_at, device.skew = now, signer.skew.total_seconds()
    device.version, device.persisted = state.version, state.persisted
    device.battery, device.storage = state.battery, state.storage
    device.queued, device.oldest_at = state.queued, _by_our_clock(state.oldest, signer, now)
    if state.seq is not None:
        device.greatest_seq = max(state.seq, device.greatest_seq or 0)
    return device


def _by_our_clock(oldest: int | None, signer: Signer, now: datetime) -> datetime | None:
    """When the oldest answer was finished; a clock that was set meanwhile gives no future."""
    if oldest is None:
        return None
    try:
        moment = datetime.fromtimestamp(oldest / 1000, UTC) + signer.skew
    except OverflowError:
        return None
    return moment if now - LONGEST_QUEUE <= moment <= now else None
