"""Primary and secondary suppression for a set of linked tables, with its proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.disclosure.attack import NEAR, Attack, Flags, Floats, Problem, problem_of
from analysis.disclosure.audit import Found, found
from analysis.disclosure.rules import PUBLIC, SECONDARY, Limits, primary
from analysis.disclosure.search import best, near
from analysis.disclosure.tables import Key, Table, linked
from analysis.errors import DisclosureError

PROVED = 150  # figures up to which the least cost is looked for
TIMES = 5


@dataclass(frozen=True)
class Protected:
    """What is hidden and why: "few-answers", "unanimous", or "secondary" for the others' sake.

    proof : the interval of every count that is not to be found out, as an attacker reckons it,
        over whole numbers
    cost, least : what is hidden costs, and the least that any safe choice would
    """

    hidden: Mapping[Key, str]
    proof: tuple[Found, ...]
    cost: float
    least: float

    @property
    def optimal(self) -> bool:
        return self.cost <= self.least + NEAR


def protect(
    tables: Iterable[Table],
    limits: Limits = PUBLIC,
    *,
    costs: Mapping[Key, float] | None = None,
    proved: int = PROVED,
) -> Protected:
    """The figures to hide so that no hidden count can be found out from all tables together.

    costs : of hiding each figure; its answers and one more where nothing is said, so that margins
        stay and small figures go
    proved : up to so many figures the least cost is looked for, beyond it a cost near it
    Raises DisclosureError for tables that do not add up, and for what cannot be protected.

    >>> from analysis.disclosure.tables import Count, Dimension
    >>> area = Dimension("area", {"north": None, "south": None, "coast": None})
    >>> counts = {(None,): Count(90, 70), ("north",): Count(50, 40), ("south",): Count(4, 2)}
    >>> table = Table((area,), counts | {("coast",): Count(36, 28)})
    >>> protect([table]).hidden
    {(('area', 'south'),): 'few-answers', (('area', 'coast'),): 'secondary'}
    """
    own = linked(tables)
    reasons = primary(own.counts, limits)
    problem = problem_of(own, limits, reasons)
    must = np.array([key in reasons for key in problem.keys], dtype=bool)
    told = costs or {}
    cost = np.array([told.get(k, own.counts[k].answers + 1) for k in problem.keys], dtype=float)
    if (cost < 0).any():
        raise DisclosureError("hiding a figure cannot cost less than nothing")
    stronger = problem
    for _ in range(TIMES):
        rows, least = chosen(stronger, must, cost, proved)
        attack = Attack(problem, rows)
        asked = np.flatnonzero(problem.asked > 0)
        proof = tuple(found(problem, attack, int(i), whole=True) for i in asked)
        open_ = [one for one in proof if not one.safe]
        if not open_:
            hidden = {
                key: reasons.get(key, SECONDARY)
                for key, one in zip(problem.keys, rows, strict=True)
                if one
            }
            return Protected(hidden, proof, float(cost[rows].sum()), least)
        stronger = asking_more(stronger, open_)
    raise DisclosureError(f"no choice of figures was found that protects {open_[0]}")


def chosen(problem: Problem, must: Flags, cost: Floats, proved: int) -> tuple[Flags, float]:
    """The figures hidden, and the least cost, part by part of what is not linked."""
    rows, least = near(problem, must, cost), 0.0
    part = problem.parts(~problem.shown)
    done = must & False
    for label in np.unique(part[problem.asked > 0]):
        inside = (part == label) & (problem.row >= 0)
        ours = np.zeros(len(rows), dtype=bool)
        ours[problem.row[inside]] = True
        ours &= ~done
        done |= ours
        if not (rows & ours & ~must).any():  # nothing beyond what the limits hide: the least
            least += float(cost[must & ours].sum())
        elif ours.sum() <= proved:
            only = replace(problem, asked=np.where(part == label, problem.asked, 0.0))
            choice = best(only, must & ours, cost, rows & ours)
            rows = np.where(ours, choice.rows, rows)
            least += choice.least
        else:
            least += float(cost[must & ours].sum())
    least += float(cost[must & ~done].sum())
    return rows, least


def asking_more(problem: Problem, open_: Iterable[Found]) -> Problem:
    """The problem that asks as much more of a count as whole numbers leave less of it."""
    asked = problem.asked.copy()
    places = {(problem.row[i], what): i for i, what in enumerate(problem.what)}
    rows = {key: i for i, key in enumerate(problem.keys)}
    for one in open_:
        asked[places[rows[one.key], one.what]] += max(1.0, one.asked - (one.high - one.low))
    return replace(problem, asked=asked)
