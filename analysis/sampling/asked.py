"""Sizes and allocations of a plan, worked out over its frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from analysis.data import Data
from analysis.errors import AllocationError, PlanError, SampleError
from analysis.plan import Plan, read_plan
from analysis.sampling.allocation import allocate, equal, neyman, power, proportional
from analysis.sampling.bethel import Solution, solve
from analysis.sampling.frame import Frame, Groups, read_frame
from analysis.sampling.request import AllocationRule, Sampling, SizeRule
from analysis.sampling.sizes import Size, change, cochran, exact_binomial, yamane
from analysis.sampling.targets import targets
from analysis.totals import Codes, Floats

Given: TypeAlias = Plan | Mapping[str, object] | str | Path
Listed: TypeAlias = Data


@dataclass(frozen=True)
class Allocation:
    """Sizes by stratum. `population` and `units` are rows (or their size) and units to draw.

    solution : what bethel found, None for the other rules
    """

    method: str
    strata: Groups
    population: Floats
    units: Codes
    sizes: Codes
    table: pa.Table
    solution: Solution | None
    aims: tuple[str, ...]

    def lines(self) -> list[str]:
        """The allocation as sentences, for a terminal."""
        out = [
            f"{self.method}: {int(self.sizes.sum())} in {len(self.sizes)} strata, "
            f"from {int(self.sizes.min())} to {int(self.sizes.max())}"
        ]
        if self.solution is not None:
            out += [
                f"target {name}: variance {used:.4f} of the one allowed"
                for name, used in zip(self.aims, self.solution.used, strict=True)
            ]
        return out


def sampling_of(plan: Given) -> Sampling:
    """The [sample] table of a plan. Raises PlanError when it has none."""
    own = read_plan(plan)
    if own.sample is None:
        raise PlanError("the plan has no [sample]: there is nothing to size or draw")
    return own.sample


def needed(sampling: Sampling) -> dict[str, str]:
    """Every column of the frame that [sample] reads, and the key that names it."""
    out = dict.fromkeys(sampling.strata, "`strata` in [sample]")
    for i, size in enumerate(sampling.sizes):
        out |= dict.fromkeys(size.by, f"`by` in [sample] sizes {i}")
        if isinstance(size.population, str):
            out[size.population] = f"`population` in [sample] sizes {i}"
    if (rule := sampling.allocation) is not None:
        for key in ("size", "sd", "mean", "cost"):
            if (column := getattr(rule, key)) is not None:
                out[column] = f"`{key}` in [sample.allocation]"
        for i, target in enumerate(rule.targets):
            where = f"[sample.allocation] targets {i}"
            out |= dict.fromkeys(target.by, f"`by` in {where}")
            for key in ("of", "share"):
                if isinstance(column := getattr(target, key), str):
                    out[column] = f"`{key}` in {where}"
    for i, stage in enumerate(sampling.selection):
        where = f"[sample] selection {i}"
        out |= dict.fromkeys(stage.order, f"`order` in {where}")
        for key in ("unit", "size", "take"):
            if isinstance(column := getattr(stage, key), str):
                out[column] = f"`{key}` in {where}"
    return out


def opened(sampling: Sampling, data: Listed) -> Frame:
    return read_frame(data, sampling.key, needed(sampling))


def size_table(plan: Given, data: Listed) -> pa.Table:
    """The sizes that a plan asks for, one row a rule and a value of its `by`.

    Columns: name, method, the `by` columns, population, exact, answers, invited, census.
    Raises AnalysisError.

    >>> import pyarrow as pa
    >>> frame = pa.table({"id": list(range(400)), "district": [1] * 300 + [2] * 100})
    >>> size = {"name": "all", "method": "yamane", "error": 0.05}
    >>> table = size_table({"sample": {"key": ["id"], "sizes": [size]}}, frame)
    >>> table.column("answers").to_pylist()
    [200]
    """
    sampling = sampling_of(plan)
    if not sampling.sizes:
        raise PlanError("the plan has no [[sample.sizes]]: there is nothing to size")
    frame = opened(sampling, data)
    by = tuple(dict.fromkeys(c for rule in sampling.sizes for c in rule.by))
    rows = []
    for rule in sampling.sizes:
        groups, found = sizes_of(rule, frame)
        for at, size in zip(groups.first, found, strict=True):
            row: dict[str, object] = {"name": rule.name, "method": size.method}
            for column in by:
                own = column in rule.by
                row[column] = frame.table.column(column)[int(at)].as_py() if own else None
            row |= {"population": size.population, "exact": size.exact}
            row |= {"answers": size.answers, "invited": size.invited, "census": size.census}
            rows.append(row)
    return pa.Table.from_pylist(rows)


def sizes_of(rule: SizeRule, frame: Frame) -> tuple[Groups, list[Size]]:
    """The rule's size in each group of its `by`. Raises SampleError naming the rule."""
    groups = frame.groups(rule.by)
    if isinstance(rule.population, str):
        column = frame.measure(rule.population, zero=True)
        many = np.bincount(groups.code, weights=column)
    elif rule.population is not None:
        many = np.full(len(groups), float(rule.population))
    else:
        many = np.bincount(groups.code).astype(float)
    try:
        return groups, [size_of(rule, float(n)) for n in many]
    except SampleError as error:
        raise SampleError(f"[[sample.sizes]] {rule.name}: {error}") from error


