"""The small table of one scan, kept, so that more is estimated from it without the data.

Another interval, level, variance or rule for lonely clusters, other domains over the same
columns and other groups of the same items need the same sums: they cost no further scan.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.blocks import Block
from analysis.errors import DataError, PlanError
from analysis.frames import inside
from analysis.keys import Value
from analysis.plan import Condition, Design
from analysis.source import Source
from analysis.terms import Measure, Terms
from analysis.totals import Floats, Totals, as_key, floats

MARK = b"sipas.totals"
FORMAT = 1


@dataclass(frozen=True)
class Kept(Source):
    """Totals that estimates are made from in place of data; made by `keep`.

    design : that of the scan; codes : of each item of a distribution, those that occur
    """

    design: Design = Design()
    codes: Mapping[str, list[Value]] = field(default_factory=dict)
    totals: Totals | None = None

    def __len__(self) -> int:
        return len(self.held)

    def __repr__(self) -> str:
        return f"Kept({self.name}: {len(self)} groups by {', '.join(self.held.keys)})"

    @property
    def held(self) -> Totals:
        if self.totals is None:
            raise DataError(f"{self.name}: holds no totals")
        return self.totals

    def first(self, column: str, test: str) -> tuple[int, object] | None:
        raise self.fault(column, "is not what the plan needs, and a table of totals has no rows")

    def codes_of(self, block: Block) -> dict[str, list[Value]]:
        """The codes of each item of a distribution. Raises PlanError for one without any here."""
        if block.kind != "distribution":
            return {}
        lost = [item for item in block.items() if item not in self.codes]
        if lost:
            raise self.lacks(f'the distribution of "{lost[0]}"', "its codes")
        return {
            item: [c for c in self.codes[item] if c not in block.missing] for item in block.items()
        }

    def lacks(self, what: str, needed: str) -> PlanError:
        return PlanError(
            f"{self.name}: the table of totals lacks what {what} needs ({needed}): keep the totals "
            "of a plan that asks for it, or estimate from the data"
        )

    def asked(
        self,
        design: Design,
        keys: Iterable[str],
        terms: Terms,
        measures: Sequence[Measure],
    ) -> Totals:
        """The totals that a plan's measures need. Raises PlanError naming what is not here."""
        self.alike(design)
        for column in (*design.strata, *design.stages, *keys):
            if column not in self.held.keys:
                groups = ", ".join(self.held.keys)
                raise self.lacks(f'column "{column}"', f"its groups are by {groups}")
        sums, counts = dict(self.held.sums), dict(self.held.counts)
        for measure in measures:
            for key in measure.terms():
                if key not in sums:
                    parts = terms.added.get(key, ())
                    if not parts or not sums.keys() >= set(parts):
                        raise self.lacks(f'"{measure.of}"', f"sums of: {key}")
                    sums[key] = np.sum([sums[part] for part in parts], axis=0)
            if measure.answered not in counts:
                raise self.lacks(f'"{measure.of}"', f"counts of: {measure.answered}")
        return replace(self.held, inside=self.meets(design), sums=sums, counts=counts)

    def alike(self, design: Design) -> None:
        """Raises PlanError for a design whose sums are not those of this table."""
        own = self.design
        if design.replicates is not None:
            raise self.lacks("[design.replicates]", "sums by each replicate weight")
        if design.weight != own.weight:
            raise self.lacks(f'the weight "{design.weight}"', f'its weight is "{own.weight}"')
        if design.stages != own.stages[: len(design.stages)] or not design.stages:
            told = f"its stages are {', '.join(own.stages)}"
            raise self.lacks(f"a design of stages [{', '.join(design.stages)}]", told)
        for column in design.fpc:
            if column not in self.held.fpc_low:
                raise self.lacks(f'the population column "{column}"', "it is not there")
        if design.rounds is not None and design.rounds not in self.held.keys:
            raise self.lacks(f'the rounds "{design.rounds}"', "no groups are by it")

    def meets(self, design: Design) -> np.ndarray:
        """Which groups meet the conditions of a plan: the table's own, or any over its columns."""
        own = self.design.where
        if design.where == own:
            return self.held.inside
        more = [one for one in design.where if one not in own]
        if len(more) + len(own) != len(design.where):
            raise self.lacks("`where`", "it was made for the rows of another")
        columns = {}
        for one in more:
            key = self.held.keys.get(one.column)
            if key is None:
                raise self.lacks(f'`where` over "{one.column}"', "no groups are by it")
            columns[self.names[one.column]] = cells(key.codes, key.values)
        frame = nw.from_native(pa.table(columns), eager_only=True)
        found = frame.select(inside(self, more).alias("in"))["in"].to_numpy()
        both: np.ndarray = found.astype(bool) & self.held.inside
        return both

    def save(self, path: str | Path) -> None:
        """Write a Parquet file that `Kept.load`, and `estimate` in place of data, read."""
        totals = self.held
        columns: dict[str, object] = {}
        for i, key in enumerate(totals.keys.values()):
            columns[f"key{i}"] = cells(key.codes, key.values)
        columns |= {"inside": totals.inside, "rows": totals.rows, "weight": totals.weight}
        for letter, sums in self.parts().items():
            columns |= {f"{letter}{i}": values for i, values in enumerate(sums.values())}
        where = [[one.column, one.op, one.value] for one in self.design.where]
        own = self.design
        told = {
            "format": FORMAT,
            "name": self.name,
            "design": {"strata": own.strata, "stages": own.stages, "fpc": own.fpc}
            | {"weight": own.weight, "rounds": own.rounds, "where": where},
            "kinds": dict(self.kinds),
            "codes": dict(self.codes),
            "keys": list(totals.keys),
            "parts": {letter: list(sums) for letter, sums in self.parts().items()},
        }
        table = pa.table(columns).replace_schema_metadata({MARK: json.dumps(told).encode()})
        pq.write_table(table, path, compression="lz4", use_dictionary=False)

    def parts(self) -> dict[str, Mapping[str, Floats]]:
        own = self.held
        return {"sum": own.sums, "count": own.counts, "low": own.fpc_low, "high": own.fpc_high}

    @staticmethod
    def load(path: str | Path) -> "Kept":
        """The totals that `save` wrote. Raises DataError for any other file."""
        found = kept_in(Path(path))
        if found is None:
            raise DataError(f"{Path(path).name}: is not a table of totals")
        return found


