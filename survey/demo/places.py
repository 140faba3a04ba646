"""The demo's places: a centre in each commune of today, its counters, and simulated populations."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.units.places import new_code
from survey.units.tables import Agency, Area, Centre, Counter, Field

MERGED_ON = date(2025, 7, 1)
ADULTS_PER_VILLAGE = 420


@dataclass(frozen=True)
class Commune:
    """A commune on a day: its row, and simulated counts of its villages and adults."""

    area: Area
    villages: int
    adults: int


def communes(session: Session, rng: np.random.Generator, day: date) -> list[Commune]:
    """Every commune that existed on `day`, by code, with simulated sizes."""
    rows = session.scalars(
        select(Area)
        .where(Area.level == "commune", Area.valid_from <= day)
        .where((Area.valid_to.is_(None)) | (Area.valid_to > day))
        .order_by(Area.code)
    ).all()
    scale = 15 if day >= MERGED_ON else 6
    found = []
    for area in rows:
        villages = int(np.clip(rng.poisson(scale), 3, 40))
        adults = int(villages * ADULTS_PER_VILLAGE * rng.uniform(0.7, 1.4))
        found.append(Commune(area, villages, adults))
    return found


def build_centres(session: Session, *, now: datetime) -> None:
    """A centre with three counters and a poster code each in every commune of today, and one
    of the province; an agency for each."""
    fields = [f.code for f in session.scalars(select(Field).order_by(Field.code))]
    areas = session.scalars(
        select(Area)
        .where(Area.level.in_(("commune", "province")), Area.valid_to.is_(None))
        .order_by(Area.level.desc(), Area.code)
    ).all()
    for number, area in enumerate(areas):
        agency = Agency(code=f"UBND-{area.code}", name=f"UBND {area.name}", area_id=area.id)
        session.add(agency)
        session.flush()
        whose = "tỉnh" if area.level == "province" else area.kind.lower()
        centre = Centre(
            code=f"PVHCC-{area.code}",
            name=f"Trung tâm Phục vụ hành chính công {_named(area, whose)}",
            area_id=area.id,
            agency_id=agency.id,
        )
        session.add(centre)
        session.flush()
        for place in range(3):
            counter = Counter(
                code=f"Q-{area.code}-{place + 1}",
                name=f"Quầy số {place + 1}",
                centre_id=centre.id,
                field=fields[(number + place) % len(fields)] if fields else None,
            )
            session.add(counter)
            session.flush()
            new_code(session, counter.id, now=now)


def _named(area: Area, whose: str) -> str:
    bare = area.name
    for kind in ("Tỉnh", "Xã", "Phường", "Đặc khu"):
        bare = bare.removeprefix(kind + " ")
    return f"{whose} {bare}"
