"""How far calibrated weights may go: the factor of each distance, its slope and its integral.

Source: Deville and Särndal (1992), JASA 87, 378, cases 1 (linear), 2 (raking), 6 (logit) and
7 (linear with bounds) of their table.
"""

from dataclasses import dataclass

import numpy as np

from analysis.totals import Floats
from analysis.weighting import Calibration

FAR = 500.0  # beyond exp of this there is no number


@dataclass(frozen=True)
class Distance:
    """The linear distance: g(u) = 1 + u; each function maps (cells,) to (cells,)."""

    def factor(self, u: Floats) -> Floats:
        return 1 + u

    def slope(self, u: Floats) -> Floats:
        return np.ones_like(u)

    def area(self, u: Floats) -> Floats:
        """The integral of the factor from 0 to u."""
        return u + u**2 / 2


@dataclass(frozen=True)
class Truncated(Distance):
    """g(u) = 1 + u, cut at the bounds."""

    low: float
    high: float

    def factor(self, u: Floats) -> Floats:
        return np.clip(1 + u, self.low, self.high)

    def slope(self, u: Floats) -> Floats:
        return ((1 + u > self.low) & (1 + u < self.high)).astype(float)

    def area(self, u: Floats) -> Floats:
        inner = np.clip(u, self.low - 1, self.high - 1)
        out: Floats = inner + inner**2 / 2 + (u - inner) * self.factor(u)
        return out


@dataclass(frozen=True)
class Raking(Distance):
    """g(u) = exp(u): above 0 whatever the margins."""

    def factor(self, u: Floats) -> Floats:
        out: Floats = np.exp(np.clip(u, -FAR, FAR))
        return out

    def slope(self, u: Floats) -> Floats:
        return self.factor(u)

    def area(self, u: Floats) -> Floats:
        return self.factor(u) - 1


@dataclass(frozen=True)
class Logit(Distance):
    """Between the bounds, nearing them slowly."""

    low: float
    high: float

    @property
    def steepness(self) -> float:
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))

    def factor(self, u: Floats) -> Floats:
        grown = np.exp(np.clip(self.steepness * u, -FAR, FAR))
        below, above = self.high - 1, (1 - self.low) * grown
        out: Floats = (self.low * below + self.high * above) / (below + above)
        return out

    def slope(self, u: Floats) -> Floats:
        g = self.factor(u)
        return self.steepness * (g - self.low) * (self.high - g) / (self.high - self.low)

    def area(self, u: Floats) -> Floats:
        rest = np.log(self.high - 1), np.log(1 - self.low) + self.steepness * u
        wide = (self.high - self.low) / self.steepness
        out: Floats = self.low * u + wide * (np.logaddexp(*rest) - np.log(self.high - self.low))
        return out


def distance(calibration: Calibration) -> Distance:
    """The distance that a method and its bounds name."""
    if calibration.method == "linear":
        return Truncated(*calibration.bounds) if calibration.bounds else Distance()
    if calibration.method == "logit" and calibration.bounds:
        return Logit(*calibration.bounds)
    return Raking()
