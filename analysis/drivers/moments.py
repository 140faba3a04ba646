"""One scan for drivers: shares of all answers given, and second moments of the complete cases.

A case is complete when it answered the overall question and every item. The others keep their
place in the design and weigh nothing in the moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_

import narwhals as nw
import numpy as np

from analysis.blocks import Block, Group
from analysis.driving import DriverOptions
from analysis.errors import DriversError
from analysis.measures import is_answered, measures, number
from analysis.plan import Plan
from analysis.scan import Scan, calibrated_by, domains_of, of_one_round
from analysis.source import Source
from analysis.terms import Measure, Terms
from analysis.totals import Floats, Totals, grouped, weight_of
from analysis.units import base_weight, degrees, units
from analysis.values import beside

WHOLE = "complete case"
ALONE = 1e-12  # a variance this small beside the mean square is that of a constant
DEPENDENT = 1e-9  # a variance left this small beside the own is that of a combination


@dataclass(frozen=True)
class Moments:
    """Weighted moments of the complete cases; variables are the items, then the outcome.

    sums : (groups, terms) weighted sums: 1, each variable, each pair j <= k; inside the domain
    mean (q,), covariance (q, q), weight : of all; n complete cases, asked rows of the domain
    """

    names: tuple[str, ...]
    sums: Floats
    mean: Floats
    covariance: Floats
    weight: float
    n: int
    asked: int

    def influence(self, slopes: Floats) -> Floats:
        """(groups, m) linearised totals of m smooth functions of the covariance.

        slopes : (m, q, q) symmetric derivatives by the covariance. As the covariance is a mean
            around the mean, a group adds its own squares around the overall mean, less W_g times
            the covariance, over W (Shao and Tu 1995, The Jackknife and Bootstrap, section 2.1).
        """
        q = len(self.mean)
        j, k = np.triu_indices(q)
        pairs = slopes[:, j, k] * np.where(j == k, 1.0, 2.0)
        middle = slopes @ self.mean
        constant = middle @ self.mean - np.einsum("mjk,jk->m", slopes, self.covariance)
        factors = np.concatenate([constant[:, None], -2 * middle, pairs], axis=1)
        return np.asarray(self.sums @ factors.T / self.weight)


@dataclass(frozen=True)
class Seen:
    """What the scan gave: the design, the share block with its measures, the moments."""

    done: Scan
    block: Block
    measures: list[Measure]
    moments: Moments
    cases: Floats  # (groups,) complete cases inside the domain


def share_block(options: DriverOptions) -> Block:
    """Shares of the overall answer, of factors and of items, over all answers given."""
    return Block(
        kind="share",
        of=(options.overall, *options.items),
        groups=tuple(Group(f"factor {f.name}", f.of) for f in options.factors),
        satisfied=options.satisfied,
        missing=options.missing,
        ci=options.ci,
        level=options.level,
    )


def seen(plan: Plan, options: DriverOptions, source: Source) -> Seen:
    """The one scan. Raises DriversError for items that nobody answered, are constant or depend."""
    block = share_block(options)
    variables = (*options.items, options.overall)
    for item in variables:
        number(source, item)
    own = Terms(with_complete(source, block, variables))
    found = measures(block, own, {})
    keys = moment_terms(own, len(variables))
    summed = [*dict.fromkeys([*(k for m in found for k in m.terms()), *keys])]
    counted = [*dict.fromkeys([WHOLE, *(m.answered for m in found)])]
    cells = plan.calibration.columns if plan.calibration else ()
    totals = grouped(own.source, plan.design, cells, own, summed, counted)
    done = designed(plan, source, totals)
    here, rows = done.domains.code >= 0, done.rows
    cases = np.where(here, totals.counts[WHOLE], 0.0)
    sums = np.where(here[:, None], beside([totals.sums[k] for k in keys], len(here)), 0.0)
    answered = [float(totals.counts[m.answered][here].sum()) for m in found]
    nobody = [m.of for m, n in zip(found, answered, strict=True) if not n]
    if nobody:
        raise DriversError(f'nobody answered "{nobody[0]}" (of {int(rows[0])} asked): leave it out')
    moments = moments_of(variables, sums, done.final, int(cases.sum()), int(rows[0]))
    return Seen(done, block, found, moments, cases)


def designed(plan: Plan, source: Source, totals: Totals) -> Scan:
    """The design, its weights and the one domain of the plan's conditions over some totals."""
    cells = plan.calibration.columns if plan.calibration else ()
    drawn = units(plan.design, totals)
    start = base_weight(plan.design, drawn)
    fitted = calibrated_by(plan, source, totals, cells, start * totals.weight)
    calibrated = None if fitted is None else fitted.calibrated
    final = start if calibrated is None else start * calibrated.g[calibrated.cell]
    domains = domains_of((), totals)
    of_one_round(plan.design, drawn, domains)
    here = domains.code >= 0
    rows = weight_of(domains.code[here], totals.rows[here], 1)
    df = degrees(drawn, domains.code, final * totals.weight, 1)
    return Scan(totals, drawn, domains, start, final, calibrated, rows, df, plan.design.lonely)


