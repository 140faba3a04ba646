"""A design-based ordinal logit of the overall answer on factors or items, row by row.

Variances are those of weighted scores by cluster and stratum (sandwich): Binder (1983),
International Statistical Review 51, 279-292; Lumley and Scott (2017), Statistical Science 32(2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa
from scipy.special import stdtr

from analysis.data import Data
from analysis.drivers.moments import designed, seen, share_block, with_complete
from analysis.drivers.ordinal import Codes, Floats, Ordinal, ordinal
from analysis.drivers.table import opened
from analysis.drivers.wald import Wald, wald
from analysis.driving import DriverOptions
from analysis.errors import DriversError
from analysis.frames import fpc_columns, inside, weight
from analysis.intervals import quantile
from analysis.plan import Plan
from analysis.scan import Scan, columns_of_design
from analysis.source import Source
from analysis.tabled import Tabled
from analysis.totals import ROW, Key, Totals, as_key, sums_by
from analysis.units import Units
from analysis.variance import Flags, linear_variance

LEVELS = 20  # more different answers than this are no scale


@dataclass(frozen=True)
class Logit(Tabled):
    """`table`: one row a coefficient and a cut; `parallel`: the test of all covariates at once."""

    brief: ClassVar = ("of", "n", "value", "se", "odds_ratio", "odds_low", "odds_high", "p")
    table: pa.Table
    parallel: Wald
    n: int
    lost: int
    open: bool

    def lines(self) -> list[str]:
        said = f"ordinal logit: {self.n} complete cases, {self.lost} rows left out"
        return [said, self.parallel.line()]


@dataclass(frozen=True)
class Rows:
    """The complete cases: `at` are their places among all rows, which are the design's."""

    at: Codes
    level: Codes
    codes: list[float]
    x: Floats
    names: list[str]
    weight: Floats
    done: Scan


def logit(plan: Plan | Mapping[str, object] | str | Path, data: Data) -> Logit:
    """The model that the plan's [drivers] asks for (`predictors` factors or items).

    A self-selected round has coefficients without errors or tests. Raises what `drivers` raises;
    DriversError also for a covariate that separates the levels, or too many levels.

    >>> staff = [5, 4, 3, 3, 4, 1, 5, 2, 1, 2]
    >>> people = pa.table({"all": [3, 2, 1, 2, 3, 1, 1, 3, 2, 1], "staff": staff})
    >>> factors = [{"name": "the staff", "of": ["staff"]}]
    >>> asked = {"overall": "all", "factors": factors, "satisfied": [3]}
    >>> found = logit({"drivers": asked}, people)
    >>> [(row["of"], round(row["value"], 2)) for row in found.table.to_pylist()]
    [('the staff', 0.35), ('1|2', 0.58), ('2|3', 1.9)]
    """
    own, options, source = opened(plan, data)
    source = source.near()  # the rows are needed
    first = seen(own, options, source)
    rows = rows_of(own, options, source)
    df = int(first.done.df[0])
    open_ = own.design.sample == "open"
    found = ordinal(rows.level, rows.x, rows.weight, rows.names)
    variance, lonely = spread(rows, found.influence)
    if open_:
        variance = np.full(len(variance), np.nan)
        none = Wald(None, 0, df, None, "a self-selected round has no tests")
        tests = [none] * (len(rows.names) + 1)
    else:
        tests = parallel(rows, df)
    status = "open" if open_ else "lonely" if lonely else "few-clusters" if df < 1 else "ok"
    table = assembled(rows, found, np.sqrt(variance), df, options.level, tests, status)
    moments = first.moments
    return Logit(table, tests[-1], moments.n, moments.asked - moments.n, open_)


