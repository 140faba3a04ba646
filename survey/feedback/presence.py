"""Who has the page of a case open now. It is forgotten within seconds of the last sign."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.database import INSERT
from survey.feedback.desk_tables import Presence
from survey.feedback.rules import RULES
from survey.staff.tables import Staff

LIVES: Final = timedelta(seconds=RULES["presence"]["seconds"])
EVERY: Final[int] = RULES["presence"]["every"]  # seconds between two signs of a page


@dataclass(frozen=True)
class Colleague:
    """Somebody else on the page; `writing`: has begun to type."""

    name: str
    since: datetime
    writing: bool


def here(session: Session, case_id: int, staff_id: int, *, writing: bool, now: datetime) -> None:
    """A sign of somebody's page; rows of pages without one for too long go. The caller commits."""
    session.execute(delete(Presence).where(Presence.seen_at < now - LIVES))
    row = {"case_id": case_id, "staff_id": staff_id, "since": now, "seen_at": now}
    insert = INSERT[session.get_bind().dialect.name](Presence).values(**row, writing=writing)
    changed = {name: insert.excluded[name] for name in ("seen_at", "writing")}
    session.execute(
        insert.on_conflict_do_update(index_elements=("case_id", "staff_id"), set_=changed)
    )


def others(session: Session, case_id: int, staff_id: int, *, now: datetime) -> list[Colleague]:
    """Who else has the page of a case open, the first to open it first."""
    query = (
        select(Staff.name, Presence.since, Presence.writing)
        .join(Staff, Staff.id == Presence.staff_id)
        .where(
            Presence.case_id == case_id,
            Presence.staff_id != staff_id,
            Presence.seen_at >= now - LIVES,
        )
    )
    rows = session.execute(query.order_by(Presence.since, Staff.id))
    return [Colleague(*row) for row in rows]
