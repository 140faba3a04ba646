"""Hooks: made with a secret that is shown once, ended; deliveries tried again."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from survey.crypto import seal, unseal
from survey.errors import NotFound
from survey.feedback.hooks.post import PREFIX
from survey.feedback.hooks.tables import Delivery, Hook
from survey.feedback.tables import Event
from survey.staff import audit
from survey.staff.keys import key

PURPOSE = "feedback-hook"
SHOWN = 100


@dataclass(frozen=True)
class HookLine:
    """A hook with how much it was told, what waits, and what was given up."""

    hook: Hook
    delivered: int
    waiting: int
    dead: int


def make(
    session: Session,
    *,
    name: str,
    url: str,
    acts: Sequence[str],
    area_id: int | None,
    by: str,
    now: datetime,
) -> tuple[Hook, str]:
    """The hook, and its secret, which nothing shows again. The caller commits."""
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    hook = Hook(
        name=name,
        url=url,
        secret=seal(key(session, PURPOSE), secret),
        acts=list(acts),
        area_id=area_id,
        made_at=now,
        made_by=by,
        ended_at=None,
    )
    session.add(hook)
    session.flush()
    audit.record(session, actor=by, act="hook.make", object=f"hook:{hook.id}", now=now, detail=url)
    return hook, secret


def secret_of(session: Session, hook: Hook) -> str:
    return unseal(key(session, PURPOSE), hook.secret)


def find(session: Session, hook_id: int) -> Hook:
    """Raises NotFound."""
    hook = session.get(Hook, hook_id)
    if hook is None:
        raise NotFound
    return hook


def end(session: Session, hook: Hook, *, by: str, now: datetime) -> None:
    """It is told nothing more; what waited is given up."""
    if hook.ended_at is None:
        hook.ended_at = now
        for one in session.scalars(waiting().where(Delivery.hook_id == hook.id)):
            one.dead_at, one.outcome = now, "ended"
        audit.record(session, actor=by, act="hook.end", object=f"hook:{hook.id}", now=now)


def again(session: Session, delivery_id: str, *, by: str, now: datetime) -> Delivery:
    """A delivery that was given up is tried once more, from the beginning. Raises NotFound."""
    try:
        delivery = session.get(Delivery, UUID(delivery_id))
    except ValueError as error:
        raise NotFound from error
    if delivery is None or find(session, delivery.hook_id).ended_at is not None:
        raise NotFound
    if delivery.dead_at is not None:
        delivery.dead_at, delivery.tries, delivery.next_at = None, 0, now
        thing = f"delivery:{delivery.id}"
        audit.record(session, actor=by, act="hook.again", object=thing, now=now)
    return delivery


def lines(session: Session) -> list[HookLine]:
    """Every hook, those that are told something first, by name."""
    taken, dead = Delivery.delivered_at.is_not(None), Delivery.dead_at.is_not(None)
    query = select(Delivery.hook_id, taken, dead, func.count()).group_by(
        Delivery.hook_id, taken, dead
    )
    counts: dict[tuple[int, bool, bool], int] = {
        (hook, bool(done), bool(over)): n for hook, done, over, n in session.execute(query)
    }
    hooks = session.scalars(select(Hook).order_by(Hook.ended_at.is_not(None), Hook.name, Hook.id))
    return [
        HookLine(
            hook,
            counts.get((hook.id, True, False), 0),
            counts.get((hook.id, False, False), 0),
            counts.get((hook.id, False, True), 0),
        )
        for hook in hooks
    ]


def dead(session: Session) -> list[tuple[Delivery, Hook, Event]]:
    """The latest deliveries that were given up, of hooks that are told something still."""
    query = (
        select(Delivery, Hook, Event)
        .join(Hook, Hook.id == Delivery.hook_id)
        .join(Event, Event.id == Delivery.event_id)
        .where(Delivery.dead_at.is_not(None), Hook.ended_at.is_(None))
        .order_by(Delivery.dead_at.desc(), Delivery.id)
        .limit(SHOWN)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def waiting() -> Select[Delivery]:
    """Deliveries that were neither taken nor given up."""
    return select(Delivery).where(Delivery.delivered_at.is_(None), Delivery.dead_at.is_(None))
