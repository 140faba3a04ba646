"""The database: one engine, sessions that read, sessions that write, and the one writer."""

from survey.database.base import INSERT, Base, Moment
from survey.database.engine import Database, database, reading, writing

__all__ = ["INSERT", "Base", "Database", "Moment", "database", "reading", "writing"]
