"""How much room the disk has: an alarm while there is time, and no writing before it is full.

A database whose disk is full can neither shrink nor be tidied, so the last of it is left to whoever
comes to make room.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from survey.config import Settings
from survey.errors import DatabaseUnreachable

GB = 10**9
ALARM, ALARM_BYTES = 0.15, 20 * GB  # below both
LAST, LAST_BYTES = 0.05, 5 * GB


class DiskAlmostFull(DatabaseUnreachable):
    title = _l("Nothing can be stored for the moment")
    remedy = _l(
        "The disk of this installation is almost full. What you sent was not stored: keep it and "
        "send it again later. The administrator must free space; reading goes on meanwhile."
    )


@dataclass(frozen=True)
class Space:
    """Bytes of a disk. alarm: somebody must make room; full: nothing may be written any more."""

    folder: Path
    free: int
    total: int

    @property
    def share(self) -> float:
        return self.free / self.total

    @property
    def alarm(self) -> bool:
        return self.free < min(ALARM * self.total, ALARM_BYTES)

    @property
    def full(self) -> bool:
        return self.free < min(LAST * self.total, LAST_BYTES)


def space(settings: Settings) -> Space:
    """The disk of the embedded database, or of the data folder beside PostgreSQL."""
    folder = settings.data
    if settings.is_sqlite:
        folder = Path(settings.database.removeprefix("sqlite:///")).parent
    folder.mkdir(parents=True, exist_ok=True)
    use = shutil.disk_usage(folder)
    return Space(folder, use.free, use.total)


def refuse_when_full(settings: Settings) -> None:
    """Raises DiskAlmostFull; PostgreSQL watches over its own disk."""
    if settings.is_sqlite and space(settings).full:
        raise DiskAlmostFull
