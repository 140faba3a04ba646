"""How long every estimate of a survey takes, beside the same weighted sums without any of it.

22 items, 5 factors and all together, for every province and year, with standard error and logit
interval. The baseline is measured in the same rounds: DuckDB reads the same Parquet file and sums
the same weighted columns, in the whole file, with no domain, cluster, variance or interval.
Run: ./bench estimate; SIPAS_BENCH_ROWS=3600000 leaves larger files out.
"""

import os
import sys
from pathlib import Path

import click
import duckdb

from analysis import Kept, estimate, keep, totals
from benchmarks._measured import Target, in_turns, judged, own_peak, peak, scratch, seconds
from benchmarks._survey_data import FACTORS, ITEMS, write

SIZES = (36_000, 360_000, 3_600_000, 36_000_000)
MIDDLE, LARGE = SIZES[2], SIZES[3]
DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
SHARES = {
    "kind": "share",
    "of": list(ITEMS),
    "groups": [
        *({"name": name, "of": list(of)} for name, of in FACTORS.items()),
        {"name": "all", "of": list(ITEMS)},
    ],
    "satisfied": [4, 5],
    "missing": [0],
    "by": ["province", "year"],
    "deff": "none",
}
CODES = {"kind": "distribution", "of": list(ITEMS), "missing": [0], "by": ["province", "year"]}
FURTHER = {
    "another interval": SHARES | {"ci": "wilson"},
    "100 bootstrap replicates": SHARES | {"variance": "bootstrap", "replicates": 100},
    "another grouping": SHARES | {"by": ["year"]},
}


def plan(block: dict, **design: str) -> dict:
    return {"design": DESIGN | design, "estimate": [block]}


def bare_sums(path: Path) -> int:
    """The same 44 weighted columns summed, and nothing else."""
    sums = [f"sum(w * ({q} >= 4)::TINYINT), sum(w * ({q} > 0)::TINYINT)" for q in ITEMS]
    relation = duckdb.connect().read_parquet(str(path)).aggregate(", ".join(sums))
    return len(relation.fetchall()[0])


def times(path: Path, rows: int) -> tuple[dict[str, float], Path]:
    """Median seconds of the tasks, and the file of totals kept."""
    kept = path.with_suffix(".totals.parquet")
    keep(plan(SHARES), path).save(kept)
    tasks = {
        "bare": lambda: bare_sums(path),
        "two sums": lambda: estimate(plan(SHARES), path),
        "kept": lambda: estimate(plan(SHARES), kept),
    }
    if rows < LARGE:
        tasks |= {
            "with deff": lambda: estimate(plan(SHARES | {"deff": "replace"}), path),
            "whole": lambda: estimate(plan(SHARES, weight="weight"), path),
            "by code": lambda: estimate(plan(CODES), path),
        }
    return in_turns(tasks), kept


def scans_of(path: Path, kept: Path) -> dict[str, tuple[int, float]]:
    """Of each further question to the totals kept: scans that it costs, and its seconds."""
    passes: list[int] = []
    one_pass = totals.one_pass
    totals.one_pass = lambda *a: passes.append(1) or one_pass(*a)
    estimate(plan(SHARES), path)
    if len(passes) != 1:
        raise SystemExit(f"the counter of scans saw {len(passes)} in an estimate, not 1")
    table, found = Kept.load(kept), {}
    for name, block in FURTHER.items():
        passes.clear()
        found[name] = (0, seconds(lambda block=block: estimate(plan(block), table)))
        found[name] = (len(passes), found[name][1])
    totals.one_pass = one_pass
    return found


def of_size(rows: int, folder: Path) -> list[Target]:
    """Makes a file, prints its line, and gives the targets of its size."""
    path = write(rows, folder)
    found, kept = times(path, rows)
    bare = found["bare"]
    resident = peak("benchmarks.estimate", "--once", str(path))
    cells = [
        f"{found[name]:.3f} ({found[name] / bare:.2f} ×)" if name in found else "–"
        for name in ("two sums", "with deff", "whole", "by code")
    ]
    click.echo(
        f"| {rows:,} | {bare:.3f} | {' | '.join(cells)} | {found['kept']:.3f} | {resident:.2f} |"
    )
    targets = []
    if rows == MIDDLE:
        targets = [
            Target("3.6 million: two double sums a measure", found["two sums"] / bare, 1.8),
            Target("3.6 million: integer weights", found["whole"] / bare, 2),
            Target("3.6 million: distribution over all codes", found["by code"] / bare, 5),
            Target("3.6 million: from the totals kept", found["kept"], 0.1, " s"),
        ]
        for name, (scans, took) in scans_of(path, kept).items():
            targets.append(Target(f"{name} from totals kept ({took:.2f} s)", scans, 0, " scans"))
    if rows == LARGE:
        targets = [
            Target("36 million: two double sums a measure", found["two sums"] / bare, 1.3),
            Target("36 million: resident", resident, 0.6, " GiB"),
        ]
    path.unlink()
    return targets


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        estimate(plan(SHARES), Path(sys.argv[2]))
        click.echo(own_peak())
        return
    largest = int(os.environ.get("SIPAS_BENCH_ROWS", LARGE))
    click.echo("Seconds, medians of 5 in turns; in brackets over DuckDB's bare sums\n")
    head = "respondents | bare sums | 8,820 estimates | with deff | integer weights"
    click.echo(f"| {head} | distributions | from totals kept | GiB |")
    click.echo("|---|---|---|---|---|---|---|---|")
    targets: list[Target] = []
    with scratch() as folder:
        for rows in SIZES:
            if rows <= largest:
                targets += of_size(rows, folder)
            else:
                click.echo(f"| {rows:,} | not run: SIPAS_BENCH_ROWS is {largest:,} ||||||||")
    judged(targets)


if __name__ == "__main__":
    main()