def cells(codes: np.ndarray, values: pa.Array) -> pa.Array:
    """The values of a column by their codes, empty where a code is below 0."""
    return values.take(pa.array(np.maximum(codes, 0), mask=codes < 0))


def kept_in(path: Path) -> Kept | None:
    """The table of totals in a file, or None for a file of something else."""
    if path.suffix.lower() not in (".parquet", ".pq") or not path.is_file():
        return None
    try:
        metadata = pq.read_schema(path).metadata or {}
        if MARK not in metadata:
            return None
        table, told = pq.read_table(path), json.loads(metadata[MARK])
    except (pa.ArrowInvalid, OSError, ValueError) as error:
        raise DataError(f"{path.name}: not a readable Parquet file: {error}") from error
    if told["format"] != FORMAT:
        raise DataError(
            f"{path.name}: the table of totals has format {told['format']}; this release reads "
            f"{FORMAT}: keep the totals again"
        )
    sums = {
        letter: {key: floats(table, f"{letter}{i}") for i, key in enumerate(keys)}
        for letter, keys in told["parts"].items()
    }
    totals = Totals(
        keys={key: as_key(key, table.column(f"key{i}")) for i, key in enumerate(told["keys"])},
        inside=table.column("inside").to_numpy().astype(bool),
        rows=floats(table, "rows"),
        weight=floats(table, "weight"),
        fpc_low=sums["low"],
        fpc_high=sums["high"],
        sums=sums["sum"],
        counts=sums["count"],
    )
    return kept_of(told["name"], told["kinds"], design_of(told["design"]), told["codes"], totals)


def design_of(told: Mapping[str, Any]) -> Design:
    """A design from what a file says of it."""
    where = tuple(
        Condition(column, op, tuple(value) if isinstance(value, list) else value)
        for column, op, value in told["where"]
    )
    strata, stages, fpc = (tuple(told[key]) for key in ("strata", "stages", "fpc"))
    weight, rounds = told["weight"], told["rounds"]
    return Design(strata, stages, fpc, weight, rounds, where=where)


def kept_of(
    name: str,
    kinds: Mapping[str, str],
    design: Design,
    codes: Mapping[str, list[Value]],
    totals: Totals,
) -> Kept:
    names = {column: f"__x{i}" for i, column in enumerate(kinds)}
    return Kept(name, None, names, kinds, frozenset(), design, codes, totals)
