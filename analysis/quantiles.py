"""Quantiles of scores and numbers, with Woodruff's intervals.

The scan is by value: the full table of an item by code, or by row where a rule interpolates
between rows. The interval of the share at or below the estimate is carried back through the
same rule. Source: Woodruff (1952), JASA 47; Hyndman and Fan (1996), American Statistician 50.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.errors import PlanError
from analysis.intervals import Moments, chosen, quantile, share_interval
from analysis.measures import fitting, number
from analysis.plan import Plan
from analysis.qrules import STEPS, at
from analysis.replicated import calibrated_again, replicates_of, with_variance
from analysis.rows import block_table
from analysis.scan import Scan, scan
from analysis.source import Source
from analysis.terms import Measure, Part
from analysis.totals import Codes, Floats
from analysis.values import Values
from analysis.variance import taken_whole


def quantile_rows(index: int, block: Block, plan: Plan, source: Source) -> pa.Table:
    """The rows of a block of quantiles, item by item, then by probability, then by domain."""
    if block.qrule not in STEPS:
        source = source.near()  # every row is a group of the scan
    tables = [item_rows(index, block, plan, source, item) for item in block.of]
    return pa.concat_tables(tables)


def item_rows(index: int, block: Block, plan: Plan, source: Source, item: str) -> pa.Table:
    number(source, item)
    rows = block.qrule not in STEPS
    (done,), _ = scan(plan, source, [block], beside=[item], each_row=rows)
    key = done.totals.keys[item]
    gaps = set(fitting(block.missing, source, item))
    kept = np.array([v not in gaps for v in key.values.to_pylist()] or [False])
    answered = (key.codes >= 0) & kept[key.codes]
    points = np.array([float(v) for v in key.values.to_pylist()] or [np.nan])
    x = np.where(answered, points[key.codes], np.nan)
    found = values_at(block, done, x, done.totals.weight * done.final)
    shares = shares_below(item, block, done, x, found)
    return table_of(index, block, item, done, x, found, shares)


def ordered(done: Scan, x: Floats, weight: Floats) -> list[tuple[int, Codes]]:
    """For each domain with answers: its groups in the order of their values."""
    code = done.domains.code
    good = np.flatnonzero((code >= 0) & np.isfinite(x) & (weight > 0))
    order = good[np.lexsort((x[good], code[good]))]
    cuts = np.flatnonzero(np.diff(code[order])) + 1
    return [(int(code[own[0]]), own) for own in np.split(order, cuts) if len(own)]


def values_at(
    block: Block, done: Scan, x: Floats, weight: Floats, shares: Floats | None = None
) -> Floats:
    """Quantiles (domains, probs), at the block's probabilities or at shares of each domain."""
    out = np.full((done.domains.count, len(block.probs)), np.nan)
    for domain, own in ordered(done, x, weight):
        asked = block.probs if shares is None else shares[domain]
        out[domain] = [at(block.qrule, x[own], weight[own], p) for p in asked]
    return out


def shares_below(item: str, block: Block, done: Scan, x: Floats, found: Floats) -> Values:
    """The shares at or below each quantile with their variance, (domains, probs)."""
    answered = np.isfinite(x).astype(float)
    sums, counts = {"x": done.totals.weight * answered}, {"x": done.totals.rows * answered}
    weights = done.totals.again.get("")
    again = {} if weights is None else {"": weights, "x": weights * answered[:, None]}
    measures = []
    limits = np.vstack([found, np.full(len(block.probs), np.nan)])  # for groups in no domain
    for i, _ in enumerate(block.probs):
        below = np.nan_to_num(x <= limits[done.domains.code, i]).astype(float)
        sums[f"y{i}"] = sums["x"] * below
        if weights is not None:
            again[f"y{i}"] = again["x"] * below[:, None]
        y = f"y{i}"
        measures.append(Measure(item, "x", (Part(y, "x", y, y, "x"),)))
    totals = replace(done.totals, sums=sums, counts=counts, again=again)
    return with_variance(block, replace(done, totals=totals), measures)


def table_of(
    index: int, block: Block, item: str, done: Scan, x: Floats, found: Floats, shares: Values
) -> pa.Table:
    """The rows of one item."""
    moments = Moments(
        value=shares.value,
        variance=shares.variance,
        df=np.broadcast_to(done.df[:, None], found.shape),
        n=shares.n,
        rows=np.broadcast_to(done.rows[:, None], found.shape),
        pool=np.full(found.shape, np.nan),
    )
    t = quantile(block.level, chosen(moments, block.df))
    if block.ci == "replicates":
        se = replicated_se(block, done, x, found)
        low, high = found - t * se, found + t * se
        method = np.full(found.shape, "replicates")
    else:
        weight = done.totals.weight * done.final
        taken = taken_whole(done.units, done.domains.code, done.domains.count)
        whole = np.broadcast_to(taken[:, None], found.shape)
        lower, upper, method = share_interval(block.ci, moments, block.level, block.df, whole)
        low = values_at(block, done, x, weight, np.clip(lower, 0, 1))
        high = values_at(block, done, x, weight, np.clip(upper, 0, 1))
        se = (high - low) / (2 * t)
    status = np.full(found.shape, "ok", dtype="<U16")
    if block.df == "design":
        status[np.broadcast_to(done.df[:, None] < 1, found.shape)] = "few-clusters"
    status[shares.lonely] = "lonely"
    status[(shares.n == 0) | (shares.weight == 0)] = "no-answers"
    nothing = np.full(found.shape, np.nan)
    columns = {"n": shares.n, "value": found, "se": se, "low": low, "high": high}
    columns |= {"deff": nothing, "n_eff": nothing, "method": method, "status": status}
    measures = [Measure(item, "", (), code=p) for p in block.probs]
    return block_table(index, block, done.domains, measures, columns, done.df, done.rows)


def replicated_se(block: Block, done: Scan, x: Floats, found: Floats) -> Floats:
    """The standard errors of quantiles from their values in each replicate."""
    own = replicates_of(block, done)
    if own.kind in ("jackknife", "jk1", "jkn"):
        raise PlanError('ci = "replicates" of a quantile is not valid with a jackknife')
    out = np.full((len(own), *found.shape), np.nan)
    for r in range(len(own)):
        if done.replicates is None:
            weights = own.factors(r, r + 1) * (done.start * done.totals.weight)[:, None]
        else:
            weights = done.totals.again[""][:, r : r + 1]
        weights = weights * calibrated_again(done, weights, r)
        out[r] = values_at(block, done, x, weights[:, 0])
    se: Floats = np.sqrt((own.deviations(out, found) ** 2).sum(axis=0))
    return se
