"""sipas restore: a backup takes the place of the database; what stood there is kept beside."""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import click
from sqlalchemy import inspect, select

from questionnaires.indicators import FILE
from survey.calendar import clock
from survey.cli.backup import DATABASES, DRAFTS, MANIFEST, SECRET, VERSION, dump, run_program
from survey.cli.common import installation
from survey.database import Database
from survey.database.migrate import revisions, upgrade
from survey.errors import InputFault
from survey.fieldwork.measured import own_file
from survey.fieldwork.tables import Snapshot
from survey.jobs import in_use
from survey.respond.snapshot import sha256_of
from survey.staff.audit import record

BEFORE = ".before"
EMPTY = (
    "DO $$ DECLARE name text; BEGIN "
    "FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP "
    "EXECUTE format('DROP TABLE %I CASCADE', name); END LOOP; END $$"
)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace what is there; it is kept as .before")
def command(file: Path, yes: bool) -> None:
    """Put the backup FILE in the place of the database, the secret and drafts of questionnaires.

    Every hash is checked first. Stop 'sipas serve' before.
    """
    with _unpacked(file) as (folder, manifest), installation(migrated=False) as database:
        kind = database.engine.dialect.name
        if manifest["database"] != kind:
            raise InputFault(
                [f"{file.name} is of {manifest['database']}, SIPAS_DATABASE is {kind}"]
            )
        if _holds_anything(database) and not yes:
            raise click.UsageError("there is a database already; --yes replaces it")
        with in_use(database):
            if kind == "sqlite":
                _replace_file(database, folder / DATABASES[kind])
            else:
                _replace_content(database, folder / DATABASES[kind])
            _replace_kept(database.settings.secret_file, folder / SECRET)
            if (folder / FILE).is_file():
                _replace_kept(own_file(database.settings.data), folder / FILE)
            _replace_drafts(database.settings.data / DRAFTS, folder / DRAFTS)
            missing = _settle(database)
    click.echo(f"Restored {file.name}, made {manifest['made_at']}.")
    if missing:
        click.echo(f"{missing} snapshots are to be made again: run 'sipas snapshot'.")


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file of the backup into `folder`, and nowhere else. Raises TarError."""
    parts = PurePosixPath(member.name).parts
    content = tar.extractfile(member) if member.isfile() else None
    if content is None or not parts or parts[0] == "/" or ".." in parts:
        raise tarfile.TarError(f"{member.name} has no place in a backup")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folder with the backup's files, all as the manifest says. Raises InputFault."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=file.absolute().parent) as name:
        folder = Path(name)
        try:
            with tarfile.open(file) as tar:
                for member in tar.getmembers():
                    _take_out(tar, member, folder)
            manifest = json.loads((folder / MANIFEST).read_text())
        except (tarfile.TarError, OSError, EOFError, ValueError) as error:
            raise InputFault([f"{file.name} is no whole backup: {error}"]) from error
        if manifest.get("version") != VERSION:
            raise InputFault([f"{file.name}: version {manifest.get('version')} is not known"])
        if manifest["schema"] not in revisions():
            raise InputFault([f"{file.name} is of a newer release: schema {manifest['schema']}"])
        faults = [
            f"{name} is missing or altered"
            for name, digest in manifest["files"].items()
            if not (folder / name).is_file() or sha256_of(folder / name) != digest
        ]
        if faults:
            raise InputFault(faults)
        yield folder, manifest


def _file_of(database: Database) -> Path:
    return Path(database.settings.database.removeprefix("sqlite:///"))


def _holds_anything(database: Database) -> bool:
    """The embedded file may be damaged, which is why it is not opened."""
    if database.is_sqlite:
        return _file_of(database).exists()
    return bool(inspect(database.engine).get_table_names())


def _replace_file(database: Database, copy: Path) -> None:
    """The new file takes the old one's place; the old one with its log stays beside."""
    database.engine.dispose()
    path = _file_of(database)
    before = path.with_name(path.name + BEFORE)
    for ending in ("", "-wal", "-shm"):
        Path(f"{before}{ending}").unlink(missing_ok=True)
        if Path(f"{path}{ending}").exists():
            Path(f"{path}{ending}").replace(f"{before}{ending}")
    _place(copy, path)


def _replace_content(database: Database, copy: Path) -> None:
    """PostgreSQL: what is there is dumped beside, then everything is replaced or nothing."""
    if _holds_anything(database):
        database.settings.data.mkdir(parents=True, exist_ok=True)
        before = database.settings.data / (DATABASES["postgresql"] + BEFORE)
        before.unlink(missing_ok=True)
        dump(database, before)
    database.engine.dispose()
    script = copy.with_suffix(".sql")
    run_program(database, "pg_restore", "--no-owner", f"--file={script}", str(copy), connect=False)
    run_program(
        database, "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        f"--command={EMPTY}", f"--file={script}",
    )  # fmt: skip


def _replace_kept(target: Path, copy: Path) -> None:
    """A copy in the place of a file, which stays beside."""
    if target.exists():
        target.replace(target.with_name(target.name + BEFORE))
    _place(copy, target)


def _replace_drafts(target: Path, copy: Path) -> None:
    """The drafts of the backup take the place of those here, which stay beside; a backup without
    any takes none away."""
    if not copy.is_dir():
        return
    before = target.with_name(target.name + BEFORE)
    if before.exists():
        shutil.rmtree(before)
    if target.exists():
        target.replace(before)
    shutil.copytree(copy, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _place(copy: Path, target: Path) -> None:
    """A copy for its owner alone, renamed into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_name(target.name + ".making")
    making.unlink(missing_ok=True)
    making.touch(mode=0o600)
    making.write_bytes(copy.read_bytes())
    making.replace(target)


def _settle(database: Database) -> int:
    """Bring an older backup to this release, forget snapshots without a file; their number."""
    upgrade(database)
    with database.write() as session:
        gone = [
            row
            for row in session.scalars(select(Snapshot))
            if not (database.settings.data / row.path).is_file()
        ]
        for row in gone:
            session.delete(row)
        record(session, actor="command", act="restore", object="installation", now=clock())
    return len(gone)
