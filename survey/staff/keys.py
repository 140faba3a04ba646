"""Keys of the installation whose database a session is of."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.crypto import derive


def key(session: Session, purpose: str) -> bytes:
    """The installation's key for `purpose` alone. Raises SettingError for a secret too short."""
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        engine = engine.engine
    settings: Settings = engine.get_execution_options()["settings"]
    return derive(settings.secret(), purpose)
