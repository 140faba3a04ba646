"""Which further figures to hide: few of them, near the fewest, and the fewest where that is proved.

Near: for one hidden count after another, two ways for the counts to differ from the truth that
are far enough apart, with the least cost of figures to hide; then what is not needed is shown
again. Best: a master programme chooses figures, the attack answers with an inequality that every
safe choice meets, until a choice is safe. Source: Kelly, Golden and Assad (1992), Networks 22(4),
397-417; Fischetti and Salazar-González (2001), Management Science 47(7), 1008-1027.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from analysis.disclosure.attack import FAR, NEAR, Attack, Flags, Floats, Problem, Whole
from analysis.disclosure.tables import said
from analysis.errors import DisclosureError

AGAIN = 2  # times that costs are shared anew over the counts that differ
NODES = 20_000  # branches looked at by one master programme
ROUNDS = 200  # master programmes
TRIED = 3_000  # attacks while figures are shown again


@dataclass(frozen=True)
class Choice:
    """The figures hidden, and the least cost that any safe choice has (0 when unknown)."""

    rows: Flags
    least: float


def witness(attack: Attack, variable: int) -> Whole | None:
    """The variables by which a hidden count can differ as far as asked; None when it cannot."""
    if not attack.hidden[variable]:
        return None
    asked = attack.problem.asked[variable] - NEAR
    up, with_up = attack.reach(variable, 1)
    if up >= asked:
        return with_up
    down, with_down = attack.reach(variable, -1)
    return np.union1d(with_up, with_down) if up + down >= asked else None


def near(problem: Problem, must: Flags, cost: Floats) -> Flags:
    """Figures to hide so that every count asked for is protected; not always the fewest.

    Raises DisclosureError naming a figure that stays known whatever is hidden.
    """
    rows = must.copy()
    part = problem.parts(~problem.shown)
    asked = np.flatnonzero(problem.asked > 0)
    attack = Attack(problem, rows)
    for variable in asked[np.argsort(-problem.asked[asked], kind="stable")]:
        if witness(attack, int(variable)) is None:
            own = np.flatnonzero(part == part[variable])
            rows[opened(problem, rows, own, int(variable), cost)] = True
            attack = Attack(problem, rows)
    return shown_again(problem, rows, must, cost)


def opened(problem: Problem, rows: Flags, own: Whole, variable: int, cost: Floats) -> Whole:
    """The figures to hide for one count: the cheapest two deviations that are far enough apart."""
    value, row = problem.value[own], problem.row[own]
    at = int(np.flatnonzero(own == variable)[0])
    block = problem.sums[:, own]
    block = block[np.diff(block.indptr) > 0]
    free = np.where(row >= 0, rows[row], True)
    price = np.where(free, 0.0, cost[row])
    flat = hstack([block, -block])  # a deviation is what is more, less what is less
    nothing = csr_array(flat.shape)
    apart = np.zeros(4 * len(own))
    apart[[at, len(own) + at, 2 * len(own) + at, 3 * len(own) + at]] = (1, -1, -1, 1)
    system = vstack([hstack([flat, nothing]), hstack([nothing, flat]), csr_array(apart[None, :])])
    right = np.r_[np.zeros(2 * flat.shape[0]), problem.asked[variable]]
    top = np.r_[np.full(len(own), FAR), value, np.full(len(own), FAR), value]
    moved = np.ones(len(own))
    for _ in range(AGAIN):
        weight = price / np.maximum(moved, 1e-3)
        done = linprog(
            np.tile(weight + 1e-7, 4),
            A_eq=system.tocsr(),
            b_eq=right,
            bounds=np.c_[np.zeros(len(top)), top],
            method="highs",
        )
        if done.x is None:
            raise DisclosureError(
                f"{said(problem.keys[problem.row[variable]])} cannot be protected: whatever else "
                f"is hidden, its number of {problem.what[variable]} is known too closely"
            )
        moved = done.x.reshape(4, len(own)).sum(axis=0)
    changed = row[(moved > NEAR) & (row >= 0)]
    return np.unique(changed)


def shown_again(problem: Problem, rows: Flags, must: Flags, cost: Floats) -> Flags:
    """The choice without figures that nobody needs hidden, the dearest tried first."""
    rows = rows.copy()
    asked = [int(v) for v in np.flatnonzero(problem.asked > 0)]
    attack = Attack(problem, rows)
    by = {v: witness(attack, v) for v in asked}
    further = np.flatnonzero(rows & ~must)
    left = TRIED
    for one in further[np.argsort(-cost[further], kind="stable")]:
        touched = [v for v, own in by.items() if own is None or (problem.row[own] == one).any()]
        left -= len(touched)
        if left < 0:
            break
        rows[one] = False
        attack = Attack(problem, rows)
        again: dict[int, Whole | None] = {}
        for variable in touched:
            again[variable] = witness(attack, variable)
            if again[variable] is None:
                rows[one] = True
                break
        else:
            by |= again
    return rows


def best(problem: Problem, must: Flags, cost: Floats, start: Flags) -> Choice:
    """The safe choice of least cost; or `start`, and what is proved, where that takes too long."""
    barred = np.ones(len(cost), dtype=bool)
    barred[problem.row[(problem.row >= 0) & ~problem.shown]] = False
    asked = np.flatnonzero(problem.asked > 0)
    lines: list[Floats] = []
    rights: list[float] = []
    least = float(cost[must].sum())
    for _ in range(ROUNDS):
        rows = must.copy()
        if lines:
            done = milp(
                cost,
                constraints=LinearConstraint(csr_array(np.array(lines)), np.array(rights), np.inf),
                bounds=Bounds(must.astype(float), (~barred | must).astype(float)),
                integrality=np.ones(len(cost)),
                options={"node_limit": NODES, "mip_rel_gap": 1e-9},
            )
            if done.status != 0 or done.x is None:
                break
            rows, least = done.x > 0.5, float(done.fun)
        if least >= cost[start].sum() - NEAR:
            return Choice(start, float(cost[start].sum()))
        attack = Attack(problem, rows)
        bad = [int(v) for v in asked if witness(attack, int(v)) is None]
        if not bad:
            return Choice(rows, least)
        for variable in bad:
            line, right = cut(problem, attack, variable)
            lines.append(line)
            rights.append(right)
    return Choice(start, least)


def cut(problem: Problem, attack: Attack, variable: int) -> tuple[Floats, float]:
    """An inequality `line @ rows >= right` that every safe choice meets and this one does not.

    From the duals of the two attacks: the interval's width is at most the sum over hidden counts
    of what each of their bounds is worth. No coefficient needs to exceed the right side.
    """
    reached = worth(problem, attack, variable, 1) + worth(problem, attack, variable, -1)
    right = float(problem.asked[variable] - reached[problem.row < 0].sum())
    line = np.zeros(len(problem.keys))
    inside = problem.row >= 0
    np.add.at(line, problem.row[inside], reached[inside])
    line[line < 1e-5] = 0.0
    return np.minimum(line, right), right


def worth(problem: Problem, attack: Attack, variable: int, sign: int) -> Floats:
    """(m,) what hiding each count adds to how far one of them can go in one direction."""
    whole = ~problem.shown
    part = problem.parts(whole)
    own = np.flatnonzero(part == part[variable])
    block = problem.sums[:, own]
    block = block[np.diff(block.indptr) > 0]
    open_ = attack.hidden[own].astype(float)
    wanted = np.zeros(len(own))
    wanted[own == variable] = -sign
    found = np.zeros(len(problem.value))
    if not block.shape[0]:
        reduced = wanted
    else:
        done = linprog(
            wanted,
            A_eq=block,
            b_eq=np.zeros(block.shape[0]),
            bounds=np.c_[-problem.value[own] * open_, FAR * open_],
            method="highs",
        )
        if done.x is None:
            raise DisclosureError(f"the attack could not be reckoned: {done.message}")
        reduced = wanted - block.T @ done.eqlin.marginals
    reduced = np.where(np.abs(reduced) > 1e-9, reduced, 0.0)
    found[own] = np.maximum(-reduced, 0) * FAR + np.maximum(reduced, 0) * problem.value[own]
    return found
