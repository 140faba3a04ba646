"""The area-level model of Fay and Herriot: direct estimates lean on what similar areas have.

direct = x'b + u + e, u ~ (0, A) between areas, e ~ (0, psi) by sampling, psi taken as known. The
composite of an area is gamma direct + (1 - gamma) x'b, gamma = A / (A + psi).
Source: Fay and Herriot (1979), JASA 74, 269-277; Prasad and Rao (1990), JASA 85, 163-171; Datta
and Lahiri (2000), Statistica Sinica 10, 613-627; Rao and Molina (2015), ch. 6.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from analysis.errors import SmallAreaError
from analysis.modelling import METHODS

Floats = NDArray[np.float64]

GRID = 81  # values of A that are tried before the best is refined
POLISH = 20


@dataclass(frozen=True)
class Areas:
    """What the model gives for every area, (areas,) each; the model itself beside it.

    value : the composite, or x'b where there is no direct estimate; mse : its mean squared error
    gamma : the weight of the direct estimate, 0 where there is none
    variance : A, 0 where areas differ no more than sampling alone explains
    beta, beta_covariance : (p,) and (p, p); fitted : areas with a direct estimate
    """

    value: Floats
    mse: Floats
    gamma: Floats
    synthetic: Floats
    variance: float
    beta: Floats
    beta_covariance: Floats
    method: str
    fitted: int


def fay_herriot(direct: Floats, psi: Floats, sides: Floats, method: str = "reml") -> Areas:
    """The composites of all areas and their mean squared errors.

    direct, psi : (areas,) estimates and their variances, NaN where an area has none
    sides : (areas, p) covariates, a column of ones among them
    The mse has the second-order terms for the estimation of b and A; with `ml` also its bias.
    Raises SmallAreaError: too few areas, a variance that is not above 0, columns that depend.
    """
    if method not in METHODS:
        raise SmallAreaError(f'the method "{method}" is none of {", ".join(METHODS)}')
    own = np.isfinite(direct) & np.isfinite(psi)
    checked(direct, psi, sides, own)
    y, v, x = direct[own], psi[own], sides[own]
    unit = float(np.median(v))
    a = between(y / np.sqrt(unit), v / unit, x, method) * unit
    inverse = np.asarray(np.linalg.inv((x / (a + v)[:, None]).T @ x), dtype=np.float64)
    beta = inverse @ (x.T @ (y / (a + v)))
    synthetic = sides @ beta
    gamma = np.where(own, a / (a + np.where(own, psi, 1.0)), 0.0)
    value = np.where(own, gamma * np.where(own, direct, 0.0), 0.0) + (1 - gamma) * synthetic
    known = np.where(own, psi, np.inf)
    mse = squared_error(a, known, v, x, sides, inverse, method)
    return Areas(value, mse, gamma, synthetic, a, beta, inverse, method, int(own.sum()))


def checked(direct: Floats, psi: Floats, sides: Floats, own: NDArray[np.bool_]) -> None:
    """Raises SmallAreaError for what no model can be fitted to."""
    count, width = int(own.sum()), sides.shape[1]
    if not np.isfinite(sides).all():
        row = int(np.flatnonzero(~np.isfinite(sides).all(axis=1))[0])
        raise SmallAreaError(f"a covariate of area {row + 1} of {len(sides)} is missing")
    if (np.isfinite(direct) != np.isfinite(psi)).any():
        row = int(np.flatnonzero(np.isfinite(direct) != np.isfinite(psi))[0])
        raise SmallAreaError(f"area {row + 1} has an estimate or a variance without the other")
    if count < width + 2:
        raise SmallAreaError(
            f"{count} areas have a direct estimate; a model with {width} coefficients needs "
            f"{width + 2} or more"
        )
    if not (psi[own] > 0).all():
        row = int(np.flatnonzero(own & ~(psi > 0))[0])
        raise SmallAreaError(
            f"the variance of area {row + 1} is {psi[row]:g}, but must be above 0: smooth it"
        )
    size = np.linalg.norm(sides[own], axis=0)
    if not (size > 0).all() or np.linalg.matrix_rank(sides[own] / size, tol=1e-9) < width:
        raise SmallAreaError(f"the {width} covariates depend on each other in the {count} areas")


def between(y: Floats, v: Floats, x: Floats, method: str) -> float:
    """The variance between areas, 0 or above."""
    if method == "moments":
        hat = np.einsum("ij,ji->i", x, np.linalg.pinv(x))
        left = y - x @ (np.linalg.pinv(x) @ y)
        return max(0.0, float((left @ left - v @ (1 - hat)) / (len(y) - x.shape[1])))
    most = 4 * float(np.var(y)) + float(v.max())
    tried = np.r_[0.0, np.geomspace(1e-6 * most, most, GRID)]
    found = np.array([likelihood(a, y, v, x, method) for a in tried])
    best = int(found.argmax())
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, GRID)]
    refined = minimize_scalar(
        lambda a: -likelihood(a, y, v, x, method),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-9 * most},
    )
    a = polished(float(refined.x), y, v, x, method)
    return a if likelihood(a, y, v, x, method) >= found[0] else 0.0


def likelihood(a: float, y: Floats, v: Floats, x: Floats, method: str) -> float:
    """Log-likelihood of A, of the data (ml) or of their contrasts (reml), up to a constant."""
    w = 1 / (a + v)
    cross = (x * w[:, None]).T @ x
    left = y - x @ np.linalg.solve(cross, x.T @ (w * y))
    found = 0.5 * (np.log(w).sum() - w @ left**2)
    return float(found - 0.5 * np.linalg.slogdet(cross)[1]) if method == "reml" else float(found)


def polished(a: float, y: Floats, v: Floats, x: Floats, method: str) -> float:
    """A after steps of Fisher's scoring, which the grid brought close to the maximum."""
    for _ in range(POLISH):
        w = 1 / (a + v)
        inverse = np.linalg.inv((x * w[:, None]).T @ x)
        left = w * (y - x @ (inverse @ (x.T @ (w * y))))
        if method == "reml":
            p = np.diag(w) - (x * w[:, None]) @ inverse @ (x * w[:, None]).T
            score, information = float(left @ left - np.trace(p)), float(np.sum(p * p))
        else:
            score, information = float(left @ left - w.sum()), float(w @ w)
        new = max(0.0, a + score / information)
        if abs(new - a) <= 1e-13 * (1 + a):
            return new
        a = new
    return a


def squared_error(
    a: float, psi: Floats, v: Floats, x: Floats, sides: Floats, inverse: Floats, method: str
) -> Floats:
    """g1 + g2 + 2 g3 for every area, less the bias of g1 under `ml`; psi inf: no direct estimate.

    Source: Rao and Molina (2015), section 6.2.1; Datta and Lahiri (2000), theorem 2.
    """
    w = 1 / (a + v)
    told = np.isfinite(psi)
    finite = np.where(told, psi, 1.0)
    left = np.where(told, finite / (a + finite), 1.0)  # 1 - gamma
    g1 = a * left
    g2 = left**2 * np.einsum("ij,jk,ik->i", sides, inverse, sides)
    spread = 2 * float(((a + v) ** 2).sum()) / len(v) ** 2 if method == "moments" else 2 / (w @ w)
    g3 = np.where(told, left**2 / (a + finite), 0.0) * spread
    if method != "ml":
        return np.asarray(g1 + g2 + 2 * g3)
    bias = -np.trace(inverse @ ((x * (w**2)[:, None]).T @ x)) / (w @ w)
    return np.asarray(g1 + g2 + 2 * g3 - bias * left**2)
