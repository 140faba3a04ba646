"""Installations for faults: furnished with a round, on either database, and served for real."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from survey.calendar import clock
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from tests.conftest import settings_for
from tests.faults.checker import Verdict, examine
from tests.faults.citizens import furnish
from tests.faults.crowd import Crowd
from tests.faults.history import History
from tests.faults.proxy import Proxy
from tests.faults.serving import Server
from tests.faults.table import figures

__all__ = ["figures"]


@dataclass
class Installation:
    """A furnished database, its server and the history of its clients."""

    settings: Settings
    folder: Path
    furnished: bool = False
    _server: Server | None = None

    def __post_init__(self) -> None:
        self.history = History(self.folder / "history.csv")
        if self.furnished:
            return
        with self.database() as database:
            upgrade(database)
            furnish(database)

    @property
    def kind(self) -> str:
        return "SQLite" if self.settings.is_sqlite else "PostgreSQL"

    @contextmanager
    def database(self) -> Iterator[Database]:
        opened = Database(self.settings)
        try:
            yield opened
        finally:
            opened.close()

    def server(self, *arguments: str, **more) -> Server:
        return Server(self.settings, self.folder / "server.log", *arguments, **more)

    @property
    def running(self) -> Server:
        """The server of a `served` installation."""
        assert self._server is not None
        return self._server

    def crowd(self, server: Server | Proxy, clients: int = 8, **more) -> Crowd:
        return Crowd(server.host, server.port, self.history, clients, **more)

    def verdict(self, *others: Path, now: datetime | None = None) -> Verdict:
        with self.database() as database:
            return examine(database, self.history.path, *others, now=now or clock())


Install = Callable[[Settings, Path], Installation]


@pytest.fixture
def install() -> Iterator[Install]:
    """install(settings, folder) furnishes an installation."""
    with ExitStack() as stack:

        def make(settings: Settings, folder: Path) -> Installation:
            made = Installation(settings, folder)
            stack.callback(made.history.__exit__)
            return made

        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request, tmp_path, install) -> Installation:
    """On both databases."""
    return install(settings_for(request.param, tmp_path, request), tmp_path)


@pytest.fixture
def embedded(request, tmp_path, install) -> Installation:
    return install(settings_for("sqlite", tmp_path, request), tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory) -> Iterator[Installation]:
    """On both databases, with a server that the tests of a module share."""
    folder = tmp_path_factory.mktemp("served")
    made = Installation(settings_for(request.param, folder, request), folder)
    with made.history, made.server() as made._server:
        yield made


def short_and_long(name: str, short: object, long: object) -> pytest.MarkDecorator:
    """The argument `name`: small in every run, large in ./test faults."""
    cases = [
        pytest.param(short, id="short"),
        pytest.param(long, id="long", marks=pytest.mark.faults),
    ]
    return pytest.mark.parametrize(name, cases)
