"""The door to `analysis` for what a form's figures will be; reached by survey.lazy.load."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from analysis import estimate

ROW = "row"
Answers = Mapping[str, int]


def figures(plan: Mapping[str, Any], answers: Answers) -> dict[str, float | None]:
    """What the plan makes of the answers of one person, by the name of each figure; None where
    nothing that it needs was answered."""
    return {row.of: row.value for row in estimate(plan, _table(plan, [answers]))}


def weights(plan: Mapping[str, Any], low: int, high: int) -> dict[str, float]:
    """How much of the index each item is, where everything is answered; together 1.

    By the index of somebody who gives the code `high` to one item and `low` to all others.
    """
    index = {**plan["estimate"][-1], "by": [ROW]}
    items = [item for group in index["groups"] for item in group["of"]]
    none, every = dict.fromkeys(items, low), dict.fromkeys(items, high)
    people: list[Answers] = [none, every, *({**none, item: high} for item in items)]
    by_index = {"estimate": [index]}
    rows = estimate(by_index, _table(by_index, people))
    found = {int(str(row.by[ROW])): row.value for row in rows if row.value is not None}
    least, span = found[0], found[1] - found[0]
    return {item: (found[place] - least) / span for place, item in enumerate(items, 2)}


def _table(plan: Mapping[str, Any], people: Sequence[Answers]) -> pa.Table:
    """One row a person, with the columns that the plan reads, as in a snapshot."""
    names = dict.fromkeys(name for block in plan["estimate"] for name in _read(block))
    columns = {name: pa.array([one.get(name, 0) for one in people], pa.int8()) for name in names}
    return pa.table(columns | {ROW: pa.array(range(len(people)), pa.int32())})


def _read(block: Mapping[str, Any]) -> list[str]:
    own = [] if block["kind"] == "index" else list(block.get("of", ()))
    return own + [item for group in block.get("groups", ()) for item in group["of"]]
