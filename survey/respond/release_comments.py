"""Comments leave in batches of their own, so that none arrives beside an answer.

A batch is at least ENOUGH comments of one round, centre and month that answer the same question, or
were written at the end of the form; fewer wait. When the month is
over or the round is closed they go up, area then province, as soon as ENOUGH share one. What is
alone even there waits for the end of the round and bears its last month. A field that fewer than
ENOUGH of a batch share is left empty: with it, a rare comment and a rare response of the same
centre would find each other. What goes on waiting is written anew in another order, so that the
age of its row tells of no submission.
"""

from collections import Counter as Tally
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from survey.calendar import local_day, month_start
from survey.database import Base
from survey.respond.ladder import ENOUGH, Ladders, Place
from survey.respond.release import CHUNK, ended_rounds, grouped, new_key
from survey.respond.tables import Comment, PendingComment

PENDING = Base.metadata.tables[PendingComment.__tablename__]


@dataclass(frozen=True)
class ReleasedComments:
    """Counts of comments: moved to `comment`, of these above their centre, still waiting."""

    comments: int
    raised: int
    waiting: int


def release_comments(
    session: Session, *, now: datetime, rng: Random, everything: bool = False
) -> ReleasedComments:
    """Move what may leave; the caller commits, in a transaction without any response.

    everything: what waits in open rounds goes up as if they were closed.
    """
    rows = session.execute(select(PENDING).order_by(PENDING.c.id)).all()
    ended = _last_months(session, everything)
    moved = raised = 0
    waiting: list[Any] = []
    for batch in grouped((_home(row), row) for row in rows).values():
        if len(batch) >= ENOUGH:
            moved += _publish(session, batch, rng)
        else:
            waiting += batch
    today = month_start(local_day(now))
    climbing = [row for row in waiting if row.month < today or row.round in ended]
    waiting = [row for row in waiting if row.month >= today and row.round not in ended]
    ladders = Ladders(session)
    for step in (1, 2):
        pairs = [(_company(ladders, row, step), row) for row in climbing]
        climbing = []
        for (_, _, place, _), batch in grouped(pairs).items():
            last = ended.get(batch[0].round) if step == 2 else None
            if len(batch) >= ENOUGH:
                raised += _publish(session, batch, rng, place)
            elif last is not None:
                raised += _publish(session, batch, rng, place, last)
            else:
                climbing += batch
    waiting += climbing
    _write_anew(session, waiting, rng)
    return ReleasedComments(moved + raised, raised, len(waiting))


def _last_months(session: Session, everything: bool) -> dict[str, date]:
    """Month of the last day by code, of the rounds that have ended."""
    return {code: month_start(day) for code, day in ended_rounds(session, everything).items()}


def _home(row: Any) -> Hashable:
    """With whom a comment leaves when there are enough."""
    area_id = None if row.centre_id else row.area_id
    return (row.round, row.question, row.centre_id, area_id, row.month)


def _company(ladders: Ladders, row: Any, step: int) -> tuple[str, str | None, Place, date]:
    """With whom it leaves when it goes up: step 1 its area, step 2 its province."""
    return (row.round, row.question, ladders.of_centre(row.centre_id, row.area_id)[step], row.month)


def _publish(
    session: Session,
    batch: Sequence[Any],
    rng: Random,
    place: Place | None = None,
    month: date | None = None,
) -> int:
    """Write one batch to `comment`, from `place` and `month` instead of its own; its size."""
    fields = Tally(row.field for row in batch)
    made = []
    for row in rng.sample(batch, len(batch)):
        own = Place(row.centre_id, row.area_id)
        made.append(
            {
                "id": new_key(rng),
                "round": row.round,
                "field": row.field if fields[row.field] >= ENOUGH else None,
                "month": month or row.month,
                "question": row.question,
                "text": row.text,
                **vars(place or own),
            }
        )
    session.execute(insert(Comment), sorted(made, key=lambda values: values["id"]))
    _forget(session, batch)
    return len(made)


def _forget(session: Session, rows: Sequence[Any]) -> None:
    for start in range(0, len(rows), CHUNK):
        gone = [row.id for row in rows[start : start + CHUNK]]
        session.execute(delete(PENDING).where(PENDING.c.id.in_(gone)))


def _write_anew(session: Session, rows: Sequence[Any], rng: Random) -> None:
    """The same comments in another order, all of one transaction.

    They keep their keys, by which a page that is sent again finds its comment.
    """
    if not rows:
        return
    _forget(session, rows)
    session.execute(insert(PENDING), [dict(row._mapping) for row in rng.sample(rows, len(rows))])
