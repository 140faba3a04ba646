"""Numbers that never arrived: the only way to notice an answer that was lost on its way.

A device counts its records. Known are the numbers of receipts, and of what it sent that is kept
for review. Between the least and the greatest known one, and up to the greatest that the device
named when it called, each missing number is a gap. What waits on the device is one too, until it
comes. Below a number whose receipt is forgotten nothing is said any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Subquery, Table, func, select, union_all
from sqlalchemy.orm import Session

from survey.database import Base
from survey.fieldwork.devices.tables import Device

ARRIVED = ("receipt", "kept_for_review")


@dataclass(frozen=True)
class Gap:
    """Numbers first to last are missing. after: the day on which the number before them came;
    before: the day of the number behind them, None when none came yet."""

    first: int
    last: int
    after: date | None
    before: date | None

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def gaps_of(session: Session, devices: Sequence[Device]) -> dict[str, list[Gap]]:
    """The gaps of each device by its id, the least number first."""
    found: dict[str, list[Gap]] = defaultdict(list)
    known = _known([device.id for device in devices])
    for row in session.execute(_holes(known)):
        found[row.device].append(Gap(row.seq + 1, row.next - 1, row.day, row.next_day))
    last = {row.device: row for row in session.execute(_last(known))}
    gaps = {}
    for device in devices:
        ends = last.get(device.id)
        reached = max(device.settled_seq or 0, 0 if ends is None else ends.seq)
        listed = [*found[device.id]]
        if device.greatest_seq is not None and device.greatest_seq > reached:
            day = None if ends is None else ends.day
            listed.append(Gap(reached + 1, device.greatest_seq, day, None))
        gaps[device.id] = _above(listed, device.settled_seq or 0)
    return gaps


def missing(gaps: Iterable[Gap]) -> int:
    """How many numbers are missing."""
    return sum(gap.count for gap in gaps)


def _above(gaps: list[Gap], settled: int) -> list[Gap]:
    """What of the gaps lies above a number."""
    return [
        Gap(max(gap.first, settled + 1), gap.last, gap.after, gap.before)
        for gap in gaps
        if gap.last > settled
    ]


def _known(devices: list[str]) -> Subquery:
    """device, seq and day of what arrived."""
    parts = []
    for name in ARRIVED:
        table = _table(name)
        columns = (table.c.device, table.c.seq, table.c.day)
        parts.append(select(*columns).where(table.c.device.in_(devices), table.c.seq.is_not(None)))
    return union_all(*parts).subquery()


def _holes(known: Subquery) -> Any:
    """Each number whose next known one is not the one that follows."""
    order: dict[str, Any] = {"partition_by": known.c.device, "order_by": known.c.seq}
    pairs = select(
        known,
        func.lead(known.c.seq).over(**order).label("next"),
        func.lead(known.c.day, type_=Date()).over(**order).label("next_day"),
    ).subquery()
    return select(pairs).where(pairs.c.next > pairs.c.seq + 1).order_by(pairs.c.seq)


def _last(known: Subquery) -> Any:
    """The greatest number of each device, and the last day on which anything came."""
    greatest, day = func.max(known.c.seq).label("seq"), func.max(known.c.day).label("day")
    return select(known.c.device, greatest, day).group_by(known.c.device)


def _table(name: str) -> Table:
    """A table of the rooms by its name: fieldwork stands below them and imports none of them."""
    return Base.metadata.tables[name]
