"""Wald's test over a design, adjusted for few clusters.

Source: Korn and Graubard (1990), American Statistician 44, 270-276.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from analysis.totals import Floats


@dataclass(frozen=True)
class Wald:
    """A test of parallel lines: F with `q` and `df` degrees of freedom; or `why` there is none."""

    statistic: float | None
    q: int
    df: float
    p: float | None
    why: str = ""

    def line(self) -> str:
        if self.p is None:
            return f"parallel lines: not tested, {self.why}"
        told = (
            "the effects differ between cuts: read the coefficients as averages"
            if self.p < 0.05
            else "no evidence that effects differ between cuts"
        )
        test = f"F({self.q}, {self.df:g}) = {self.statistic:.3g}, p = {self.p:.3g}"
        return f"parallel lines: {test}; {told}"


def wald(value: Floats, matrix: Floats, df: int) -> Wald:
    q = len(value)
    left = df - q + 1
    if left < 1:
        return Wald(None, q, left, None, f"{df} degrees of freedom are too few for {q} contrasts")
    if not np.isfinite(matrix).all() or np.linalg.matrix_rank(matrix, hermitian=True) < q:
        return Wald(None, q, left, None, "the contrasts have no error in some direction")
    statistic = float(value @ np.linalg.solve(matrix, value)) * left / (df * q)
    return Wald(statistic, q, left, float(fdtrc(q, left, statistic)))
