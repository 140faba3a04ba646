"""What hooks are to be told, written in the transaction of the event itself."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.feedback.hooks.tables import Delivery, Hook
from survey.feedback.refs import ref
from survey.feedback.tables import Case, Event
from survey.staff.scope import covered
from survey.units.tables import Area


def write(session: Session, done: Iterable[tuple[Case, Event]]) -> None:
    """A delivery for each hook that wants to know of an event. The caller commits.

    Nothing is told of a sealed denunciation, nor of a case before its own unit may see it: the
    minute would say who wrote.
    """
    hooks = list(session.scalars(select(Hook).where(Hook.ended_at.is_(None))))
    if not hooks:
        return
    areas = {
        hook.id: None if hook.area_id is None else covered(session, hook.area_id) for hook in hooks
    }
    for case, event in done:
        if case.sealed:
            continue
        for hook in hooks:
            within = areas[hook.id]
            if event.act in hook.acts and (within is None or case.unit_id in within):
                session.add(_delivery(hook, event, payload(session, case, event), case))


def payload(session: Session, case: Case, event: Event) -> dict[str, Any]:
    """What is told: which case, what was done, how it stands, by when it is due."""
    return {
        "service_request_id": ref(session, case.id),
        "number": case.number,
        "act": event.act,
        "at": event.at.astimezone(ZONE).isoformat(timespec="seconds"),
        "state": case.state,
        "kind": case.kind,
        "unit": session.get_one(Area, case.unit_id).code,
        "due_at": case.due_at and case.due_at.isoformat(timespec="seconds"),
    }


def _delivery(hook: Hook, event: Event, told: dict[str, Any], case: Case) -> Delivery:
    return Delivery(
        id=uuid4(),
        hook_id=hook.id,
        event_id=event.id,
        payload=told,
        next_at=max(event.at, case.shown_at),
        tries=0,
        outcome="",
        delivered_at=None,
        dead_at=None,
    )
