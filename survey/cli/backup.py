"""sipas backup: the database, the secret, own indicators, drafts and manifests in one file."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from questionnaires.indicators import FILE
from survey.calendar import clock
from survey.cli.common import installation
from survey.database import Database
from survey.database.copies import copy_into
from survey.database.migrate import current
from survey.errors import SurveyError
from survey.fieldwork.drafts import copy_drafts
from survey.fieldwork.measured import own_file
from survey.respond.snapshot import sha256_of
from survey.staff.audit import record

VERSION = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "sipas.db", "postgresql": "sipas.dump"}
SECRET = "secret"
DRAFTS = "questionnaires"


class ProgramMissing(SurveyError):
    """A program of PostgreSQL is not installed on this machine."""

    title = "A program is missing"


class ProgramFailed(SurveyError):
    """A program of PostgreSQL ended with an error."""

    title = "A program failed"


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Copy the database, the secret and drafts of questionnaires into FILE (tar, mode 0600).

    Submissions go on meanwhile. FILE holds intake, staff and the secret: keep it locked away and
    not for long, since two backups together show what came between them.
    """
    if file.exists():
        raise click.UsageError(f"{file} exists already; choose another name")
    with installation() as database:
        files = write_backup(database, file, now=clock())
        with database.write() as session:
            record(session, actor="command", act="backup", object="installation", now=clock())
    size = file.stat().st_size
    click.echo(f"{file}: {files} files, {size / 1e6:.1f} MB")


def write_backup(database: Database, file: Path, *, now: datetime) -> int:
    """Write the tar, whole or not at all; its number of files. Raises ProgramMissing."""
    kind = database.engine.dialect.name
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as name:
        folder = Path(name)
        if kind == "sqlite":
            copy_into(database, folder / DATABASES[kind])
        else:
            dump(database, folder / DATABASES[kind])
        (folder / SECRET).write_bytes(database.settings.secret() + b"\n")
        copy_drafts(database.settings.data, folder / DRAFTS)
        if own_file(database.settings.data).is_file():
            shutil.copyfile(own_file(database.settings.data), folder / FILE)
        for manifest in (database.settings.data / "snapshots").rglob("*.json"):
            kept = folder / manifest.relative_to(database.settings.data)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(manifest, kept)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        told = {
            "version": VERSION,
            "made_at": now.isoformat(timespec="seconds"),
            "database": kind,
            "schema": current(database),
            "files": {str(path.relative_to(folder)): sha256_of(path) for path in files},
        }
        (folder / MANIFEST).write_text(json.dumps(told, indent=1))
        _pack(folder, [folder / MANIFEST, *files], file)
    return len(files)


def _pack(folder: Path, files: list[Path], target: Path) -> None:
    making = folder / "backup.tar"
    os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with making.open("wb") as raw:
        with tarfile.open(fileobj=raw, mode="w") as tar:
            for path in files:
                tar.add(path, str(path.relative_to(folder)))
        raw.flush()
        os.fsync(raw.fileno())
    making.replace(target)


def dump(database: Database, path: Path) -> None:
    """PostgreSQL's own dump in its custom format, of one moment. Raises ProgramMissing."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    run_program(database, "pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def run_program(database: Database, program: str, *arguments: str, connect: bool = True) -> None:
    """A program of PostgreSQL, on the installation's database when it is to connect.

    The password stays off the list of processes. Raises ProgramMissing; ProgramFailed with the
    program's own words.
    """
    found = shutil.which(program)
    if found is None:
        raise ProgramMissing(f"{program} is not here: install Debian's package postgresql-client")
    url = make_url(database.settings.database)
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    where = url.set(drivername="postgresql", password=None).render_as_string()
    whole = [found, *([f"--dbname={where}"] if connect else []), *arguments]
    done = subprocess.run(whole, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ProgramFailed(f"{program}: {done.stderr.strip()[:400]}")
