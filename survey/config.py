"""Settings of an installation. The definition here is the documentation: see docs/operations.md."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
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
    Setting(
        "SIPAS_HOOK_NETWORKS",
        "none",
        "Private networks that webhooks may reach, with commas: 10.20.0.0/16, fd00::/8",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What an installation is told by its environment."""

    database: str
    data: Path
    secret_file: Path
    hook_networks: tuple[IPv4Network | IPv6Network, ...] = ()

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
    """Settings read from `environment`. Raises SettingError for what cannot be used."""
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
    networks = _networks(environment.get("SIPAS_HOOK_NETWORKS") or "")
    return Settings(database=database, data=data, secret_file=secret_file, hook_networks=networks)


def _networks(written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in written.split(",") if one.strip())
    except ValueError as error:
        raise SettingError(f"SIPAS_HOOK_NETWORKS: {error}") from error
