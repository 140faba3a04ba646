"""Whether a commit stays: SQLite is told so by our own engine, PostgreSQL is asked."""

from sqlalchemy import text

from survey.database.engine import Database
from survey.errors import SurveyError

NEEDED = ("fsync", "full_page_writes", "synchronous_commit")


class NotDurable(SurveyError):
    """The database may forget what it has committed."""

    status = 500
    title = "The database is not set to keep what it commits"


def loose_settings(database: Database) -> list[str]:
    """A sentence for each setting under which a power cut could lose acknowledged answers."""
    with database.read() as session:
        if database.is_sqlite:
            kept = (session.scalar(text("PRAGMA synchronous")) or 0) >= 2  # FULL
            return [] if kept else ["PRAGMA synchronous is less than FULL"]
        found = {name: session.scalar(text(f"SHOW {name}")) for name in NEEDED}
    return [f"{name} is off: set it to on" for name, value in found.items() if value == "off"]


def refuse_loose(database: Database) -> None:
    """Raises NotDurable: nobody is told that an answer is kept where it may be lost."""
    loose = loose_settings(database)
    if loose:
        raise NotDurable("; ".join(loose))
