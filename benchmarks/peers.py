"""The same estimates and the same raking with R survey and svy, which this benchmark installs.

R comes from Debian (r-base-core, r-cran-survey, r-cran-data.table), svy from pip into a venv that
is removed after. R `svyby` and svy run once on 4 measures; the time of 28 is extrapolated: what
reading and the design take, and 7 times what the measures take. The detour by an expert's R, one
svytotal of all 56 columns a domain and the delta method, runs once on all. Ours are medians of 5.
Run: ./bench peers; SIPAS_BENCH_ROWS=360000 makes it smaller.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import duckdb

from analysis import estimate, weigh_file
from benchmarks._measured import Target, in_turns, judged, scratch
from benchmarks._survey_data import ITEMS, write
from benchmarks.estimate import MIDDLE, SHARES, plan
from benchmarks.weights import copied
from benchmarks.weights import write as write_weights

HERE = Path(__file__).parent
MEASURES = 28
DEBIAN = ("r-base-core", "r-cran-survey", "r-cran-data.table")
COLUMNS = ("province", "year", "stratum", "cluster", "w", *ITEMS)


class NotRunError(Exception):
    """Why a peer could not be run."""


def told(command: list[str]) -> str:
    """What a command prints. Raises NotRunError with the last line of its complaint."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotRunError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        ended = f"{Path(command[0]).name} ended with {done.returncode}"
        raise NotRunError(f"{ended}: {lines[-1] if lines else 'no word'}")
    return done.stdout


def install_r() -> None:
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if (
        shutil.which("Rscript") is None
        or subprocess.run(
            ["dpkg-query", "-W", *DEBIAN], capture_output=True, check=False
        ).returncode
    ):
        told([*root, *quiet, "update"])
        told([*root, *quiet, "install", "--no-install-recommends", *DEBIAN])


def install_svy(folder: Path) -> Path:
    """The Python of a venv that has svy."""
    told([sys.executable, "-m", "venv", str(folder)])
    python = folder / "bin" / "python"
    told([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "svy"])
    return python


def checked(path: Path) -> float:
    """The sum of the shares of q01, q08, q20 and f1 and of the standard errors of f1."""
    rows = [row for row in estimate(plan(SHARES), path) if row.of in ("q01", "q08", "q20", "f1")]
    return sum((row.value or 0) + (row.se or 0) * (row.of == "f1") for row in rows)


def run(command: list[str], check: float | None = None) -> tuple[float, str]:
    """Seconds that all 28 measures take, and the peer with its version.

    check : what its figures must add up to, where it tells
    """
    lines = dict(line.split(maxsplit=1) for line in told(command).strip().splitlines())
    fixed, measured, count = (float(lines[k]) for k in ("fixed", "measured", "measures"))
    times = MEASURES / count if count > 1 else 1
    if check is not None and abs(float(lines["check"]) / check - 1) > 1e-8:
        raise NotRunError(f"its figures add up to {lines['check']}, ours to {check:.12g}")
    return fixed + times * measured, lines["version"].strip()


def tried(what: str, task: Callable[[], tuple[float, str]]) -> tuple[float, str] | None:
    """What a peer took, or None when it could not be run, which is told."""
    try:
        took, version = task()
    except NotRunError as reason:
        click.echo(f"| {what} | not run: {reason} | |")
        return None
    click.echo(f"| {what} | {version} | {took:,.1f} |")
    return took, version


def estimates(folder: Path, python: Path | None, rows: int) -> list[Target]:
    path = write(rows, folder)
    ours = in_turns({"ours": lambda: estimate(plan(SHARES), path)})["ours"]
    click.echo(f"| 28 measures by 315 domains, {rows:,} respondents | sipas | {ours:.3f} |")
    table, check = folder / "data.csv", checked(path)
    duckdb.connect().read_parquet(str(path)).project(", ".join(COLUMNS)).write_csv(str(table))

    def with_r(way: str) -> tuple[float, str]:
        install_r()
        return run(["Rscript", str(HERE / "_survey.R"), way, str(table)], check)

    marked = "extrapolated from 4 measures"
    peers = [
        (f"R svyby, {marked}", 1000.0, lambda: with_r("svyby")),
        ("R by one svytotal a domain", 60.0, lambda: with_r("detour")),
    ]
    if python is not None:
        command = [str(python), str(HERE / "_svy.py"), "shares", str(path)]
        peers.append((f"svy, {marked}", 500.0, lambda: run(command)))
    targets = []
    for name, limit, task in peers:
        found = tried(name, task)
        if found is not None:
            targets.append(Target(f"faster than {name}", found[0] / ours, limit, least=True))
    path.unlink()
    table.unlink()
    return targets


def raking(folder: Path, python: Path | None) -> list[Target]:
    path, out, margins = (folder / name for name in ("w.parquet", "out.parquet", "m.json"))
    asked = write_weights(path)
    totals = {m["by"][0]: m["totals"] for m in asked["calibration"]["margins"]}
    margins.write_text(json.dumps(totals), encoding="utf-8")
    tasks = {
        "ours": lambda: weigh_file(asked, path, out),
        "copied": lambda: copied(path, out),
    }
    found = in_turns(tasks)
    click.echo(f"| raking 3.6 million rows to three margins | sipas | {found['ours']:.3f} |")
    click.echo(f"| the same columns read and written | DuckDB | {found['copied']:.3f} |")
    targets = [Target("raking over DuckDB's copy", found["ours"] / found["copied"], 1.5)]
    if python is not None:
        command = [str(python), str(HERE / "_svy.py"), "rake", str(path), str(margins), str(out)]
        peer = tried("the same raking", lambda: run(command))
        if peer is not None:
            ratio = peer[0] / found["ours"]
            targets.append(Target("raking faster than svy", ratio, 25, least=True))
    return targets


def main() -> None:
    rows = int(os.environ.get("SIPAS_BENCH_ROWS", MIDDLE))
    click.echo("| task | with | seconds |\n|---|---|---|")
    with scratch() as folder:
        python = None
        try:
            python = install_svy(folder / "svy")
        except NotRunError as reason:
            click.echo(f"| svy | not run: {reason} | |")
        targets = estimates(folder, python, rows) + raking(folder, python)
    judged(targets if rows >= MIDDLE else [])
    if rows < MIDDLE:
        click.echo(f"The targets are for {MIDDLE:,} respondents: not judged.")


if __name__ == "__main__":
    main()
