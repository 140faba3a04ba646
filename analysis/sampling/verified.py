"""A sample is verified by drawing it again."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import DataError
from analysis.results import FORMATS, Results, csv_text, format_of
from analysis.sampling.asked import Given, Listed
from analysis.sampling.drawn import draw
from analysis.sampling.record import record_of


def verify(plan: Given, data: Listed, path: Path) -> list[str]:
    """What speaks against `path` being the sample that the plan draws; [] when it is that.

    Raises AnalysisError when it cannot be drawn again, or the file or its record is not there.

    >>> from tempfile import TemporaryDirectory
    >>> frame = pa.table({"id": [1, 2, 3, 4]})
    >>> plan = {"sample": {"seed": 1, "key": ["id"], "selection": [{"take": 2}]}}
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "drawn.csv"
    ...     draw(plan, frame).write(path)
    ...     verify(plan, frame, path)
    []
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
    if not same(again.table, path, held, kept.get("format")):
        out.append(f"{path.name} does not hold the rows that the plan draws")
    return out


def same(table: pa.Table, path: Path, held: bytes, kept: object) -> bool:
    """Whether a file, of the format kept in its record, holds the rows of the table."""
    form = format_of(path, kept if kept in FORMATS else None)
    if form != "parquet":
        return held == Results(table, ()).text(form).encode()
    try:
        return csv_text(pq.read_table(path)) == csv_text(table)
    except pa.ArrowInvalid as error:
        raise DataError(f"{path.name}: not a readable Parquet file: {error}") from error
