"""Estimates of shares, means, totals, ratios, distributions, net shares and indexes.

Everything follows from sums by stratum x cluster x domain (x calibration cell): the value is a
ratio of sums, its variance is that of the totals of w (y - r x) / X by cluster.
Source: Lumley (2004), J. Stat. Soft. 9(8); Särndal, Swensson and Wretman (1992), ch. 5.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.data import column_names, open_data
from analysis.errors import NotComputedError, PlanError
from analysis.intervals import Moments, interval, share_interval
from analysis.measures import pair
from analysis.plan import Plan, read_plan
from analysis.results import Results
from analysis.rows import block_table, joined
from analysis.scan import Scan, columns_of_design, scan
from analysis.terms import Measure
from analysis.totals import Floats, sums_by
from analysis.variance import Flags, linear_variance

Summed = Callable[[list[str]], Floats]  # terms to their weighted sums, (domains, terms)

AT_ONCE = 4_000_000  # numbers held while residuals of a calibration are taken
NOTHING = 1e-20  # a variance this small beside that of a simple random sample is 0


@dataclass(frozen=True)
class Values:
    """What a block's measures come to, arrays (domains, measures); NaN is no number.

    simple : the variance that a simple random sample of n with replacement would have
    """

    value: Floats
    variance: Floats
    simple: Floats
    n: Floats
    weight: Floats
    lonely: Flags


def estimate(
    plan: Plan | Mapping[str, object] | str | Path, data: str | Path | pa.Table
) -> Results:
    """The estimates that a plan asks for, block by block, in the order of the plan.

    plan : a Plan, a mapping of its shape, or the path of a TOML file
    data : the path of a CSV or Parquet file, or an Arrow table
    Raises AnalysisError: PlanError, DataError, DesignError or CalibrationError.
    """
    own = read_plan(plan)
    if not own.estimates:
        raise PlanError("the plan has no [[estimate]]: there is nothing to compute")
    for name in ("nonresponse", "trim"):
        if getattr(own, name) is not None:
            raise NotComputedError(
                f"[{name}] is computed by the weighting step: add weights to the data first, "
                f"and leave [{name}] out of the plan of the estimates"
            )
    source = open_data(data, needed(own, column_names(data)))
    tables: dict[int, pa.Table] = {}
    for by in dict.fromkeys(block.by for block in own.estimates):
        numbers = [i for i, block in enumerate(own.estimates) if block.by == by]
        blocks = [own.estimates[i] for i in numbers]
        done, wanted = scan(own, source, blocks)
        for i, block, found in zip(numbers, blocks, wanted, strict=True):
            tables[i] = block_rows(i, block, done, found)
    return joined([tables[i] for i in range(len(own.estimates))], own.estimates)


def needed(plan: Plan, names: Sequence[str]) -> dict[str, str]:
    """Every column that the plan reads, and the key that names it."""
    columns = dict(columns_of_design(plan))
    for i, block in enumerate(plan.estimates):
        for of in block.items():
            both = pair(of, names, "the data") if block.kind == "ratio" else (of,)
            for column in both:
                columns.setdefault(column, f"[[estimate]] {i}")
        for column in block.by:
            columns.setdefault(column, f"`by` in [[estimate]] {i}")
    return columns


def block_rows(number: int, block: Block, done: Scan, found: list[Measure]) -> pa.Table:
    """The rows of one block as an Arrow table."""
    values = block_values(done, found)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = values.variance / values.simple
        n_eff = np.where(deff > 0, values.n / deff, np.nan)
    moments = Moments(
        value=values.value,
        variance=values.variance,
        df=np.broadcast_to(done.df[:, None], values.value.shape),
        n=values.n,
        rows=np.broadcast_to(done.rows[:, None], values.value.shape),
        pool=pooled_deff(values, found),
    )
    make = share_interval if block.is_share else interval
    low, high, method = make(block.ci, moments, block.level, block.df)
    if block.deff == "without":
        with np.errstate(divide="ignore", invalid="ignore"):
            left = 1 - values.n / values.weight
            deff = np.where(left >= 0, deff / left, np.nan)
    columns = {
        "n": values.n,
        "value": values.value,
        "se": np.sqrt(values.variance),
        "low": low,
        "high": high,
        "deff": deff,
        "n_eff": n_eff,
        "method": method,
        "status": statuses(block, done, values),
    }
    return block_table(number, block, done.domains, found, columns, done.df, done.rows)


def statuses(block: Block, done: Scan, values: Values) -> np.ndarray:
    """Why a row has no number or no interval: ok, no-answers, undefined, lonely, few-clusters."""
    status = np.full(values.value.shape, "ok", dtype="<U16")
    if block.df == "design":
        status[np.broadcast_to(done.df[:, None] < 1, status.shape)] = "few-clusters"
    status[values.lonely] = "lonely"
    status[np.isnan(values.value)] = "undefined"
    status[(values.n == 0) | (values.weight == 0)] = "no-answers"
    return status


def pooled_deff(values: Values, found: list[Measure]) -> Floats:
    """The deff of all items of a domain together, and of all groups together; at least 1."""
    pool = np.full(values.value.shape, np.nan)
    for kind in ("item", "group"):
        own = np.array([m.pool == kind for m in found], dtype=bool)
        good = np.isfinite(values.variance) & np.isfinite(values.simple) & own
        top = np.where(good, values.variance, 0).sum(axis=1)
        bottom = np.where(good, values.simple, 0).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            both = np.where(bottom > 0, np.maximum(top / bottom, 1.0), np.nan)
        pool[:, own] = both[:, None]
    return pool


def block_values(done: Scan, found: list[Measure]) -> Values:
    """Values, variances and what they compare with, for the measures of a block."""
    count = done.domains.count
    domain = done.domains.code
    here = np.flatnonzero(domain >= 0)

    def total(keys: list[str]) -> Floats:
        rows = beside([done.totals.sums[k] for k in keys], len(domain))
        return sums_by(domain[here], (rows * done.final[:, None])[here], count)

    cases = beside([done.totals.counts[m.answered] for m in found], len(domain))
    n = sums_by(domain[here], cases[here], count)
    weight = total([m.answered for m in found])
    value, simple, z = combined(done, found, total, n, weight)
    variance, lonely = variances(done, z, cases > 0)
    variance[variance < NOTHING * simple] = 0.0  # rounding of sums that cancel
    variance[np.isnan(value) | lonely] = np.nan
    return Values(value, variance, simple, n, weight, lonely)


def beside(columns: list[Floats], rows: int) -> Floats:
    """Columns as one array (rows, columns), also when there is none."""
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))


def combined(
    done: Scan, found: list[Measure], total: Summed, n: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """Value, simple variance (domains, measures) and linearised totals (groups, measures)."""
    here = np.flatnonzero(done.domains.code >= 0)
    domain = done.domains.code[here]
    value, spread = np.zeros_like(n), np.zeros_like(n)
    z = np.zeros((len(done.totals), len(found)))
    for depth in range(max((len(m.parts) for m in found), default=0)):
        own = np.array([i for i, m in enumerate(found) if depth < len(m.parts)])
        parts = [found[i].parts[depth] for i in own]
        share = np.array([found[i].scale * len(found[i].parts) for i in own])
        totals = np.array([found[i].total for i in own])
        y, x = total([p.y for p in parts]), total([p.x for p in parts])
        with np.errstate(divide="ignore", invalid="ignore"):
            base = np.where(totals, 1.0, x * share)
            r = np.where(totals, 0.0, y / x)
            value[:, own] += np.where(totals, np.where(n[:, own] > 0, y, np.nan), r / share)
            slope = 1 / base
            own_y = np.stack([done.totals.sums[p.y][here] for p in parts], axis=1)
            own_x = np.stack([done.totals.sums[p.x][here] for p in parts], axis=1)
            z[np.ix_(here, own)] += (own_y - r[domain] * own_x) * slope[domain]
            if depth == 0:
                squares = [total([getattr(p, k) for p in parts]) for k in ("yy", "xy", "xx")]
                spread[:, own] = squares[0] - 2 * r * squares[1] + r**2 * squares[2]
                spread[:, own] -= np.where(totals, y**2 / weight[:, own], 0)
                spread[:, own] *= slope**2
    with np.errstate(divide="ignore", invalid="ignore"):
        for i, measure in enumerate(found):
            if measure.crosses:
                spread[:, i] = crossed(measure, total)
        simple = np.where(n > 1, spread * weight / (n - 1), np.nan)
    return value, np.maximum(simple, 0), np.where(np.isfinite(z), z, 0.0)


def crossed(measure: Measure, total: Summed) -> Floats:
    """Sum of w e² of a mean of several ratios, from the sums of products of its sides."""
    slopes = []
    for part in measure.parts:
        y, x = total([part.y])[:, 0], total([part.x])[:, 0]
        unit = 1 / (x * len(measure.parts) * measure.scale)
        slopes += [unit, -y / x * unit]
    out = np.zeros_like(slopes[0])
    for a, row in zip(slopes, measure.crosses, strict=True):
        for b, key in zip(slopes, row, strict=True):
            out += a * b * total([key])[:, 0]
    return out


def variances(done: Scan, z: Floats, seen: Flags) -> tuple[Floats, Flags]:
    """Linearised variances (domains, measures) and where a lonely unit leaves none."""
    domain, count = done.domains.code, done.domains.count
    start = z * done.start[:, None]
    if done.calibrated is None:
        found = linear_variance(done.units, domain, start, seen, count, done.lonely)
        return found.value, found.lonely
    groups, measures = z.shape
    value = np.zeros((count, measures))
    lonely = np.zeros((count, measures), dtype=bool)
    everyone = np.zeros(groups, dtype=np.int64)
    weight = done.start * done.totals.weight
    step = max(1, AT_ONCE // max(1, groups * measures))
    for first in range(0, count, step):
        own = min(step, count - first)
        here = np.flatnonzero((domain >= first) & (domain < first + own))
        wide = np.zeros((groups, own, measures))
        wide[here, domain[here] - first] = start[here]
        left = done.calibrated.residuals(wide.reshape(groups, own * measures), weight)
        always = np.ones(left.shape, dtype=bool)
        found = linear_variance(done.units, everyone, left, always, 1, done.lonely)
        value[first : first + own] = found.value.reshape(own, measures)
        lonely[first : first + own] = found.lonely.reshape(own, measures)
    return value, lonely
