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
KEPT, QUICK, LATER, SOUGHT = "remembered", "quick", "later", "sought"
Row = dict[str, Any]


def together(session: Session, *, quick: bool, sought: frozenset[Hashable] = frozenset()) -> None:
    """The session runs a batch of acts that see one state of the database.

    quick: without savepoints; an act that fails ends it, and the batch runs again with them.
    sought: keys that the acts will look up, to be looked up at once.
    """
    session.info.update({KEPT: {}, QUICK: quick, LATER: {}, SOUGHT: sought})


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
        rows = _put_off(session, statement)
        rows[len(rows)] = row
    else:
        session.connection().execute(statement, row)


def add_later(session: Session, statement: Executable, key: Row, more: dict[str, int]) -> None:
    """Write numbers that a row's are to grow by: in a quick batch one row for all acts of a key.

    statement: adds `more`, every number of the table, to the row that has `key`.
    """
    if not is_quick(session):
        session.connection().execute(statement, {**key, **more})
        return
    fresh = {**key, **dict.fromkeys(more, 0)}
    row = _put_off(session, statement).setdefault(tuple(key.values()), fresh)
    for name, number in more.items():
        row[name] += number


def _put_off(session: Session, statement: Executable) -> dict[Hashable, Row]:
    """The rows of a statement that the batch has put off, by what tells one from another."""
    found: dict[Hashable, Row] = session.info[LATER].setdefault(statement, {})
    return found


def write_now(session: Session) -> None:
    """What was put off, statement by statement, in the order in which each first came.

    Rows go by their first values, so that two processes never wait for each other's.
    """
    for statement, put_off in session.info[LATER].items():
        rows = sorted(put_off.values(), key=lambda row: [str(v) for v in islice(row.values(), 4)])
        session.connection().execute(statement, rows)
    session.info[LATER] = {}


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
