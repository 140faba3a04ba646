"""A copy of the embedded database as it is at one moment, made while others write."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from survey.database.engine import Database

PREFIX = "copy-"
LONGEST_READ = timedelta(days=1)


def copy_into(database: Database, path: Path) -> None:
    """Write a whole, compact copy of the embedded database to `path`, which must not exist.

    `VACUUM INTO` reads one state under the write-ahead log: writers go on. (The backup interface
    begins again at each write and may never end.) The file is readable by its owner alone.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise ConnectionError("the pool gave no connection")
        driver.execute("VACUUM INTO ?", (str(path),))
    with path.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def reading_copy(database: Database) -> Iterator[Path]:
    """The path of such a copy below the data folder, removed at the end."""
    database.settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=database.settings.data) as folder:
        path = Path(folder) / "sipas.db"
        copy_into(database, path)
        yield path


def forget_copies(database: Database, *, now: datetime) -> int:
    """Delete copies whose reader was killed before it could: they hold what release has erased."""
    left = [
        folder
        for folder in database.settings.data.glob(f"{PREFIX}*")
        if now.timestamp() - folder.stat().st_mtime > LONGEST_READ.total_seconds()
    ]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)
