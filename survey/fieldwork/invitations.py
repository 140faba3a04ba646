"""Invitations as staff handle them: made from a list of sampled persons, counted, withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CursorResult, Date, func, select, type_coerce, update
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.config import Settings
from survey.errors import Conflict
from survey.fieldwork.batches import left_on
from survey.fieldwork.persons import Persons
from survey.fieldwork.tables import Cell
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import make_invitations, spoken
from survey.staff.audit import record

COLUMNS = ["code", "address"]


class NothingLeft(Conflict):
    title = _l("There is no invitation to withdraw")
    remedy = _l("Those of this cell were used, have expired or were withdrawn already.")


@dataclass(frozen=True)
class CellLine:
    """The invitations of a cell. left: may still be used; until: None where none was made."""

    cell: Cell
    made: int
    used: int
    withdrawn: int
    left: int
    until: date | None


def of_cells(
    session: Session, round_: str, *, areas: set[int] | None, today: date
) -> list[CellLine]:
    """Each cell of a round in these areas (None: everywhere), by stratum and clusters."""
    made = func.count(Ticket.hash)
    used, withdrawn = func.count(Ticket.used_on), func.count(Ticket.withdrawn_on)
    until = type_coerce(func.max(Ticket.expires_on), Date)
    query = (
        select(Cell, made, used, withdrawn, made.filter(left_on(today)), until)
        .outerjoin(Ticket, Ticket.cell_id == Cell.id)
        .where(Cell.round == round_)
        .group_by(Cell.id)
        .order_by(Cell.stratum, Cell.cluster1, Cell.cluster2, Cell.id)
    )
    found = [CellLine(*row) for row in session.execute(query)]
    return [one for one in found if areas is None or one.cell.area_id in areas]


def with_codes(
    session: Session,
    settings: Settings,
    round_: str,
    persons: Persons,
    *,
    root: str,
    by: str,
    now: datetime,
) -> list[list[str]]:
    """The list, its head first, with a new code and its address behind each line.

    root: the address of this installation with its slash. Raises as `make_invitations`.
    """
    cells = [(cell, 1) for cell in persons.cells]
    codes = make_invitations(session, settings, round_, cells=cells, by=by, now=now)
    lines = zip(persons.lines, codes, strict=True)
    rows = [[*line, spoken(code), f"{root}i/{code}"] for line, code in lines]
    return [[*persons.head, *COLUMNS], *rows]


def find_line(session: Session, round_: str, cell_id: int, *, today: date) -> CellLine:
    """The line of a cell that has invitations left. Raises NothingLeft."""
    for one in of_cells(session, round_, areas=None, today=today):
        if one.cell.id == cell_id and one.left:
            return one
    raise NothingLeft


def withdraw_cell(session: Session, one: CellLine, *, by: str, now: datetime) -> int:
    """What is left of a cell explains from now on that it was replaced. The number; raises
    NothingLeft when somebody was faster."""
    today = local_day(now)
    change = update(Ticket).where(Ticket.cell_id == one.cell.id, left_on(today))
    done: CursorResult[Any] = session.connection().execute(change.values(withdrawn_on=today))
    if not done.rowcount:
        raise NothingLeft
    record(session, actor=by, act="invitation.withdraw", object=f"round:{one.cell.round}", now=now,
           detail=f"cell {one.cell.id}: {done.rowcount}")  # fmt: skip
    return done.rowcount
