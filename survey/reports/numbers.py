"""The room's door to the numbers: files and snapshots in, estimates and pictures out."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import estimate
from analysis.disclosure import publish

AREA, DOMAIN, MODE = "area", "domain_area", "mode"
KEPT = 256  # answers remembered: a snapshot never changes, its hash is part of the key


def columns(path: Path) -> list[str]:
    """Names of the columns of a snapshot."""
    return list(pq.read_schema(path).names)


def snapshot_estimates(
    path: Path, sha256: str, plan: Mapping[str, Any], of: Mapping[str, int], minimum: int
) -> tuple[list[dict[str, Any]], dict[int, tuple[str, ...]]]:
    """What `plan` estimates from a snapshot, and the modes present in each area.

    of: area code of the snapshot → id of the area that figures are about; the plan's column
        `domain_area` holds it, and rows whose code is not in `of` belong to none.
    Rows are dictionaries with the result columns, `flag`, and the domain columns; figures with
    fewer than `minimum` answers have none, and say so in `status`.
    """
    asked = json.dumps([plan, sorted(of.items()), minimum], sort_keys=True)
    return _estimates(path, sha256, asked)


@lru_cache(maxsize=KEPT)
def _estimates(
    path: Path, _sha256: str, asked: str
) -> tuple[list[dict[str, Any]], dict[int, tuple[str, ...]]]:
    plan, of, minimum = json.loads(asked)
    table = _with_domain(pq.read_table(path, columns=_needed(plan)), dict(of))
    results = publish(estimate(plan, table), minimum=minimum)
    rows = [
        {**{name: getattr(row, name) for name in row.__slots__ if name != "by"}, **row.by}
        for row in results
    ]
    pairs = table.group_by([DOMAIN, MODE]).aggregate([]).to_pylist()
    modes: dict[int, tuple[str, ...]] = {}
    for pair in sorted(pairs, key=lambda p: str(p[MODE])):
        if pair[DOMAIN] is not None:
            modes[pair[DOMAIN]] = (*modes.get(pair[DOMAIN], ()), pair[MODE])
    return rows, modes


def _needed(plan: Mapping[str, Any]) -> list[str]:
    """The snapshot's columns that a plan reads."""
    design = plan["design"]
    names = {AREA, MODE, *design.get("strata", ()), *design.get("stages", ())}
    if "weight" in design:
        names.add(design["weight"])
    for block in plan["estimate"]:
        for group in block.get("groups", ()):
            names.update(group["of"])
        if block["kind"] != "index":
            names.update(block.get("of", ()))
    return sorted(names)


def _with_domain(table: pa.Table, of: dict[str, int]) -> pa.Table:
    codes = pa.array(of.keys(), pa.string())
    ids = pa.array(of.values(), pa.int64())
    place = pc.index_in(table.column(AREA).combine_chunks(), value_set=codes)
    return table.append_column(DOMAIN, ids.take(place))
