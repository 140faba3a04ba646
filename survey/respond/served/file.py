"""The file of people served: one row a counter and day. Facts are checked by the store."""

import re

from flask_babel import lazy_gettext as _l

from survey.respond.tables import Traffic
from survey.units.kinds import Column, Kind, Unreadable, code, day

MOST = 1_000_000
WHOLE = re.compile(r"\d{1,7}")


def whole(cell: str) -> int:
    """A whole number from 0."""
    if not WHOLE.fullmatch(cell) or int(cell) > MOST:
        raise Unreadable(
            _l("“%(cell)s” is not a whole number from 0 to %(most)d", cell=cell[:40], most=MOST)
        )
    return int(cell)


SERVED = Kind(
    Traffic,
    (
        Column("counter", code(40), "dong-hoi-1", required=True),
        Column("day", day, "2026-07-10", required=True),
        Column("served", whole, "86", required=True),
        Column("offered", whole, "60"),
    ),
    ("counter", "day"),
)
EXAMPLE = "counter,day,served,offered\r\ndong-hoi-1,2026-07-10,86,60\r\n"
