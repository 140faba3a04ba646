"""How long every estimate of a survey takes, beside the same weighted sums without any of it.

The baseline is measured in the same rounds: DuckDB reads the same Parquet file and sums the same
weighted columns, in the whole file, with no domain, cluster, variance or interval.
Run: python -m benchmarks.estimate
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import duckdb

from analysis import estimate
from benchmarks._survey_data import FACTORS, ITEMS, write

ROUNDS = 5
SIZES = (36_000, 360_000)
PLAN = {
    "design": {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"},
    "estimate": [
        {
            "kind": "share",
            "of": list(ITEMS),
            "groups": [
                *({"name": name, "of": list(of)} for name, of in FACTORS.items()),
                {"name": "all", "of": list(ITEMS)},
            ],
            "satisfied": [4, 5],
            "missing": [0],
            "by": ["province", "year"],
        }
    ],
}


def estimates(path: Path) -> int:
    """Number of estimates: 28 measures in 315 domains, each with error and interval."""
    return len(estimate(PLAN, path))


def bare_sums(path: Path) -> int:
    """The same 44 weighted columns summed, and nothing else."""
    sums = [f"sum(w * ({q} >= 4)::TINYINT), sum(w * ({q} > 0)::TINYINT)" for q in ITEMS]
    relation = duckdb.connect().read_parquet(str(path)).aggregate(", ".join(sums))
    return len(relation.fetchall()[0])


def seconds(task: Callable[[Path], int], path: Path) -> float:
    start = time.perf_counter()
    task(path)
    return time.perf_counter() - start


def main() -> None:
    click.echo(
        "rows | estimates | seconds | bare sums, seconds | ratio (medians of 5, interleaved)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            path = write(rows, Path(folder))
            count, _ = estimates(path), bare_sums(path)
            rounds = [(seconds(estimates, path), seconds(bare_sums, path)) for _ in range(ROUNDS)]
            own, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
            click.echo(f"{rows} | {count} | {own:.3f} | {bare:.3f} | {own / bare:.2f}")


if __name__ == "__main__":
    main()
