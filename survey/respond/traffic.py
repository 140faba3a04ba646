"""How many people a counter's survey reaches, hour by hour: the only place where hours live.

`started` counts presses of the button that begins the form, or an unfinished submission;
`finished` counts what was stored. A page that is only opened writes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.respond.tables import Traffic

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
COUNTS = ("offered", "started", "finished", "served")


def count(
    session: Session, round_: str, counter_id: int | None, *, now: datetime, **more: int
) -> None:
    """Add to a counter's hour, e.g. `started=1`; nothing without a counter."""
    if counter_id is None:
        return
    there = now.astimezone(ZONE)
    row = {
        "round": round_,
        "counter_id": counter_id,
        "day": there.date(),
        "hour": there.hour,
        **{name: more.get(name, 0) for name in COUNTS},
    }
    insert = INSERT[session.get_bind().dialect.name](Traffic).values(row)
    added = {name: getattr(Traffic, name) + more[name] for name in COUNTS if name in more}
    keys = ["round", "counter_id", "day", "hour"]
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=added))
