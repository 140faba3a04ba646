"""What acts of one batch ask again and again is asked of the database once.

The answers live as long as the batch's session, which is one short transaction: nothing is kept
that somebody else could have changed meanwhile. In any other session each question is asked anew.
"""

from collections.abc import Callable, Hashable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.orm import Session

T = TypeVar("T")
KEPT, QUICK, LATER, SOUGHT, ADDED = "remembered", "quick", "later", "sought", "added"
Row = dict[str, Any]


def together(session: Session, *, quick: bool, sought: frozenset[Hashable] = frozenset()) -> None:
    """The session runs a batch of acts that see one state of the database.

    quick: without savepoints; an act that fails ends it, and the batch runs again with them.
    sought: keys that the acts will look up, to be looked up at once.
    """
    session.info.update({KEPT: {}, QUICK: quick, LATER: {}, SOUGHT: sought, ADDED: {}})


def sought(session: Session) -> frozenset[Any]:
    """The keys that the acts of a quick batch look up; none outside of one."""
    return session.info[SOUGHT] if is_quick(session) else frozenset()


def is_quick(session: Session) -> bool:
    return bool(session.info.get(QUICK))


def later(session: Session, statement: Executable, row: Row) -> None:
    """Write the row: in a quick batch with all other rows of the statement, before the commit.

    Until then it is not to be seen. Acts of one batch come from senders of whom none has an answer
    yet, so to each the others' rows are not there; what one act writes and reads it must keep.
    """
    if is_quick(session):
        session.info[LATER].setdefault(statement, []).append(row)
    else:
        session.connection().execute(statement, row)


def add_later(session: Session, statement: Executable, key: Row, more: dict[str, int]) -> None:
    """Write numbers that a row's are to grow by: in a quick batch one row for all acts of a key.

    statement: adds `more`, every number of the table, to the row that has `key`.
    """
    if not is_quick(session):
        session.connection().execute(statement, {**key, **more})
        return
    rows = session.info[ADDED].setdefault(statement, {})
    place = tuple(key.values())
    row = rows.get(place)
    if row is None:
        rows[place] = {**key, **more}
        return
    for name, number in more.items():
        row[name] += number


def write_now(session: Session) -> None:
    """What was put off, statement by statement, in the order in which each first came.

    Rows go by their first values, so that two processes never wait for each other's.
    """
    added = {statement: list(rows.values()) for statement, rows in session.info[ADDED].items()}
    for statement, rows in (session.info[LATER] | added).items():
        rows.sort(key=lambda row: [str(value) for value in islice(row.values(), 4)])
        session.connection().execute(statement, rows)
    session.info[LATER], session.info[ADDED] = {}, {}


def kept_in_batch(session: Session, name: str) -> dict[Any, Any]:
    """A table that lives as long as the batch; a new one each time outside of one."""
    kept: dict[Any, Any] = session.info.get(KEPT, {})
    found: dict[Any, Any] = kept.setdefault(name, {})
    return found


def remembered(find: Callable[..., T], session: Session, *given: Hashable) -> T:
    """find(session, *given), asked once in a batch. What raises is asked again."""
    kept: dict[Any, Any] | None = session.info.get(KEPT)
    if kept is None:
        return find(session, *given)
    key = (find, given)
    if key not in kept:
        kept[key] = find(session, *given)
    found: T = kept[key]
    return found
