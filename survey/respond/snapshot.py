"""A round as one Parquet file: what analysis reads, with a manifest that says what it is.

SIPAS_DATA/snapshots/<round>/<first 16 digits of its SHA-256>.parquet and .json
"""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.database import Database
from survey.fieldwork.rounds import find_round
from survey.fieldwork.tables import Snapshot
from survey.respond.columns import Layout, Source, layout, open_source
from survey.respond.tables import Response

SCHEMA_VERSION = 2
KEPT = 2  # files of a round: the newest, and the one that someone may still be reading


def latest(session: Session, round: str) -> Snapshot | None:
    """The newest snapshot of a round; None when none was made."""
    chosen = select(Snapshot).where(Snapshot.round == round).order_by(Snapshot.id.desc()).limit(1)
    return session.scalar(chosen)


def rounds_with_responses(session: Session) -> list[str]:
    """Codes of the rounds that have anything to show, sorted."""
    return sorted(session.scalars(select(Response.round).distinct()))


def take_snapshots(
    database: Database, rounds: Sequence[str], *, now: datetime
) -> Iterator[Snapshot]:
    """Snapshots of `rounds`, one after another, from one state of the embedded database.

    A round whose content is that of its newest snapshot gets no second one.
    Raises RoundUnknown; FormNotPublished.
    """
    with open_source(database) as source:
        for code in rounds:
            yield _take(database, source, code, now)


def take_snapshot(database: Database, round: str, *, now: datetime) -> Snapshot:
    """The snapshot of one round as it is released now. Raises RoundUnknown."""
    (made,) = take_snapshots(database, [round], now=now)
    return made


def manifest_of(path: Path) -> Path:
    """Where the manifest of a snapshot file lies."""
    return path.with_suffix(".json")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _take(database: Database, source: Source, code: str, now: datetime) -> Snapshot:
    with database.read() as session:
        made = layout(session, find_round(session, code))
        before = latest(session, code)
    folder = Path("snapshots") / quote(code, safe="")
    whole = database.settings.data / folder
    whole.mkdir(parents=True, exist_ok=True)
    making = whole / f"{os.getpid()}.making"
    rows = _write(making, source.blocks(made), made.schema)
    digest = sha256_of(making)
    name = f"{digest[:16]}.parquet"
    making.replace(whole / name)
    if before is not None and before.sha256 == digest:
        return before
    manifest = _manifest(made, rows, digest, now)
    manifest_of(whole / name).write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
    with database.write() as session:
        snapshot = Snapshot(
            round=code,
            made_at=now,
            path=str(folder / name),
            rows=rows,
            sha256=digest,
            schema_version=SCHEMA_VERSION,
        )
        session.add(snapshot)
        session.flush()
        kept = _forget_old(session, code)
    _remove_others(whole, kept)
    return snapshot


def _write(path: Path, blocks: Iterator[pa.Table], schema: pa.Schema) -> int:
    """Write the file, to the disk, and give its number of rows."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for block in blocks:
            writer.write_table(block)
            rows += block.num_rows
    with path.open("rb") as written:
        os.fsync(written.fileno())
    return rows


def _manifest(made: Layout, rows: int, digest: str, now: datetime) -> dict[str, object]:
    return {
        "round": made.round,
        "made_at": now.isoformat(timespec="seconds"),
        "rows": rows,
        "sha256": digest,
        "schema_version": SCHEMA_VERSION,
        "columns": {field.name: str(field.type) for field in made.schema},
        "forms": [form.name for form in made.forms],
        "weight_sets": [
            {"name": kept.name, "id": kept.id, "sha256": kept.sha256} for kept in made.weights
        ],
    }


def _forget_old(session: Session, code: str) -> set[str]:
    """Delete all but the newest KEPT rows; the file names of those kept."""
    rows = session.scalars(
        select(Snapshot).where(Snapshot.round == code).order_by(Snapshot.id.desc())
    ).all()
    for old in rows[KEPT:]:
        session.delete(old)
    return {Path(row.path).name for row in rows[:KEPT]}


def _remove_others(folder: Path, kept: set[str]) -> None:
    manifests = {manifest_of(Path(name)).name for name in kept}
    for file in folder.iterdir():
        if file.name not in kept | manifests:
            file.unlink()
