"""Devices of counters, the one-time codes that enrol them, and the PINs of their staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class Device(Base):
    """A kiosk bound to one counter. Its private key never leaves it; revoked, it stays listed."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)  # random; receipts name it
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[dict[str, str]] = mapped_column(JSON)  # public, as JWK
    about: Mapped[str] = mapped_column(String(200))  # what it says of itself
    pin: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # its own; else that of its centre
    enrolled_at: Mapped[datetime] = mapped_column(Moment)
    enrolled_by: Mapped[str] = mapped_column(String(80))  # who made the code
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    revoked_because: Mapped[str | None] = mapped_column(String(200))
    contact_at: Mapped[datetime | None] = mapped_column(Moment)
    skew: Mapped[float | None]  # seconds, the server's clock less the device's
    version: Mapped[str | None] = mapped_column(String(40))  # of the page it runs
    queued: Mapped[int | None]  # answers that wait on it
    oldest_at: Mapped[datetime | None] = mapped_column(Moment)  # of these, by our clock
    greatest_seq: Mapped[int | None]  # number of the last record it made
    settled_seq: Mapped[int | None]  # the greatest whose receipt is forgotten
    persisted: Mapped[bool | None]  # whether its browser promised to keep them
    battery: Mapped[float | None]  # 0 to 1
    storage: Mapped[int | None] = mapped_column(BigInteger)  # bytes that are free to it


class EnrolmentCode(Base):
    """A one-time code, as two keyed hashes: the first half names it, the whole proves it."""

    __tablename__ = "enrolment_code"

    half: Mapped[str] = mapped_column(String(64), primary_key=True)
    whole: Mapped[str] = mapped_column(String(64))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    name: Mapped[str] = mapped_column(String(80))  # of the device to be
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
    made_by: Mapped[str] = mapped_column(String(80))
    tries: Mapped[int] = mapped_column(default=0)  # wrong second halves
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))  # used by


class CentrePin(Base):
    """The PIN with which staff of a centre leave the kiosk's page."""

    __tablename__ = "centre_pin"

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    pin: Mapped[dict[str, Any]] = mapped_column(JSON)
    set_at: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[str] = mapped_column(String(80))
