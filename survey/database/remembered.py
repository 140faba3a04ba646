"""What acts of one batch ask again and again is asked of the database once.

The answers live as long as the batch's session, which is one short transaction: nothing is kept
that somebody else could have changed meanwhile. In any other session each question is asked anew.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
KEPT, QUICK = "remembered", "quick"


def together(session: Session, *, quick: bool) -> None:
    """The session runs a batch of acts that see one state of the database.

    quick: without savepoints; an act that fails ends it, and the batch runs again with them.
    """
    session.info.update({KEPT: {}, QUICK: quick})


def is_quick(session: Session) -> bool:
    return bool(session.info.get(QUICK))


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
