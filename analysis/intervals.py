"""Confidence intervals of estimates, arrays in and arrays out; NaN where none can be had.

The formulas are those of R survey 4.5 (svyciprop, confint), except where a share is 0 or 1 or
clusters do not differ (R has none there or one of no width, ours is Korn and Graubard's), asin
(cut where R folds back), likelihood (the exact profile) and pooled (ours). See docs/methods.md.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from analysis.totals import Floats

EDGE = 1e-12  # a share this near to 0 or 1, or a variance this small, is at the edge


@dataclass(frozen=True)
class Moments:
    """What an interval is made of, arrays of one shape.

    value, variance : of the estimate; df : degrees of freedom of the design (never inf)
    n : rows that answered; rows : rows of the domain; pool : deff over the items, or NaN
    """

    value: Floats
    variance: Floats
    df: Floats
    n: Floats
    rows: Floats
    pool: Floats


def quantile(level: float, df: Floats) -> Floats:
    """Upper quantile of Student's t, normal where df is inf; NaN below 1 degree of freedom."""
    kinds, which = np.unique(df, return_inverse=True)  # few differ, and each takes a while
    upper = (1 + level) / 2
    finite = np.isfinite(kinds)
    t = stdtrit(np.where(finite & (kinds > 0), kinds, 1.0), upper)
    found: Floats = np.where(finite, np.where(kinds > 0, t, np.nan), ndtri(upper))
    return found[which].reshape(df.shape)


