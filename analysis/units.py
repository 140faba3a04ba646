"""Strata and sampling units of a design, numbered, with how many were drawn from how many.

Counts are of the whole sample, before any domain or missing answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import DesignError
from analysis.plan import Design
from analysis.totals import ROW, Codes, Floats, Key, Totals


@dataclass(frozen=True)
class Stage:
    """One stage of drawing. `unit` and `parent` are codes per group of the totals;

    drawn, population and fraction are per parent: units drawn, units there are (inf if not
    told), and drawn over population (0 if not told).
    """

    unit: Codes
    parent: Codes
    drawn: Floats
    population: Floats

    @property
    def fraction(self) -> Floats:
        return np.where(np.isinf(self.population), 0.0, self.drawn / self.population)


@dataclass(frozen=True)
class Units:
    """The design over the groups of the totals, first stage first."""

    stages: tuple[Stage, ...]
    told: bool  # whether population sizes are known: then later stages add variance
    round: Codes | None = None  # of each group, where the design has rounds
    lasting: tuple[Codes, Codes] | None = None  # stratum and cluster, the same in every round

    @property
    def strata(self) -> Codes:
        return self.stages[0].parent

    @property
    def clusters(self) -> Codes:
        return self.stages[0].unit


def numbered(*codes: Codes) -> Codes:
    """One code from 0 for each combination of codes that occurs, in sorted order."""
    total = codes[0]
    for more in codes[1:]:
        width = int(more.max(initial=-1)) + 2
        total = np.unique(total * width + more + 1, return_inverse=True)[1]
    return np.unique(total, return_inverse=True)[1].astype(np.int64)


def units(design: Design, totals: Totals) -> Units:
    """The units of a design. Raises DesignError naming stratum, cluster and column."""
    strata_keys = [totals.keys[c] for c in design.strata]
    strata = numbered(np.zeros(len(totals), dtype=np.int64), *(k.codes for k in strata_keys))
    round_ = totals.keys[design.rounds].codes if design.rounds else None
    lasting = None
    if round_ is not None and design.stages:
        lasting = (strata, numbered(strata, totals.keys[design.stages[0]].codes))
    columns = design.stages or (ROW,)
    stages: list[Stage] = []
    parent = strata if round_ is None else numbered(strata, round_)
    fractions = bool(design.fpc) and not any((totals.fpc_high[c] > 1).any() for c in design.fpc)
    for depth, column in enumerate(columns):
        own = totals.keys[column].codes
        if depth == 0 and design.stages and not design.nested and design.strata:
            one_stratum_each(totals.keys[column], strata, strata_keys)
        unit = numbered(parent, own)
        drawn = np.bincount(parents_of(unit, parent), minlength=parent.max(initial=-1) + 1)
        population = np.full(len(drawn), np.inf)
        if design.fpc:
            known = constant(design.fpc[depth], totals, parent, depth)
            population = sizes(known, drawn.astype(float), fractions, design.fpc[depth])
        stages.append(Stage(unit, parent, drawn.astype(float), population))
        parent = unit
    return Units(tuple(stages), bool(design.fpc), round_, lasting)


def parents_of(unit: Codes, parent: Codes) -> Codes:
    """The parent of each unit, in the order of unit codes."""
    found = np.zeros(unit.max(initial=-1) + 1, dtype=np.int64)
    found[unit] = parent
    return found


def one_stratum_each(key: Key, strata: Codes, strata_keys: Sequence[Key]) -> None:
    """Raises DesignError when a first-stage cluster id occurs in two strata."""
    first = np.full(len(key.values), -1, dtype=np.int64)
    first[key.codes] = strata
    wrong = np.flatnonzero(first[key.codes] != strata)
    if not len(wrong):
        return
    row = wrong[0]
    other = np.flatnonzero((key.codes == key.codes[row]) & (strata != strata[row]))[0]
    places = " and ".join(stratum_name(strata_keys, r) for r in (row, other))
    raise DesignError(
        f'the cluster {key.values[key.codes[row]].as_py()} of column "{key.name}" is in strata '
        f"{places}: if ids repeat between strata, set nested = true in [design]"
    )


def stratum_name(strata_keys: Sequence[Key], row: int) -> str:
    return ", ".join(f"{k.name} = {k.values[k.codes[row]].as_py()}" for k in strata_keys)


def constant(column: str, totals: Totals, parent: Codes, depth: int) -> Floats:
    """The population size of each parent. Raises DesignError where it varies or is below 0."""
    count = parent.max(initial=-1) + 1
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, parent, totals.fpc_low[column])
    np.maximum.at(high, parent, totals.fpc_high[column])
    place = "a stratum" if depth == 0 else "a unit of the stage before"
    if (high - low > 1e-9 * np.abs(high)).any():
        bad = int(np.flatnonzero(high - low > 1e-9 * np.abs(high))[0])
        raise DesignError(
            f'the population column "{column}" varies within {place}: '
            f"it is {low[bad]:g} and {high[bad]:g}"
        )
    if (low < 0).any():
        raise DesignError(f'the population column "{column}" is {low.min():g}, below 0')
    return high


def sizes(known: Floats, drawn: Floats, fractions: bool, column: str) -> Floats:
    """Population sizes from sizes or sampling fractions; none is below what was drawn."""
    if fractions:
        with np.errstate(divide="ignore"):
            return np.where(known > 0, drawn / known, np.inf)
    small = np.flatnonzero(known < drawn * (1 - 1e-12))
    if len(small):
        raise DesignError(
            f'the population column "{column}" says {known[small[0]]:g}, '
            f"but {drawn[small[0]]:g} units were drawn there"
        )
    return known


def base_weight(design: Design, found: Units) -> Floats:
    """The factor that makes sums weighted when the plan names no weight: 1, or by sizes.

    Product over the stages of population over units drawn; (groups,).
    Raises DesignError when a sampling fraction is 0.
    """
    factor = np.ones(len(found.strata))
    if design.weight is not None or not design.fpc:
        return factor
    for stage in found.stages:
        factor = factor * (stage.population / stage.drawn)[stage.parent]
    if not np.isfinite(factor).all():
        raise DesignError("no weight is given and a sampling fraction in `fpc` is 0")
    return factor


def degrees(found: Units, domain: Codes, weight: Floats, count: int) -> Codes:
    """Clusters less strata present in each domain, counted before item missing; (count,)."""
    here = (domain >= 0) & (weight > 0)

    def present(code: Codes) -> Codes:
        width = int(code.max(initial=0)) + 1
        pairs = np.sort(domain[here] * width + code[here])  # quicker than np.unique, which hashes
        pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]][: len(pairs)]]
        return np.bincount(pairs // width, minlength=count)

    return (present(found.clusters) - present(found.strata)).astype(np.int64)
