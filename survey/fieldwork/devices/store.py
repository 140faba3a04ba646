"""Devices as they are listed, renamed, revoked, and what they said when they last called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Conflict, NotFound
from survey.fieldwork.devices.tables import Device
from survey.staff import audit
from survey.units.tables import Centre, Counter

SILENT = timedelta(hours=24)  # an enrolled device that has not called for so long is late


@dataclass(frozen=True)
class DeviceLine:
    """A device with where it stands."""

    device: Device
    counter: Counter
    centre: Centre


def find_device(session: Session, id: str) -> DeviceLine:
    """The device of that id. Raises NotFound."""
    device = session.get(Device, id)
    if device is None:
        raise NotFound
    counter = session.get_one(Counter, device.counter_id)
    return DeviceLine(device, counter, session.get_one(Centre, counter.centre_id))


def devices(session: Session, *, areas: Collection[int] | None = None) -> list[DeviceLine]:
    """Devices in `areas` (None: all), by counter, those in use first."""
    rows = session.execute(
        select(Device, Counter, Centre)
        .join(Counter, Counter.id == Device.counter_id)
        .join(Centre, Centre.id == Counter.centre_id)
    )
    lines = [DeviceLine(*row) for row in rows if areas is None or row[2].area_id in areas]
    return sorted(
        lines,
        key=lambda line: (
            line.device.revoked_at is not None,
            line.counter.code,
            line.device.enrolled_at,
        ),
    )


def rename(session: Session, device: Device, name: str, *, by: str, now: datetime) -> None:
    device.name = name
    thing = f"device:{device.id}"
    audit.record(session, actor=by, act="device.rename", object=thing, now=now, detail=name)


def revoke(session: Session, device: Device, reason: str, *, by: str, now: datetime) -> None:
    """It is trusted no more. What it still sends is kept for review. Raises Conflict."""
    if device.revoked_at is not None:
        raise Conflict(_l("This device is revoked already."))
    device.revoked_at, device.revoked_by, device.revoked_because = now, by, reason
    thing = f"device:{device.id}"
    audit.record(session, actor=by, act="device.revoke", object=thing, now=now, detail=reason)
