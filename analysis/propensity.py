"""The propensity to respond: a weighted logistic regression, by reweighted least squares.

Source: Little (1986), International Statistical Review 54, 139-157 (classes of the propensity);
McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., sections 2.5 and 4.4; Albert and
Anderson (1984), Biometrika 71, 1-10 (separation).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.data import kind_of
from analysis.errors import DesignError, NotConvergedError
from analysis.margins import many
from analysis.totals import Codes, Floats, Key, sums_by, weight_of
from analysis.units import numbered

ROUNDS = 50
CLOSE = 1e-12
FAR = 30.0  # a log-odds beyond this is a probability of 0 or 1


@dataclass(frozen=True)
class Propensity:
    """`probability` (rows,) of answering, `coefficients` by "covariate" or "covariate = value"."""

    probability: Floats
    coefficients: dict[str, float]


@dataclass(frozen=True)
class Side:
    """One column of the regression: the covariate, and of a category the value, else None."""

    covariate: str
    value: object
    number: Floats

    @property
    def name(self) -> str:
        return self.covariate if self.value is None else f"{self.covariate} = {self.value}"


def propensity(
    covariates: Sequence[Key], categorical: Sequence[str], answered: Floats, weight: Floats
) -> Propensity:
    """The probability of answering by covariates: numbers as they are, texts as categories.

    covariates : a code per row, none of them -1; categorical : numbers that are categories
    answered : (rows,) 1 or 0; weight : (rows,) base weights
    The first category, in the order of values, is the one that others are compared with.
    Raises NotConvergedError naming the covariate that separates those who answered.
    """
    pattern = numbered(*(key.codes for key in covariates))
    count = int(pattern.max(initial=-1)) + 1
    first = np.zeros(count, dtype=np.int64)
    first[pattern] = np.arange(len(pattern))
    both = sums_by(pattern, np.stack([weight, weight * answered], axis=1), count)
    all_in, yes = both[:, 0], both[:, 1]
    if not 0 < yes.sum() < all_in.sum():
        raise DesignError("[nonresponse]: everybody answered, or nobody; there is no propensity")
    rows = weight_of(pattern, np.ones(len(pattern)), count)
    sides: list[Side] = []
    for key in covariates:
        code = key.codes[first]
        as_numbers = kind_of(key.values.type) in ("whole", "number") and key.name not in categorical
        if as_numbers:
            values = key.values.cast(pa.float64()).to_numpy(zero_copy_only=False)
            sides.append(Side(key.name, None, values[code]))
            ordered(key.name, values[code], yes, all_in)
        else:
            divided(key, code, yes, all_in, rows)
            own = enumerate(key.values.to_pylist())
            sides += [Side(key.name, v, (code == i).astype(float)) for i, v in list(own)[1:]]
    found = fitted(sides, yes, all_in)
    names = ["(constant)", *(side.name for side in sides)]
    probability = 1 / (1 + np.exp(-found.u))
    return Propensity(probability[pattern], dict(zip(names, found.beta.tolist(), strict=True)))


def divided(key: Key, code: Codes, yes: Floats, all_in: Floats, rows: Floats) -> None:
    """Raises NotConvergedError for a category in which everybody or nobody answered."""
    count = len(key.values)
    answered, there = weight_of(code, yes, count), weight_of(code, all_in, count)
    for i, value in enumerate(key.values.to_pylist()):
        who = "nobody" if answered[i] == 0 else "everybody"
        if there[i] > 0 and (answered[i] == 0 or not there[i] - answered[i] > CLOSE * there[i]):
            raise NotConvergedError(
                f"[nonresponse]: {who} answered where {key.name} = {value} "
                f"({many(int(rows[code == i].sum()))}), so that no propensity fits; join the "
                f"category with another or leave {key.name} out"
            )


def ordered(name: str, values: Floats, yes: Floats, all_in: Floats) -> None:
    """Raises NotConvergedError where all who answered lie on one side of a number."""
    ours, others = values[yes > 0], values[all_in - yes > CLOSE * all_in]
    if values.min() == values.max():
        return
    for low, high, who in ((ours, others, "they"), (others, ours, "the others")):
        if low.max() <= high.min():
            raise NotConvergedError(
                f"[nonresponse]: {name} separates those who answered from the others: {who} go up "
                f"to {low.max():g}, the rest from {high.min():g}, so that no propensity fits; "
                f"leave {name} out"
            )


@dataclass(frozen=True)
class Regression:
    beta: Floats
    u: Floats


def fitted(sides: Sequence[Side], yes: Floats, all_in: Floats) -> Regression:
    """Coefficients, constant first, and log-odds (patterns,)."""
    numbers = [side.number for side in sides]
    middle = np.array([0.0, *(n @ all_in / all_in.sum() for n in numbers)])
    size = np.array([1.0, *(np.ptp(n) or 1.0 for n in numbers)])
    x = (np.stack([np.ones(len(yes)), *numbers], axis=1) - middle) / size
    beta = np.zeros(x.shape[1])
    u = np.zeros(len(yes))
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-u))
        pull = x.T @ (yes - all_in * p)
        spread = x.T @ ((all_in * p * (1 - p))[:, None] * x)
        step = np.linalg.pinv(spread, hermitian=True) @ pull
        beta, before = beta + step, u
        u = x @ beta
        if np.abs(u).max() > FAR:
            break
        if np.abs(u - before).max() <= CLOSE * (1 + np.abs(u).max()):
            own = beta / size
            own[0] -= own[1:] @ middle[1:]
            return Regression(own, u)
    worst = int(np.abs(beta[1:]).argmax()) if len(beta) > 1 else 0
    raise NotConvergedError(
        f"[nonresponse]: the propensity did not settle; {sides[worst].name}, perhaps with others, "
        f"tells those who answered from the others without fail: leave "
        f"{sides[worst].covariate} out or join its categories"
    )


def classes_of(probability: Floats, weight: Floats, count: int) -> Codes:
    """The class of each row, from 0: `count` classes of equal weight in order of propensity.

    Rows of one propensity are in one class, so that there may be fewer.
    """
    order = np.argsort(probability, kind="stable")
    values, start = np.unique(probability[order], return_index=True)
    until = np.add.reduceat(weight[order], start).cumsum()
    middle = until - np.diff(np.r_[0.0, until]) / 2
    own = np.minimum((count * middle / until[-1]).astype(np.int64), count - 1)
    return numbered(own[np.searchsorted(values, probability)])
