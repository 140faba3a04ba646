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


class Cluster:
    """Started on entering, stopped on leaving. `new_database()` gives the URL of a new one."""

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
        self._folder = tempfile.mkdtemp(prefix="sipas-pg.", dir="/tmp")
        self._who: dict = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._port = free_port()
        data = f"{self._folder}/data"
        self._run("initdb", "-D", data, "-U", "sipas", "-A", "trust", "-E", "UTF8", "-N",
                  "--locale=C.UTF-8")  # fmt: skip
        options = (
            f"-c listen_addresses=127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off "
            "-c max_connections=200"
        )
        self._run("pg_ctl", "-D", data, "-w", "-l", f"{self._folder}/log", "-o", options, "start")
        return self

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://sipas@127.0.0.1:{self._port}/{name}"

    def new_database(self) -> str:
        name = f"sipas{next(self._numbers)}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "sipas", name)
        return self.url(name)

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)
