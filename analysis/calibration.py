"""Post-stratification, raking and calibration on the cells of the margins.

Weights are the start weights times a factor g per cell. The variance uses residuals of the
design-weighted regression on the margins, e = g (z - d X B), as calibrate() of R survey has it;
R's rake() projects without weights and overstates the variance, which is not copied.
Source: Deville and Särndal (1992), JASA 87; Deville, Särndal and Sautory (1993), JASA 88.
"""

from dataclasses import dataclass

import numpy as np

from analysis.errors import CalibrationError, NotConvergedError
from analysis.margins import Fitted
from analysis.plan import Calibration
from analysis.totals import Codes, Floats, sums_by

ROUNDS = 1000
CLOSE = 1e-12  # relative distance from every total at which the weights have settled


@dataclass(frozen=True)
class Calibrated:
    """`cell` (groups,) the cell of each group, `g` (cells,), `dummies` (cells, categories),

    `weight` (cells,) the start weights' sums.
    """

    cell: Codes
    g: Floats
    dummies: Floats
    weight: Floats

    def residuals(self, z: Floats, weight: Floats) -> Floats:
        """g (z - d X B) of start-weighted linearised totals z (groups, m); weight (groups,)."""
        by_cell = sums_by(self.cell, z, len(self.g))
        normal = self.dummies.T @ (self.weight[:, None] * self.dummies)
        beta = np.linalg.pinv(normal, hermitian=True) @ (self.dummies.T @ by_cell)
        fitted = self.dummies @ beta
        out: Floats = self.g[self.cell][:, None] * (z - weight[:, None] * fitted[self.cell])
        return out


def calibrate(
    calibration: Calibration, margins: list[Fitted], cell: Codes, weight: Floats
) -> Calibrated:
    """The factors that bring the start weights (cells,) to the margins.

    Raises NotConvergedError naming the margin that is missed.
    """
    dummies = np.concatenate([indicators(m) for m in margins], axis=1)
    targets = np.concatenate([m.total for m in margins])
    if calibration.method in ("poststratify", "rake"):
        g = rake(margins, weight)
    else:
        g = solve(calibration, dummies, targets, weight)
    missed(margins, weight * g)
    return Calibrated(cell, g, dummies, weight)


def indicators(margin: Fitted) -> Floats:
    found: Floats = (margin.code[:, None] == np.arange(len(margin.total))).astype(float)
    return found


def rake(margins: list[Fitted], weight: Floats) -> Floats:
    """Factors by iterative proportional fitting; exact after one step for one margin."""
    g = np.ones(len(weight))
    for _ in range(ROUNDS):
        before = g.copy()
        for margin in margins:
            held = np.bincount(margin.code, weights=weight * g, minlength=len(margin.total))
            step = np.divide(margin.total, held, out=np.ones_like(held), where=held > 0)
            g = g * step[margin.code]
        if len(margins) == 1 or np.allclose(g, before, rtol=CLOSE / 10, atol=0):
            break
    return g


def solve(calibration: Calibration, dummies: Floats, targets: Floats, weight: Floats) -> Floats:
    """Factors of linear or logit calibration by Newton's method on the multipliers."""
    lam = np.zeros(dummies.shape[1])
    scale = max(targets.max(), 1.0)
    g, slope = factors(calibration, dummies @ lam)
    for _ in range(ROUNDS):
        gap = targets - dummies.T @ (weight * g)
        if np.abs(gap).max() <= CLOSE * scale:
            break
        normal = dummies.T @ ((weight * slope)[:, None] * dummies)
        step = np.linalg.pinv(normal, hermitian=True) @ gap
        worst, size = np.abs(gap).max(), 1.0
        while size > 1e-6:
            g, slope = factors(calibration, dummies @ (lam + size * step))
            if np.abs(targets - dummies.T @ (weight * g)).max() < worst:
                break
            size /= 2
        lam = lam + size * step
    return g


def factors(calibration: Calibration, u: Floats) -> tuple[Floats, Floats]:
    """g and its slope at u: 1 + u within the bounds, or the logit function between them."""
    if calibration.method == "linear":
        if calibration.bounds is None:
            return 1 + u, np.ones_like(u)
        low, high = calibration.bounds
        return np.clip(1 + u, low, high), ((1 + u > low) & (1 + u < high)).astype(float)
    low, high = calibration.bounds or (0.0, np.inf)
    a = (high - low) / ((1 - low) * (high - 1))
    grown = np.exp(np.clip(a * u, -500, 500))
    below, above = high - 1, (1 - low) * grown
    g = (low * below + high * above) / (below + above)
    slope = a * (g - low) * (high - g) / (high - low)
    return g, slope


def missed(margins: list[Fitted], weight: Floats) -> None:
    """Raises NotConvergedError naming the margin and category furthest from their total."""
    worst: tuple[float, str, str, float, float] | None = None
    for margin in margins:
        held = np.bincount(margin.code, weights=weight, minlength=len(margin.total))
        gap = np.abs(held - margin.total) / max(margin.total.max(), 1e-300)
        i = int(gap.argmax())
        if worst is None or gap[i] > worst[0]:
            worst = (float(gap[i]), margin.name, margin.label[i], held[i], margin.total[i])
    if worst is None:
        raise CalibrationError("there is no margin to calibrate to")
    if not worst[0] <= 1e-8:
        raise NotConvergedError(
            f"the weights did not settle: in the margin {worst[1]}, {worst[2]} has "
            f"{worst[3]:g} instead of {worst[4]:g}"
        )
