"""What makes tests cheap without changing what they show.

- An empty database is a copy of one that the migrations made once. That they make it from nothing,
  and go back to nothing, is a test of its own: tests/database/test_writer.py.
- A template is compiled once in a run, and what makes an address once in a process, not once for
  each application that a test makes.
- Passwords and codes of cases are hashed with the least work; what tests hashing itself asks for
  the fixture `real_hashes`. Nothing of this is a setting of the application.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.feedback import proving
from survey.staff import passwords
from tests.postgres import Cluster

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # 0.1 ms in place of 40
REAL = {module: module.HASHER for module in (passwords, proving)}


def shared_folder(made: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run have."""
    base = made.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def made_once(made: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """What `make` wrote to the path that it was given, once for all workers."""
    base = shared_folder(made)
    there = base / name
    with (base / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not there.exists():
            making = base / f"{name}.making"
            make(making)
            making.rename(there)
    return there


def migrate_file(path: Path) -> None:
    """Make an empty SQLite database with all tables."""
    folder = path.parent
    database = Database(Settings(f"sqlite:///{path}", folder, folder / "secret"))
    upgrade(database)
    database.close()
    Path(f"{path}.lock").unlink(missing_ok=True)


class Empties:
    """Settings of new, migrated databases without rows, on `sqlite` or `postgresql`."""

    def __init__(self, file: Path, cluster: Callable[[], Cluster]) -> None:
        self._file = file
        self._cluster = cluster
        self._template = ""

    def settings(self, kind: str, folder: Path) -> Settings:
        """Of a database of its own; its other files are in `folder`."""
        if kind == "sqlite":
            path = folder / "sipas.db"
            shutil.copy(self._file, path)  # with its mode
            return Settings(f"sqlite:///{path}", folder, folder / "secret")
        cluster = self._cluster()
        if not self._template:
            first = Settings(cluster.new_database(), folder, folder / "secret")
            database = Database(first)
            upgrade(database)
            database.close()
            self._template = first.database.rpartition("/")[2]
        return Settings(cluster.new_database(self._template), folder, folder / "secret")

    def drop(self, chosen: Settings) -> None:
        """Delete a database on PostgreSQL: hundreds of them would fill the disk."""
        self._cluster().drop(chosen.database)


def compile_once(folder: Path) -> None:
    """Applications made from now on keep their compiled templates in `folder`, by their text."""
    folder.mkdir(exist_ok=True)
    cache = FileSystemBytecodeCache(str(folder))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": cache}


def know_addresses() -> None:
    """Applications share the functions that make addresses: two thirds of the work of making one.

    Werkzeug compiles such a function from a rule's words alone, and binds it to the rule.
    """
    compiled, known = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Callable:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    Rule._compile_builder = once


@contextmanager
def hashing(hasher: PasswordHasher | None) -> Iterator[None]:
    """Passwords and codes are hashed with `hasher`; with None as they are in use."""
    with pytest.MonkeyPatch.context() as patched:
        for module, real in REAL.items():
            patched.setattr(module, "HASHER", hasher or real)
            module._nobody.cache_clear()
        yield
    for module in REAL:
        module._nobody.cache_clear()
