"""Disks that are full, slow, failing: nothing is acknowledged that they do not hold."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from survey.config import Settings
from survey.database.space import space
from tests.faults.citizens import item
from tests.faults.conftest import Installation, short_and_long
from tests.faults.crowd import Line
from tests.faults.strace import injected
from tests.faults.table import not_run

SYNCS = ("fsync", "fdatasync")
SLOW = 0.3  # seconds of each flush


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own, in memory."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "sipas-faults", str(folder)]
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        not_run(f"tmpfs: {getattr(error, 'stderr', '') or error}".strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that leaves so many bytes free, or fewer: a server writes while it is made."""
    filler = disk / "filler"
    with filler.open("wb") as file, suppress(OSError):
        file.write(bytes(max(0, shutil.disk_usage(disk).free - left)))
    return filler


@short_and_long("rounds", 1, 20)
def test_the_disk_fills_up(tmp_path, install, figures, rounds):
    """Below 5 % nothing is taken, with a sentence; reading goes on; with room all goes on."""
    back = []
    with small_disk(tmp_path / "disk", "48m") as disk:
        settings = Settings(f"sqlite:///{disk / 'sipas.db'}", disk, tmp_path / "secret")
        installed = install(settings, tmp_path)
        with installed.server() as server, installed.crowd(server) as crowd:
            for _ in range(rounds):
                crowd.more(40)
                filler = fill(disk, 200_000)
                assert space(settings).full
                crowd.settle()
                before = len(crowd.acks)
                crowd.unheard(40)
                assert len(crowd.acks) == before
                assert server.status("/") == 200
                filler.unlink()
                back.append(crowd.back(time.monotonic()))
        assert set(crowd.statuses) == {200, 503}
        figures("disk full", installed.kind, installed.verdict(), rounds=rounds, back=back,
                note=f"{crowd.statuses[503]} told to come back")  # fmt: skip


@short_and_long("calls", 30, 2000)
def test_the_disk_is_full_in_the_middle_of_writing(embedded, figures, calls):
    """Every write from some moment on finds no room, until there is room again."""
    with embedded.server() as server, embedded.crowd(server) as crowd:
        crowd.more(20)
        faults = [f"{call}:error=ENOSPC:when=5+" for call in ("pwrite64", "pwritev", "write")]
        with injected(embedded.folder / "calls", [server.worker()], faults[0]):
            crowd.unheard(calls)
        back = [crowd.back(time.monotonic())]
        crowd.more(20)
    assert set(crowd.statuses) == {200, 503}
    figures("no room in the middle of a write", embedded.kind, embedded.verdict(), back=back,
            note=f"{crowd.statuses[503]} told to come back")  # fmt: skip


def syncing(installed: Installation, server, cluster) -> list[int]:
    """The processes that flush commits to the disk."""
    return [server.worker()] if installed.settings.is_sqlite else cluster.family()


@short_and_long("many", 30, 600)
def test_a_slow_disk(installed, figures, request, many):
    """No answer is faster than the flush that it waits for; a flush carries many answers."""
    cluster = None if installed.settings.is_sqlite else request.getfixturevalue("cluster")
    slow = [f"{call}:delay_enter={int(SLOW * 1e6)}" for call in SYNCS]
    with installed.server("--threads", "16") as server, installed.crowd(server, 16) as crowd:
        crowd.more(20)
        with injected(installed.folder / "calls", syncing(installed, server, cluster), *slow):
            crowd.settle()
            start, since = len(crowd.acks), time.monotonic()
            crowd.more(many)
            pace = (len(crowd.acks) - start) / (time.monotonic() - since)
            acks = [ack for ack in crowd.acks[start:] if ack.began > since]
    assert min(ack.ended - ack.began for ack in acks) >= SLOW
    figures(
        "slow disk, 300 ms a flush", installed.kind, installed.verdict(), crowd=crowd,
        note=f"{pace:.0f} answers a second; none sooner than {SLOW:.1f} s",
    )  # fmt: skip


@short_and_long("errors", 3, 60)
def test_a_flush_that_fails(embedded, figures, errors):
    """What could not be flushed is not acknowledged; afterwards all goes on without a restart."""
    failing = [f"{call}:error=EIO:when=3..{errors + 2}" for call in SYNCS]
    with embedded.server() as server, embedded.crowd(server) as crowd:
        crowd.more(20)
        calls = embedded.folder / "calls"
        with injected(calls, [server.worker()], *failing):
            crowd.unheard(1)
            back = [crowd.back(time.monotonic())]
            crowd.more(40)
        failed = calls.read_text().count("EIO")
    assert failed and set(crowd.statuses) == {200, 503}
    figures("flush fails", embedded.kind, embedded.verdict(), rounds=failed, back=back,
            note=f"{crowd.statuses[503]} told to come back")  # fmt: skip


@pytest.mark.parametrize("free", [0.2, 0.1, 0.01])
def test_the_share_of_a_disk_that_is_free_is_an_alarm_and_then_an_end(tmp_path, free):
    with small_disk(tmp_path / "disk", "20m") as disk:
        settings = Settings(f"sqlite:///{disk / 'sipas.db'}", disk, tmp_path / "secret")
        fill(disk, int(20 * 2**20 * free))
        found = space(settings)
        assert (found.alarm, found.full) == (free < 0.15, free < 0.05)


def test_a_full_disk_is_told_in_a_sentence(tmp_path, install):
    with small_disk(tmp_path / "disk", "24m") as disk:
        settings = Settings(f"sqlite:///{disk / 'sipas.db'}", disk, tmp_path / "secret")
        installed = install(settings, tmp_path)
        with installed.server() as server:
            filler = fill(disk, 100_000)
            line = Line(server.host, server.port)
            answer = line.raw(b"[" + item(1).body + b"]")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert "sắp đầy" in json.loads(answer.text)["message"]
            filler.unlink()
            assert line.send(item(1)).state == "stored"
            line.close()
