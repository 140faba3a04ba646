"""Which cases a page of the inbox asks for: a view, what narrows it, and an order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, true

from survey.calendar import ZONE
from survey.errors import Words
from survey.feedback.access import Reach, sealed_for, within_reach
from survey.feedback.machine import ANSWERED, APART
from survey.feedback.tables import Case
from survey.staff.sessions import SignedIn

MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
NUMBER: Final = re.compile(r"[0-9]{1,9}")
OPEN: Final = and_(Case.answered_at.is_(None), Case.closed_at.is_(None))  # as its index says
WAITING: Final = ("waiting-sender", "waiting-agency")
TO_DO: Final = ("new", "accepted", "in-work", "reopened")
DUE, NEWEST, OLDEST = "due", "newest", "oldest"
SORT_WORDS: Final[Mapping[str, Words]] = {
    DUE: _l("Due first"),
    NEWEST: _l("Newest first"),
    OLDEST: _l("Oldest first"),
}


@dataclass(frozen=True)
class View:
    """One way to look at the inbox; `empty` says what to do when nothing is in it."""

    words: Words
    empty: Words
    sort: str = DUE
    counted: bool = True


VIEWS: Final[Mapping[str, View]] = {
    "queue": View(
        _l("To triage"),
        _l("Every case has somebody who works on it. Look at what is yours."),
    ),
    "mine": View(
        _l("Mine, to do"),
        _l("Nothing waits for you. Take a case from those to triage."),
    ),
    "unit": View(
        _l("All open"),
        _l("No case is open. What comes in stands here at once, or from the next fixed hour on."),
    ),
    "overdue": View(_l("Overdue"), _l("Nothing is overdue. What is due next stands first.")),
    "waiting": View(
        _l("Waiting"),
        _l("No case waits for its sender or for another agency."),
    ),
    "drafted": View(
        _l("To release"),
        _l("No reply waits to be checked and released."),
    ),
    "owed": View(
        _l("Action owed"),
        _l("Everything that was promised with a reply is done."),
    ),
    "closed": View(
        _l("Done"),
        _l("No case is answered, refused, passed on or withdrawn yet."),
        sort=NEWEST,
        counted=False,
    ),
    "sealed": View(
        _l("Denunciations"),
        _l("No denunciation was given to you."),
        sort=NEWEST,
    ),
    "all": View(
        _l("All cases"),
        _l("No feedback has come in yet. Put up the QR code of a counter, or enter a letter."),
        sort=NEWEST,
        counted=False,
    ),
}


@dataclass(frozen=True)
class Wanted:
    """A view and what narrows it; an empty word or None narrows nothing. Months as 2026-07."""

    view: str = "queue"
    state: str = ""
    kind: str = ""
    topic: str = ""
    field: str = ""
    severity: str = ""
    channel: str = ""
    unit: int | None = None
    officer: int | None = None
    since: str = ""
    until: str = ""
    sort: str = ""

    @property
    def order(self) -> str:
        return self.sort or VIEWS[self.view].sort

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view and the order was chosen."""
        return bool(set(self.args()) - {"view", "sort"})

    def args(self, **changed: Any) -> dict[str, Any]:
        """What an address needs to ask for the same, but for `changed`."""
        named = {one.name: getattr(self, one.name) for one in fields(self)} | changed
        return {name: value for name, value in named.items() if value not in ("", None)}


def wanted(args: Mapping[str, str]) -> Wanted:
    """What an address asks for; a value that means nothing narrows nothing."""
    given: dict[str, Any] = {one.name: args.get(one.name, "") for one in fields(Wanted)}
    if given["view"] not in VIEWS:
        given["view"] = "queue"
    if given["sort"] not in SORT_WORDS:
        given["sort"] = ""
    for name in ("unit", "officer"):
        given[name] = int(given[name]) if NUMBER.fullmatch(given[name]) else None
    for name in ("since", "until"):
        given[name] = given[name] if MONTH.fullmatch(given[name]) else ""
    return Wanted(**given)


def of_view(name: str, staff: SignedIn, within: Reach, *, now: datetime) -> ColumnElement[bool]:
    """The cases of a view that a person may see."""
    if name == "sealed":
        return sealed_for(staff)
    return and_(within_reach(within, now=now), in_view(name, staff.id, now=now))


def in_view(name: str, staff_id: int, *, now: datetime) -> ColumnElement[bool]:
    """The cases of any view but the sealed ones, whoever may see them."""
    mine = Case.officer_id == staff_id
    conditions: dict[str, ColumnElement[bool]] = {
        "queue": and_(OPEN, Case.officer_id.is_(None)),
        "mine": and_(OPEN, mine, Case.state.in_(TO_DO)),
        "unit": OPEN,
        "overdue": and_(OPEN, Case.due_at < now),
        "waiting": and_(OPEN, Case.state.in_(WAITING)),
        "drafted": and_(OPEN, Case.state == "drafted"),
        "owed": and_(Case.outstanding),
        "closed": Case.state.in_((*ANSWERED, *APART)),
        "all": true(),
    }
    return conditions[name]


def narrowing(asked: Wanted, units: frozenset[int] | None = None) -> list[ColumnElement[bool]]:
    """Conditions of the filters; `units`: what the chosen unit covers."""
    names = ("state", "kind", "topic", "field", "severity", "channel")
    chosen = {name: getattr(asked, name) for name in names}
    where = [getattr(Case, name) == value for name, value in chosen.items() if value]
    if asked.officer is not None:
        where.append(Case.officer_id == asked.officer)
    if asked.unit is not None:
        where.append(Case.unit_id.in_(units or {asked.unit}))
    if asked.since:
        where.append(Case.received_at >= _month(asked.since))
    if asked.until:
        where.append(Case.received_at < _month(asked.until, after=True))
    return where


def _month(text: str, *, after: bool = False) -> datetime:
    """The first moment of a month, or of the one after it."""
    months = int(text[:4]) * 12 + int(text[5:]) - 1 + after
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=ZONE)
