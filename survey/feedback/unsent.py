"""Words typed on a case and not sent yet: sealed, for who typed them alone, for some days."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.crypto import seal, unseal
from survey.database import INSERT
from survey.feedback.desk_tables import Unsent
from survey.feedback.rules import RULES
from survey.staff.keys import key

PURPOSE: Final = "feedback-unsent"
KEPT: Final = timedelta(days=RULES["unsent"]["days"])
LONGEST: Final = 20_000  # characters: more than an act takes, for they may still be shortened
OWN: Final = ("case_id", "staff_id", "act")


@dataclass(frozen=True)
class Typed:
    """What somebody typed for an act, and when it was saved last."""

    act: str
    words: str = field(repr=False)
    saved_at: datetime


def _key(session: Session, staff_id: int) -> bytes:
    """Each person has a key: a row of somebody else's cannot be passed off as one's own."""
    return key(session, f"{PURPOSE}:{staff_id}")


def keep(
    session: Session, case_id: int, staff_id: int, act: str, words: str, *, now: datetime
) -> None:
    """These words in place of those before; nothing is kept of empty ones. The caller commits."""
    if not words:
        drop(session, case_id, staff_id, act)
        return
    row = {"case_id": case_id, "staff_id": staff_id, "act": act, "saved_at": now}
    row["sealed"] = seal(_key(session, staff_id), words)
    insert = INSERT[session.get_bind().dialect.name](Unsent).values(**row)
    changed = {name: insert.excluded[name] for name in ("sealed", "saved_at")}
    session.execute(insert.on_conflict_do_update(index_elements=OWN, set_=changed))


def kept(session: Session, case_id: int, staff_id: int) -> dict[str, Typed]:
    """What this person typed on a case, by act. Raises SealError."""
    query = select(Unsent).where(Unsent.case_id == case_id, Unsent.staff_id == staff_id)
    rows = list(session.scalars(query.order_by(Unsent.saved_at, Unsent.act)))
    own = _key(session, staff_id)
    return {row.act: Typed(row.act, unseal(own, row.sealed), row.saved_at) for row in rows}


def drop(session: Session, case_id: int, staff_id: int, act: str) -> None:
    """The act is done, or the words are wanted no more. The caller commits."""
    session.execute(
        delete(Unsent).where(
            Unsent.case_id == case_id, Unsent.staff_id == staff_id, Unsent.act == act
        )
    )


def erase(session: Session, case_id: int) -> None:
    """What anybody typed on a case. The caller commits."""
    session.execute(delete(Unsent).where(Unsent.case_id == case_id))


def destroy_old(session: Session, *, now: datetime) -> int:
    """How many were past their days, and are gone. The caller commits."""
    old = session.execute(
        delete(Unsent).where(Unsent.saved_at < now - KEPT).returning(Unsent.case_id)
    )
    return len(old.all())