def rows_of(plan: Plan, options: DriverOptions, source: Source) -> Rows:
    """The rows, with the design over all of them. The scan has checked every column before."""
    design = plan.design
    variables = (*options.items, options.overall)
    whole = with_complete(source, share_block(options), variables)
    keys = [c for c in columns_of_design(plan) if c != design.weight and c not in design.fpc]
    frame = nw.from_native(whole.relation).select(
        *(nw.col(source.names[key]).alias(f"__k{i}") for i, key in enumerate(keys)),
        inside(source, design.where).alias("__inside"),
        weight(source, design).cast(nw.Float64).alias("__w"),
        *fpc_columns(source, design),
        nw.col("__all"),
        *(nw.col(f"__c{i}") for i in range(len(variables))),
    )
    table = source.collected(frame)
    done = design_of(plan, source, table, keys)
    every = done.final * done.totals.weight
    at = np.flatnonzero(flags(table, "__all") & done.totals.inside & (every > 0))
    answers = numbers(table, f"__c{len(variables) - 1}")[at]
    codes, level = np.unique(answers, return_inverse=True)
    if len(codes) > LEVELS:
        raise DriversError(
            f'"{options.overall}" has {len(codes)} different answers: an ordinal model is for '
            f"scales of at most {LEVELS}"
        )
    x = np.stack([numbers(table, f"__c{i}")[at] for i in range(len(options.items))], axis=1)
    names = list(options.items)
    if options.predictors == "factors":
        place = {item: i for i, item in enumerate(options.items)}
        means = [x[:, [place[i] for i in f.of]].mean(axis=1) for f in options.factors]
        x, names = np.stack(means, axis=1), [f.name for f in options.factors]
    return Rows(at, level.astype(np.int64), codes.tolist(), x, names, every[at], done)


def design_of(plan: Plan, source: Source, table: pa.Table, columns: Sequence[str]) -> Scan:
    """The design with every row as a group of its own."""
    count = table.num_rows
    keys = {c: as_key(c, table.column(f"__k{i}")) for i, c in enumerate(columns)}
    if not plan.design.stages:
        keys[ROW] = Key(ROW, np.arange(count, dtype=np.int64), pa.array(range(count)))
    fpc = {c: numbers(table, f"__fpc{i}") for i, c in enumerate(plan.design.fpc)}
    ones = np.ones(count)
    where = flags(table, "__inside")
    totals = Totals(keys, where, ones, numbers(table, "__w"), fpc, fpc, {}, {})
    return designed(plan, source, totals)


def numbers(table: pa.Table, column: str) -> Floats:
    found: Floats = table.column(column).to_numpy().astype(np.float64)
    return found


def flags(table: pa.Table, column: str) -> Flags:
    found: Flags = table.column(column).to_numpy().astype(bool)
    return found


def spread(rows: Rows, influence: Floats) -> tuple[Floats, bool]:
    """Variances of sums of influences over the design, and whether a lonely cluster leaves none."""
    units, totals, cases = by_unit(rows, influence)
    nobody = np.zeros(len(totals), dtype=np.int64)
    seen_ = np.broadcast_to(cases[:, None], totals.shape)
    found = linear_variance(units, nobody, totals, seen_, 1, rows.done.lonely)
    lonely = found.lonely[0]
    return np.where(lonely, np.nan, found.value[0]), bool(lonely.any())


def by_unit(rows: Rows, influence: Floats) -> tuple[Units, Floats, Flags]:
    """The design with a group for each unit of its last stage, sums there, and where cases are.

    Influences are per final weight; residuals of a calibration are taken of start-weighted ones.
    """
    done, count = rows.done, len(rows.done.totals)
    unit = done.units.stages[-1].unit
    first = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    first[unit] = np.arange(count)
    stages = [replace(s, unit=s.unit[first], parent=s.parent[first]) for s in done.units.stages]
    small = Units(tuple(stages), done.units.told)
    cases = np.bincount(unit[rows.at], minlength=len(first)) > 0
    if done.calibrated is None:
        return small, sums_by(unit[rows.at], influence, len(first)), cases
    z = np.zeros((count, influence.shape[1]))
    z[rows.at] = influence / done.calibrated.g[done.calibrated.cell[rows.at]][:, None]
    z = done.calibrated.residuals(z, done.start * done.totals.weight)
    return small, sums_by(unit, z, len(first)), np.ones(len(first), dtype=bool)


