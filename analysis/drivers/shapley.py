"""How much each item adds to R², over all orders in which items could be added: LMG, by factors.

Factors are coalitions whose items come one after the other (Owen values); the items of a factor
add up to the Shapley value of the factor, and factors to R². All from one covariance matrix.
Source: Lindeman, Merenda and Gold (1980), p. 119-127; Grömping (2007), American Statistician
61(2), 139-147; Owen (1977), in Mathematical Economics and Game Theory, 76-88.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EXACT = 13  # players at once: 8,192 subsets a factor
HELD = 4_000_000  # numbers held at once


@dataclass(frozen=True)
class Importance:
    """Parts of R² by item, (p,), which add up to `r2`.

    slopes : (p, p + 1, p + 1) derivative of each part by the covariance matrix, outcome last
    monte_carlo : (p,) standard errors from drawing orders, (factors,) those of factors; 0 if exact
    method : owen-exact, every subset; owen-orders, random orders
    """

    items: Floats
    r2: float
    slopes: Floats
    monte_carlo: Floats
    monte_carlo_factors: Floats
    method: str


def importance(
    covariance: Floats, factors: Sequence[Sequence[int]], orders: int, rng: np.random.Generator
) -> Importance:
    """The parts of the R² of the last variable that all others have, item by item.

    covariance : (p + 1, p + 1), positive definite, the outcome last
    factors : the items of each, every one of 0..p-1 once

    >>> alike = np.array([[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]])
    >>> found = importance(alike, [[0], [1]], 100, np.random.default_rng(1))
    >>> found.items.round(4).tolist(), round(found.r2, 4), found.method
    ([0.24, 0.24], 0.48, 'owen-exact')
    """
    size = np.sqrt(np.diag(covariance))
    plain = covariance / size / size[:, None]
    if widest(factors) <= EXACT:
        items, slopes = exact(plain, factors)
        nothing = np.zeros(len(items))
        found = Importance(
            items, float(items.sum()), slopes, nothing, nothing[: len(factors)], "owen-exact"
        )
    else:
        found = by_orders(plain, factors, orders, rng)
    return Importance(
        found.items,
        found.r2,
        found.slopes / size / size[:, None],
        found.monte_carlo,
        found.monte_carlo_factors,
        found.method,
    )


def parts_of(
    covariances: Floats, factors: Sequence[Sequence[int]], orders: int, seed: int
) -> Floats:
    """(n, p) the parts alone of many covariance matrices (n, p + 1, p + 1), in one go.

    The variance left of the outcome after each subset comes from conditioning on one block after
    the other, with and without it.
    """
    size = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    plain = covariances / size[:, None, :] / size[:, :, None]
    p = plain.shape[1] - 1
    out = np.zeros((len(plain), p))
    if widest(factors) > EXACT:
        every = drawn_orders(factors, orders, np.random.default_rng(seed))
        for i, one in enumerate(plain):
            out[i] = order_parts(one, every).mean(axis=0)
        return out
    for k, own in enumerate(factors):
        rest = [list(f) for j, f in enumerate(factors) if j != k]
        blocks = [*rest, *([item] for item in own)]
        before, inside = subsets(len(rest)), subsets(len(own))
        weight = coalition_weights(len(factors), before.sum(axis=1))
        signed = signs(inside)
        step = max(1, HELD // (2 ** len(blocks) * 4))
        for start in range(0, len(plain), step):
            r2 = 1 - left_over(plain[start : start + step], blocks)
            shaped = r2.reshape(len(inside), len(before), -1)
            out[start : start + step, list(own)] = np.einsum("b,ji,ibn->nj", weight, signed, shaped)
    return out


def left_over(plain: Floats, blocks: Sequence[Sequence[int]]) -> Floats:
    """(2**blocks, n) the variance of the outcome that each subset of blocks leaves.

    The subset of number s has block b where bit b of s is set, as in `subsets`.
    """
    order = [item for block in blocks for item in block]
    at = [*order, plain.shape[1] - 1]
    state = plain[None][:, :, at][:, :, :, at]
    for block in blocks:
        without = state[:, :, len(block) :, len(block) :]
        for _ in block:
            column = state[:, :, 1:, :1]
            state = state[:, :, 1:, 1:] - column * state[:, :, :1, 1:] / state[:, :, :1, :1]
        state = np.concatenate([without, state])
    return np.asarray(state[:, :, 0, 0])


def widest(factors: Sequence[Sequence[int]]) -> int:
    """The most players at a time: the items of a factor and the other factors."""
    return max(len(factors) - 1 + len(own) for own in factors)


def signs(inside: Flags) -> Floats:
    """(items, subsets) how the R² of each subset of a factor's items counts for each item."""
    count = inside.shape[1]
    out = np.empty((count, len(inside)))
    for j in range(count):
        others = inside.sum(axis=1) - inside[:, j]
        out[j] = np.where(inside[:, j], 1, -1) * coalition_weights(count, others)
    return out


