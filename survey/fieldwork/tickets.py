"""Tickets and invitations: made, found by their code, used once, withdrawn.

A ticket's code is twelve letters on a receipt, an invitation's twenty in a link. Opening one writes
nothing, so mail scanners and previews of links use none up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CursorResult, bindparam, insert, select, update
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.config import Settings
from survey.crypto import ALPHABET, derive, keyed_hash, random_code
from survey.database import Base
from survey.errors import Conflict, InputFault, SurveyError
from survey.fieldwork.places import rounds_covering
from survey.fieldwork.rounds import find_round
from survey.fieldwork.tables import Cell
from survey.fieldwork.ticket_tables import Ticket
from survey.staff.audit import record
from survey.units.places import counter_by_code, field_by_code

LENGTHS = {"ticket": 12, "invitation": 20}  # 59 and 98 bits: guessing finds none
LIFE = {"ticket": timedelta(days=14), "invitation": timedelta(days=60)}
MOST = 100_000  # made at once
TABLE = Base.metadata.tables[Ticket.__tablename__]
MADE = insert(TABLE)
USE = (
    update(TABLE)
    .where(
        TABLE.c.hash == bindparam("code"),
        TABLE.c.used_on.is_(None),
        TABLE.c.withdrawn_on.is_(None),
        TABLE.c.expires_on >= bindparam("today"),
    )
    .values(used_on=bindparam("today"), settled=False)
)


class TicketUnknown(SurveyError):
    status = 404
    title = _l("This code is not known")
    remedy = _l("Please check the letters on your receipt or letter and type them again.")


class TicketUsed(SurveyError):
    status = 410
    title = _l("This code was used already")
    remedy = _l("Each code takes one set of answers, and these have come in. Thank you.")


class TicketExpired(SurveyError):
    status = 410
    title = _l("The time for this code is over")
    remedy = _l("Other surveys that you can answer now are on the first page.")


class TicketWithdrawn(SurveyError):
    status = 410
    title = _l("This code was replaced by another")
    remedy = _l("Please use the newest receipt or letter that you were given.")


@dataclass(frozen=True)
class Pass:
    """What a code opens: kept with an answer are round, place, field and cell, not the code."""

    hash: str
    kind: str
    round: str
    counter_id: int | None
    field: str | None
    cell_id: int | None


def plain(code: str) -> str:
    """The code as it was made, from what was typed: without spaces and hyphens, in capitals."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:40]


def hash_of(settings: Settings, code: str) -> str:
    return keyed_hash(derive(settings.secret(), "ticket"), plain(code).encode())


