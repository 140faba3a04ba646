"""Tests of whole tables: Rao and Scott's for independence and for a given distribution.

Pearson's X² is not chi-square in a clustered sample but a sum of chi-squares weighed by the
generalised design effects; it is divided by their mean (first order), and its degrees of freedom
follow from their spread (second order). Source: Rao and Scott (1984), Annals of Statistics 12(1),
p. 46-60; F with d and d·df: Thomas and Rao (1987), JASA 82, p. 630-636; as R survey's svychisq.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, fdtrc, ndtr

from analysis.errors import CompareError
from analysis.totals import Floats

NEAR_MEAN = 1e-6  # a saddlepoint this near to 0


@dataclass(frozen=True)
class TableTest:
    """A test of a table. `pearson` is X² uncorrected; df, ddf of F, ddf inf for chi-square.

    statistic : as compared with its distribution; scale : what X² was divided by
    """

    pearson: float
    statistic: float
    scale: float
    df: float
    ddf: float
    p: float
    method: str


def independence(
    totals: Floats, covariance: Floats, n: float, df: float, correction: str = "second"
) -> TableTest:
    """Whether rows and columns of a table are independent.

    totals : (rows, columns) weighted counts; covariance : of them, row by row
    n : answers; df : clusters less strata
    correction : second | first | saddlepoint | wald | adjusted-wald
    Raises CompareError for fewer than two rows or columns with answers.

    >>> counts = np.array([[30.0, 20.0], [20.0, 30.0]])  # a multinomial sample of 100
    >>> p = counts.ravel() / 100
    >>> test = independence(counts, 100 * (np.diag(p) - np.outer(p, p)), 100, np.inf, "first")
    >>> print(f"{test.pearson:.4f} {test.statistic:.4f} {test.p:.4f}")
    4.0000 4.0000 0.0455
    """
    keep_r, keep_c = totals.sum(axis=1) > 0, totals.sum(axis=0) > 0
    if keep_r.sum() < 2 or keep_c.sum() < 2:
        raise CompareError("a table needs two rows and two columns with answers at the least")
    at = np.flatnonzero(np.outer(keep_r, keep_c).ravel())
    own, v = totals[keep_r][:, keep_c], covariance[np.ix_(at, at)]
    if correction in ("wald", "adjusted-wald"):
        return wald(own, v, n, df, correction)
    whole = own.sum()
    share = own.ravel() / whole
    slope = (np.eye(len(share)) - share[:, None]) / whole
    v = slope @ v @ slope.T
    pearson, effects = n * phi(share.reshape(own.shape)), design_effects(own.shape, share, v, n)
    trace = float(np.trace(effects))
    if not trace > 0:
        raise CompareError("the table has no sampling error, so that nothing can be tested")
    cells = len(effects)
    if correction == "first":
        scale = trace / cells
        x = pearson / scale
        return TableTest(pearson, x, scale, cells, np.inf, float(chdtrc(cells, x)), correction)
    d = trace**2 / float(np.trace(effects @ effects))
    if correction == "saddlepoint":
        each = np.asarray(np.linalg.eigvals(effects).real, dtype=np.float64)
        p = beyond(pearson, each[each > 0], d * df)
        return TableTest(pearson, pearson, 1.0, cells, d * df, p, correction)
    f = pearson / trace
    return TableTest(pearson, f, trace, d, d * df, float(fdtrc(d, d * df, f)), correction)


def beyond(x: float, effects: Floats, df: float) -> float:
    """The chance that Σ effects·χ²₁ over χ²_df / df is above x, by a saddlepoint.

    That is the chance that Σ effects·χ²₁ - (x / df) χ²_df is above 0. Source: Kuonen (1999),
    Biometrika 86(4), p. 929-935, with Barndorff-Nielsen's formula; as R's pFsum. At the mean of
    the sum, where the formula is 0 over 0, between its values on both sides.
    """
    scale = float(effects.max())
    each = np.append(effects / scale, -x / (df * scale))
    times = np.append(np.ones(len(effects)), df)

    def slope(zeta: float) -> float:
        return float((times * each / (1 - 2 * zeta * each)).sum())

    if x <= 0:
        return 1.0
    ends = (0.99999 / (2 * each.min()), 0.99999 / (2 * each.max()))
    zeta = float(brentq(slope, *ends, xtol=1e-14, rtol=1e-14))
    if abs(zeta) < NEAR_MEAN:
        gap = 1e-3 * x
        return (beyond(x - gap, effects, df) + beyond(x + gap, effects, df)) / 2
    w = np.sign(zeta) * np.sqrt(float((times * np.log1p(-2 * zeta * each)).sum()))
    v = zeta * np.sqrt(2 * float((times * each**2 / (1 - 2 * zeta * each) ** 2).sum()))
    return float(ndtr(-(w + np.log(v / w) / w)))


def phi(share: Floats) -> float:
    """X² of shares of a whole of 1, against what independence would have."""
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    return float(((share - expected) ** 2 / expected).sum())


def design_effects(shape: tuple[int, ...], share: Floats, v: Floats, n: float) -> Floats:
    """The matrix whose eigenvalues are the generalised design effects of the interaction."""
    rows, columns = np.indices(shape)
    main = [np.ones(share.size)]
    main += [(rows.ravel() == i).astype(float) for i in range(1, shape[0])]
    main += [(columns.ravel() == j).astype(float) for j in range(1, shape[1])]
    both = [a * b for a in main[1 : shape[0]] for b in main[shape[0] :]]
    x, z = np.array(main).T, np.array(both).T
    left = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    inverse = np.where(share > 0, 1 / np.where(share > 0, share, 1), 0.0)
    scaled = left * inverse[:, None]
    solved = np.linalg.solve(left.T @ scaled / n, scaled.T @ v @ scaled)
    return np.asarray(solved, dtype=np.float64)


def wald(totals: Floats, v: Floats, n: float, df: float, correction: str) -> TableTest:
    """Wald's test of the differences from independence, on totals (Koch and others, 1975)."""
    whole, rows, columns = totals.sum(), totals.sum(axis=1), totals.sum(axis=0)
    away = totals - np.outer(rows, columns) / whole
    i, j = (a.ravel() for a in np.indices(totals.shape))
    slope = np.eye(totals.size)
    slope -= (i[:, None] == i[None, :]) * (columns[j] / whole)[:, None]
    slope -= (j[:, None] == j[None, :]) * (rows[i] / whole)[:, None]
    slope += (rows[i] * columns[j] / whole**2)[:, None]
    free = (i > 0) & (j > 0)
    spread = (slope @ v @ slope.T)[np.ix_(free, free)]
    cells = int(free.sum())
    if np.linalg.matrix_rank(spread, hermitian=True) < cells:
        raise CompareError("Wald's test needs more clusters than the table has cells")
    x = float(away.ravel()[free] @ np.linalg.solve(spread, away.ravel()[free]))
    ddf = df if correction == "wald" else df - cells + 1
    f = x / cells if correction == "wald" else x * ddf / (cells * df)
    if ddf <= 0:
        raise CompareError("Wald's test needs more clusters than the table has cells")
    pearson = n * phi(totals / whole)
    return TableTest(pearson, f, np.nan, cells, ddf, float(fdtrc(cells, ddf, f)), correction)


