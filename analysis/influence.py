"""How linearised totals of many estimates vary together, stratum by stratum.

Between rounds it is the clusters in both that do: Tam (1984), American Statistician 38;
Qualité and Tillé (2008), Survey Methodology 34; Berger and Priam (2016), JRSS A 179.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.errors import PlanError
from analysis.scan import Scan
from analysis.totals import Codes, Floats, sums_by
from analysis.units import Stage
from analysis.values import Values
from analysis.variance import TAKEN, Flags

MOST = 250_000_000  # numbers held at once


def fits(numbers: int) -> None:
    if numbers > MOST:
        raise PlanError("there are too many estimates for one covariance: ask for fewer at once")


@dataclass(frozen=True)
class Influence:
    """Linearised totals of a block by group; its columns start at `first`, measure by measure."""

    first: int
    domain: Codes
    count: int
    z: Floats
    seen: Flags


def influences(done: Sequence[Scan], values: Sequence[Values]) -> list[Influence]:
    """The influences of all blocks; calibrated ones are residuals, which every cell has."""
    out, first = [], 0
    for one, value in zip(done, values, strict=True):
        groups, measures = value.influence.shape
        count = one.domains.count
        own = Influence(first, one.domains.code, count, value.influence, value.seen)
        if one.calibrated is not None:
            fits(groups * count * measures)
            everyone = np.arange(groups, dtype=np.int64)
            wide = placed(own, everyone, everyone, groups, np.arange(count, dtype=np.int64))
            z = one.calibrated.residuals(wide, one.start * one.totals.weight)
            nobody = np.zeros(groups, dtype=np.int64)
            own = Influence(first, nobody, 1, z, np.ones(z.shape, dtype=bool))
        out.append(own)
        first += count * measures
    return out


def placed(own: Influence, rows: Codes, unit: Codes, units: int, domains: Codes) -> Floats:
    """Totals of some groups by unit, (units, measures x domains), measure by measure."""
    inside = own.domain[rows] >= 0
    rows, unit = rows[inside], unit[inside]
    at = np.searchsorted(domains, own.domain[rows])
    measures = own.z.shape[1]
    sums = sums_by(unit * len(domains) + at, own.z[rows], units * len(domains))
    by_measure = sums.reshape(units, len(domains), measures).transpose(0, 2, 1)
    out: Floats = by_measure.reshape(units, -1)
    return out


def columns(own: Influence, domains: Codes) -> Codes:
    """The columns of the matrix that `placed` fills, in its order."""
    measure: Codes = np.arange(own.z.shape[1], dtype=np.int64)[:, None]
    out: Codes = (own.first + measure * own.count + domains[None, :]).ravel()
    return out


@dataclass(frozen=True)
class Stratum:
    """One stratum of a stage: the totals of its units, and which columns these are."""

    code: int
    groups: Codes
    unit: Codes
    totals: Floats
    columns: Codes
    present: Flags


def strata_of(stage: Stage, parts: Sequence[Influence]) -> Iterator[Stratum]:
    """The strata of a stage, one after the other."""
    order = np.argsort(stage.parent, kind="stable")
    cuts = np.flatnonzero(np.diff(stage.parent[order])) + 1
    for groups in np.split(order, cuts):
        known, unit = np.unique(stage.unit[groups], return_inverse=True)
        totals, places, present = [], [], []
        for own in parts:
            code = own.domain[groups]
            domains = np.unique(code[code >= 0])
            fits(len(known) * len(domains) * own.z.shape[1])
            totals.append(placed(own, groups, unit, len(known), domains))
            places.append(columns(own, domains))
            at = np.searchsorted(domains, code[code >= 0])
            seen = sums_by(at, own.seen[groups[code >= 0]].astype(float), len(domains)) > 0
            present.append(seen.T.ravel())
        yield Stratum(
            int(stage.parent[groups[0]]),
            groups,
            unit,
            np.concatenate(totals, axis=1),
            np.concatenate(places),
            np.concatenate(present),
        )


def together(done: Sequence[Scan], values: Sequence[Values], lonely: str) -> Floats:
    """The covariance of all columns by stages, and of rounds through their common clusters."""
    units = done[0].units
    parts = influences(done, values)
    size = sum(own.count * own.z.shape[1] for own in parts)
    out = np.zeros((size, size))
    earlier = np.ones(len(done[0].totals))
    for depth, stage in enumerate(units.stages):
        if depth and not units.told:
            break
        middle = middles(stage, parts, size) if lonely == "adjust" and depth == 0 else None
        for stratum in strata_of(stage, parts):
            weigh = earlier[stratum.groups[0]]
            spread = deviations(stage, stratum, middle) * np.sqrt(weigh)
            out[np.ix_(stratum.columns, stratum.columns)] += spread.T @ spread
        earlier = earlier * stage.fraction[stage.parent]
    between_rounds(done[0], parts, out)
    return out


def deviations(stage: Stage, stratum: Stratum, middle: Floats | None) -> Floats:
    """Rows whose cross products are the stratum's part of the covariance."""
    n, left = stage.drawn[stratum.code], 1 - stage.fraction[stratum.code]
    if left <= TAKEN:
        return np.zeros((0, len(stratum.columns)))
    if n > 1:
        own = stratum.totals - stratum.totals.mean(axis=0)
        scaled: Floats = own * np.sqrt(left * n / (n - 1))
        return scaled
    if middle is None:
        return np.zeros((0, len(stratum.columns)))
    apart: Floats = (stratum.totals - middle[stratum.columns]) * np.sqrt(left)
    return np.where(stratum.present, apart, 0.0)


