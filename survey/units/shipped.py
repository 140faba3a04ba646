"""The units that come with sipas: Quảng Trị before and after 1/7/2025, common fields of service."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.units.files import read
from survey.units.imports import bring
from survey.units.tables import UnitImport

FOLDER = Path(__file__).parent / "data"
FILES = (("area", "areas.csv"), ("area_link", "area_links.csv"), ("field", "fields.csv"))


def bring_shipped(session: Session, *, by: str, now: datetime) -> list[UnitImport]:
    """Import the files of survey/units/data; only what changed something is in the list."""
    done = []
    for kind, name in FILES:
        rows = read((FOLDER / name).read_bytes(), kind)
        made = bring(session, kind, rows, file_name=name, by=by, now=now)
        if made is not None:
            done.append(made)
    return done
