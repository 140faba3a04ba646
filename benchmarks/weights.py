"""How long raking a file to three margins takes, beside reading and writing the same columns.

The baseline is measured in the same rounds: DuckDB copies the margins' columns and the weight from
Parquet to Parquet, the weight twice, as raking writes a new one. Run: python -m benchmarks.weights
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import weigh_file

ROUNDS, ROWS, TARGET = 5, 3_600_000, 1.5
SIZES = {"province": 63, "age": 6, "sex": 2}


def write(path: Path) -> dict:
    """A file of respondents, and the plan of raking it to totals that differ from the sample's."""
    rng = np.random.default_rng(1)
    codes = {name: rng.integers(1, size + 1, ROWS) for name, size in SIZES.items()}
    columns = {name: pa.array(code.astype(np.int8)) for name, code in codes.items()}
    weight = rng.lognormal(3, 0.5, ROWS).round(6)
    pq.write_table(pa.table({"w": weight, **columns}), path, compression="zstd")
    margins = []
    for name, size in SIZES.items():
        share = rng.uniform(0.7, 1.3, size)
        share *= 90_000_000 / share.sum()
        totals = {str(i + 1): float(v) for i, v in enumerate(share)}
        margins.append({"by": [name], "totals": totals})
    return {"design": {"weight": "w"}, "calibration": {"method": "rake", "margins": margins}}


def copied(path: Path, out: Path) -> None:
    rows = duckdb.connect().read_parquet(str(path))
    rows.project(f"{', '.join(SIZES)}, w, w AS weight").write_parquet(str(out))


def seconds(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main() -> None:
    click.echo("rows | raked, s | copied, s | ratio (medians of 5, interleaved) | target")
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "data.parquet", Path(folder) / "out.parquet"
        plan = write(path)
        weigh_file(plan, path, out)
        copied(path, out)
        rounds = [
            (
                seconds(lambda: weigh_file(plan, path, out)),
                seconds(lambda: copied(path, out)),
            )
            for _ in range(ROUNDS)
        ]
        own, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
        told = f"{ROWS} | {own:.3f} | {bare:.3f} | {own / bare:.2f}"
        click.echo(f"{told} | {TARGET} {'met' if own <= TARGET * bare else 'MISSED'}")


if __name__ == "__main__":
    main()
