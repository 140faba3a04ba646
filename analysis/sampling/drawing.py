"""Drawing stage by stage: strata, clusters within clusters, rows, and an ordered reserve."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from analysis.errors import PlanError, SampleError
from analysis.sampling.asked import allocated
from analysis.sampling.frame import ALL, Frame, Groups
from analysis.sampling.pairs import FirstStage
from analysis.sampling.request import Sampling, Selected
from analysis.sampling.selection import Selection, pps, simple, systematic
from analysis.totals import Codes, Floats
from analysis.units import numbered, parents_of
from analysis.variance import Flags

Told = Callable[[str], None]
SAMPLE, RESERVE = 1, 2


@dataclass
class Drawing:
    """What has been drawn so far. All arrays are per row still in, in the order of the frame.

    at : the row of the frame; parent : the unit of the last stage drawn, from 0
    label : the name of each parent; certain : first-stage units drawn for certain, per parent
    """

    at: Codes
    parent: Codes
    label: list[str]
    stratum: Codes
    certain: Flags
    order: Codes
    reserve: Flags
    probability: list[Floats] = field(default_factory=list)
    fraction: list[Floats] = field(default_factory=list)
    of: list[Codes] = field(default_factory=list)
    stages: list[FirstStage] = field(default_factory=list)  # the first, stratum by stratum

    def keep(self, rows: Flags | Codes) -> None:
        """Only these rows stay in."""
        for name in ("at", "parent", "stratum", "certain", "order", "reserve"):
            setattr(self, name, getattr(self, name)[rows])
        for name in ("probability", "fraction", "of"):
            setattr(self, name, [values[rows] for values in getattr(self, name)])


@dataclass(frozen=True)
class Parts:
    """The units of one stage: the rows' unit, each unit's parent, size and place in the order."""

    unit: Codes
    parent: Codes
    size: Floats
    rank: Codes


@dataclass(frozen=True)
class Picked:
    """What was drawn of the units of one stage, filled parent by parent; all (units,).

    part : SAMPLE, RESERVE or 0; order : from 1 within the parent, by part
    """

    probability: Floats
    fraction: Floats
    part: Codes
    order: Codes
    certain: Flags

    def put(self, own: Codes, found: Selection, stage: Selected, *, first: bool) -> None:
        """Notes what was drawn of the units `own` of one parent; stepped lists keep their order."""
        chosen = found.chosen if stage.method == "simple" else np.sort(found.chosen)
        self.probability[own] = found.probability
        self.fraction[own] = fractions(found, split=first)
        if first and stage.method == "pps":
            self.certain[own] = found.certain
        for part, units in ((SAMPLE, chosen), (RESERVE, found.reserve)):
            self.part[own[units]] = part
            self.order[own[units]] = np.arange(1, len(units) + 1)


def drawing(sampling: Sampling, frame: Frame, told: Told) -> tuple[Drawing, Groups]:
    """The rows drawn and kept in reserve, by the plan's stages. Raises AnalysisError."""
    if sampling.seed is None:
        raise PlanError("[sample]: `seed` is needed to draw: a whole number, for repeating it")
    if not sampling.key:
        raise PlanError("[sample]: `key` is needed to draw: the columns that name each row once")
    if not sampling.selection:
        raise PlanError("the plan has no [[sample.selection]]: there is nothing to draw")
    rng = np.random.Generator(np.random.PCG64(sampling.seed))
    strata = frame.groups(sampling.strata)
    rows = len(frame)
    now = Drawing(
        at=np.arange(rows),
        parent=strata.code,
        label=list(strata.names),
        stratum=strata.code,
        certain=np.zeros(rows, dtype=bool),
        order=np.zeros(rows, dtype=np.int64),
        reserve=np.zeros(rows, dtype=bool),
    )
    for depth, stage in enumerate(sampling.selection):
        takes = None
        if depth == 0:
            one_stratum_each(stage, frame, strata)
            if stage.take is None and stage.rate is None and sampling.allocation is not None:
                done = allocated(sampling, sampling.allocation, frame)
                takes = done.sizes
                for line in done.lines():
                    told(line)
        told(draw_stage(now, stage, frame, rng, takes, depth))
    return now, strata


