"""Tickets as staff handle them: made for a counter's days, counted, withdrawn; never by code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, CursorResult, Date, and_, func, select, type_coerce, update
from sqlalchemy.orm import Session

from survey.calendar import days_between, local_day
from survey.config import Settings
from survey.errors import Conflict
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import TicketUnknown, make_tickets, shown_pass
from survey.staff.audit import record
from survey.units.tables import Centre, Counter

MOST = 1_000  # codes made at once at the desk: a file and sheets that somebody cuts up
SPAN = 31  # days


class BatchGone(Conflict):
    title = _l("There is no ticket to withdraw")
    remedy = _l("Those of this day were used, have expired or were withdrawn already.")


@dataclass(frozen=True)
class Batch:
    """The tickets of one counter, field and day of visit. left: may still be used."""

    counter: Counter
    centre: Centre
    field: str | None
    day: date
    expires_on: date
    made: int
    used: int
    withdrawn: int
    left: int


@dataclass(frozen=True)
class Known:
    """A code and what it was made for."""

    code: str
    counter: Counter
    centre: Centre
    field: str | None
    day: date
    expires_on: date


def make_days(
    session: Session,
    settings: Settings,
    round_: str,
    *,
    counter: str,
    field: str | None,
    days: tuple[date, date],
    n: int,
    by: str,
    now: datetime,
) -> list[str]:
    """Codes of n tickets for each day from the first to the last, in order of days.

    Raises as `make_tickets`.
    """
    return [
        code
        for day in days_between(*days)
        for code in make_tickets(
            session,
            settings,
            round_,
            counter=counter,
            field=field,
            n=n,
            day=day,
            by=by,
            now=now,
        )
    ]


def batches(session: Session, round_: str, *, areas: set[int] | None, today: date) -> list[Batch]:
    """The batches of a round in these areas (None: everywhere), the latest day first."""
    made = func.count(Ticket.hash)
    used, withdrawn = func.count(Ticket.used_on), func.count(Ticket.withdrawn_on)
    until = type_coerce(func.max(Ticket.expires_on), Date)
    left = made.filter(left_on(today))
    by = Ticket.counter_id, Ticket.field, Ticket.day
    own = Ticket.kind == "ticket", Ticket.round == round_
    query = (
        select(Ticket.counter_id, Ticket.field, Ticket.day, until, made, used, withdrawn, left)
        .where(*own)
        .group_by(*by)
    )
    places = _places(session)
    found = [
        Batch(*places[counter_id], field, day, last, n, gone, back, kept)
        for counter_id, field, day, last, n, gone, back, kept in session.execute(query)
        if counter_id is not None and day is not None  # as every ticket has
    ]
    seen = [one for one in found if areas is None or one.centre.area_id in areas]
    return sorted(seen, key=lambda one: (-one.day.toordinal(), one.counter.code, one.field or ""))


def batch(session: Session, round_: str, counter: str, field: str, day: date, today: date) -> Batch:
    """One batch that has tickets left. field: "" for none. Raises BatchGone."""
    for one in batches(session, round_, areas=None, today=today):
        if (one.counter.code, one.field or "", one.day) == (counter, field, day) and one.left:
            return one
    raise BatchGone


def withdraw_batch(session: Session, round_: str, one: Batch, *, by: str, now: datetime) -> int:
    """What is left of it explains from now on that it was replaced. The number; raises BatchGone
    when somebody was faster."""
    today = local_day(now)
    own = and_(
        Ticket.kind == "ticket",
        Ticket.round == round_,
        Ticket.counter_id == one.counter.id,
        Ticket.field == one.field if one.field else Ticket.field.is_(None),
        Ticket.day == one.day,
    )
    change = update(Ticket).where(own, left_on(today)).values(withdrawn_on=today)
    done: CursorResult[Any] = session.connection().execute(change)
    if not done.rowcount:
        raise BatchGone
    record(session, actor=by, act="ticket.withdraw", object=f"round:{round_}", now=now,
           detail=f"{one.counter.code} {one.day}: {done.rowcount}")  # fmt: skip
    return done.rowcount


def known(session: Session, settings: Settings, round_: str, codes: Sequence[str]) -> list[Known]:
    """What tickets of this round were made for, in their order. Raises TicketUnknown."""
    places, found = _places(session), []
    for code in codes:
        opened = shown_pass(session, settings, code)
        row = session.get_one(Ticket, opened.hash)
        if row.round != round_ or row.counter_id is None or row.day is None:
            raise TicketUnknown
        found.append(Known(code, *places[row.counter_id], row.field, row.day, row.expires_on))
    return found


def left_on(today: date) -> ColumnElement[bool]:
    return and_(Ticket.used_on.is_(None), Ticket.withdrawn_on.is_(None), Ticket.expires_on >= today)


def _places(session: Session) -> dict[int, tuple[Counter, Centre]]:
    query = select(Counter, Centre).join(Centre, Centre.id == Counter.centre_id)
    return {counter.id: (counter, centre) for counter, centre in session.execute(query)}