def size_of(rule: SizeRule, population: float) -> Size:
    numbers, words = dict(rule.numbers), dict(rule.words)
    if rule.method == "yamane":
        return yamane(population, numbers.pop("error"), **numbers, **words)  # type: ignore[arg-type]
    if rule.method == "change":
        share, later = numbers.pop("share"), numbers.pop("later")
        return change(share, later, population=population, **numbers)
    make = cochran if rule.method == "cochran" else exact_binomial
    error = numbers.pop("error")
    return make(error, population=population, **numbers, **words)  # type: ignore[arg-type]


def allocation(plan: Given, data: Listed) -> Allocation:
    """The sample shared out over the strata as [sample.allocation] says. Raises AnalysisError.

    >>> import pyarrow as pa
    >>> frame = pa.table({"id": list(range(400)), "district": [1] * 300 + [2] * 100})
    >>> size = {"name": "all", "method": "yamane", "error": 0.05}
    >>> own = {"key": ["id"], "strata": ["district"], "sizes": [size]}
    >>> own["allocation"] = {"method": "proportional", "total": "all"}
    >>> allocation({"sample": own}, frame).sizes.tolist()
    [150, 50]
    """
    sampling = sampling_of(plan)
    if sampling.allocation is None:
        raise PlanError("the plan has no [sample.allocation]: there is nothing to allocate")
    return allocated(sampling, sampling.allocation, opened(sampling, data))


def allocated(sampling: Sampling, rule: AllocationRule, frame: Frame) -> Allocation:
    strata = frame.groups(sampling.strata)
    units = units_of(sampling, frame, strata)
    weight = frame.measure(rule.size) if rule.size else np.ones(len(frame))
    population: Floats = np.bincount(strata.code, weights=weight).astype(np.float64)
    high = units if rule.maximum is None else np.minimum(units, rule.maximum)
    low = np.minimum(np.full(len(strata), rule.minimum), units)
    if rule.method == "bethel":
        aims = targets(rule.targets, frame, strata)
        rows = np.bincount(strata.code).astype(float)
        cost = constant(rule.cost, frame, strata) if rule.cost else np.ones(len(strata))
        solution = solve(aims, rows, cost, np.maximum(low, 1), high)
        sizes, names = solution.sizes, tuple(aim.name for aim in aims)
    else:
        solution, names = None, ()
        sizes = by_rule(sampling, rule, frame, strata, population, low, high)
    columns = {c: frame.table.column(c).take(pa.array(strata.first)) for c in strata.columns}
    columns |= {"population": pa.array(population), "units": pa.array(units)}
    columns |= {"size": pa.array(sizes), "fraction": pa.array(sizes / units)}
    table = pa.table(columns)
    return Allocation(rule.method, strata, population, units, sizes, table, solution, names)


def units_of(sampling: Sampling, frame: Frame, strata: Groups) -> Codes:
    """How many units of the first stage each stratum has: rows, when no stage is told."""
    unit = sampling.selection[0].unit if sampling.selection else None
    if unit is None:
        return np.bincount(strata.code)
    own = frame.code(unit)
    pairs = np.unique(strata.code * (int(own.max()) + 1) + own)
    return np.bincount(pairs // (int(own.max()) + 1))


def by_rule(
    sampling: Sampling,
    rule: AllocationRule,
    frame: Frame,
    strata: Groups,
    population: Floats,
    low: Codes,
    high: Codes,
) -> Codes:
    """Sizes by every rule but bethel's, (strata,)."""
    total = total_of(sampling, rule, frame, strata)
    if not isinstance(total, int):
        short = np.flatnonzero(total > high)
        if len(short):
            first = short[0]
            raise AllocationError(
                f"the stratum {strata.names[first]} needs {total[first]}, "
                f"but may have {high[first]} ({len(short)} such strata)"
            )
        return np.maximum(total, low)
    if rule.method == "neyman":
        sd = constant(rule.sd or "", frame, strata, zero=True)
        cost = constant(rule.cost, frame, strata) if rule.cost else None
        shares = neyman(population, sd, cost)
    elif rule.method == "power":
        cv = None
        if rule.sd and rule.mean:
            sd = constant(rule.sd, frame, strata, zero=True)
            cv = sd / constant(rule.mean, frame, strata)
        shares = power(population, rule.exponent, cv)
    else:
        shares = (equal if rule.method == "equal" else proportional)(population)
    return allocate(total, shares, low, high, strata.names)


def total_of(sampling: Sampling, rule: AllocationRule, frame: Frame, strata: Groups) -> int | Codes:
    """The total to allocate, or for `sizes` the size of each stratum. Raises PlanError."""
    if isinstance(rule.total, int):
        return rule.total
    found = [size for size in sampling.sizes if size.name == rule.total]
    if not found:
        raise PlanError(
            f'[sample.allocation]: `total` is "{rule.total}", but no size has that name'
        )
    groups, sizes = sizes_of(found[0], frame)
    if rule.method != "sizes":
        return sum(size.invited for size in sizes)
    if groups.columns != strata.columns:
        raise PlanError(
            f'[sample.allocation]: the size "{rule.total}" is by {list(groups.columns)}, '
            f"the strata are {list(strata.columns)}; they must be the same"
        )
    return np.array([size.invited for size in sizes], dtype=np.int64)


def constant(column: str, frame: Frame, strata: Groups, *, zero: bool = False) -> Floats:
    """A column that has one number in each stratum, (strata,). Raises DataError where it varies."""
    values = frame.measure(column, zero=zero)
    out: Floats = values[strata.first]
    wrong = np.flatnonzero(values != out[strata.code])
    if len(wrong):
        at = wrong[0]
        stratum = strata.code[at]
        raise frame.fault(
            column,
            f"must be one number in a stratum, but in {strata.names[stratum]} it is "
            f"{out[stratum]:g} and {values[at]:g} (row {frame.row[at]})",
        )
    return out
