"""Places where people live, are served, and are decided about. All dated, matched by code."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment

LEVELS = ("country", "province", "district", "commune", "village")


class Area(Base):
    """An administrative unit (địa bàn) while it exists. Codes are used again: see `valid_from`."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("level", "code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", "lifetime"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(24))  # xã, phường, đặc khu, thị trấn, huyện, tỉnh…
    name: Mapped[str] = mapped_column(String(120))  # in full, with its kind: Phường Đồng Hới
    folded: Mapped[str] = mapped_column(String(120), index=True)  # text.fold(name), for search
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # first day on which it no longer exists
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    square_km: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(200), default="")

    @property
    def short_name(self) -> str:
        """The name without its kind: `Đồng Hới`; numbered ones keep it: `Phường 1`."""
        head, rest = self.name[: len(self.kind)], self.name[len(self.kind) :].strip()
        return rest if head.casefold() == self.kind and rest and not rest.isdigit() else self.name

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class AreaLink(Base):
    """A predecessor became (part of) a successor: `portion` of the predecessor, 0–1."""

    __tablename__ = "area_link"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    portion: Mapped[float] = mapped_column(default=1.0)
    source: Mapped[str] = mapped_column(String(200), default="")


class Agency(Base):
    """Who decides (cơ quan): a department or a people's committee."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    closed_on: Mapped[date | None]


class Centre(Base):
    """Where people are served (Trung tâm Phục vụ hành chính công)."""

    __tablename__ = "centre"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    closed_on: Mapped[date | None]


class CentreHours(Base):
    """When a centre serves, and how long its kiosks wait for somebody; without a row: always.

    week: ISO weekday ("1" is Monday) to spans of local time, [["07:30", "11:30"], …].
    days_off: [["2026-09-02", "Quốc khánh"], …], days on which it does not, in order.
    special_days: [["2026-08-22", [["07:30", "11:30"]], "Làm bù"], …], days with hours of their own,
        in order; none of them is a day off.
    """

    __tablename__ = "centre_hours"

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    week: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON)
    days_off: Mapped[list[list[str]]] = mapped_column(JSON)
    special_days: Mapped[list[list[Any]]] = mapped_column(JSON)
    idle: Mapped[int]  # quiet seconds before a kiosk asks whether somebody is still there
    pending: Mapped[bool]  # new: deadlines have not been computed by them yet


class Field(Base):
    """A field of public services (lĩnh vực): hộ tịch, đất đai…"""

    __tablename__ = "field"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")


class Counter(Base):
    """One counter (quầy) of a centre."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    closed_on: Mapped[date | None]


class CounterCode(Base):
    """The code on a counter's poster (`/c/<code>`). A new one makes the old one explain itself."""

    __tablename__ = "counter_code"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    made_on: Mapped[date]
    ended_on: Mapped[date | None]


class UnitImport(Base):
    """One import of units, with what is needed to undo it."""

    __tablename__ = "unit_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))  # area, area_link, agency, centre, counter, field
    file_name: Mapped[str] = mapped_column(String(200))
    added: Mapped[int]
    changed: Mapped[int]
    before: Mapped[list[Any]] = mapped_column(
        JSON
    )  # {key, label, before: row or null, after: hash}
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