def order_parts(plain: Floats, every: NDArray[np.int64]) -> Floats:
    """(orders, p) what each item adds in each order."""
    p = len(plain) - 1
    out = np.zeros((len(every), p))
    step = max(1, HELD // plain.size)
    for start in range(0, len(every), step):
        order = every[start : start + step]
        rows = np.arange(len(order))[:, None]
        out[start + rows, order] = rooted(plain, order)[:, p, :p] ** 2
    return out


def rooted(plain: Floats, order: NDArray[np.int64]) -> Floats:
    """Cholesky factors of the matrix in each order, the outcome last."""
    last = np.full((len(order), 1), len(plain) - 1)
    whole = np.concatenate([order, last], axis=1)
    return np.asarray(np.linalg.cholesky(plain[whole[:, :, None], whole[:, None, :]]))


def subsets(count: int) -> Flags:
    """(2**count, count) every subset of `count` players."""
    found: Flags = (np.arange(2**count)[:, None] >> np.arange(count)) % 2 == 1
    return found


def coalition_weights(count: int, others: Floats) -> Floats:
    """How often exactly these `others` come before a player, of all orders of `count`."""
    own = [factorial(t) * factorial(count - t - 1) / factorial(count) for t in range(count)]
    return np.array(own)[others.astype(np.int64)]


def exact(plain: Floats, factors: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Owen values and their slopes, over every subset of factors and of the items of each."""
    p = len(plain) - 1
    values, slopes = np.zeros(p), np.zeros((p, p + 1, p + 1))
    for k, own in enumerate(factors):
        rest = [f for j, f in enumerate(factors) if j != k]
        before, inside = subsets(len(rest)), subsets(len(own))
        masks = np.zeros((len(before), len(inside), p), dtype=bool)
        for j, items in enumerate(rest):
            masks[:, :, items] = before[:, j][:, None, None]
        masks[:, :, own] = inside[None]
        weight = coalition_weights(len(factors), before.sum(axis=1))
        each = (weight[None, :, None] * signs(inside)[:, None, :]).reshape(len(own), -1)
        add_up(plain, masks.reshape(-1, p), each, own, values, slopes)
    return values, slopes


def add_up(
    plain: Floats,
    masks: Flags,
    weights: Floats,
    own: Sequence[int],
    values: Floats,
    slopes: Floats,
) -> None:
    """Adds the weighted R² of subsets, and their slopes, to those of the items `own`."""
    step = max(1, HELD // plain.size)
    for start in range(0, len(masks), step):
        r2, left = explained(plain, masks[start : start + step])
        for item, row in zip(own, weights[:, start : start + step], strict=True):
            values[item] += row @ r2
            slopes[item] -= (left * row[:, None]).T @ left
            slopes[item, -1, -1] += row @ (1 - r2)


def explained(plain: Floats, masks: Flags) -> tuple[Floats, Floats]:
    """(n,) the R² of each subset of items and (n, p + 1) the weights that make its residual."""
    p = len(plain) - 1
    both = masks[:, :, None] & masks[:, None, :]
    matrix = np.where(both, plain[:p, :p], np.eye(p))
    right = np.where(masks, plain[:p, p], 0.0)
    slope = np.linalg.solve(matrix, right[:, :, None])[:, :, 0]
    r2 = (slope * right).sum(axis=1)
    return r2, np.concatenate([-slope, np.ones((len(masks), 1))], axis=1)


def drawn_orders(
    factors: Sequence[Sequence[int]], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """(count, p) orders: factors in random order, and the items within each."""
    out = []
    for _ in range(count):
        blocks = [rng.permutation(np.asarray(factors[k])) for k in rng.permutation(len(factors))]
        out.append(np.concatenate(blocks))
    return np.array(out, dtype=np.int64)


def by_orders(
    plain: Floats, factors: Sequence[Sequence[int]], orders: int, rng: np.random.Generator
) -> Importance:
    """Means over random orders: in a Cholesky factor the outcome's row has every step's part.

    Source: Castro, Gomez and Tejada (2009), Computers and Operations Research 36, 1726-1730.
    """
    p = len(plain) - 1
    every = drawn_orders(factors, orders, rng)
    parts, slopes = np.zeros((orders, p)), np.zeros((p, p + 1, p + 1))
    step = max(1, HELD // plain.size)
    for start in range(0, orders, step):
        order = every[start : start + step]
        rows = np.arange(len(order))[:, None]
        root = rooted(plain, order)
        own = root[:, p, :p]
        parts[start + rows, order] = own**2
        inverse = np.linalg.inv(root[:, :p, :p])
        slope = np.cumsum(inverse * own[:, :, None], axis=1)
        left = np.zeros((len(order), p + 1, p + 1))
        left[:, :, p] = 1
        left[rows[:, :, None], np.arange(1, p + 1)[:, None], order[:, None, :]] = -slope
        place = np.argsort(order, axis=1)
        for item in range(p):
            after = left[rows[:, 0], place[:, item] + 1]
            before = left[rows[:, 0], place[:, item]]
            slopes[item] += (before.T @ before - after.T @ after) / orders
    items = parts.mean(axis=0)
    slopes[:, p, p] -= items
    sums = np.stack([parts[:, list(own)].sum(axis=1) for own in factors], axis=1)
    return Importance(
        items,
        float(items.sum()),
        slopes,
        parts.std(axis=0, ddof=1) / np.sqrt(orders),
        sums.std(axis=0, ddof=1) / np.sqrt(orders),
        "owen-orders",
    )
