"""The shipped units in a database, and a small one-stop centre."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.database import Database
from survey.units.files import read
from survey.units.imports import bring
from survey.units.shipped import bring_shipped

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
TODAY = NOW.date()
BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


def import_text(session: Session, kind: str, text: str, *, now: datetime = NOW):
    rows = read(text.encode(), kind)
    return bring(session, kind, rows, file_name=f"{kind}.csv", by="command", now=now)


def a_centre(session: Session) -> None:
    """An agency, a centre with two counters in Phường Đồng Hới."""
    import_text(session, "agency", "code,name,area_code\nub,Ủy ban nhân dân,18880\n")
    import_text(session, "centre", "code,name,area_code,agency_code\ntt,Trung tâm,18880,ub\n")
    import_text(
        session,
        "counter",
        "code,name,centre_code,field_code\nq1,Quầy 1,tt,ho-tich\nq2,Quầy 2,tt,\n",
    )


@pytest.fixture
def province(both: Database) -> Database:
    """Quảng Trị as shipped, on SQLite and on PostgreSQL."""
    with both.write() as session:
        bring_shipped(session, by="command", now=NOW)
    return both


@pytest.fixture
def quang_tri(kept: Database) -> Database:
    """Quảng Trị as shipped, on SQLite, with a centre in Đồng Hới."""
    with kept.write() as session:
        bring_shipped(session, by="command", now=NOW)
        a_centre(session)
    return kept
