"""Settings of an installation. The definition here is the documentation: see docs/operations.md."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.errors import SettingError


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what stands in for it, and what it is for."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "SIPAS_DATABASE",
        "sqlite:///<SIPAS_DATA>/sipas.db",
        "Address of the database: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
    ),
    Setting("SIPAS_DATA", "var", "Folder for the embedded database, snapshots and drafts"),
    Setting(
        "SIPAS_SECRET_FILE",
        "<SIPAS_DATA>/secret",
        "File (mode 0600) with the installation's secret; made on first use",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What an installation is told by its environment."""

    database: str
    data: Path
    secret_file: Path

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    def secret(self) -> bytes:
        """The installation's secret, made on first use. Raises SettingError when too short."""
        if not self.secret_file.exists():
            self.secret_file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
        secret = self.secret_file.read_bytes().strip()
        if len(secret) < 32:
            raise SettingError(f"{self.secret_file} is shorter than 32 characters; remove it")
        return secret


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings read from `environment`. Raises SettingError for an unknown kind of database."""
    data = Path(environment.get("SIPAS_DATA") or "var").absolute()
    database = environment.get("SIPAS_DATABASE") or f"sqlite:///{data / 'sipas.db'}"
    if database.startswith(("postgresql://", "postgres://")):
        database = "postgresql+psycopg://" + database.split("://", 1)[1]
    if not database.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "SIPAS_DATABASE must start with sqlite:/// or postgresql+psycopg://, "
            f"not {database.split(':')[0]}:"
        )
    secret_file = Path(environment.get("SIPAS_SECRET_FILE") or data / "secret").absolute()
    return Settings(database=database, data=data, secret_file=secret_file)
