"""A small province for the tests of fieldwork, and plans for rounds in it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.fieldwork.places import PlaceRef
from survey.fieldwork.plan import RoundPlan
from survey.text import fold
from survey.units.tables import Area, Centre, Counter

JULY = datetime(2026, 7, 10, 9, 0, tzinfo=ZONE)
START = date(2025, 7, 1)
PLAN = RoundPlan(
    code="qt-2026",
    title={"vi": "Khảo sát tại quầy năm 2026", "en": "Counter survey 2026"},
    questionnaire="one-stop-ward@1",
    method="counter-form",
    sample="open",
    modes=("kiosk", "mobile"),
    opens=date(2026, 7, 1),
    closes=date(2026, 9, 30),
    places=(PlaceRef("area", "44"),),
)


def plan(**changes: Any) -> RoundPlan:
    return replace(PLAN, **changes)


def at(*refs: str) -> tuple[PlaceRef, ...]:
    return tuple(PlaceRef(*ref.split(":")) for ref in refs)


def area(session: Session, code: str, level: str, name: str, parent: Area | None = None) -> Area:
    made = Area(
        code=code,
        level=level,
        kind=name.split()[0].lower(),
        name=name,
        folded=fold(name),
        parent_id=parent.id if parent else None,
        valid_from=START,
    )
    session.add(made)
    session.flush()
    return made


def settle(session: Session) -> dict[str, int]:
    """Quảng Trị with two communes, a centre in each, three counters; ids of areas by code."""
    province = area(session, "44", "province", "Tỉnh Quảng Trị")
    wards = [
        area(session, "18880", "commune", "Phường Đồng Hới", province),
        area(session, "19363", "commune", "Xã Vĩnh Linh", province),
    ]
    for ward, centre_code in zip(wards, ("dong-hoi", "vinh-linh"), strict=True):
        name = f"Trung tâm Phục vụ hành chính công {ward.name}"
        centre = Centre(code=centre_code, name=name, area_id=ward.id)
        session.add(centre)
        session.flush()
        for number in (1, 2) if centre_code == "dong-hoi" else (1,):
            session.add(
                Counter(
                    code=f"{centre_code}-{number}", name=f"Quầy số {number}", centre_id=centre.id
                )
            )
    session.flush()
    return {one.code: one.id for one in [province, *wards]}
