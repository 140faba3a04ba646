"""The covariance of all estimates of a plan: between domains, items, groups, blocks and rounds.

Every estimate has linearised totals by cluster, so two estimates vary together as their totals
do (Särndal, Swensson and Wretman 1992, ch. 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.data import Data
from analysis.errors import PlanError
from analysis.estimates import block_rows, opened
from analysis.influence import fits, together
from analysis.plan import Plan, read_plan
from analysis.replicated import with_variance
from analysis.replicates import Spread
from analysis.results import Estimate, Results
from analysis.rows import joined
from analysis.scan import Scan, scan
from analysis.totals import Codes, Floats
from analysis.units import degrees

STRIP = 256  # rows of the matrix worked on at a time


@dataclass(frozen=True)
class Covariance:
    """Some estimates and how they vary together.

    results : the rows, in the order of the plan, as `estimate` gives them
    matrix : (rows, rows) covariances; NaN in the row and column of an estimate without an error
    df : clusters less strata of all rows that meet the conditions of the design
    method : how the variance was made: linearized, jackknife, bootstrap or replicates
    present : which clusters and strata each row has; None where replicate weights are given
    spread : the rows over the replicates; None where the variance is linearized
    """

    results: Results
    matrix: Floats
    df: int
    method: str = "linearized"
    present: "Present | None" = field(default=None, repr=False, compare=False)
    spread: Spread | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.results}\ncovariance {len(self)} x {len(self)}, {self.method}, df {self.df}"

    def __len__(self) -> int:
        return len(self.results)

    @property
    def rows(self) -> tuple[Estimate, ...]:
        """The estimates, one for each row of the matrix."""
        return self.results.rows

    @property
    def value(self) -> Floats:
        """The values, NaN where there is none; (rows,)."""
        return np.array([np.nan if r.value is None else r.value for r in self.rows])

    @property
    def n(self) -> Codes:
        """Rows of the data that answered; (rows,)."""
        return np.array([r.n for r in self.rows], dtype=np.int64)

    def where(self, of: str | None = None, estimate: int | None = None, **by: object) -> list[int]:
        """The places of the rows of an item or group, of a block, of a domain; in their order."""
        return [
            i
            for i, row in enumerate(self.rows)
            if of in (None, row.of)
            and estimate in (None, row.estimate)
            and all(column in row.by and row.by[column] == v for column, v in by.items())
        ]

    def linear(self, weights: Floats) -> tuple[Floats, Floats]:
        """Linear combinations of the estimates and their covariance; weights (m, rows).

        Rows of weight 0 in a combination may have no number.
        """
        value, matrix = self.value, self.matrix
        used = (weights != 0).any(axis=0)
        own = weights[:, used]
        return own @ value[used], own @ matrix[np.ix_(used, used)] @ own.T


def covariance(plan: Plan | Mapping[str, object] | str | Path, data: Data) -> Covariance:
    """The estimates of a plan, all blocks from one scan, with their covariance.

    plan, data : as for `estimate`. Raises AnalysisError; PlanError where the estimates are too
    many for a matrix that fits into memory.

    >>> import pyarrow as pa
    >>> people = pa.table({"q1": [5, 4, 2, 3, 4, 1], "q2": [4, 4, 1, 3, 5, 2]})
    >>> found = covariance({"estimate": [{"kind": "mean", "of": ["q1", "q2"]}]}, people)
    >>> value, matrix = found.linear(np.array([[1.0, -1.0]]))
    >>> print(f"{value[0]:.4f}, se {matrix[0, 0] ** 0.5:.4f}")
    0.0000, se 0.3651
    """
    own = read_plan(plan)
    kind = one_kind(own)
    source = opened(own, data)
    done, wanted = scan(own, source, own.estimates)
    values = [
        with_variance(block, one, found)
        for block, one, found in zip(own.estimates, done, wanted, strict=True)
    ]
    tables = [
        block_rows(i, block, one, found, value)
        for i, (block, one, found, value) in enumerate(
            zip(own.estimates, done, wanted, values, strict=True)
        )
    ]
    results = joined(tables, own.estimates)
    fits(len(results) ** 2)
    variance = np.concatenate([v.variance.T.ravel() for v in values])
    spread = None
    if kind == "linearized":
        matrix = together(done, values, own.design.lonely)
    else:
        spread = one_spread([v.spread for v in values if v.spread is not None])
        matrix = spread.rows.T @ spread.rows
    present = None if kind == "replicates" else Present(done, [v.value.size for v in values])
    return Covariance(results, exact(matrix, variance), design_df(done[0]), kind, present, spread)


def one_spread(blocks: Sequence[Spread]) -> Spread:
    """The spread of all rows, block by block, measure by measure within each."""
    rows = [s.rows.transpose(0, 2, 1).reshape(len(s.rows), -1) for s in blocks]
    middle = [s.middle.T.ravel() for s in blocks]
    first = blocks[0]
    return Spread(np.concatenate(rows, axis=1), np.concatenate(middle), first.weigh, first.mse)


def one_kind(plan: Plan) -> str:
    """The variance that all blocks have. Raises PlanError where they differ."""
    if any(block.kind == "quantile" for block in plan.estimates):
        raise PlanError("quantiles have no covariance with other estimates: leave them out")
    if plan.design.replicates is not None:
        return "replicates"
    kinds = {(b.variance, b.replicates, b.seed) for b in plan.estimates}
    if len(kinds) > 1:
        raise PlanError("the blocks of one covariance must have the same `variance`")
    return plan.estimates[0].variance


class Present:
    """Clusters and strata by row, to count degrees of freedom over several rows."""

    def __init__(self, done: Sequence[Scan], rows: Sequence[int]) -> None:
        units = done[0].units
        self.strata, self.clusters = units.strata, units.clusters
        self.lasting = units.lasting or (units.strata, units.clusters)
        weighed = done[0].final * done[0].totals.weight > 0
        self.places: list[tuple[Codes, Codes, Codes]] = []
        for one, count in zip(done, rows, strict=True):
            code = np.where(weighed, one.domains.code, -1)
            order = np.argsort(code, kind="stable")
            cuts = np.searchsorted(code[order], np.arange(one.domains.count + 1))
            domain = np.arange(count, dtype=np.int64) % max(one.domains.count, 1)
            self.places.append((order, cuts, domain))
        self.starts = np.cumsum([0, *rows])

    def df(self, rows: Sequence[int]) -> int:
        """Clusters less strata in the domains of some rows together, before item missing.

        A cluster in several rounds is one; so is a stratum whose rounds have clusters together.
        """
        groups = []
        for row in rows:
            block = int(np.searchsorted(self.starts, row, side="right")) - 1
            order, cuts, domain = self.places[block]
            own = int(domain[row - self.starts[block]])
            groups.append(order[cuts[own] : cuts[own + 1]])
        every = np.unique(np.concatenate(groups))
        home, cluster = (code[every] for code in self.lasting)
        count = int(home.max(initial=-1)) + 1

        def each(code: Codes) -> Codes:
            """How many different codes each lasting stratum has."""
            first = np.unique(code, return_index=True)[1]
            return np.bincount(home[first], minlength=count)

        drawn = each(cluster)
        shared = each(self.clusters[every]) > drawn
        means = np.where(shared, 1, each(self.strata[every]))
        return int((drawn - means).sum())


def design_df(done: Scan) -> int:
    """Clusters less strata of the rows that meet the conditions of the design."""
    code = np.where(done.totals.inside, 0, -1)
    if done.replicates is not None:
        return int(done.df[0]) if len(done.df) else 0
    return int(degrees(done.units, code, done.final * done.totals.weight, 1)[0])


def exact(matrix: Floats, variance: Floats) -> Floats:
    """The matrix with the variances as the rows of the results have them, correlations kept.

    The rule `average` and rounding are the reasons for a difference; no correlation is beyond 1.
    """
    own = np.diag(matrix).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(own > 0, np.sqrt(variance / own), 1.0)
    scale[np.isnan(variance)] = np.nan
    root = np.sqrt(variance)
    for first in range(0, len(matrix), STRIP):  # in place and in strips: it may be large
        rows = slice(first, first + STRIP)
        strip = matrix[rows]
        strip *= scale[rows, None]
        strip *= scale
        bound = root[rows, None] * root
        np.minimum(strip, bound, out=strip)
        np.maximum(strip, -bound, out=strip)
    np.fill_diagonal(matrix, variance)
    return matrix
