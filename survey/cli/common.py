"""What every command needs: the installation's database, opened and closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from survey import tables
from survey.config import settings
from survey.database import Database
from survey.database.migrate import current, head
from survey.errors import SurveyError


class NotMigrated(SurveyError):
    """The database is older than the code."""

    title = "The database is not up to date"


@contextmanager
def installation(*, migrated: bool = True) -> Iterator[Database]:
    """The database of the environment's settings. Raises NotMigrated, unless told otherwise."""
    database = Database(settings())
    try:
        if migrated and current(database) != head():
            raise NotMigrated(f"{len(tables.METADATA.tables)} tables expected: run 'sipas migrate'")
        yield database
    finally:
        database.close()
