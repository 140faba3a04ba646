"""The schema moves by numbered migrations, the same on both databases."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from survey.database.engine import Database
from survey.errors import SurveyError

INDEXES_OF_WORDS = "feedback_search"  # a table, and on SQLite some more that begin so
FOLDER = Path(__file__).parent / "migrations"


class SchemaUnknown(SurveyError):
    """The database was made by a newer release than this one."""

    status = 409
    title = "The database is of a newer release"


def _config(connection: Connection | None = None, metadata: MetaData | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    config.attributes["include_name"] = _is_modelled
    return config


def head() -> str:
    """The newest revision that the code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revisions() -> set[str]:
    """Every revision that the code knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(database: Database) -> str:
    """The revision that the database is at; empty for an empty database."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`. Raises SchemaUnknown."""
    at = current(database)
    if at and at not in revisions():
        raise SchemaUnknown(f"it is at {at}, this release knows {', '.join(sorted(revisions()))}")
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the database back to `revision`; `base` empties it."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def differences(database: Database, metadata: MetaData) -> list[object]:
    """What migrations and models do not agree on; empty when they do."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_modelled}
        )
        return list(compare_metadata(context, metadata))


def _is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a model should say the same: an index of words is each database's own matter."""
    return kind != "table" or not (name or "").startswith(INDEXES_OF_WORDS)


def write_revision(database: Database, metadata: MetaData, message: str) -> None:
    """Write the migration that makes the database equal to the models."""
    with database.engine.begin() as connection:
        command.revision(_config(connection, metadata), message, autogenerate=True)
