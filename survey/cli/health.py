"""The checks of `sipas check`, one function each; each yields what it found."""

import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from questionnaires import QuestionnaireError
from survey.cli.finding import Check, Finding
from survey.cli.integrity import durability, integrity
from survey.cli.kiosks import kiosks, sealing_keys
from survey.database import Base, Database
from survey.database.migrate import current, differences, head
from survey.database.space import space
from survey.fieldwork import catalogue
from survey.fieldwork.measured import measured, own_file
from survey.fieldwork.media import frozen, lost
from survey.fieldwork.publishing import PublishedFormError, published, published_names
from survey.fieldwork.tables import FormMedia, PublishedForm, Round, Snapshot, WeightSet
from survey.jobs import JobRun
from survey.respond.snapshot import manifest_of, sha256_of
from survey.respond.tables import Intake, Receipt, Response, ResponseFlag, Weight
from survey.respond.tidy import RECEIPTS
from survey.staff.audit import newest, verify
from survey.tables import METADATA

SQLITE = (3, 51, 3)  # free of the write-ahead log's reset fault
POSTGRESQL = 150_000
LATE = timedelta(days=2)  # jobs run once a day


def look(
    database: Database, *, now: datetime, progress: Callable[[str], object]
) -> Iterator[Finding]:
    """Every check in turn; when the schema is not that of this release, only the first ones."""
    for check in FIRST:
        progress(f"{check.__name__.replace('_', ' ')} …")
        yield from check(database, now)
    if current(database) != head():
        return
    for check in THEN:
        progress(f"{check.__name__.replace('_', ' ')} …")
        yield from check(database, now)


