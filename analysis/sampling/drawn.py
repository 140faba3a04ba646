"""A drawn sample: its rows with probabilities and weights, its record, and its repetition."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import DataError
from analysis.results import Results, csv_text, format_of, write_table
from analysis.sampling.asked import Given, Listed, opened, sampling_of
from analysis.sampling.drawing import Drawing, Told, drawing
from analysis.sampling.frame import Frame, Groups
from analysis.sampling.request import Sampling
from analysis.totals import Floats, as_key
from analysis.units import numbered

PREFIX = "sample_"


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
    `record` says what it was drawn from and with; `design` is the [design] of its estimates.
    """

    table: pa.Table
    record: Mapping[str, object]
    design: Mapping[str, object]
    told: tuple[str, ...]

    def lines(self) -> list[str]:
        """Who was drawn, how many and how probably, as sentences for a terminal."""
        return list(self.told)

    def write(self, path: Path, form: str | None = None) -> None:
        """The rows to `path`, the record beside it as `<path>.record.json`."""
        write_table(self.table, path, form)
        text = json.dumps({**self.record, "design": self.design}, ensure_ascii=False, indent=2)
        record_of(path).write_text(text + "\n", encoding="utf-8")


def record_of(path: Path) -> Path:
    return path.with_name(path.name + ".record.json")


def draw(plan: Given, data: Listed, *, told: Told | None = None) -> Drawn:
    """The sample that a plan's [sample] draws from a frame; the same seed draws the same.

    The order of the frame's rows does not count. `told` gets a sentence a stage.
    Raises AnalysisError.
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
    for line in summary(now, table, strata, sampling.selection[0].unit):
        say(line)
    design = design_of(sampling)
    return Drawn(table, record(sampling, frame, data, table), design, tuple(said))


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


def summary(now: Drawing, table: pa.Table, strata: Groups, unit: str | None) -> list[str]:
    """How many, how probably, and what an analyst should know before it is too late."""
    main = ~now.reserve
    probability: Floats = table.column(PREFIX + "probability").to_numpy()[main]
    cells = len(np.unique(now.parent))
    out = [
        f"sample: {int(main.sum())} rows in {cells} cells; reserve: {int(now.reserve.sum())}",
        f"probabilities: {probability.min():.6g} to {probability.max():.6g}; "
        f"sum of weights: {(1 / probability).sum():.6g}",
    ]
    empty = len(strata) - len(set(now.stratum.tolist()))
    if empty:
        out.append(f"warning: {empty} strata have no unit in the sample")
    if alone := lonely(now, table, unit):
        out.append(f"warning: {alone} strata have one unit of several: no standard error there")
    cell = np.unique(now.parent, return_inverse=True)[1]
    kept = np.bincount(cell[~main], minlength=cells)
    if kept.any() and (kept < kept.max()).any():
        out.append(f"the reserve is shorter in {int((kept < kept.max()).sum())} cells")
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


def record(sampling: Sampling, frame: Frame, data: Listed, table: pa.Table) -> dict[str, object]:
    """What the sample was drawn from and with, to draw it again."""
    parts = table.column(PREFIX + "part").to_pylist()
    return {
        "plan_sha256": plan_hash(sampling),
        "frame": frame.name,
        "frame_sha256": None if isinstance(data, pa.Table) else file_hash(Path(data)),
        "frame_rows": len(frame),
        "seed": sampling.seed,
        "generator": "numpy PCG64",
        "sample": parts.count("sample"),
        "reserve": parts.count("reserve"),
        "rows_sha256": rows_hash(table),
    }


def plan_hash(sampling: Sampling) -> str:
    """SHA-256 of what [sample] says, whatever its layout and comments."""
    text = json.dumps(asdict(sampling), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_hash(table: pa.Table) -> str:
    """SHA-256 of the rows as CSV, whatever the file that holds them."""
    return hashlib.sha256(csv_text(table).encode()).hexdigest()


def verify(plan: Given, data: Listed, path: Path) -> list[str]:
    """What speaks against `path` being the sample that the plan draws; [] when it is that.

    Raises AnalysisError when it cannot be drawn again, or the file or its record is not there.
    """
    beside = record_of(path)
    try:
        kept = json.loads(beside.read_text(encoding="utf-8"))
        held = path.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be verified: {beside.name}: {error}") from error
    if not isinstance(kept, dict):
        raise DataError(f"{beside.name} is not the record of a sample")
    again = draw(plan, data)
    out = []
    for key, what in (
        ("seed", "the seed"),
        ("plan_sha256", "the plan's [sample]"),
        ("frame_sha256", "the file of the frame"),
    ):
        if kept.get(key) != again.record[key]:
            out.append(f"{what} is not the one recorded: {again.record[key]}, not {kept.get(key)}")
    if kept.get("rows_sha256") != again.record["rows_sha256"]:
        out.append("drawn again, the sample is another than the one recorded")
    if not same(again.table, path, held):
        out.append(f"{path.name} does not hold the rows that the plan draws")
    return out


def same(table: pa.Table, path: Path, held: bytes) -> bool:
    """Whether a file holds the rows of the table."""
    form = format_of(path)
    if form != "parquet":
        return held == Results(table, ()).text(form).encode()
    try:
        return csv_text(pq.read_table(path)) == csv_text(table)
    except pa.ArrowInvalid as error:
        raise DataError(f"{path.name}: not a readable Parquet file: {error}") from error
