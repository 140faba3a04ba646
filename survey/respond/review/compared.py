"""A body that is kept, made readable, and beside the others that came under the same id."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.respond.sealed import opened
from survey.respond.submission import SubmissionFault, read_json
from survey.respond.tables import Intake, KeptForReview

Columns = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Compared:
    """One key of the bodies: its value in each column, empty where it has none; and whether they
    differ."""

    name: str
    values: tuple[str, ...]
    differs: bool


def readable(session: Session, row: KeptForReview) -> str:
    """The body as people read JSON, opened where it is sealed; as it came when it is no JSON."""
    table = _table(session, row)
    if table is None:
        return row.body
    return json.dumps(table, ensure_ascii=False, indent=2, sort_keys=True)


def compared(
    session: Session, row: KeptForReview, stored: Intake | None, others: Sequence[KeptForReview]
) -> list[Compared]:
    """Key by key: what is stored (if it waits still), this body, and others of the same id."""
    if stored is None and not others:
        return []
    columns = [] if stored is None else [_flat(_of_intake(stored))]
    columns += [_flat(_table(session, one)) for one in (row, *others)]
    return _lines(columns)


def _lines(columns: Columns) -> list[Compared]:
    names = list(dict.fromkeys(name for column in columns for name in column))
    found = []
    for name in names:
        values = tuple(column.get(name, "") for column in columns)
        told = name.startswith("answers.") or all(values)  # intake keeps codes of places as rows
        found.append(Compared(name, values, told and len(set(values)) > 1))
    return found


def _of_intake(row: Intake) -> dict[str, Any]:
    names = (
        "round",
        "version",
        "mode",
        "assisted",
        "language",
        "field",
        "seconds",
        "device",
        "seq",
    )
    return {**{name: getattr(row, name) for name in names}, "answers": row.answers}


def _table(session: Session, row: KeptForReview) -> Any:
    [item] = opened(session, [row.body.encode()])
    if item.fault:
        return None
    try:
        return read_json(item.plain)
    except SubmissionFault:
        return None


def _flat(table: Any, at: str = "") -> dict[str, str]:
    """`answers.q1` and its value, for each that an object holds."""
    if not isinstance(table, dict):
        return {}
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{at}{name}.")
        elif value is not None:
            found[f"{at}{name}"] = json.dumps(value, ensure_ascii=False).strip('"')
    return found