def with_complete(source: Source, block: Block, variables: Sequence[str]) -> Source:
    """The source with `__all`, and each variable where the case is complete as `__c0`, ..."""
    terms = Terms(source)
    whole = reduce(and_, (is_answered(item, block, terms) for item in variables))
    frame = nw.from_native(source.relation).with_columns(whole.fill_null(False).alias("__all"))
    frame = frame.with_columns(
        *(
            nw.when(nw.col("__all"))
            .then(nw.col(source.names[item]).cast(nw.Float64))
            .otherwise(0.0)
            .alias(f"__c{i}")
            for i, item in enumerate(variables)
        )
    )
    return replace(source, relation=frame.to_native())


def moment_terms(terms: Terms, count: int) -> list[str]:
    """The keys of 1, of each variable and of each product of two, in the order of `sums`."""

    def column(i: int) -> str:
        return terms.put(f"variable {i:04d}", "real", (f"__c{i}",), lambda: nw.col(f"__c{i}"))

    whole = terms.put(WHOLE, "flag", ("__all",), lambda: nw.col("__all").cast(nw.Int8))
    own = [column(i) for i in range(count)]
    pairs = [terms.product(own[j], own[k]) for j in range(count) for k in range(j, count)]
    return [whole, *own, *pairs]


def moments_of(names: tuple[str, ...], sums: Floats, final: Floats, n: int, asked: int) -> Moments:
    """Mean and covariance of the complete cases, checked. Raises DriversError."""
    q = len(names)
    total = final @ sums
    endless = np.flatnonzero(~np.isfinite(total[1 : q + 1]))
    if len(endless):
        raise DriversError(f'"{names[endless[0]]}" holds a number that is not finite')
    weight = float(total[0])
    if not weight > 0:
        raise DriversError(
            f"no case is complete: none of {asked} answered the overall question and every item "
            "with a weight above 0"
        )
    mean = total[1 : q + 1] / weight
    squares = np.zeros((q, q))
    squares[np.triu_indices(q)] = total[q + 1 :] / weight
    squares = squares + np.triu(squares, 1).T
    covariance = squares - np.outer(mean, mean)
    alone = np.flatnonzero(np.diag(covariance) <= ALONE * np.diag(squares))
    if len(alone):
        i = int(alone[0])
        raise DriversError(
            f'"{names[i]}" is {mean[i]:g} in all {n} complete cases: it explains nothing and '
            "nothing explains it; leave it out"
        )
    if n < q + 1:
        raise DriversError(f"{n} complete cases are too few for {q - 1} items: {q + 1} at least")
    independent(names, covariance, n)
    return Moments(names, sums, mean, covariance, weight, n, asked)


def independent(names: tuple[str, ...], covariance: Floats, n: int) -> None:
    """Raises DriversError naming the first item that items before it make up."""
    size = np.sqrt(np.diag(covariance))
    plain = covariance / size / size[:, None]
    for i in range(1, len(names)):
        slope = np.linalg.solve(plain[:i, :i], plain[:i, i])
        if 1 - slope @ plain[:i, i] < DEPENDENT:
            made = [f'"{names[j]}"' for j in range(i) if abs(slope[j]) > 1e-6]
            raise DriversError(
                f'"{names[i]}" follows from {", ".join(made)} in all {n} complete cases, so that '
                "their importances cannot be told apart: leave one out"
            )
