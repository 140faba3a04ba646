"""The door to `analysis` for what a form's figures will be; reached by survey.lazy.load."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from analysis import estimate

Answers = Mapping[str, int]


def figures(plan: Mapping[str, Any], answers: Answers) -> dict[str, float | None]:
    """The factors and the index that the plan makes of the answers of one person, by name; None
    where nothing that they need was answered."""
    asked = {"estimate": plan["estimate"][1:]}
    return {row.of: row.value for row in estimate(asked, _table(asked, answers))}


def _table(plan: Mapping[str, Any], answers: Answers) -> pa.Table:
    """One row with the columns that the plan reads, as in a snapshot."""
    groups = [group for block in plan["estimate"] for group in block["groups"]]
    names = dict.fromkeys(item for group in groups for item in group["of"])
    return pa.table({name: pa.array([answers.get(name, 0)], pa.int8()) for name in names})
