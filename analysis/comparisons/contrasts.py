"""Linear combinations of estimates with their error: changes, differences, contrasts, slopes.

The variance of sum c_i t_i is c' V c, V the covariance of the estimates with what domains and
rounds have together: Lumley (2010), Complex Surveys, sec. 2.4; Berger and Priam (2016), JRSS A
179, p. 251-272. Against Student's t with clusters less strata of all domains in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, stdtr

from analysis.blocks import Block
from analysis.covariance import Covariance
from analysis.intervals import quantile
from analysis.ranks.league import error_of
from analysis.results import Estimate
from analysis.totals import Floats

NOTHING = 1e-12  # a difference whose variance is this part of its terms' has none


@dataclass(frozen=True)
class Asked:
    """One combination of rows of a covariance: place to coefficient, and what to call it.

    of, code, by : what all its figures have in common
    before, after : the two values that are set against each other; None for more than two
    status : "ok", or why it is not computed
    """

    weights: Mapping[int, float]
    of: str = ""
    by: Mapping[str, object] = field(default_factory=dict)
    code: object = None
    before: object = None
    after: object = None
    what: str = ""
    status: str = "ok"

    @property
    def apart(self) -> bool:
        """Whether the coefficients add up to 0: it then tells a difference, which has a sign."""
        numbers = list(self.weights.values())
        return abs(sum(numbers)) <= NOTHING * sum(map(abs, numbers))


@dataclass(frozen=True)
class Contrast:
    """The number of one combination; None is no number, and `status` says why.

    n : fewest answers behind any of its figures; df : of Student's t, inf for the normal
    p : two-sided, that the true value is 0
    """

    asked: Asked
    n: int | None
    value: float | None
    se: float | None
    df: float | None
    statistic: float | None
    p: float | None
    status: str


def contrasts(
    found: Covariance,
    rows: Sequence[Estimate],
    asked: Sequence[Asked],
    blocks: Sequence[Block],
    *,
    less: int = 0,
) -> list[Contrast]:
    """The numbers of some combinations.

    rows : the estimates to read, `found.rows` or what may be published of them
    blocks : of the plan, for their `df`; less : degrees of freedom that a model takes away

    >>> import pyarrow as pa
    >>> from analysis import covariance, read_plan
    >>> plan = read_plan({"estimate": [{"kind": "mean", "of": ["q1", "q2"]}]})
    >>> found = covariance(plan, pa.table({"q1": [5, 4, 2, 3], "q2": [3, 4, 1, 2]}))
    >>> (line,) = contrasts(found, found.rows, [Asked({0: 1.0, 1: -1.0})], plan.estimates)
    >>> line.value, line.df
    (1.0, 3.0)
    """
    return [one(found, rows, own, blocks, less) for own in asked]


def one(
    found: Covariance, rows: Sequence[Estimate], asked: Asked, blocks: Sequence[Block], less: int
) -> Contrast:
    places = list(asked.weights)
    if asked.status != "ok" or not places:
        return Contrast(asked, None, None, None, None, None, None, asked.status)
    own = [rows[i] for i in places]
    n = min((row.n for row in own if row.n is not None), default=None)
    wrong = next((row.status for row in own if row.status != "ok"), None)
    if wrong is not None or any(row.value is None for row in own):
        return Contrast(asked, n, None, None, None, None, None, wrong or "undefined")
    c = np.array([asked.weights[i] for i in places])
    value = float(c @ np.array([row.value for row in own], dtype=float))
    variance = spread(found, own, places, c)
    df = freedom(found, own, places, blocks, less)
    if not variance > 0:
        return Contrast(asked, n, value, None, df, None, None, "no-error")
    if df < 1:
        return Contrast(asked, n, value, None, df, None, None, "few-clusters")
    se = float(np.sqrt(variance))
    t = value / se
    return Contrast(asked, n, value, se, df, t, chance(t, df), "ok")


def spread(found: Covariance, own: Sequence[Estimate], places: Sequence[int], c: Floats) -> float:
    """c' V c; a share of exactly 0 or 1 has the error that ranks give it, else it were certain."""
    matrix = found.matrix[np.ix_(places, places)].copy()
    for i, row in enumerate(own):
        if row.se == 0:
            matrix[i, i] = (error_of(row) or 0.0) ** 2
    whole = float(c @ matrix @ c)
    return whole if whole > NOTHING * float(c**2 @ np.diag(matrix)) else 0.0


def freedom(
    found: Covariance,
    own: Sequence[Estimate],
    places: Sequence[int],
    blocks: Sequence[Block],
    less: int,
) -> float:
    """Clusters less strata of all the domains together, or what the blocks say instead."""
    rules = {blocks[row.estimate].df for row in own}
    numbers = [float(rule) for rule in rules if rule != "design"]
    if found.present is not None and "design" in rules:
        numbers.append(float(found.present.df(places) - less))
    return min(numbers) if numbers else float(found.df - less)


def chance(t: float, df: float) -> float:
    """The two-sided p-value of Student's t, of the normal where df is inf."""
    return float(2 * (ndtr(-abs(t)) if np.isinf(df) else stdtr(df, -abs(t))))


def around(contrast: Contrast, level: float) -> tuple[float | None, float | None]:
    """The interval value ± t se; None where there is no error."""
    if contrast.value is None or contrast.se is None or contrast.df is None:
        return None, None
    half = float(quantile(level, np.array([contrast.df]))[0]) * contrast.se
    return contrast.value - half, contrast.value + half
