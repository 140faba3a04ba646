"""How a round goes: today's counts at each counter, and how many answers came and were released."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from survey.database import Base
from survey.units.tables import Centre, Counter

COUNTED = ("offered", "started", "finished", "timed_out", "given_up", "served")


@dataclass(frozen=True)
class CounterDay:
    """One counter's counts of one day: forms offered, started, finished; people served.

    Of those begun and not finished, as far as a device told: timed_out, and given_up by choice.
    """

    code: str
    name: str
    centre: str
    offered: int = 0
    started: int = 0
    finished: int = 0
    timed_out: int = 0
    given_up: int = 0
    served: int = 0

    @property
    def response_rate(self) -> float | None:
        """Forms finished over people served; None while nobody said how many were served, or
        where it would be more than all."""
        return self.finished / self.served if 0 < self.served >= self.finished else None

    @property
    def break_off_rate(self) -> float | None:
        """Forms begun and not finished, over those begun; None where none was begun."""
        return max(0.0, 1 - self.finished / self.started) if self.started else None


def total(rows: Iterable[CounterDay]) -> CounterDay:
    """The counters together."""
    rows = list(rows)
    sums = {name: sum(getattr(row, name) for row in rows) for name in COUNTED}
    return CounterDay("", "", "", **sums)


@dataclass(frozen=True)
class RoundCounts:
    """Answers of a round: `waiting` for their release, and `released` so far."""

    waiting: int
    released: int

    @property
    def received(self) -> int:
        return self.waiting + self.released


def _table(name: str) -> Table:
    """A table of the rooms by its name: fieldwork stands below them and imports none of them."""
    return Base.metadata.tables[name]


def counter_day(
    session: Session, code: str, counters: Iterable[Counter], day: date
) -> list[CounterDay]:
    """The counts of round `code` on `day`, one row a counter in the order given; zeros if none."""
    traffic = _table("traffic")
    sums = [func.sum(traffic.c[name]) for name in COUNTED]
    rows = session.execute(
        select(traffic.c.counter_id, *sums)
        .where(traffic.c.round == code, traffic.c.day == day)
        .group_by(traffic.c.counter_id)
    )
    counts = {row[0]: [int(value) for value in row[1:]] for row in rows}
    centres = {centre.id: centre.name for centre in session.scalars(select(Centre))}
    return [
        CounterDay(
            counter.code,
            counter.name,
            centres[counter.centre_id],
            **dict(zip(COUNTED, counts.get(counter.id, []), strict=False)),
        )
        for counter in counters
    ]


def round_counts(session: Session, code: str) -> RoundCounts:
    """How many answers of round `code` wait and how many are released."""
    waiting, released = (
        session.scalar(select(func.count()).select_from(table).where(table.c.round == code)) or 0
        for table in (_table("intake"), _table("response"))
    )
    return RoundCounts(waiting=waiting, released=released)