def one_stratum_each(stage: Selected, frame: Frame, strata: Groups) -> None:
    """Raises SampleError when a first-stage unit has rows in two strata."""
    if stage.unit is None:
        return
    unit = frame.code(stage.unit)
    home = parents_of(unit, strata.code)
    wrong = np.flatnonzero(home[unit] != strata.code)
    if len(wrong):
        at = wrong[0]
        value = frame.table.column(stage.unit)[int(at)].as_py()
        raise SampleError(
            f"the unit {stage.unit} = {value} is in the strata {strata.names[strata.code[at]]} "
            f"and {strata.names[home[unit[at]]]} ({len(np.unique(unit[wrong]))} such units)"
        )


def draw_stage(
    now: Drawing,
    stage: Selected,
    frame: Frame,
    rng: np.random.Generator,
    takes: Codes | None,
    depth: int,
) -> str:
    """Draws one stage in place; a sentence that says what was drawn of what."""
    parts = parts_of(now, stage, frame)
    if isinstance(stage.take, str):
        takes = told_by_column(now, stage.take, frame)
    starts = np.searchsorted(parts.parent, np.arange(len(now.label) + 1))
    picked = nothing_picked(len(parts.parent))
    short = 0
    for parent, label in enumerate(now.label):
        own = np.arange(starts[parent], starts[parent + 1])
        own = own[np.argsort(parts.rank[own], kind="stable")]
        take = number(stage, len(own), None if takes is None else int(takes[parent]))
        found = selected(stage, rng, parts.size[own], take, label)
        picked.put(own, found, stage, first=depth == 0)
        short += len(found.reserve) < wanted(stage, take)
        if depth == 0:
            now.stages.append(first_stage(stage, parent, own, found))
    if depth == 0:
        first = np.unique(parts.unit, return_index=True)[1]
        now.stages = [replace(s, rows=now.at[first[s.rows]]) for s in now.stages]
    told = (
        f"stage {depth + 1}, {stage.unit or 'rows'}, {stage.method}: "
        f"{int((picked.part == SAMPLE).sum())} of {len(parts.parent)} in {len(now.label)} "
        f"{'strata' if depth == 0 else 'units'}"
    )
    if picked.certain.any():
        told += f", {int(picked.certain.sum())} of them for certain"
    if short:
        told += f"; fewer in reserve than asked in {short}"
    carry(now, parts, picked, depth)
    relabel(now, stage, parts, frame)
    return told


def nothing_picked(count: int) -> Picked:
    """Room for what will be drawn of `count` units."""
    return Picked(
        probability=np.zeros(count),
        fraction=np.zeros(count),
        part=np.zeros(count, dtype=np.int64),
        order=np.zeros(count, dtype=np.int64),
        certain=np.zeros(count, dtype=bool),
    )


def wanted(stage: Selected, take: int) -> int:
    """How many replacements a final cluster is to have."""
    return take if stage.reserve < 0 else stage.reserve


def first_stage(stage: Selected, stratum: int, units: Codes, found: Selection) -> FirstStage:
    """What is kept of a first stage to work out its pairs; `rows` are still units."""
    method = "ordered"
    if stage.method == "simple":
        method = "simple"
    elif stage.method == "pps" and not stage.order:
        method = "hartley-rao"
    return FirstStage(stratum, units, found.probability, found.certain, found.chosen, method)


def parts_of(now: Drawing, stage: Selected, frame: Frame) -> Parts:
    """The units of a stage among the rows still in, sorted by parent and id."""
    own = np.arange(len(now.at)) if stage.unit is None else frame.code(stage.unit)[now.at]
    unit = numbered(now.parent, own)
    parent = parents_of(unit, now.parent)
    weight = frame.measure(stage.size)[now.at] if stage.size else np.ones(len(unit))
    size: Floats = np.bincount(unit, weights=weight).astype(np.float64)
    rank = np.arange(len(parent))
    if stage.order:
        place = numbered(*(frame.code(c)[now.at] for c in stage.order))
        first = np.full(len(parent), len(place), dtype=np.int64)
        np.minimum.at(first, unit, place)
        rank = first
    return Parts(unit, parent, size, rank)


