"""Results: one row an estimate, as an Arrow table, as frozen Estimates, or as a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis import shown
from analysis.errors import AnalysisError

FIXED = ("n", "value", "se", "low", "high", "df", "deff", "n_eff", "rows", "method", "level")
ADDED = ("cv", "flag", "nchs", "nchs_why")  # by with_cv, disclosure.publish, publication.nchs
RESERVED = ("estimate", "of", "code", *FIXED, "status", *ADDED)
FORMATS = ("csv", "json", "parquet")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number and how sure it is. Shares are 0 to 1; None is no number, `status` says why.

    estimate : index of the block in the plan; by : domain column to value
    n : rows that answered; rows : rows of the domain; both None where disclosure hides them
    df : clusters less strata in the domain
    flag : "" or why to read with care, set by disclosure.publish
    nchs, nchs_why : what the standard of NCHS says of it, set by publication.nchs
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
    nchs: str | None = None
    nchs_why: str | None = None

    @property
    def cv(self) -> float | None:
        """The coefficient of variation, se over value; None where either is none or value is 0."""
        return self.se / self.value if self.se is not None and self.value else None

    def __str__(self) -> str:
        """Value and interval in a line.

        >>> about = (4, 1.1, 8.2, 9, "logit", 0.95, "ok")
        >>> row = Estimate(0, "q1", {"sex": 1}, 9, 0.5, 0.1, 0.3, 0.7, *about)
        >>> print(row)
        q1, sex 1: 0.5000 (0.3000 to 0.7000, 95 %), n = 9
        """
        name = ", ".join([self.of, *(f"{column} {value}" for column, value in self.by.items())])
        if self.value is None:
            return f"{name}: {self.status}, n = {self.n}"
        limits = f"{shown.cell(self.low)} to {shown.cell(self.high)}, {100 * self.level:.3g} %"
        inside = limits if self.low is not None else f"no interval: {self.status}"
        return f"{name}: {shown.cell(self.value)} ({inside}), n = {self.n}"


@dataclass(frozen=True)
class Results:
    """The rows of all blocks. `by` names the domain columns of the table in their order.

    Printed, and in a notebook, it is a table; Arrow, Polars, DuckDB and pandas read it as one.
    """

    table: pa.Table
    by: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.rows)

    @cached_property
    def rows(self) -> tuple[Estimate, ...]:
        known = {*RESERVED} - {"cv"}
        return tuple(
            Estimate(
                by={c: row[c] for c in self.by if row[c] is not None},
                **{k: v for k, v in row.items() if k in known},
            )
            for row in self.table.to_pylist()
        )

    def __str__(self) -> str:
        return shown.text(self.table)

    def _repr_html_(self) -> str:
        return shown.html(self.table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, which polars.DataFrame(results) and others take."""
        return self.table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self.table

    def to_polars(self) -> Any:
        """The rows as a polars.DataFrame. Raises AnalysisError where polars is not installed."""
        return library("polars").from_arrow(self.table)

    def to_pandas(self) -> Any:
        """The rows as a pandas.DataFrame. Raises AnalysisError where pandas is not installed."""
        library("pandas")
        return self.table.to_pandas()

    def with_cv(self) -> "Results":
        """The same rows with a column `cv` at the end: se over value, null as Estimate.cv is.

        >>> table = pa.table({"value": [0.5, 0.0, None], "se": [0.1, 0.1, None]})
        >>> Results(table, ()).with_cv().table["cv"].to_pylist()
        [0.2, None, None]
        """
        pairs = zip(*(self.table[name].to_pylist() for name in ("se", "value")), strict=True)
        cv = [se / value if se is not None and value else None for se, value in pairs]
        return Results(self.table.append_column("cv", pa.array(cv, pa.float64())), self.by)

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


def library(name: str) -> Any:
    """A library that results can turn into but do not need."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise AnalysisError(f"{name} is not installed: pip install {name}") from error


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
