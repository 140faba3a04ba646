"""What a sample was drawn from and with, kept beside it."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from analysis.results import csv_text
from analysis.sampling.asked import Listed
from analysis.sampling.frame import Frame
from analysis.sampling.request import Sampling

PREFIX = "sample_"  # of the columns that drawing adds


def record_of(path: Path) -> Path:
    """The file of the record that stands beside a sample."""
    return path.with_name(path.name + ".record.json")


def record(sampling: Sampling, frame: Frame, data: Listed, table: pa.Table) -> dict[str, object]:
    """What the sample was drawn from and with, to draw it again."""
    parts = table.column(PREFIX + "part").to_pylist()
    return {
        "plan_sha256": plan_hash(sampling),
        "frame": frame.name,
        "frame_sha256": file_hash(Path(data)) if isinstance(data, str | Path) else None,
        "frame_rows": len(frame),
        "seed": sampling.seed,
        "generator": "numpy PCG64",
        "sample": parts.count("sample"),
        "reserve": parts.count("reserve"),
        "rows_sha256": rows_hash(table),
    }


def plan_hash(sampling: Sampling) -> str:
    """SHA-256 of what [sample] says, whatever its layout and comments."""
    text = json.dumps(said(asdict(sampling)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def said(value: object) -> object:
    """A plan without what it leaves out, so that keys of a later release change no hash."""
    if isinstance(value, dict):
        return {k: said(v) for k, v in value.items() if v is not None and v != ()}
    return [said(v) for v in value] if isinstance(value, tuple) else value


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_hash(table: pa.Table) -> str:
    """SHA-256 of the rows as CSV, whatever the file that holds them."""
    return hashlib.sha256(csv_text(table).encode()).hexdigest()
