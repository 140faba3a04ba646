"""A disk whose power can be cut: it keeps what it was given, not what only memory held.

The file of a loop device is the disk. What a program wrote and nobody flushed is in the memory of
the system alone, so that a copy of the file is what would be left at that instant.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey.config import Settings
from tests.faults.conftest import Installation
from tests.faults.table import not_run

UNHURRIED = "commit=600"  # seconds after which the system flushes what nobody asked for


@dataclass(frozen=True)
class Disk:
    """image: the file that is the disk; folder: where it is mounted."""

    image: Path
    folder: Path

    def settings(self, secret: Path) -> Settings:
        return Settings(f"sqlite:///{self.folder / 'sipas.db'}", self.folder, secret)


@contextmanager
def disk_of_its_own(folder: Path, size: str = "64M") -> Iterator[Disk]:
    """A new disk; not_run where nothing may be mounted."""
    folder.mkdir()
    image = folder / "disk"
    _run("truncate", "-s", size, str(image))
    _run("mkfs.ext4", "-q", "-F", str(image))
    with _mounted(image, folder / "mounted") as disk:
        yield disk


@contextmanager
def power_cut(installed: Installation, disk: Disk, folder: Path) -> Iterator[Installation]:
    """What would be on the disk now, and the history so far, as an installation of its own."""
    folder.mkdir()
    image, sent = folder / "disk", folder / "history.csv"
    shutil.copyfile(disk.image, image)
    shutil.copyfile(installed.history.path, sent)
    with ExitStack() as stack:
        left = stack.enter_context(_mounted(image, folder / "mounted"))
        settings = left.settings(installed.settings.secret_file)
        found = Installation(settings, folder, furnished=True)
        stack.callback(found.history.__exit__)
        yield found
    shutil.rmtree(folder)


@contextmanager
def _mounted(image: Path, folder: Path) -> Iterator[Disk]:
    folder.mkdir()
    _run("mount", "-o", f"loop,{UNHURRIED}", str(image), str(folder))
    try:
        yield Disk(image, folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        not_run(f"{words[0]}: {getattr(error, 'stderr', '') or error}".strip())
