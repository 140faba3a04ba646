"""Bodies that citizens send, and a round open for ten years, so that no clock matters."""

import json
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

from survey.calendar import ZONE
from survey.database import Database
from survey.fieldwork.rounds import create_round, open_
from tests.fieldwork.places import plan, settle

CODE = "faults"
COUNTERS = ("dong-hoi-1", "dong-hoi-2", "vinh-linh-1")
BEFORE = datetime(2026, 1, 2, 9, 0, tzinfo=ZONE)
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)


class Item(NamedTuple):
    """One submission as bytes, with the id and the hash by which it is acknowledged."""

    id: str
    body: bytes
    sha256: str


def item(n: int, *, id: str = "", **changes: object) -> Item:
    """The n-th citizen's answers: nine codes that tell n, at each counter in turn."""
    made = id or str(uuid4())
    table = {
        "id": made,
        "round": CODE,
        "version": "one-stop-ward@1",
        "place": {"counter": COUNTERS[n % len(COUNTERS)]},
        "mode": "kiosk",
        "assisted": False,
        "language": "vi",
        "answers": {f"q{k}": 1 + n // 5 ** (k - 1) % 5 for k in range(1, 10)},
        "seconds": 40 + n % 60,
        **changes,
    }
    body = json.dumps(table).encode()
    return Item(made, body, sha256(body).hexdigest())


def furnish(database: Database) -> None:
    """Three counters and a round that is open for ten years."""
    with database.write() as session:
        settle(session)
        wanted = replace(plan(), code=CODE, opens=FIRST, closes=LAST, year=2026, simulated=True)
        create_round(session, wanted, by="command", now=BEFORE)
        open_(session, CODE, by="command", now=BEFORE)
