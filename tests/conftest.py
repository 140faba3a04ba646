"""Real parts for every test: an empty folder, SQLite or PostgreSQL, the application."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from survey.app import create_app
from survey.config import Settings
from survey.database import Database
from tests.postgres import Cluster
from tests.sparing import (
    CHEAP,
    Empties,
    compile_once,
    hashing,
    know_addresses,
    made_once,
    migrate_file,
    shared_folder,
)

pytest_plugins = ["tests.faults.table"]

# No test depends on a clock, those of generated examples included.
settings.register_profile(
    "sipas",
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sipas")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage is a sixth of the work."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """What is left at the end is looked through after all: else libraries call it a leak."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own, stopped at the end."""
    with Cluster() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def sparing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Templates are compiled once, and hashes are cheap where they are not what is tested."""
    compile_once(shared_folder(tmp_path_factory) / "templates")
    know_addresses()
    with hashing(CHEAP):
        yield


@pytest.fixture
def real_hashes() -> Iterator[None]:
    """Passwords and codes of cases cost in this test what they cost in use."""
    with hashing(None):
        yield


def settings_for(kind: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a database that is not there yet, or has no tables."""
    url = f"sqlite:///{folder / 'sipas.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("cluster").new_database()
    return Settings(database=url, data=folder, secret_file=folder / "secret")


@pytest.fixture(scope="session")
def empties(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Empties:
    """Gives settings of empty, migrated databases."""
    file = made_once(tmp_path_factory, "empty.db", migrate_file)
    return Empties(file, lambda: request.getfixturevalue("cluster"))


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path, empties: Empties) -> Iterator[Database]:
    """An empty, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    yield from _opened(empties, request.param, tmp_path)


@pytest.fixture
def kept(tmp_path: Path, empties: Empties) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    yield from _opened(empties, "sqlite", tmp_path)


def _opened(empties: Empties, kind: str, folder: Path) -> Iterator[Database]:
    chosen = empties.settings(kind, folder)
    database = Database(chosen)
    yield database
    database.close()
    if kind == "postgresql":
        empties.drop(chosen)


@pytest.fixture
def app(kept: Database) -> Iterator[Flask]:
    """The application on an empty SQLite database (`kept`)."""
    made = create_app(kept.settings)
    made.config["TESTING"] = True
    yield made
    made.extensions["sipas.database"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
