"""A drawn sample: its rows with probabilities and weights, and what is to be known of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.errors import DataError
from analysis.results import format_of, write_table
from analysis.sampling.asked import Given, Listed, opened, sampling_of
from analysis.sampling.drawing import Drawing, Told, drawing
from analysis.sampling.frame import Frame, Groups
from analysis.sampling.pairs import pair_table
from analysis.sampling.record import PREFIX, record, record_of
from analysis.sampling.request import Sampling
from analysis.totals import Floats, as_key
from analysis.units import numbered


@dataclass(frozen=True)
class Drawn:
    """A sample and its reserve. One row a row of the frame, its columns first, then

    sample_part : `sample`, or `reserve`: the replacements of a final cluster
    sample_order : from 1 within the cell, by part; replacements are used in this order
    sample_stratum, sample_cell : for the design; a unit drawn for certain is a stratum of its own
    sample_units1.. : units that there were to draw from, stage by stage
    sample_probability1.. and sample_probability : of being drawn, by stage and in all
    sample_fraction1.. : the design's fpc, as fractions
    sample_weight : 1 over the probability; empty for the reserve, whose rows weigh nothing until
        one takes the place, and the weight, of a row of its cell
    `record` says what it was drawn from and with; `design` is the [design] of its estimates;
    `pairs` has the joint probabilities of the first-stage units, if asked for.
    """

    table: pa.Table
    record: Mapping[str, object]
    design: Mapping[str, object]
    told: tuple[str, ...]
    pairs: pa.Table | None = None

    def lines(self) -> list[str]:
        """Who was drawn, how many and how probably, as sentences for a terminal."""
        return list(self.told)

    def write(self, path: Path, form: str | None = None) -> None:
        """The rows to `path`, the record beside it as `<path>.record.json`."""
        write_table(self.table, path, form)
        kept = {**self.record, "format": format_of(path, form), "design": self.design}
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        record_of(path).write_text(text + "\n", encoding="utf-8")


def draw(plan: Given, data: Listed, *, pairs: bool = False, told: Told | None = None) -> Drawn:
    """The sample that a plan's [sample] draws from a frame; the same seed draws the same.

    The order of the frame's rows does not count. `told` gets a sentence a stage.
    pairs : whether to work out the joint probabilities of first-stage units
    Raises AnalysisError.

    >>> import pyarrow as pa
    >>> frame = pa.table({"id": list(range(400)), "district": [1] * 300 + [2] * 100})
    >>> own = {"key": ["id"], "strata": ["district"], "seed": 1, "selection": [{"take": 20}]}
    >>> draw({"sample": own}, frame).table.num_rows
    40
    """
    sampling = sampling_of(plan)
    frame = opened(sampling, data)
    taken = [c for c in frame.table.column_names if c.startswith(PREFIX)]
    if taken:
        raise DataError(
            f'{frame.name}: column "{taken[0]}" begins with "{PREFIX}", as the columns that '
            "drawing adds do: rename it"
        )
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if told is not None:
            told(line)

    say(f"frame {frame.name}: {len(frame)} rows in {len(frame.groups(sampling.strata))} strata")
    now, strata = drawing(sampling, frame, say)
    table = rows(now, strata, frame, sampling)
    for line in summary(now, table, sampling.selection[0].unit):
        say(line)
    design = design_of(sampling)
    kept = record(sampling, frame, data, table)
    both = pair_table(now.stages, strata.names, units_named(sampling, frame)) if pairs else None
    return Drawn(table, kept, design, tuple(said), both)


def units_named(sampling: Sampling, frame: Frame) -> pa.Array:
    """What the first-stage unit of each row of the frame is called: its value, or its key's."""
    unit = sampling.selection[0].unit
    columns = (unit,) if unit else sampling.key
    if len(columns) == 1:
        return frame.table.column(columns[0]).combine_chunks()
    groups = frame.groups(columns)
    return pa.array([groups.names[i] for i in groups.code], pa.string())


def rows(now: Drawing, strata: Groups, frame: Frame, sampling: Sampling) -> pa.Table:
    """The rows drawn by stratum, cell, part and order, with what drawing adds."""
    order = np.lexsort((now.order, now.reserve, now.parent))
    now.keep(order.astype(np.int64))
    table = frame.table.take(pa.array(now.at))
    names = [strata.names[i] for i in now.stratum]
    unit = sampling.selection[0].unit
    own = frame.groups([unit] if unit else sampling.key)
    for i in np.flatnonzero(now.certain).tolist():
        names[i] += f", {own.name(int(own.code[now.at[i]]))}"
    total = np.prod(np.stack(now.probability), axis=0)
    weight = 1 / total
    added: dict[str, pa.Array] = {
        "part": pa.array(np.where(now.reserve, "reserve", "sample").tolist()),
        "order": pa.array(now.order),
        "stratum": pa.array(names),
        "cell": pa.array([now.label[i] for i in now.parent]),
    }
    for i in range(len(now.probability)):
        added[f"units{i + 1}"] = pa.array(now.of[i])
        added[f"probability{i + 1}"] = pa.array(now.probability[i])
        added[f"fraction{i + 1}"] = pa.array(now.fraction[i])
    added["probability"] = pa.array(total)
    added["weight"] = pa.array(weight, mask=now.reserve)
    for name, column in added.items():
        table = table.append_column(PREFIX + name, column)
    return table


def design_of(sampling: Sampling) -> dict[str, object]:
    """The [design] with which the drawn rows are estimated."""
    stages = [s.unit or PREFIX + "order" for s in sampling.selection]
    if stages == [PREFIX + "order"]:
        stages = []
    return {
        "strata": [PREFIX + "stratum"],
        "stages": stages,
        "fpc": [f"{PREFIX}fraction{i + 1}" for i in range(len(sampling.selection))],
        "weight": PREFIX + "weight",
        "nested": True,
    }


def summary(now: Drawing, table: pa.Table, unit: str | None) -> list[str]:
    """How many, how probably, and what an analyst should know before it is too late."""
    main = ~now.reserve
    probability: Floats = table.column(PREFIX + "probability").to_numpy()[main]
    cells = len(np.unique(now.parent))
    out = [
        f"sample: {int(main.sum())} rows in {cells} cells; reserve: {int(now.reserve.sum())}",
        f"probabilities: {probability.min():.6g} to {probability.max():.6g}; "
        f"sum of weights: {(1 / probability).sum():.6g}",
    ]
    if alone := lonely(now, table, unit):
        out.append(f"warning: {alone} strata have one unit of several: no standard error there")
    return out


def lonely(now: Drawing, table: pa.Table, unit: str | None) -> int:
    """Strata, not taken whole, of which one first-stage unit was drawn."""
    stratum = as_key("stratum", table.column(PREFIX + "stratum")).codes
    own = np.arange(len(now.at)) if unit is None else as_key(unit, table.column(unit)).codes
    pairs = np.unique(numbered(stratum, own)[~now.reserve], return_index=True)[1]
    kept = np.flatnonzero(~now.reserve)[pairs]
    units = np.bincount(stratum[kept])
    part = np.zeros(len(units))
    part[stratum] = now.fraction[0]
    return int(((units == 1) & (part < 1)).sum())
