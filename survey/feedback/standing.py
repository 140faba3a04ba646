"""What a case's events say of it: its state, who has it, its clock. Pure; nothing is stored."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from survey.feedback.machine import CLOCKS, move_of

Span = tuple[datetime, datetime | None]


class Happened(Protocol):
    """An event, stored or not yet."""

    @property
    def act(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class BrokenHistory(Exception):
    """Events that cannot have happened in this order."""


@dataclass(frozen=True)
class Standing:
    """A case after some of its events.

    clock_from : when the running or last clock began: arrival, acceptance, reopening.
    pauses : spans of that clock that do not count; an open one ends in None.
    extended : a later end that was granted, with a reason; None: as the rule says.
    extensions : how often that clock was given a later end.
    split_from : the case that this one is a part of.
    judged : as it stood just before its first answer: that clock tells whether it was in time.
    satisfied : with the reply, 1 to 5, as the sender said last.
    as_template : whether the last reply is a template word for word; None: not known.
    published_at : since when everybody may read question and answer; what is erased is not.
    """

    state: str
    since: datetime
    kind: str
    severity: str
    unit_id: int
    topic: str | None = None
    field: str | None = None
    officer_id: int | None = None
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    clock_from: datetime | None = None
    pauses: tuple[Span, ...] = ()
    extended: datetime | None = None
    extensions: int = 0
    split_from: int | None = None
    reopened: int = 0
    merged_into: int | None = None
    outstanding: bool = False
    sealed: bool = False
    drafter: str | None = None
    before_merge: str | None = None
    first_answered_at: datetime | None = None
    judged: "Standing | None" = None
    satisfied: int | None = None
    published_at: datetime | None = None
    as_template: bool | None = None

    @property
    def stage(self) -> str | None:
        """The clock that runs or is paused: accept, answer; None when none does."""
        clock = CLOCKS[self.state]
        return None if clock == "none" else "answer" if clock == "paused" else clock


def standings(events: Iterable[Happened]) -> list[Standing]:
    """The case after each of its events, the first included. Raises BrokenHistory."""
    found: list[Standing] = []
    for event in events:
        if not found:
            found.append(_first(event))
        elif event.act == "undo":
            found.append(_undone(found, event))
        else:
            found.append(after(found[-1], event))
    if not found:
        raise BrokenHistory("a case without events")
    return found


def standing(events: Iterable[Happened]) -> Standing:
    """The case now. Raises BrokenHistory."""
    return standings(events)[-1]


def _first(event: Happened) -> Standing:
    if event.act != "receive":
        raise BrokenHistory(f"begins with {event.act}")
    data = event.data
    fresh = Standing(
        state="new",
        since=event.at,
        kind=data["kind"],
        severity=data.get("severity", "normal"),
        unit_id=data["unit"],
        topic=data.get("topic"),
        field=data.get("field"),
        received_at=event.at,
        clock_from=event.at,
    )
    return _part(fresh, data) if "split_from" in data else fresh


def clock_of(now: Standing, at: datetime) -> dict[str, Any]:
    """The clock of a case as the first event of a part holds it, so that splitting gives no time.

    A pause that lasts ends for the part at `at`: it goes on where somebody can work on it.
    """
    moments = {
        "came": now.received_at,
        "accepted": now.accepted_at,
        "from": now.clock_from,
        "until": now.extended,
    }
    told: dict[str, Any] = {name: one.isoformat() for name, one in moments.items() if one}
    pauses = [[begun.isoformat(), (ended or at).isoformat()] for begun, ended in now.pauses]
    return told | {"pauses": pauses, "extensions": now.extensions}


def _part(fresh: Standing, data: Mapping[str, Any]) -> Standing:
    """A part goes on with the clock of the case that it was split from."""
    clock: Mapping[str, Any] = data["clock"]
    moments = {
        name: datetime.fromisoformat(clock[name])
        for name in ("came", "accepted", "from", "until")
        if name in clock
    }
    return replace(
        fresh,
        state="accepted" if "accepted" in moments else "new",
        received_at=moments["came"],
        accepted_at=moments.get("accepted"),
        clock_from=moments["from"],
        pauses=tuple(
            (datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in clock["pauses"]
        ),
        extended=moments.get("until"),
        extensions=clock["extensions"],
        split_from=data["split_from"],
    )


def _undone(found: list[Standing], event: Happened) -> Standing:
    """The case as it was before the act that is undone; what came after it must be notes alone."""
    seq: int = event.data["seq"]
    if not 1 < seq <= len(found):
        raise BrokenHistory(f"undoes event {seq} of {len(found)}")
    return found[seq - 2]


def after(now: Standing, event: Happened) -> Standing:
    """`now` after one more event. Raises ActNotPossible for one that its state does not allow."""
    move = move_of(event.act, now.state)
    change = _CHANGES.get(event.act)
    moved = now if change is None else change(now, event)
    if move.to is not None and move.to != moved.state:
        moved = _enter(moved, move.to, event.at)
    return moved


def _enter(now: Standing, state: str, at: datetime) -> Standing:
    """`now` in another state, its pause begun or ended."""
    was, becomes = CLOCKS[now.state], CLOCKS[state]
    pauses = now.pauses
    if was == "paused" and becomes != "paused" and pauses:
        pauses = (*pauses[:-1], (pauses[-1][0], at))
    if becomes == "paused" and was != "paused":
        pauses = (*pauses, (at, None))
    return replace(now, state=state, since=at, pauses=pauses)


def _accept(now: Standing, event: Happened) -> Standing:
    return replace(
        now, accepted_at=event.at, clock_from=event.at, pauses=(), extended=None, extensions=0
    )


def _accepted_at_once(now: Standing, event: Happened) -> Standing:
    """An act that takes a case up before anybody accepted it."""
    return now if now.accepted_at else _accept(now, event)


def _assign(now: Standing, event: Happened) -> Standing:
    return replace(now, unit_id=event.data["unit"], officer_id=event.data["officer"])


def _classify(now: Standing, event: Happened) -> Standing:
    named = {k: event.data[k] for k in ("kind", "topic", "field", "severity") if k in event.data}
    return replace(now, **named)


def _draft(now: Standing, event: Happened) -> Standing:
    return replace(now, drafter=event.actor)


def _release(now: Standing, event: Happened) -> Standing:
    return replace(
        now,
        answered_at=event.at,
        as_template=event.data.get("as_template"),
        outstanding=bool(event.data.get("owed")),
        first_answered_at=now.first_answered_at or event.at,
        judged=now.judged or now,
    )


def _reopen(now: Standing, event: Happened) -> Standing:
    return replace(
        now,
        reopened=now.reopened + 1,
        officer_id=None,
        answered_at=None,
        closed_at=None,
        published_at=None,
        clock_from=event.at,
        pauses=(),
        extended=None,
        extensions=0,
    )


def _rate(now: Standing, event: Happened) -> Standing:
    said = event.data.get("satisfied")
    return now if said is None else replace(now, satisfied=int(said))


def _publish(now: Standing, event: Happened) -> Standing:
    return replace(now, published_at=event.at)


def _unpublish(now: Standing, _event: Happened) -> Standing:
    return replace(now, published_at=None)


def _close(now: Standing, event: Happened) -> Standing:
    return replace(now, closed_at=event.at)


def _finish(now: Standing, event: Happened) -> Standing:
    return replace(now, closed_at=event.at, before_merge=None)


def _seal(now: Standing, event: Happened) -> Standing:
    return replace(now, closed_at=event.at, sealed=True, officer_id=event.data["receiver"])


def _merge(now: Standing, event: Happened) -> Standing:
    return replace(now, closed_at=event.at, merged_into=event.data["into"], before_merge=now.state)


def _unmerge(now: Standing, event: Happened) -> Standing:
    back = now.before_merge
    if back is None:
        raise BrokenHistory("taken apart, but never merged")
    moved = replace(now, closed_at=None, merged_into=None, before_merge=None)
    return _enter(moved, back, event.at)


def _extend(now: Standing, event: Happened) -> Standing:
    until = datetime.fromisoformat(event.data["until"])
    return replace(now, extended=until, extensions=now.extensions + 1)


def _owe(now: Standing, _event: Happened) -> Standing:
    return replace(now, outstanding=True)


def _done(now: Standing, _event: Happened) -> Standing:
    return replace(now, outstanding=False)


_CHANGES: Mapping[str, Callable[[Standing, Happened], Standing]] = {
    "accept": _accept,
    "begin": _accepted_at_once,
    "assign": _assign,
    "classify": _classify,
    "draft": _draft,
    "release": _release,
    "reopen": _reopen,
    "rate": _rate,
    "publish": _publish,
    "unpublish": _unpublish,
    "erase": _unpublish,
    "close": _close,
    "refuse": _finish,
    "transfer": _finish,
    "guide": _finish,
    "withdraw": _finish,
    "seal": _seal,
    "merge": _merge,
    "unmerge": _unmerge,
    "extend": _extend,
    "owe": _owe,
    "done": _done,
}
