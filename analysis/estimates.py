"""Estimates of shares, means, totals, ratios, distributions, net shares and indexes.

Everything follows from sums by stratum x cluster x domain (x calibration cell): the value is a
ratio of sums, its variance is that of the totals of w (y - r x) / X by cluster.
Source: Lumley (2004), J. Stat. Soft. 9(8); Särndal, Swensson and Wretman (1992), ch. 5.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.data import Data, column_names, open_data
from analysis.errors import NotComputedError, PlanError
from analysis.files import present
from analysis.intervals import Moments, interval, share_interval
from analysis.kept import Kept, kept_in, kept_of
from analysis.keys import Value
from analysis.measures import pair
from analysis.plan import Design, Plan, read_plan
from analysis.quantiles import quantile_rows
from analysis.replicated import with_variance
from analysis.results import Results
from analysis.rows import block_table, joined
from analysis.scan import Scan, codes_in, columns_of_design, scan, summed
from analysis.source import Source
from analysis.terms import Measure
from analysis.totals import Floats
from analysis.values import Values
from analysis.variance import taken_whole


def estimate(plan: Plan | Mapping[str, object] | str | Path, data: Data | Kept) -> Results:
    """The estimates that a plan asks for, block by block, in the order of the plan.

    plan : a Plan, a mapping of its shape, or the path of a TOML file
    data : the path of a CSV or Parquet file, an Arrow table, a DataFrame of PySpark,
        or totals from `keep` or their file
    Raises AnalysisError: PlanError, DataError, DesignError or CalibrationError.

    >>> import pyarrow as pa
    >>> people = pa.table({"q": [5, 4, 2, 0, 4, 1], "w": [1.0, 1.0, 2.0, 1.0, 2.0, 1.0]})
    >>> item = {"kind": "share", "of": ["q"], "satisfied": [4, 5], "missing": [0]}
    >>> plan = {"design": {"weight": "w"}, "estimate": [item]}
    >>> print(estimate(plan, people))
    of  n   value      se     low    high  df  status
    q   5  0.5714  0.2588  0.0810  0.9528   5  ok
    """
    own = read_plan(plan)
    source = opened(own, data)
    tables: dict[int, pa.Table] = {}
    ratios = [i for i, block in enumerate(own.estimates) if block.kind != "quantile"]
    for i in sorted({*range(len(own.estimates))} - {*ratios}):
        tables[i] = quantile_rows(i, own.estimates[i], own, source)
    for numbers in in_one_scan(own.estimates, ratios, own.design):
        blocks = [own.estimates[i] for i in numbers]
        done, wanted = scan(own, source, blocks)
        for i, block, one, found in zip(numbers, blocks, done, wanted, strict=True):
            tables[i] = block_rows(i, block, one, found, with_variance(block, one, found))
    return joined([tables[i] for i in range(len(own.estimates))], own.estimates)


def keep(plan: Plan | Mapping[str, object] | str | Path, data: Data) -> Kept:
    """The totals of one scan that all blocks of a plan need, to estimate from them again.

    Groups are by the design's columns, by every column of the blocks' `by` and of [calibration].
    Raises AnalysisError as `estimate`; PlanError for quantiles, replicate weights and designs
    without clusters, whose totals would be as many as rows.

    >>> import pyarrow as pa
    >>> people = pa.table({"q": [5, 4, 2, 0, 4, 1], "w": [1, 1, 2, 1, 2, 1], "c": list("aabbcc")})
    >>> item = {"kind": "share", "of": ["q"], "satisfied": [4, 5], "missing": [0]}
    >>> plan = {"design": {"weight": "w", "stages": ["c"]}, "estimate": [item]}
    >>> kept = keep(plan, people)
    >>> kept
    Kept(the table: 3 groups by c)
    >>> estimate(plan | {"estimate": [item | {"level": 0.9}]}, kept).rows[0].n
    5
    """
    own = read_plan(plan)
    source = opened(own, data)
    if isinstance(source, Kept):
        return source
    if own.design.replicates is not None or not own.design.stages:
        raise PlanError(
            "totals are kept by clusters: name `stages` in [design], and no [design.replicates]"
        )
    if any(block.kind == "quantile" for block in own.estimates):
        raise PlanError("totals of quantiles are not kept: leave these blocks out of the plan")
    totals, _ = summed(own, source, own.estimates)
    codes: dict[str, list[Value]] = {}
    for block in own.estimates:
        for item, found in codes_in(source, own.design, block).items():
            codes[item] = list(dict.fromkeys([*codes.get(item, []), *found]))
    return kept_of(source.name, source.kinds, own.design, codes, totals)


def in_one_scan(blocks: Sequence[Block], numbers: Sequence[int], design: Design) -> list[list[int]]:
    """Which blocks are made from one scan: those whose domains are made of another's.

    The table of a scan has the strata and clusters of the design anyway.

    >>> region, both, sex = (Block("mean", by=by) for by in (("a",), ("a", "b"), ("c",)))
    >>> in_one_scan([region, both, sex, region], range(4), Design())
    [[0, 1, 3], [2]]
    >>> in_one_scan([region, both, sex, region], range(4), Design(strata=("c",)))
    [[0, 1, 2, 3]]
    """
    own = {i: frozenset(blocks[i].by) - {*design.strata, *design.stages} for i in numbers}
    finest = [by for by in dict.fromkeys(own.values()) if not any(by < one for one in own.values())]
    scans: dict[frozenset[str], list[int]] = {by: [] for by in finest}
    for i in numbers:
        scans[next(by for by in finest if own[i] <= by)].append(i)
    return list(scans.values())


def opened(plan: Plan, data: Data | Kept) -> Source:
    """The columns of the data that a plan of estimates reads, or totals in their place."""
    if not plan.estimates:
        raise PlanError("the plan has no [[estimate]]: there is nothing to compute")
    for name in ("nonresponse", "trim"):
        if getattr(plan, name) is not None:
            raise NotComputedError(
                f"[{name}] is computed by the weighting step: add weights to the data first, "
                f"and leave [{name}] out of the plan of the estimates"
            )
    own = (kept_in(Path(data)) if isinstance(data, str | Path) else None) or data
    if isinstance(own, Kept):
        present(own.kinds, needed(plan, list(own.kinds)), own.name)
        if any(block.kind == "quantile" for block in plan.estimates):
            raise own.lacks("a quantile", "every value of its item")
        return own
    source = open_data(own, needed(plan, column_names(own)))
    return by_groups(plan, source)


def by_groups(plan: Plan, source: Source) -> Source:
    """The source, on this machine where each row is a unit: a scan has as many groups as rows."""
    return source if plan.design.stages or plan.design.replicates else source.near()


def needed(plan: Plan, names: Sequence[str]) -> dict[str, str]:
    """Every column that the plan reads, and the key that names it."""
    columns = dict(columns_of_design(plan))
    if plan.design.replicates is not None:
        own = plan.design.replicates.matching(names)
        if len(own) < 2:
            raise PlanError(
                f"[design.replicates]: {len(own)} columns match {plan.design.replicates.columns}; "
                "at least 2 are needed"
            )
        columns |= dict.fromkeys(own, "`columns` in [design.replicates]")
    for i, block in enumerate(plan.estimates):
        for of in block.items():
            both = pair(of, names, "the data") if block.kind == "ratio" else (of,)
            for column in both:
                columns.setdefault(column, f"[[estimate]] {i}")
        for column in block.by:
            columns.setdefault(column, f"`by` in [[estimate]] {i}")
    return columns


def block_rows(
    number: int, block: Block, done: Scan, found: list[Measure], values: Values
) -> pa.Table:
    """The rows of one block as an Arrow table."""
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = values.variance / (np.nan if block.deff == "none" else values.simple)
        n_eff = np.where(deff > 0, values.n / deff, np.nan)
    moments = Moments(
        value=values.value,
        variance=values.variance,
        df=np.broadcast_to(done.df[:, None], values.value.shape),
        n=values.n,
        rows=np.broadcast_to(done.rows[:, None], values.value.shape),
        pool=pooled_deff(values, found),
    )
    asked = (block.ci, moments, block.level, block.df)
    if block.is_share:
        whole = taken_whole(done.units, done.domains.code, done.domains.count)
        low, high, method = share_interval(*asked, np.broadcast_to(whole[:, None], values.n.shape))
    else:
        low, high, method = interval(*asked)
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
