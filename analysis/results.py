"""Results: one row an estimate, as an Arrow table, as frozen Estimates, or as a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import AnalysisError

FIXED = ("n", "value", "se", "low", "high", "df", "deff", "n_eff", "rows", "method", "level")
RESERVED = ("estimate", "of", "code", *FIXED, "status", "flag")
FORMATS = ("csv", "json", "parquet")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number and how sure it is. Shares are 0 to 1; None is no number, `status` says why.

    estimate : index of the block in the plan; by : domain column to value
    n : rows that answered; rows : rows of the domain; both None where disclosure hides them
    df : clusters less strata in the domain
    flag : "" or why to read with care, set by disclosure.publish
    """

    estimate: int
    of: str
    by: Mapping[str, object]
    n: int | None
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int
    deff: float | None
    n_eff: float | None
    rows: int | None
    method: str
    level: float
    status: str
    code: object = None
    flag: str = ""


@dataclass(frozen=True)
class Results:
    """The rows of all blocks. `by` names the domain columns of the table in their order."""

    table: pa.Table
    by: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.rows)

    @cached_property
    def rows(self) -> tuple[Estimate, ...]:
        known = {"estimate", "of", "code", *FIXED, "status", "flag"}
        return tuple(
            Estimate(
                by={c: row[c] for c in self.by if row[c] is not None},
                **{k: v for k, v in row.items() if k in known},
            )
            for row in self.table.to_pylist()
        )

    def text(self, form: str) -> str:
        """The rows as CSV or JSON text; no number is an empty cell or null."""
        if form == "csv":
            return csv_text(self.table)
        if form == "json":
            return json.dumps(self.table.to_pylist(), ensure_ascii=False, default=str) + "\n"
        raise AnalysisError(f'the format "{form}" is not text: csv or json')

    def write(self, path: Path, form: str | None = None) -> None:
        """Write a file; the format is `form` or the file's ending. Raises AnalysisError."""
        write_table(self.table, path, form)


def format_of(path: Path, form: str | None = None) -> str:
    """csv, json or parquet. Raises AnalysisError for another ending."""
    own = form or path.suffix.lower().removeprefix(".").replace("pq", "parquet")
    if own not in FORMATS:
        raise AnalysisError(f"{path.name}: the file must end in .csv, .json or .parquet")
    return own


def write_table(table: pa.Table, path: Path, form: str | None = None) -> None:
    own = format_of(path, form)
    if own == "parquet":
        pq.write_table(table, path)
        return
    text = Results(table, ()).text(own)
    path.write_text(text, encoding="utf-8", newline="")


def csv_text(table: pa.Table) -> str:
    """CSV with every digit of every number and an empty cell for null."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(table.column_names)
    columns = [column.to_pylist() for column in table.columns]
    lines.writerows(zip(*([cell(v) for v in column] for column in columns), strict=True))
    return out.getvalue()


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)
