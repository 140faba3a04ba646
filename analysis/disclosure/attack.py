"""What anybody can reckon about hidden counts from everything that is published.

Every count is a variable, 0 or more; published ones are known, and totals are the sums of their
parts. Linear programming finds the smallest and the largest value that fits.
Source: Fischetti and Salazar-González (2001), Management Science 47(7), 1008-1027, "the attacker
problems"; Hundepool et al. (2012), Statistical Disclosure Control, Wiley, ch. 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.rules import FEW, Limits
from analysis.disclosure.tables import Count, Key, Linked
from analysis.errors import DisclosureError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAR = 1e6  # a count that can be this much larger is not bounded
NEAR = 1e-6
ANSWERS, COUNTED, OTHERS = "answers", "counted", "others"


@dataclass(frozen=True)
class Problem:
    """The counts of linked tables as variables of equations `sums @ value = 0`.

    row : (m,) the figure each belongs to; figures are hidden whole. -1: nobody publishes it
    keys : the figures; what : "answers", "counted" or "others" for each variable
    shown : (m,) published whatever is hidden, because sizes stay shown or nobody answered
    asked : (m,) how wide the interval of the variable has to be; 0 for what is not sensitive
    """

    value: Floats
    row: Whole
    what: tuple[str, ...]
    shown: Flags
    asked: Floats
    sums: csr_array
    keys: tuple[Key, ...]

    def hidden(self, rows: Flags) -> Flags:
        """(m,) which variables are unknown when these figures are hidden."""
        own: Flags = np.where(self.row >= 0, rows[self.row], True) & ~self.shown
        return own

    def parts(self, variables: Flags) -> Whole:
        """(m,) the number of the connected part of the equations over these variables; else -1."""
        own = np.flatnonzero(variables)
        block = self.sums[:, own].tocoo()
        lines = block.shape[0]
        ends = (block.coords[0], lines + block.coords[1])
        size = lines + len(own)
        links = csr_array((np.ones(len(block.data)), ends), shape=(size, size))
        _, label = connected_components(links, directed=False)
        found = np.full(len(self.value), -1, dtype=np.int64)
        found[own] = label[lines:]
        return found


class Attack:
    """The intervals of hidden counts, given which figures are hidden."""

    def __init__(self, problem: Problem, rows: Flags) -> None:
        self.problem = problem
        self.hidden = problem.hidden(rows)

    @cached_property
    def part(self) -> Whole:
        return self.problem.parts(self.hidden)

    def interval(self, variable: int, *, whole: bool = False) -> tuple[float, float]:
        """The least and the greatest value of a variable that fit what is published.

        whole : over whole numbers only, as counts are; never wider, and slower
        """
        value = float(self.problem.value[variable])
        if not self.hidden[variable]:
            return value, value
        down, _ = self.reach(variable, -1, whole=whole)
        up, _ = self.reach(variable, 1, whole=whole)
        return value - down, value + up

    def reach(self, variable: int, sign: int, *, whole: bool = False) -> tuple[float, Whole]:
        """How far a hidden variable can go in one direction, infinite beyond FAR, and with which.

        The second: the variables that differ from the truth when it goes there.
        """
        own = np.flatnonzero(self.part == self.part[variable])
        block = self.problem.sums[:, own]
        block = block[np.diff(block.indptr) > 0]
        least = -self.problem.value[own]
        if not block.shape[0]:
            return (float("inf") if sign > 0 else float(-least[0])), own
        moved = moves(block, least, np.where(own == variable, -float(sign), 0.0), whole)
        far = abs(float(moved[own == variable][0]))
        return float("inf") if far >= FAR * (1 - NEAR) else far, own[np.abs(moved) > NEAR]


def moves(block: csr_array, least: Floats, wanted: Floats, whole: bool) -> Floats:
    """The deviations, at least `least`, that keep every sum and make `wanted @ them` smallest."""
    none = np.zeros(block.shape[0])
    most = np.full(len(least), FAR)
    done = linprog(wanted, A_eq=block, b_eq=none, bounds=np.c_[least, most], method="highs")
    if whole and done.x is not None and np.abs(done.x - np.round(done.x)).max() > NEAR:
        done = milp(
            wanted,
            constraints=LinearConstraint(block, none, none),
            bounds=Bounds(least, most),
            integrality=np.ones(len(least)),
        )
    if done.x is None:
        raise DisclosureError(f"the attack could not be reckoned: {done.message}")
    found: Floats = done.x
    return found


def problem_of(tables: Linked, limits: Limits, primary: Mapping[Key, str]) -> Problem:
    """The equations of linked tables; what is hidden for its own sake is asked to stay hidden."""
    keys = tuple(tables.counts)
    own = Variables([], [], [])
    place = {
        (key, what): own.add(number, i, what)
        for i, key in enumerate(keys)
        for what, number in numbers_of(tables.counts[key]).items()
    }
    sums = equations(tables, place, own)
    answers = [tables.counts[keys[r]].answers if r >= 0 else -1 for r in own.row]
    shown = [
        n == 0 or (limits.sizes_shown and n > 0 and what == ANSWERS)
        for n, what in zip(answers, own.what, strict=True)
    ]
    asked = [
        wanted(what, primary.get(keys[r]) if r >= 0 else None, n, limits)
        for r, what, n in zip(own.row, own.what, answers, strict=True)
    ]
    return Problem(
        value=np.array(own.value, dtype=float),
        row=np.array(own.row, dtype=np.int64),
        what=tuple(own.what),
        shown=np.array(shown, dtype=bool),
        asked=np.array(asked, dtype=float),
        sums=sparse(sums, len(own.value)),
        keys=keys,
    )


@dataclass(frozen=True)
class Variables:
    """The variables of a problem while they are gathered."""

    value: list[float]
    row: list[int]
    what: list[str]

    def add(self, value: float, row: int, what: str) -> int:
        """The number of a new variable."""
        self.value.append(value)
        self.row.append(row)
        self.what.append(what)
        return len(self.value) - 1


def numbers_of(count: Count) -> dict[str, int]:
    """The variables of one figure and their true values."""
    if count.counted is None:
        return {ANSWERS: count.answers}
    others = count.answers - count.counted
    return {ANSWERS: count.answers, COUNTED: count.counted, OTHERS: others}


def equations(
    tables: Linked, place: Mapping[tuple[Key, str], int], own: Variables
) -> list[dict[int, float]]:
    """What adds up to 0, variable to coefficient; people in no part are variables of their own."""
    lines = [
        {place[key, ANSWERS]: -1.0, place[key, COUNTED]: 1.0, place[key, OTHERS]: 1.0}
        for key in tables.counts
        if (key, COUNTED) in place
    ]
    for (total, parts), rests in zip(tables.sums, tables.rests, strict=True):
        for what, left in zip((ANSWERS, COUNTED), rests, strict=True):
            if any((key, what) not in place for key in (total, *parts)):
                continue
            line = {place[total, what]: -1.0} | {place[part, what]: 1.0 for part in parts}
            if rests[0]:
                line[own.add(left, -1, what)] = 1.0
            lines.append(line)
    return lines


def wanted(what: str, reason: str | None, answers: int, limits: Limits) -> float:
    """How wide the interval of a count has to be."""
    if reason is None:
        return 0.0
    if what == ANSWERS:
        return 0.0 if limits.sizes_shown or reason != FEW else float(limits.width)
    return float(min(limits.spread, answers) if limits.sizes_shown else limits.spread)


def sparse(lines: list[dict[int, float]], width: int) -> csr_array:
    rows = [i for i, line in enumerate(lines) for _ in line]
    columns = [c for line in lines for c in line]
    numbers = [v for line in lines for v in line.values()]
    return csr_array((numbers, (rows, columns)), shape=(len(lines), width))
