"""What every command needs: the installation's database, opened and closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DataError, OperationalError

from survey import tables
from survey.config import settings
from survey.database import Database
from survey.database.migrate import current, head
from survey.errors import SurveyError


class NotMigrated(SurveyError):
    """The database is older than the code."""

    title = "The database is not up to date"


class DatabaseFailed(SurveyError):
    """The database cannot be reached, its file is none, or it refuses a value."""

    status = 503
    title = "The database cannot be used"


@contextmanager
def installation(*, migrated: bool = True) -> Iterator[Database]:
    """The database of the environment's settings.

    Raises NotMigrated, unless told otherwise; DatabaseFailed, also while it is in use.
    """
    database = Database(settings())
    try:
        if migrated and (at := current(database)) != head():
            raise NotMigrated(
                f"it is at {at or 'nothing'}, this release needs {head()} with its "
                f"{len(tables.METADATA.tables)} tables: run 'sipas migrate'"
            )
        yield database
    except DatabaseError as error:
        if isinstance(error, OperationalError | DataError) or type(error) is DatabaseError:
            raise DatabaseFailed(str(error.orig).partition("\n")[0]) from error
        raise
    finally:
        database.close()
