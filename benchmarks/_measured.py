"""Taking turns at tasks, the memory of one of them, and what a target says of a figure."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

ROUNDS = 5


@dataclass(frozen=True)
class Target:
    """What is to hold of a figure: at most, or at least, a limit."""

    name: str
    figure: float
    limit: float
    unit: str = " ×"
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.figure >= self.limit if self.least else self.figure <= self.limit

    def line(self) -> str:
        sign = "≥" if self.least else "≤"
        verdict = "holds" if self.holds else "MISSED"
        limit = f"{sign} {self.limit:,g}{self.unit}"
        return f"| {self.name} | {limit} | {self.figure:,.3g}{self.unit} | {verdict} |"


def judged(targets: list[Target]) -> None:
    """Prints a table of targets; leaves with 1 when a target that was measured is missed."""
    click.echo("\n| target | limit | measured | |\n|---|---|---|---|")
    for target in targets:
        click.echo(target.line())
    if not all(target.holds for target in targets):
        sys.exit(1)


def seconds(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def in_turns(tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each task; every round runs all of them, after one that warms up."""
    for task in tasks.values():
        task()
    times = [{name: seconds(task) for name, task in tasks.items()} for _ in range(rounds)]
    return {name: statistics.median(one[name] for one in times) for name in tasks}


def peak(module: str, *arguments: str) -> float:
    """The most memory, in GiB, that a Python process running a module's main was resident in."""
    made = subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, capture_output=True, text=True
    )
    return float(made.stdout.split()[-1])


def own_peak() -> float:
    """The most memory that this process was resident in, in GiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) / 1024**2


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is removed after, under SIPAS_DATA if that is set."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("SIPAS_DATA")) as folder:
        yield Path(folder)