def spoken(code: str) -> str:
    """In groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def find_pass(session: Session, settings: Settings, code: str, *, now: datetime) -> Pass:
    """What the code opens now. Raises TicketUnknown, TicketUsed, TicketExpired, TicketWithdrawn."""
    found = shown_pass(session, settings, code)
    _refuse(session.get_one(Ticket, found.hash), local_day(now))
    return found


def shown_pass(session: Session, settings: Settings, code: str) -> Pass:
    """What the code opened when it was made, whatever became of it. Raises TicketUnknown."""
    if len(plain(code)) not in LENGTHS.values() or not set(plain(code)) <= set(ALPHABET):
        raise TicketUnknown
    row = session.get(Ticket, hash_of(settings, code))
    if row is None:
        raise TicketUnknown
    return Pass(row.hash, row.kind, row.round, row.counter_id, row.field, row.cell_id)


def _refuse(row: Ticket, today: date) -> None:
    if row.used_on is not None:
        raise TicketUsed
    if row.withdrawn_on is not None:
        raise TicketWithdrawn
    if row.expires_on < today:
        raise TicketExpired


def use(session: Session, found: Pass, *, today: date) -> None:
    """Used from now on, together with the answer that this transaction stores.

    Raises what `find_pass` raises when somebody was faster, and nothing is stored.
    """
    connection = session.connection()
    if connection.execute(USE, {"code": found.hash, "today": today}).rowcount:
        return
    row = session.get(Ticket, found.hash, populate_existing=True)
    if row is None:
        raise TicketUnknown
    _refuse(row, today)
    raise TicketUsed


def settle(session: Session) -> int:
    """Write the uses since the last release once more, all in one transaction, that of a release.

    PostgreSQL keeps with each row the number of the transaction that wrote it: until then a use
    shares that of the answer which waits in intake.
    """
    fresh = update(TABLE).where(TABLE.c.used_on.is_not(None), TABLE.c.settled.is_(False))
    done: CursorResult[Any] = session.connection().execute(fresh.values(settled=True))
    return done.rowcount


def make_tickets(
    session: Session,
    settings: Settings,
    round_: str,
    *,
    counter: str,
    n: int,
    day: date,
    field: str | None = None,
    by: str,
    now: datetime,
) -> list[str]:
    """Codes of n new tickets of a counter's day. Raises RoundUnknown, Conflict, InputFault."""
    plan, place = find_round(session, round_), counter_by_code(session, counter, day=day)
    if place is None:
        raise InputFault([f"counter: there is no counter {counter}"])
    if round_ not in rounds_covering(session, place):
        raise InputFault([f"counter: the round {round_} does not ask at {counter}"])
    if "ticket" not in plan.modes:
        raise Conflict(_l("The round has no tickets: it must have the mode ticket."))
    if field is not None and field_by_code(session, field) is None:
        raise InputFault([f"field: there is no field {field}"])
    row = {
        "kind": "ticket", "counter_id": place.id, "field": field or place.field, "cell_id": None,
        "day": day, "expires_on": min(day + LIFE["ticket"], plan.closes),
    }  # fmt: skip
    return _make(session, settings, round_, [(row, n)], by=by, now=now)


def make_invitations(
    session: Session,
    settings: Settings,
    round_: str,
    *,
    cells: Iterable[tuple[int, int]],
    by: str,
    now: datetime,
) -> list[str]:
    """Codes for the sampled persons of each cell, in the order of `cells` (id of a cell, persons).

    Raises RoundUnknown, InputFault for a cell of another round.
    """
    plan, wanted = find_round(session, round_), list(cells)
    own = set(session.scalars(select(Cell.id).where(Cell.round == round_)))
    strange = sorted({cell for cell, _n in wanted} - own)
    if strange:
        raise InputFault([_("The round has no cell %(cell)d.", cell=cell) for cell in strange])
    end = min(local_day(now) + LIFE["invitation"], plan.closes)
    rows = [
        (
            {
                "kind": "invitation", "counter_id": None, "field": None, "cell_id": cell,
                "day": None, "expires_on": end,
            },
            n,
        )
        for cell, n in wanted
    ]  # fmt: skip
    return _make(session, settings, round_, rows, by=by, now=now)


def _make(
    session: Session,
    settings: Settings,
    round_: str,
    wanted: list[tuple[dict[str, Any], int]],
    *,
    by: str,
    now: datetime,
) -> list[str]:
    total = sum(n for _row, n in wanted)
    if not 0 < total <= MOST or any(n < 1 for _row, n in wanted):
        raise InputFault([f"n: write a number from 1 to {MOST:,}"])
    codes, rows = [], []
    for row, n in wanted:
        for _one in range(n):
            code = random_code(LENGTHS[row["kind"]])
            codes.append(code)
            rows.append({
                **row, "hash": hash_of(settings, code), "round": round_, "used_on": None,
                "withdrawn_on": None, "settled": False,
            })  # fmt: skip
    session.connection().execute(MADE, sorted(rows, key=lambda row: str(row["hash"])))
    kind = wanted[0][0]["kind"]
    record(session, actor=by, act=f"{kind}.make", object=f"round:{round_}", now=now,
           detail=str(total))  # fmt: skip
    return codes


def withdraw(session: Session, settings: Settings, code: str, *, by: str, now: datetime) -> None:
    """The code explains from now on that it was replaced. Raises as `find_pass`."""
    found = find_pass(session, settings, code, now=now)
    session.get_one(Ticket, found.hash).withdrawn_on = local_day(now)
    session.flush()
    record(session, actor=by, act=f"{found.kind}.withdraw", object=f"round:{found.round}", now=now)
