"""Real parts for every test: an empty folder, SQLite or PostgreSQL, the application."""

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
from survey.database.migrate import upgrade
from tests.postgres import Cluster

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


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own, stopped at the end."""
    with Cluster() as server:
        yield server


def settings_for(kind: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    url = f"sqlite:///{folder / 'sipas.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("cluster").new_database()
    return Settings(database=url, data=folder, secret_file=folder / "secret")


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    yield from _migrated(settings_for(request.param, tmp_path, request))


@pytest.fixture
def kept(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    yield from _migrated(settings_for("sqlite", tmp_path, request))


def _migrated(chosen: Settings) -> Iterator[Database]:
    database = Database(chosen)
    upgrade(database)
    yield database
    database.close()


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
