"""A PostgreSQL server for the tests, started by them as the user postgres."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _title(pid: int) -> bytes:
    """What a process says of itself; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Cluster:
    """Started on entering, stopped on leaving. `new_database()` gives the URL of a new one.

    Its settings are PostgreSQL's own, so that what it commits is kept: `sipas serve` asks for that.
    """

    def __init__(self) -> None:
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[4]))
        if not versions:
            raise RuntimeError("PostgreSQL is not installed: run ./test, which installs it")
        self._bin = versions[-1]
        self._numbers = count(1)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            **self._who,
        )

    def __enter__(self) -> "Cluster":
        self._folder = tempfile.mkdtemp(prefix="sipas-pg.")
        self._who: dict = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._port = free_port()
        data = f"{self._folder}/data"
        self._run("initdb", "-D", data, "-U", "sipas", "-A", "trust", "-E", "UTF8", "-N",
                  "--locale=C.UTF-8")  # fmt: skip
        self.start()
        return self

    def start(self, *more: str) -> None:
        """Start, and recover what a killed one left; more: settings as name=value."""
        options = [
            f"-c listen_addresses=127.0.0.1 -p {self._port} -k {self._folder}",
            *(f"-c {setting}" for setting in ("max_connections=200", *more)),
        ]
        self._run(
            "pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log",
            "-o", " ".join(options), "start",
        )  # fmt: skip

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", how, "stop")

    def postmaster(self) -> int:
        """The id of its first process."""
        return int(Path(f"{self._folder}/data/postmaster.pid").read_text().split()[0])

    def family(self) -> list[int]:
        """The ids of all its processes, the first first."""
        first = self.postmaster()
        children: list[int] = []
        for file in Path(f"/proc/{first}/task").glob("*/children"):
            children += map(int, file.read_text().split())
        return [first, *children]

    def backends(self) -> list[int]:
        """The ids of those that serve a connection."""
        return [pid for pid in self.family()[1:] if b"127.0.0.1(" in _title(pid)]

    def answers(self) -> bool:
        ask = [self._bin / "pg_isready", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(ask, capture_output=True).returncode == 0

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://sipas@127.0.0.1:{self._port}/{name}"

    def new_database(self, template: str = "template1") -> str:
        """The URL of a copy of `template`, by default without tables."""
        name = f"sipas{next(self._numbers)}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "sipas",
                  "-T", template, name)  # fmt: skip
        return self.url(name)

    def drop(self, url: str) -> None:
        """Delete a database that `new_database` made, whoever is still connected to it."""
        self._run("dropdb", "-f", "-h", "127.0.0.1", "-p", str(self._port), "-U", "sipas",
                  url.rpartition("/")[2])  # fmt: skip

    def __exit__(self, *_: object) -> None:
        self.stop("fast")  # gives back its shared memory
        shutil.rmtree(self._folder, ignore_errors=True)
