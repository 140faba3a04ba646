"""A real `sipas serve`, started and ended by its process id."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from survey.config import Settings
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120.0  # seconds after which waiting for a state is given up
GLANCE = 0.02  # between two looks at a state


def until(state, what: str, patience: float = PATIENCE):
    """The first true value of state(). Raises AssertionError after `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := state():
            return found
        time.sleep(GLANCE)
    raise AssertionError(f"waited {patience:.0f} s for {what}")


class Server:
    """`sipas serve` on one installation; the same port each time it is started."""

    def __init__(
        self,
        settings: Settings,
        log: Path,
        *arguments: str,
        host: str = "127.0.0.1",
        **environment: str,
    ) -> None:
        self.host, self.port = host, free_port()
        self.log = log
        self._command = [sys.executable, "-c", "from survey.cli import cli; cli()"]
        self._command += ["serve", "--host", host, "--port", str(self.port), *arguments]
        self._environment = {
            **os.environ,
            "SIPAS_DATABASE": settings.database,
            "SIPAS_DATA": str(settings.data),
            "SIPAS_SECRET_FILE": str(settings.secret_file),
            **environment,
        }
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def start(self) -> None:
        """Started and ready, or AssertionError with what it said."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(self._ready, "the server to be ready")

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return self.status("/readyz") == 200

    def status(self, path: str, timeout: float = 5) -> int:
        """The status of an answer; 0 when there is none."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    @property
    def process(self) -> subprocess.Popen:
        assert self._process is not None
        return self._process

    def family(self) -> list[int]:
        """The ids of the command and of what it started, itself first."""
        return list(_family(self.process.pid))

    def worker(self) -> int:
        """The id of the process that answers requests: the one that listens."""
        return until(lambda: next(self._listeners(), 0), "a worker")

    def _listeners(self) -> Iterator[int]:
        for pid in self.family()[1:]:
            words = _words(pid)
            if b"spawn_main" in words:
                yield pid

    def kill(self) -> None:
        """The whole group, as an outage would: nothing is told and nothing finished."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_worker(self) -> None:
        os.kill(self.worker(), signal.SIGKILL)

    def freeze(self) -> None:
        """Every thread of every process stands still."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        until(lambda: all(_state(pid) in "TZ" for pid in self.family()), "it to stand still")

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