def together(rows: Rows, influence: Floats) -> Floats:
    """The covariance of sums of influences, from variances of sums of two."""
    q = influence.shape[1]
    units, totals, cases = by_unit(rows, influence)
    nobody = np.zeros(len(totals), dtype=np.int64)

    def variance(z: Floats) -> Floats:
        seen_ = np.broadcast_to(cases[:, None], z.shape)
        found = linear_variance(units, nobody, z, seen_, 1, rows.done.lonely)
        return np.where(found.lonely[0], np.nan, found.value[0])

    own, out = variance(totals), np.zeros((q, q))
    for i in range(q):
        both = variance(totals[:, i:] + totals[:, [i]])
        out[i, i:] = out[i:, i] = (both - own[i:] - own[i]) / 2
    return out


def parallel(rows: Rows, df: int) -> list[Wald]:
    """Whether the effect of each covariate, then of all at once, is the same at every cut.

    Binary models of every cut, their effects compared by a Wald test over the design, adjusted
    for few clusters. Source: Brant (1990), Biometrics 46, 1171-1178; Korn and Graubard (1990),
    American Statistician 44, 270-276.
    """
    p, cuts = len(rows.names), len(rows.codes) - 1

    def none(why: str) -> list[Wald]:
        return [Wald(None, 0, df, None, why)] * (p + 1)

    if cuts < 2:
        return none("the overall answer has two levels")
    try:
        every = [
            ordinal((rows.level > j).astype(np.int64), rows.x, rows.weight, rows.names)
            for j in range(cuts)
        ]
    except DriversError as error:
        return none(f"a model of one cut alone cannot be fitted ({error})")
    apart = [one.beta - every[0].beta for one in every[1:]]
    influence = np.concatenate(
        [one.influence[:, :p] - every[0].influence[:, :p] for one in every[1:]], axis=1
    )
    matrix, value = together(rows, influence), np.concatenate(apart)
    own = [[k * p + i for k in range(cuts - 1)] for i in range(p)]
    return [wald(value[at], matrix[np.ix_(at, at)], df) for at in [*own, list(range(len(value)))]]


def assembled(
    rows: Rows,
    found: Ordinal,
    se: Floats,
    df: int,
    level: float,
    tests: Sequence[Wald],
    status: str,
) -> pa.Table:
    """The rows: effects, then cuts named "1|2" by the codes they part."""
    value = np.concatenate([found.beta, found.cuts])
    p = len(found.beta)
    t = quantile(level, np.full(len(value), float(df)))
    low, high = value - t * se, value + t * se
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.where(np.isfinite(low), 2 * stdtr(max(df, 1), -np.abs(value / se)), np.nan)
    cuts = [f"{a:g}|{b:g}" for a, b in zip(rows.codes, rows.codes[1:], strict=False)]
    effect = np.arange(len(value)) < p

    def told(values: Floats, which: np.ndarray | None = None) -> pa.Array:
        bad = ~np.isfinite(values) if which is None else ~np.isfinite(values) | ~which
        return pa.array(values, pa.float64(), mask=bad)

    return pa.table(
        {
            "kind": pa.array(["effect" if one else "cut" for one in effect]),
            "of": pa.array([*rows.names, *cuts]),
            "n": pa.array(np.full(len(value), len(rows.at), dtype=np.int64)),
            "value": told(value),
            "se": told(se),
            "low": told(low),
            "high": told(high),
            "odds_ratio": told(np.exp(value), effect),
            "odds_low": told(np.exp(low), effect),
            "odds_high": told(np.exp(high), effect),
            "p": told(chance, effect),
            "parallel_p": pa.array(
                [*(one.p for one in tests[:-1]), *[None] * len(cuts)], pa.float64()
            ),
            "df": pa.array(np.full(len(value), df, dtype=np.int64)),
            "method": pa.array(["ordinal-logit"] * len(value)),
            "level": pa.array(np.full(len(value), level)),
            "status": pa.array([status] * len(value)),
        }
    )