def interval(
    ci: str, m: Moments, level: float, df: str | float
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """Low, high and the method used, which is "kg" where a share is 0 or 1 and ci needs a slope.

    df : "design", "inf" or a number, for every method but beta and kg, which R ties to the design.
    """
    t = quantile(level, chosen(m, df))
    with np.errstate(divide="ignore", invalid="ignore"):
        if ci == "pooled" and df == "design":
            t = np.where(np.isnan(t), t, quantile(level, np.full(m.value.shape, np.inf)))
        low, high = METHODS[ci](m, t, level)
    return low, high, np.full(m.value.shape, ci, dtype="<U12")


def chosen(m: Moments, df: str | float) -> Floats:
    """Degrees of freedom as asked: the design's, inf, or a number for all."""
    if df == "design":
        return m.df.astype(float)
    return np.full(m.value.shape, np.inf if isinstance(df, str) else float(df))


def share_interval(
    ci: str, m: Moments, level: float, df: str | float, whole: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """As `interval`, for shares: defined at 0 and 1 and at a variance of 0 too, as "kg".

    whole : whether everybody was asked, so that a variance of 0 is the truth and no accident
    """
    low, high, method = interval(ci, m, level, df)
    edge = (m.value <= EDGE) | (m.value >= 1 - EDGE)
    still = m.variance <= EDGE**2
    edge |= still & ~whole
    sure = still & whole & np.isnan(low) & ~np.isnan(quantile(level, chosen(m, df)))
    low[sure] = high[sure] = m.value[sure]
    if ci in ("kg", "pooled"):
        edge &= np.isnan(low)
    if edge.any():
        few = Moments(*(getattr(m, f.name)[edge] for f in fields(Moments)))
        few = replace(few, df=chosen(few, df))
        with np.errstate(divide="ignore", invalid="ignore"):
            low[edge], high[edge] = kg(few, quantile(level, few.df), level)
        method[edge] = "kg"
    return low, high, method


def wald(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """value ± t se; not cut at 0 and 1."""
    half = t * np.sqrt(m.variance)
    return m.value - half, m.value + half


def logit(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Back-transformed from the logit scale (R: logit and xlogit)."""
    p = m.value
    middle = np.log(p / (1 - p))
    half = t * np.sqrt(m.variance) / (p * (1 - p))
    return 1 / (1 + np.exp(half - middle)), 1 / (1 + np.exp(-half - middle))


def asin(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Back-transformed from arcsin of the root, cut at 0 and 1."""
    p = m.value
    middle = np.arcsin(np.sqrt(np.clip(p, 0, 1)))
    half = t * np.sqrt(m.variance) / (2 * np.sqrt(p * (1 - p)))
    low = np.sin(np.maximum(middle - half, 0)) ** 2
    high = np.sin(np.minimum(middle + half, np.pi / 2)) ** 2
    return low, high


def score(p: Floats, size: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval of a share p among `size`, at quantile t."""
    bottom = 1 + t**2 / size
    half = t / (2 * size) * np.sqrt(4 * size * p * (1 - p) + t**2)
    middle = p + t**2 / (2 * size)
    return (middle - half) / bottom, (middle + half) / bottom


def wilson(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Wilson's interval with the effective size p(1-p)/v."""
    return score(m.value, m.value * (1 - m.value) / m.variance, t)


def pooled(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Wilson's interval with the size n over the deff pooled over the items of the sample."""
    return score(m.value, m.n / m.pool, t)


def exact(p: Floats, size: Floats, level: float) -> tuple[Floats, Floats]:
    """Clopper and Pearson's interval of a share p among `size`, not always whole."""
    tail = (1 - level) / 2
    hits, misses = size * p, size * (1 - p)
    inner = betaincinv(np.maximum(hits, 1e-300), misses + 1, tail)
    outer = betaincinv(hits + 1, np.maximum(misses, 1e-300), 1 - tail)
    low = np.where(p <= EDGE, 0.0, inner)
    high = np.where(p >= 1 - EDGE, 1.0, outer)
    bad = ~np.isfinite(size)
    return np.where(bad, np.nan, low), np.where(bad, np.nan, high)


def beta(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Korn and Graubard (1998) as in R: rows of the domain for n, the design's df, no limit."""
    own = quantile(level, m.df.astype(float))
    adjust = (quantile(level, m.rows - 1) / own) ** 2
    return exact(m.value, m.value * (1 - m.value) / m.variance * adjust, level)


def kg(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """Korn and Graubard with the limit of NCHS: the effective size is at most n.

    At a share of 0 or 1 the effective size before adjusting is n. Source: Parker et al. (2017),
    NCHS Vital and Health Statistics 2(175).
    """
    own = quantile(level, m.df.astype(float))
    adjust = (quantile(level, m.n - 1) / own) ** 2
    spread = m.value * (1 - m.value)
    edge = (spread <= EDGE) | (m.variance <= EDGE**2)
    size = np.where(edge, m.n, spread / m.variance)
    low, high = exact(m.value, np.minimum(size * adjust, m.n), level)
    one = (m.n == 1) & ~np.isnan(
        own
    )  # no t with 0 degrees of freedom: the plain exact interval of one answer
    plain_low, plain_high = exact(m.value, m.n, level)
    return np.where(one, plain_low, low), np.where(one, plain_high, high)


def likelihood(m: Moments, t: Floats, level: float) -> tuple[Floats, Floats]:
    """The exact profile of the pseudo-likelihood scaled by its design effect.

    All q with 2 KL(p, q) <= t² v n / (n-1) / (p (1-p)), KL the divergence of Bernoulli shares;
    n / (n-1) is the dispersion of the model that R profiles.
    """
    p = m.value
    bound = t**2 * m.variance / (p * (1 - p)) * m.n / (m.n - 1)

    def gap(q: Floats) -> Floats:
        a = np.where(p > 0, p * np.log(p / q), 0.0)
        b = np.where(p < 1, (1 - p) * np.log((1 - p) / (1 - q)), 0.0)
        return 2 * (a + b) - bound

    sides = []
    for end in (0.0, 1.0):
        outer, inner = np.full_like(p, end), p.copy()
        for _ in range(100):
            middle = (outer + inner) / 2
            far = gap(middle) > 0
            outer, inner = np.where(far, middle, outer), np.where(far, inner, middle)
        sides.append(np.where(np.isfinite(bound), (outer + inner) / 2, np.nan))
    return sides[0], sides[1]


METHODS = {
    "wald": wald,
    "logit": logit,
    "xlogit": logit,
    "asin": asin,
    "wilson": wilson,
    "pooled": pooled,
    "beta": beta,
    "kg": kg,
    "likelihood": likelihood,
}