def middles(stage: Stage, parts: Sequence[Influence], size: int) -> Floats:
    """The mean of the units' totals over the strata that each column has cases in."""
    total, drawn = np.zeros(size), np.zeros(size)
    for stratum in strata_of(stage, parts):
        total[stratum.columns] += stratum.totals.sum(axis=0)
        drawn[stratum.columns] += stratum.present * stage.drawn[stratum.code]
    return total / np.maximum(drawn, 1)


def between_rounds(done: Scan, parts: Sequence[Influence], out: Floats) -> None:
    """Adds what two rounds have together: in each stratum, by the clusters that both have."""
    lasting = done.units.lasting
    if lasting is None:
        return
    stage = done.units.stages[0]
    homes: dict[int, list[tuple[Stratum, Codes]]] = {}
    for stratum in strata_of(stage, parts):
        cluster = np.zeros(len(stratum.totals), dtype=np.int64)
        cluster[stratum.unit] = lasting[1][stratum.groups]
        homes.setdefault(int(lasting[0][stratum.groups[0]]), []).append((stratum, cluster))
    for rounds in homes.values():
        for first, second in combinations(rounds, 2):
            shared(stage, first, second, out)


def shared(
    stage: Stage, first: tuple[Stratum, Codes], second: tuple[Stratum, Codes], out: Floats
) -> None:
    """Adds (n_c - n_a n_b / N) s, s the covariance over the n_c clusters in both rounds a and b

    around each round's own mean; divided so that it is right on average. N where it is told.
    """
    (a, units_a), (b, units_b) = first, second
    _, at_a, at_b = np.intersect1d(units_a, units_b, return_indices=True)
    common, n_a, n_b = len(at_a), stage.drawn[a.code], stage.drawn[b.code]
    if not common or n_a < 2 or n_b < 2:
        return
    size = max(stage.population[a.code], stage.population[b.code])
    factor = common - (0.0 if np.isinf(size) else n_a * n_b / size)
    own = a.totals[at_a] - a.totals.mean(axis=0)
    other = b.totals[at_b] - b.totals.mean(axis=0)
    spread = own.T @ other / (common * (1 - 1 / n_a - 1 / n_b + common / (n_a * n_b)))
    product = spread * factor
    out[np.ix_(a.columns, b.columns)] += product
    out[np.ix_(b.columns, a.columns)] += product.T