def goodness(totals: Floats, covariance: Floats, expected: Floats) -> TableTest:
    """Whether weighted counts follow the expected shares; Rao and Scott's second order.

    totals, expected : (categories,), the shares brought to a sum of 1; covariance of the totals
    X² is that of weighted totals, as R's svygofchisq has it; statistic is X² over its scale.

    >>> counts, p = np.array([60.0, 40.0]), np.array([0.6, 0.4])
    >>> test = goodness(counts, 100 * (np.diag(p) - np.outer(p, p)), np.array([0.5, 0.5]))
    >>> print(f"{test.pearson:.4f} {test.df:.0f} {test.p:.4f}")
    4.0000 1 0.0412
    """
    share = expected / expected.sum()
    whole = totals.sum()
    root = np.sqrt(share * whole)
    away = (totals - share * whole) / root
    # d away / d totals; root moves with the whole too
    slope = (np.eye(len(share)) - share[:, None]) / root[:, None] - (away / (2 * whole))[:, None]
    effects = np.linalg.eigvalsh(slope @ covariance @ slope.T).clip(min=0)
    if not effects.max(initial=0) > 0:
        raise CompareError("the distribution has no sampling error, so that nothing can be tested")
    mean = float(effects.mean())
    spread = float((effects**2).mean()) / mean**2
    scale, df = mean * spread, len(share) / spread
    pearson = float((away**2).sum())
    x = pearson / scale
    return TableTest(pearson, x, scale, df, np.inf, float(chdtrc(df, x)), "second")
