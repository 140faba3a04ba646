"""What `sipas check` says of the devices of counters and of the keys that they seal to."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.cli.finding import Finding
from survey.database import Database
from survey.fieldwork.devices.gaps import Gap, gaps_of, missing
from survey.fieldwork.devices.store import SILENT, DeviceLine, devices
from survey.respond.sealed import readable
from survey.respond.sealing import KEPT, LIVES
from survey.respond.tables import SealingKey
from survey.units.hours import hours_of

LATE = timedelta(days=2)  # the job that renews keys and forgets them runs once a day
NAMED = 5  # devices in one sentence


def kiosks(database: Database, now: datetime) -> Iterator[Finding]:
    """Devices that do not call, and answers of theirs that did not arrive."""
    with database.read() as session:
        lines = devices(session)
        used = [line for line in lines if line.device.revoked_at is None]
        silent = [line for line in used if _is_silent(session, line, now)]
        gaps = gaps_of(session, [line.device for line in lines])
    told = f"{len(used)} in use"
    if silent:
        told += f", {len(silent)} not heard of for a day: " + _named(
            [f"{_name(line)} since {_since(line):%Y-%m-%d}" for line in silent]
        )
    yield Finding("kiosks", not silent, told)
    stuck = [line for line in used if _is_stuck(line, now)]
    told = "no answer waits on a device that calls for more than a day"
    if stuck:
        told = f"answers wait for more than a day on {_named([_name(line) for line in stuck])}"
    yield Finding("queues", not stuck, told)
    yield _numbers(used, gaps, sum(missing(gaps[line.device.id]) for line in lines), now)


def _numbers(
    used: Sequence[DeviceLine], gaps: dict[str, list[Gap]], total: int, now: datetime
) -> Finding:
    lost = {_name(line): _lost(line, gaps[line.device.id], now) for line in used}
    sentences = [f"{n} of {name}" for name, n in lost.items() if n]
    told = f"{total} have not arrived, of devices that wait or are revoked" if total else "no gap"
    if sentences:
        told = f"answers that never arrived: {_named(sentences)}; see 'sipas device gaps'"
    return Finding("numbers", not sentences, told)


def _lost(line: DeviceLine, gaps: list[Gap], now: datetime) -> int:
    """Missing numbers that should be here: what follows them came before today, or the device
    said that fewer wait on it."""
    closed = [g for g in gaps if g.before is not None and g.before < local_day(now)]
    ends = missing(gap for gap in gaps if gap.before is None)
    waiting = line.device.queued
    return missing(closed) + (0 if waiting is None else max(0, ends - waiting))


def _is_silent(session: Session, line: DeviceLine, now: datetime) -> bool:
    """Whether it has not called for a day, although its centre served meanwhile."""
    since = _since(line)
    hours = hours_of(session, line.centre.id)
    return now - since > SILENT and hours.serves_between(since, now)


def _is_stuck(line: DeviceLine, now: datetime) -> bool:
    oldest = line.device.oldest_at
    return oldest is not None and now - oldest > SILENT and now - _since(line) <= SILENT


def _since(line: DeviceLine) -> datetime:
    return line.device.contact_at or line.device.enrolled_at


def _name(line: DeviceLine) -> str:
    return f"{line.counter.code} “{line.device.name}” ({line.device.id})"


def _named(sentences: Sequence[str]) -> str:
    more = len(sentences) - NAMED
    return ", ".join(sentences[:NAMED]) + (f" and {more} more" if more > 0 else "")


def sealing_keys(database: Database, now: datetime) -> Iterator[Finding]:
    """Keys that devices seal to: one is in use, readable with the secret, renewed in time."""
    with database.read() as session:
        keys = session.scalars(select(SealingKey).order_by(SealingKey.made_at)).all()
        closed = [key.id for key in keys if not readable(session, key)]
        numbered = [line for line in devices(session) if line.device.greatest_seq]
    used = [key for key in keys if key.retired_at is None]
    faults = []
    if not used and (keys or numbered):
        faults.append("none is in use: run 'sipas device rotate-key'")
    if used and now - used[-1].made_at > LIVES + LATE:
        faults.append(f"{used[-1].id} is from {used[-1].made_at:%Y-%m-%d} and was not renewed")
    if closed:
        faults.append(f"cannot be opened with this secret: {_named(closed)}")
    over = [k.id for k in keys if k.retired_at is not None and now - k.retired_at > KEPT + LATE]
    if over:
        faults.append(f"past their time and not deleted: {_named(over)}")
    told = "; ".join(faults) or (
        f"{len(keys)}, the present one from {used[-1].made_at:%Y-%m-%d}" if used else "not needed"
    )
    yield Finding("sealing keys", not faults, told)
