"""How many people a counter's survey reaches, hour by hour: the only place where hours live.

`started` counts presses of the button that begins the form, or an unfinished submission;
`finished` counts what was stored, `timed_out` and `given_up` what a device says of those that were
not finished: where no device tells, nobody knows. A page that is only opened writes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.database import INSERT
from survey.database.remembered import add_later
from survey.respond.tables import Traffic

COUNTS = ("offered", "started", "finished", "timed_out", "given_up", "served")
OUTCOME = {"timeout": "timed_out", "exit": "given_up"}
KEYS = ("round", "counter_id", "day", "hour")


def _statement(dialect: str) -> Any:
    """One more of something in a counter's hour, whether it has a row yet or not."""
    insert = INSERT[dialect](Traffic)
    added = {name: getattr(Traffic, name) + insert.excluded[name] for name in COUNTS}
    return insert.on_conflict_do_update(index_elements=KEYS, set_=added)


ADD = {dialect: _statement(dialect) for dialect in INSERT}


def count(
    session: Session, round_: str, counter_id: int | None, *, now: datetime, **more: int
) -> None:
    """Add to a counter's hour, e.g. `started=1`; nothing without a counter."""
    if counter_id is None:
        return
    there = now.astimezone(ZONE)
    key = {"round": round_, "counter_id": counter_id, "day": there.date(), "hour": there.hour}
    counts = {name: more.get(name, 0) for name in COUNTS}
    add_later(session, ADD[session.get_bind().dialect.name], key, counts)
