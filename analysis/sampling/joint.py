"""Probabilities that two units are both drawn, (units, units); the diagonal is each one's own.

`of` names the units that are wanted, when not all are.
"""

import numpy as np

from analysis.totals import Codes, Floats


def joint_simple(units: int, n: int) -> Floats:
    """n(n-1) / (N(N-1)) of a simple random sample; exact.

    Source: Särndal, Swensson and Wretman (1992), p. 31.
    """
    pair = n * (n - 1) / (units * (units - 1)) if units > 1 else 0.0
    out = np.full((units, units), pair)
    np.fill_diagonal(out, n / units)
    return out


def joint_hartley_rao(probability: Floats, of: Codes | None = None) -> Floats:
    """Of systematic sampling with probability proportional to size in random order, approximate.

    Exact to the order N⁻⁴. No probability is 1 (units for certain are taken out first).
    Source: Hartley and Rao (1962), Annals of Mathematical Statistics 33, eq. 5.15, p. 369.
    """
    n = probability.sum()
    squares, cubes = (probability**2).sum(), (probability**3).sum()
    p = probability if of is None else probability[of]
    i, j = p[:, None], p[None, :]
    out: Floats = 1 + (i + j) / n - squares / n**2
    out += 2 * (i**2 + j**2 + i * j) / n**2 - 3 * (i + j) * squares / n**3
    out += 3 * squares**2 / n**4 - 2 * cubes / n**3
    out *= (n - 1) / n * i * j
    np.fill_diagonal(out, p)
    return out


def joint_hajek(probability: Floats) -> Floats:
    """π_i π_j (1 - (1-π_i)(1-π_j)/d), d = Σ π(1-π): a sample of high entropy, approximate.

    Source: Hájek (1964), Annals of Mathematical Statistics 35, eq. 5.27, p. 1508.
    """
    left = 1 - probability
    spread = (probability * left).sum()
    out = np.outer(probability, probability)
    if spread > 0:
        out *= 1 - np.outer(left, left) / spread
    np.fill_diagonal(out, probability)
    return out


def joint_ordered(probability: Floats, of: Codes | None = None) -> Floats:
    """Of systematic sampling in this very order: exact, and 0 for pairs never drawn together.

    With a 0 no unbiased estimate of the variance exists. The probabilities add up to a whole
    number. Source: Connor (1966), JASA 61, p. 384; Madow (1949).
    """
    ends = np.cumsum(probability)
    n = round(float(ends[-1]))
    ends[-1] = n
    starts = np.unique(np.concatenate([[0.0, 1.0], ends % 1.0]))
    wanted = np.arange(len(probability)) if of is None else of
    place = np.full(len(probability), -1)
    place[wanted] = np.arange(len(wanted))
    out = np.zeros((len(wanted),) * 2)
    for low, high in zip(starts[:-1], starts[1:], strict=True):
        points = (low + high) / 2 + np.arange(n)
        drawn = place[np.searchsorted(ends, points, side="right")]
        drawn = drawn[drawn >= 0]
        out[np.ix_(drawn, drawn)] += high - low
    return out


def yates_grundy(values: Floats, probability: Floats, joint: Floats) -> float:
    """The estimated variance of the total Σ y/π of a sample of fixed size.

    values, probability : of the units drawn, (n,); joint : of their pairs, (n, n), none 0
    Source: Yates and Grundy (1953), J. Royal Statistical Society B 15, p. 253; Särndal, Swensson
    and Wretman (1992), sec. 2.8, p. 45.
    """
    each = values / probability
    gap = np.outer(probability, probability) / joint - 1
    np.fill_diagonal(gap, 0.0)
    return float((gap * (each[:, None] - each[None, :]) ** 2).sum() / 2)
