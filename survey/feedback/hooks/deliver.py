"""The job that tells hooks what waits: one try each, later again when it fails, then given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Protocol
from uuid import UUID

from survey.database import Database
from survey.feedback.hooks import store
from survey.feedback.hooks.post import AddressRefused, post, target
from survey.feedback.hooks.tables import Delivery, Hook

MOST = 200  # of one run, which holds up other jobs
TRIES = 10  # over some 17 hours
FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=9)


class Chance(Protocol):
    def uniform(self, low: float, high: float) -> float: ...


@dataclass(frozen=True)
class Waiting:
    """A delivery and where it goes, held outside the database while it is on its way."""

    id: UUID
    hook: int
    url: str
    secret: str
    told: dict[str, Any]


def pause(tries: int, rng: Chance) -> timedelta:
    """How long to wait after so many tries: twice as long each time, half of it by chance, so
    that what failed together does not come again together."""
    whole: timedelta = min(FIRST * 2 ** (tries - 1), LONGEST)
    return whole * rng.uniform(0.5, 1.0)


def deliver(database: Database, now: datetime, *, rng: Chance | None = None) -> str:
    """Try what is due, oldest first; what was done, or nothing. A hook that fails waits for the
    next run with all that is meant for it, and holds up no other."""
    rng = rng or SystemRandom()
    allowed = database.settings.hook_networks
    failing, done = set[int](), 0
    waiting = _due(database, now)
    for one in waiting:
        if one.hook in failing:
            continue
        outcome = _try(one, allowed, now)
        if outcome:
            failing.add(one.hook)
        else:
            done += 1
        with database.write() as session:
            _note(session.get_one(Delivery, one.id), outcome, now, rng)
    return f"{done} deliveries made, {len(failing)} hooks fail" if waiting else ""


def _due(database: Database, now: datetime) -> list[Waiting]:
    with database.read() as session:
        query = (
            store.waiting()
            .add_columns(Hook)
            .join(Hook, Hook.id == Delivery.hook_id)
            .where(Delivery.next_at <= now, Hook.ended_at.is_(None))
            .order_by(Delivery.next_at, Delivery.event_id)
            .limit(MOST)
        )
        return [
            Waiting(one.id, hook.id, hook.url, store.secret_of(session, hook), one.payload)
            for one, hook in session.execute(query)
        ]


def _try(one: Waiting, allowed: Any, now: datetime) -> str:
    try:
        to = target(one.url, allowed)
    except AddressRefused as refusal:
        return str(refusal.detail)
    at = int(now.timestamp())
    return post(to, one.told, secret=one.secret, delivery=str(one.id), timestamp=at)


def _note(delivery: Delivery, outcome: str, now: datetime, rng: Chance) -> None:
    """What came of a try."""
    delivery.tries += 1
    delivery.outcome = outcome
    if not outcome:
        delivery.delivered_at = now
    elif delivery.tries >= TRIES:
        delivery.dead_at = now
    else:
        delivery.next_at = now + pause(delivery.tries, rng)
