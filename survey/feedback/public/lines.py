"""One line of what everybody may read of how feedback is dealt with."""

from dataclasses import dataclass
from typing import Final

PUBLIC: Final = 10  # fewest cases of which anything is published
UNANIMOUS: Final = 20  # fewest answers of which all or none may be said


@dataclass(frozen=True)
class PublicShare:
    """Of `n`; with an interval where it is of people's answers; None: not published."""

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class PublicLine:
    """The cases of a unit or topic; `key` None: all; "": those with few cases, taken together.

    answered : of those received, left out those refused, guided, transferred, merged, withdrawn.
    """

    key: str | int | None
    received: int
    answered: PublicShare
    on_time: PublicShare
    satisfied: PublicShare
