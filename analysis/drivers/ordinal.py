"""The proportional-odds model by weighted likelihood, with what each row adds to its estimates.

logit P(answer <= j | x) = cut_j - x'b: one effect a covariate, whatever the cut.
Source: McCullagh (1980), JRSS B 42, 109-142; Binder (1983), International Statistical Review 51,
279-292 (weights and design); Lumley and Scott (2017), Statistical Science 32(2), 265-278.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from analysis.errors import DriversError

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ROUNDS = 60
CLOSE = 1e-11
FAR = 25.0  # a log-odds this large over the range of a covariate is a separation


@dataclass(frozen=True)
class Ordinal:
    """Coefficients: effects (p,), then cuts in order (levels - 1,).

    influence : (rows, p + levels - 1) what each row adds to each coefficient, weighted
    """

    beta: Floats
    cuts: Floats
    influence: Floats


def ordinal(level: Codes, x: Floats, weight: Floats, names: Sequence[str]) -> Ordinal:
    """The coefficients of greatest weighted likelihood, by Newton's method.

    level : (rows,) 0, 1, ... every level has a row; x : (rows, p); weight : (rows,) above 0
    Raises DriversError naming a covariate that separates the levels, or does not vary.
    """
    middle, size = weight @ x / weight.sum(), np.ptp(x, axis=0)
    flat = np.flatnonzero(~(size > 0))
    if len(flat):
        raise DriversError(f'"{names[flat[0]]}" does not vary: leave it out of the model')
    plain, w = (x - middle) / size, weight / weight.mean()
    levels, p = int(level.max()) + 1, x.shape[1]
    below = np.cumsum(np.bincount(level, w, levels))[:-1] / w.sum()
    theta = np.concatenate([np.zeros(p), np.log(below / (1 - below))])
    value, slope, curve = likelihood(theta, level, plain, w)
    for _ in range(ROUNDS):
        step = np.linalg.lstsq(curve, slope.sum(axis=0), rcond=None)[0]
        theta, value, slope, curve = climbed(theta, step, value, level, plain, w)
        far = np.abs(theta[:p])
        if p and far.max() > FAR:
            raise separated(names[int(far.argmax())])
        if np.abs(step).max() <= CLOSE * (1 + np.abs(theta).max()):
            own = slope @ np.linalg.inv(curve)
            return as_given(theta, own, middle, size)
    raise separated(names[int(np.abs(theta[:p]).argmax())])


def separated(name: str) -> DriversError:
    return DriversError(
        f'the ordinal model did not settle: "{name}", perhaps with others, tells the levels of the '
        "overall answer apart without fail; leave it out or join levels"
    )


def climbed(
    theta: Floats, step: Floats, value: float, level: Codes, x: Floats, w: Floats
) -> tuple[Floats, float, Floats, Floats]:
    """Theta after a step, halved until the likelihood is not lower."""
    for half in range(40):
        new = theta + step / 2**half
        if (np.diff(new[x.shape[1] :]) > 0).all():
            found = likelihood(new, level, x, w)
            if found[0] >= value - 1e-10 * abs(value):
                return new, *found
    return theta, *likelihood(theta, level, x, w)


def likelihood(theta: Floats, level: Codes, x: Floats, w: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood, weighted scores (rows, coefficients), and minus its second derivative.

    It is concave (Pratt 1981, JASA 76, 103-106), so that Newton's method finds its only top.
    """
    p = x.shape[1]
    count = len(theta) - p
    cuts = np.concatenate([[-np.inf], theta[p:], [np.inf]])
    line = x @ theta[:p]
    upper, lower = cuts[level + 1] - line, cuts[level] - line
    with np.errstate(over="ignore"):
        gap = np.where(np.isinf(upper) | np.isinf(lower), 0.0, -np.expm1(lower - upper))
        gap = np.where(np.isinf(upper) | np.isinf(lower), 1.0, gap)
    logs = log_expit(upper) + log_expit(-lower) + np.log(gap)
    chance = np.exp(logs)
    top, bottom = density(upper), density(lower)
    up, down = top / chance, -bottom / chance
    turn_up = top * (1 - 2 * expit(upper)) / chance - up**2
    turn_down = -bottom * (1 - 2 * expit(lower)) / chance - down**2
    turn_both = -up * down
    every = np.arange(count)
    high = np.concatenate([-x, (level[:, None] == every).astype(float)], axis=1)
    low = np.concatenate([-x, (level[:, None] - 1 == every).astype(float)], axis=1)
    score = (up[:, None] * high + down[:, None] * low) * w[:, None]
    cross = high.T @ ((w * turn_both)[:, None] * low)
    second = high.T @ ((w * turn_up)[:, None] * high) + low.T @ ((w * turn_down)[:, None] * low)
    return float(w @ logs), score, -(second + cross + cross.T)


def density(u: Floats) -> Floats:
    return np.asarray(expit(u) * expit(-u))


def as_given(theta: Floats, influence: Floats, middle: Floats, size: Floats) -> Ordinal:
    """Coefficients and influences for covariates as they were given, not centred and scaled."""
    p = len(middle)
    beta, own = theta[:p] / size, influence[:, :p] / size
    cuts = theta[p:] + middle @ beta
    moved = influence[:, p:] + (own @ middle)[:, None]
    return Ordinal(beta, cuts, np.concatenate([own, moved], axis=1))