def told_by_column(now: Drawing, column: str, frame: Frame) -> Codes:
    """How many to draw in each parent, from a column of the frame. Raises DataError."""
    values = frame.measure(column, zero=True)[now.at]
    first = np.unique(now.parent, return_index=True)[1]
    wrong = np.flatnonzero((values != values[first][now.parent]) | (values % 1 != 0))
    if len(wrong):
        at = wrong[0]
        raise frame.fault(
            column,
            f"must be one whole number in {now.label[now.parent[at]]}, but is {values[at]:g} in "
            f"row {frame.row[now.at[at]]} and {values[first][now.parent[at]]:g} in another",
        )
    return values[first].astype(np.int64)


def number(stage: Selected, units: int, allotted: int | None) -> int:
    """How many to draw: as allocated, at a rate (to the nearest, at least 1), or as told."""
    if stage.rate is not None:
        return max(1, int(np.floor(stage.rate * units + 0.5 + 1e-9)))
    take = allotted if allotted is not None else int(stage.take or 0)
    return min(take, units) if stage.short == "all" else take


def selected(
    stage: Selected, rng: np.random.Generator, size: Floats, take: int, label: str
) -> Selection:
    """The units of one parent drawn. Raises SampleError naming the parent."""
    what = f"units of {stage.unit}" if stage.unit else "rows"
    if take == 0:
        raise SampleError(
            f"{label} is allocated no unit, so nobody there could be drawn: "
            "set `minimum` to 1 or more, or take it out of the frame"
        )
    if take > len(size):
        raise SampleError(
            f"{label}: {take} {what} to draw, but the frame has {len(size)} there; take fewer, or "
            'say short = "all"'
        )
    reserve = wanted(stage, take)
    if stage.method == "simple":
        return simple(rng, len(size), take, reserve)
    if stage.method == "systematic":
        return systematic(rng, len(size), take, reserve)
    if stage.order:
        return pps(rng, size, take, reserve)
    mixed = np.argsort(rng.random(len(size)), kind="stable")
    found = pps(rng, size[mixed], take, reserve)
    back = np.argsort(mixed, kind="stable")
    return Selection(
        mixed[found.chosen], mixed[found.reserve], found.probability[back], found.certain[back]
    )


def fractions(found: Selection, *, split: bool) -> Floats:
    """The sampling fraction of each unit's stratum: n/N, or for unequal ones Σπ²/n, (units,).

    split : units drawn for certain are strata of their own, with a fraction of 1.
    Σπ²/n is what an average pair loses in Hartley and Rao (1962), and n/N when all π are equal.
    """
    p = found.probability
    rest = ~found.certain if split else np.ones(len(p), dtype=bool)
    n = math.fsum(p[rest])  # a sum that is the same on every machine
    out = np.ones(len(p))
    if n > 0:
        out[rest] = min(1.0, math.fsum(p[rest] ** 2) / n)
        if len(np.unique(p[rest])) == 1:
            out[rest] = p[rest][0]
    return out


def carry(now: Drawing, parts: Parts, picked: Picked, depth: int) -> None:
    """Writes what was drawn of the units into their rows, and leaves the others out."""
    unit = parts.unit
    now.probability.append(picked.probability[unit])
    now.fraction.append(picked.fraction[unit])
    now.of.append(np.bincount(parts.parent, minlength=len(now.label))[now.parent])
    now.order = picked.order[unit]
    now.reserve = picked.part[unit] == RESERVE
    if depth == 0:
        now.certain = picked.certain[unit]
    now.parent = unit
    now.keep(picked.part[unit] > 0)


def relabel(now: Drawing, stage: Selected, parts: Parts, frame: Frame) -> None:
    """Names the units drawn: the parents of the next stage, in the end the final clusters."""
    units, first, code = np.unique(now.parent, return_index=True, return_inverse=True)
    if stage.unit is None:  # rows: their final cluster is the unit that they were drawn in
        now.parent = parts.parent[now.parent]
        return
    values = frame.table.column(stage.unit).take(pa.array(now.at[first])).to_pylist()
    outer = [now.label[i] for i in parts.parent[units]]
    now.label = [
        (f"{name}, " if name != ALL else "") + f"{stage.unit} = {value}"
        for name, value in zip(outer, values, strict=True)
    ]
    now.parent = code.astype(np.int64)