def version(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        if database.is_sqlite:
            told = str(session.scalar(text("SELECT sqlite_version()")))
            ok = tuple(map(int, told.split("."))) >= SQLITE
            wanted = ".".join(map(str, SQLITE))
            yield Finding("version", ok, f"SQLite {told}, {wanted} or later is needed")
        else:
            number = int(session.scalar(text("SHOW server_version_num")) or 0)
            ok = number >= POSTGRESQL
            yield Finding("version", ok, f"PostgreSQL {number // 10_000}, 15 or later is needed")


def schema(database: Database, now: datetime) -> Iterator[Finding]:
    at, wanted = current(database), head()
    if at != wanted:
        yield Finding("schema", False, f"at {at or 'nothing'}, not {wanted}: run 'sipas migrate'")
        return
    found = differences(database, METADATA)
    yield Finding("schema", not found, f"at {at}, {len(found)} differences from this release")


def disk(database: Database, now: datetime) -> Iterator[Finding]:
    found = space(database.settings)
    told = f"{found.free / 1e9:.1f} GB free, {found.share:.0%} of the disk of {found.folder}"
    if found.full and database.is_sqlite:
        told += ": nothing is taken any more until there is room"
    yield Finding("disk", not found.alarm, told)


def secret(database: Database, now: datetime) -> Iterator[Finding]:
    file = database.settings.secret_file
    if not file.exists():
        yield Finding("secret", False, f"{file} is missing: restore it from a backup")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    yield Finding("secret", mode & 0o077 == 0, f"{file} has mode {mode:04o}, 0600 is needed")


def orphans(database: Database, now: datetime) -> Iterator[Finding]:
    """Rows whose other half is gone, beyond what keys say."""
    with database.read() as session:
        known = select(PublishedForm.name)
        unknown = _count(session, Response, Response.version.not_in(known))
        yield Finding("forms", not unknown, f"{unknown} responses to a form that is not published")
        alone = _count(session, Weight, Weight.response_id.not_in(select(Response.id)))
        alone += _count(session, ResponseFlag, ResponseFlag.response_id.not_in(select(Response.id)))
        yield Finding("responses", not alone, f"{alone} weights and flags of no response")
        since = now - RECEIPTS + LATE
        unknown = _count(
            session,
            Intake,
            Intake.received_at > since,
            Intake.id.not_in(select(Receipt.id)),
        )
        yield Finding("receipts", not unknown, f"{unknown} answers without their receipt")
        closed = select(Round.code).where(Round.state == "closed")
        stuck = _count(session, Intake, Intake.round.in_(closed), Intake.received_at < now - LATE)
        told = f"{stuck} answers of closed rounds wait for more than {LATE.days} days"
        yield Finding("intake", not stuck, told)


def media(database: Database, now: datetime) -> Iterator[Finding]:
    """Pictures and sounds of published forms: there, and as they were when they were frozen."""
    faults = []
    with database.read() as session:
        for name in published_names(session):
            try:
                form = published(session, name)
            except PublishedFormError:
                faults.append(f"{name}: its text was altered")
                continue
            faults += [f"{name}: {file} is missing" for file in lost(session, form)]
            for row in frozen(session, form):
                if sha256(row.content).hexdigest() != row.sha256:
                    faults.append(f"{name}: {row.name} was altered")
        count = _count(session, FormMedia)
    yield Finding("media", not faults, "; ".join(faults) or f"{count} files as published")


def questionnaires(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether forms are still what was published, and the installation's indicators in order."""
    with database.read() as session:
        names = published_names(session)
        altered = [name for name in names if not _whole(session, name)]
        told = f"altered: {', '.join(altered)}" if altered else f"{len(names)} as published"
        yield Finding("questionnaires", not altered, told)
        changed = list(catalogue.changed_files(session).values())
        yield Finding("shipped forms", not changed, " ".join(changed) or "as published, or unused")
        faults = measured(session, database.settings.data).faults
        file = own_file(database.settings.data)
        good = f"{file} is in order" if file.exists() else "those of the platform"
        yield Finding("indicators", not faults, "; ".join(faults) or good)


def _whole(session: Session, name: str) -> bool:
    try:
        published(session, name)
    except (PublishedFormError, QuestionnaireError):
        return False
    return True


def _count(session: Session, table: type[Base], *where: ColumnElement[bool]) -> int:
    chosen = select(func.count()).select_from(table).where(*where)
    return session.scalar(chosen) or 0


def audit_chain(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        broken = verify(session)
        told = f"event {broken} was altered, or the one before it is missing"
        whole = f"unbroken up to {newest(session)[:16]}"
        yield Finding("audit", broken is None, whole if broken is None else told)


def weights(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        sets = session.scalars(select(WeightSet)).all()
        altered = []
        for kept in sets:
            rows = session.execute(
                select(Weight.response_id, Weight.value).where(Weight.set_id == kept.id)
            )
            lines = sorted(f"{key.hex}:{value}" for key, value in rows)
            if sha256("\n".join(lines).encode()).hexdigest() != kept.sha256:
                altered.append(f"{kept.round} {kept.name} ({kept.id})")
    told = f"{len(sets)} sets as frozen" if not altered else f"altered: {', '.join(altered)}"
    yield Finding("weights", not altered, told)


def snapshots(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        rows = session.scalars(select(Snapshot)).all()
    faults, known = [], set()
    for row in rows:
        path = database.settings.data / row.path
        known |= {path, manifest_of(path)}
        if not path.is_file():
            faults.append(f"{row.path} is missing")
        elif sha256_of(path) != row.sha256:
            faults.append(f"{row.path} was altered")
    folder = database.settings.data / "snapshots"
    files = {path for path in folder.rglob("*") if path.suffix in (".parquet", ".json")}
    faults += [f"{path.name} belongs to no snapshot" for path in sorted(files - known)]
    yield Finding("snapshots", not faults, "; ".join(faults) or f"{len(rows)} as written")


def jobs(database: Database, now: datetime) -> Iterator[Finding]:
    with database.read() as session:
        for row in session.scalars(select(JobRun).order_by(JobRun.name)):
            late = row.ran_at is None or now - row.ran_at > LATE
            ok = row.failed_at is None and not late
            ran = f"{row.ran_at:%Y-%m-%d %H:%M} UTC" if row.ran_at else "never"
            yield Finding(f"job {row.name}", ok, f"ended well {ran}; {row.result}")


FIRST: tuple[Check, ...] = (version, schema, disk, secret, durability, integrity)
THEN: tuple[Check, ...] = (
    orphans, media, questionnaires, audit_chain, weights, snapshots, kiosks, sealing_keys, jobs,
)  # fmt: skip
