"""Submissions a second, each durable before it is acknowledged, beside the bare least of the same.

    python -m benchmarks.submissions [--seconds 20] [--steady 300] [--database both] …

For each database: `benchmarks.bare` and sipas in turn, as fast as they go (the ratio), then sipas
at the pace of its target, then 200 kiosks that come back with 50 answers each. After each run the
rows are counted: what was acknowledged is there.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select

from benchmarks._load import COLUMNS, Line, Load, run, storm
from benchmarks.bare import TABLE
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.respond.tables import Intake
from tests.faults.citizens import furnish
from tests.postgres import Cluster, free_port

TARGETS = {"sqlite": (250, 150), "postgresql": (300, 200)}  # a second; p99 in ms
KIOSKS, QUEUED = 200, 50
READY = 120.0  # seconds


def command(server: str, port: int, threads: int, workers: int) -> list[str]:
    """How a production server is started on our application."""
    python, where = [sys.executable, "-m"], f"127.0.0.1:{port}"
    if server == "granian":
        serve = [sys.executable, "-c", "from survey.cli import cli; cli()", "serve", "--port"]
        return [*serve, str(port), "--threads", str(threads), "--workers", str(workers)]
    if server == "waitress":
        return [
            *python,
            "waitress",
            f"--listen={where}",
            f"--threads={threads}",
            "wsgi:application",
        ]
    return [
        *python, "gunicorn", "-b", where, "-w", str(workers), "-k", "gthread", "--threads",
        str(threads), "--keep-alive", "30", "wsgi:application",
    ]  # fmt: skip


@contextmanager
def served(words: list[str], settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server, ready; ended with all it started."""
    environment = {
        **os.environ,
        "SIPAS_DATABASE": settings.database,
        "SIPAS_DATA": str(settings.data),
        "SIPAS_SECRET_FILE": str(settings.secret_file),
    }
    with (settings.data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            words, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        asyncio.run(_ready(port, process))
        yield process
    finally:
        process.terminate()
        process.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


async def _ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Once it answers an empty list."""
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        line = Line(port)
        try:
            await line.send(b"[]")
            return
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await asyncio.sleep(0.05)
        finally:
            line.close()
    raise SystemExit("the server did not start: see server.log")


def computed(process: subprocess.Popen[bytes]) -> float:
    """Seconds of computing of the server and of what it started."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == process.pid:  # its session
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Stand:
    """One database with its settings, furnished, and the runs on it."""

    def __init__(self, kind: str, url: str, folder: Path, given: argparse.Namespace) -> None:
        self.kind, self.given = kind, given
        self.settings = Settings(url, folder, folder / "secret")
        database = Database(self.settings)
        upgrade(database)
        furnish(database)
        database.close()

    def _rows(self, table: object) -> int:
        database = Database(self.settings)
        with database.read() as session:
            found = session.scalar(select(func.count()).select_from(table)) or 0
        database.close()
        return int(found)

    def measure(self, name: str, words: Callable[[int], list[str]], table: object, act) -> Load:
        """One run against a fresh server; prints its line."""
        before, port = self._rows(table), free_port()
        with served(words(port), self.settings, port) as process:
            asyncio.run(run(port, seconds=2, clients=8))  # warm
            warm, cpu = self._rows(table) - before, computed(process)
            load: Load = asyncio.run(act(port))
            cpu = computed(process) - cpu
        lost = before + warm + load.stored - self._rows(table)
        each = f"{1000 * cpu / max(1, load.stored):.2f}"
        print(line([self.kind, name, *load.cells(), each, str(max(0, lost))]), flush=True)
        return load


def line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def compare(stand: Stand) -> None:
    given = stand.given
    where = ["--database", stand.settings.database, "--data", str(stand.settings.data)]
    shape = ["--threads", str(given.threads), "--workers", str(given.workers)]

    def bare(port: int) -> list[str]:
        return [sys.executable, "-m", "benchmarks.bare", *where, *shape, "--port", str(port)]

    def ours(port: int) -> list[str]:
        return command(given.server, port, given.threads, given.workers)

    def full(port: int):
        return run(port, seconds=given.seconds, clients=given.clients)

    pace, limit = TARGETS[stand.kind]
    steadily = given.steady or given.seconds
    create_bare(stand.settings)
    least = stand.measure("bare, full speed", bare, TABLE, full)
    most = stand.measure("sipas, full speed", ours, Intake, full)
    steady = stand.measure(
        f"sipas, {pace} a second", ours, Intake,
        lambda port: run(port, seconds=steadily, clients=given.clients, pace=pace),
    )  # fmt: skip
    back = stand.measure(
        f"{KIOSKS} kiosks × {QUEUED}", ours, Intake,
        lambda port: storm(port, kiosks=KIOSKS, queued=QUEUED),
    )  # fmt: skip
    print(
        f"\n{stand.kind}: {most.pace / least.pace:.2f} of bare (wanted 0.3); p99 at {pace} a "
        f"second {steady.percentile(99):.0f} ms (wanted {limit}); {back.stored:,} queued answers "
        f"stored in {back.seconds:.1f} s (wanted 60)\n"
    )


def create_bare(settings: Settings) -> None:
    database = Database(settings)
    TABLE.create(database.engine, checkfirst=True)
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="of each run")
    parser.add_argument("--steady", type=float, help="seconds of the run at the pace of its target")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--server", choices=["granian", "waitress", "gunicorn"], default="granian")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1, help="processes; PostgreSQL only")
    parser.add_argument("--clients", type=int, default=64)
    given = parser.parse_args()
    print(f"{given.server}, {given.threads} threads, {given.workers} workers, {given.clients} "
          f"clients, {given.seconds:.0f} s a run\n")  # fmt: skip
    heads = ["database", "run", *COLUMNS, "server's ms of computing", "lost"]
    print(line(heads), line(["---"] * len(heads)), sep="\n")
    with tempfile.TemporaryDirectory(prefix="sipas-bench-") as name:
        if given.database in ("sqlite", "both"):
            (folder := Path(name) / "sqlite").mkdir()
            compare(Stand("sqlite", f"sqlite:///{folder / 'sipas.db'}", folder, given))
        if given.database in ("postgresql", "both"):
            if shutil.which("pg_ctl") is None and not list(Path("/usr/lib").glob("postgresql/*")):
                print("postgresql: not run: PostgreSQL is not installed; ./test installs it")
                return
            (folder := Path(name) / "postgresql").mkdir()
            with Cluster() as cluster:
                compare(Stand("postgresql", cluster.new_database(), folder, given))


if __name__ == "__main__":
    main()
