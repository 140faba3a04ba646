"""The attack on tables as they would be published: which hidden counts it finds out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.attack import NEAR, Attack, Problem, problem_of
from analysis.disclosure.rules import Limits, primary
from analysis.disclosure.tables import Key, Table, linked, said


@dataclass(frozen=True)
class Found:
    """What everything published says of one hidden count: it lies between `low` and `high`.

    what : "answers", "counted", or "others" for those not counted
    asked : how wide the interval has to be; 0 where the figure is hidden for others' sake
    """

    key: Key
    what: str
    low: float
    high: float
    asked: float

    @property
    def safe(self) -> bool:
        return self.high - self.low >= self.asked - NEAR

    def __str__(self) -> str:
        to = "without end" if self.high == float("inf") else f"to {self.high:g}"
        return f"{said(self.key)}: {self.what} from {self.low:g} {to}, asked {self.asked:g}"


def audit(
    tables: Iterable[Table], hidden: Collection[Key], limits: Limits, *, whole: bool = False
) -> tuple[Found, ...]:
    """The interval of every hidden count, from everything that is published of the tables.

    hidden : the figures that are not published. A figure that the limits would hide and that is
        not among them is told as an interval of no width, which is not safe
    whole : reckon with whole numbers; never wider
    Raises DisclosureError for tables that do not add up.

    >>> from analysis.disclosure.rules import PUBLIC
    >>> from analysis.disclosure.tables import Count, Dimension
    >>> area = Dimension("area", {"north": None, "south": None, "coast": None})
    >>> counts = {(None,): Count(90, 70), ("north",): Count(50, 40), ("south",): Count(4, 2)}
    >>> table = Table((area,), counts | {("coast",): Count(36, 28)})
    >>> print(audit([table], [table.key(("south",))], PUBLIC)[0])
    area south: answers from 4 to 4, asked 10
    """
    own = linked(tables)
    problem = problem_of(own, limits, primary(own.counts, limits))
    rows = np.array([key in hidden for key in problem.keys], dtype=bool)
    attack = Attack(problem, rows)
    places = np.flatnonzero((problem.row >= 0) & (attack.hidden | (problem.asked > 0)))
    return tuple(found(problem, attack, int(i), whole=whole) for i in places)


def found(problem: Problem, attack: Attack, variable: int, *, whole: bool) -> Found:
    """The interval of one variable."""
    low, high = attack.interval(variable, whole=whole)
    key, asked = problem.keys[problem.row[variable]], float(problem.asked[variable])
    return Found(key, problem.what[variable], low, high, asked)
