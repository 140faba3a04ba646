"""What is kept for review, as it is listed, and the two things that can be done with it.

Nothing is mended: an answer is taken as it came, when it holds now (its questionnaire was
published meanwhile, its round opened), or it is set aside with a reason. What was taken leaves its
body here, since the answer itself is kept now and must point at no device.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from survey.calendar import ZONE
from survey.errors import NotFound
from survey.fieldwork.devices.signer import SANE, Signer
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.tables import Round
from survey.respond.arrival import Arrival
from survey.respond.intake import body_hash, receive
from survey.respond.sealed import Item
from survey.respond.tables import Intake, KeptForReview
from survey.staff import audit
from survey.units.tables import Centre, Counter

WAITING, TAKEN, SET_ASIDE = "waiting", "taken", "set-aside"
STATES = (WAITING, TAKEN, SET_ASIDE)
AT_ONCE = 500  # of one press: submissions wait meanwhile
NOON, MIDNIGHT = time(12), time(23, 59, 59)


@dataclass(frozen=True)
class Wanted:
    """Which of what is kept: areas one may see (None: all), a state, a reason ("": any)."""

    areas: Collection[int] | None
    state: str = WAITING
    reason: str = ""


@dataclass(frozen=True)
class Group:
    """What is kept for one reason."""

    reason: str
    count: int
    first: date
    last: date


def find(session: Session, key: str) -> KeptForReview:
    """Raises NotFound."""
    try:
        found = session.get(KeptForReview, UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def area_of(session: Session, row: KeptForReview) -> int | None:
    """Where its counter is; None when it names none: then it concerns the whole installation."""
    if row.counter_id is None:
        return None
    counter = session.get_one(Counter, row.counter_id)
    return session.get_one(Centre, counter.centre_id).area_id


def groups(session: Session, wanted: Wanted) -> list[Group]:
    """By reason, the most frequent first."""
    kept = KeptForReview
    rows = session.execute(
        select(kept.reason, func.count(), func.min(kept.day), func.max(kept.day))
        .where(*_where(wanted))
        .group_by(kept.reason)
        .order_by(func.count().desc(), kept.reason)
    )
    return [Group(*row) for row in rows]


def count(session: Session, wanted: Wanted) -> int:
    found = select(func.count()).select_from(KeptForReview).where(*_where(wanted))
    return session.scalar(found) or 0


def rows(
    session: Session, wanted: Wanted, *, limit: int, offset: int = 0
) -> Sequence[KeptForReview]:
    """The latest day first."""
    found = select(KeptForReview).where(*_where(wanted))
    found = found.order_by(KeptForReview.day.desc(), KeptForReview.key)
    return session.scalars(found.limit(limit).offset(offset)).all()


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    kept = KeptForReview
    state = kept.decision.is_(None) if wanted.state == WAITING else kept.decision == wanted.state
    where: list[ColumnElement[bool]] = [state]
    if wanted.reason:
        where.append(kept.reason == wanted.reason)
    if wanted.areas is not None:
        there = select(Counter.id).join(Centre, Centre.id == Counter.centre_id)
        where.append(kept.counter_id.in_(there.where(Centre.area_id.in_(wanted.areas))))
    return where


def beside(session: Session, row: KeptForReview) -> tuple[Intake | None, list[KeptForReview]]:
    """What else came under the same id: the answer that was stored, while it waits for its
    release, and other bodies that are kept."""
    if row.id is None:
        return None, []
    others = select(KeptForReview).where(KeptForReview.id == row.id, KeptForReview.key != row.key)
    return session.get(Intake, row.id), list(session.scalars(others.order_by(KeptForReview.key)))


def take(
    session: Session, row: KeptForReview, item: Item, *, by: str, now: datetime, key: bytes
) -> str:
    """Store the answer as it came; empty when it is stored, else the reason why it cannot be.

    It counts for the day on which it came, or for its own hour where a device's clock told it.
    The caller commits.
    """
    if row.decision is not None or not row.body:
        return "was decided before"
    signer = _signer(session, row)
    came = datetime.combine(row.day, NOON if signer is None else MIDNIGHT, ZONE)
    arrival = Arrival(item.body, min(now, came), key, signer=signer, began=1, vouched=True)
    if body_hash(arrival) != row.hash:
        return "its bytes could not be kept as they came"
    answer = receive(session, item, arrival)
    if answer.state == "kept-for-review":
        return answer.reason
    _decide(row, TAKEN, "", by=by, now=now)
    row.body = ""
    return ""


def set_aside(row: KeptForReview, reason: str, *, by: str, now: datetime) -> bool:
    """Whether it was; what is decided stays so. The caller commits."""
    if row.decision is not None:
        return False
    _decide(row, SET_ASIDE, reason, by=by, now=now)
    return True


def _decide(row: KeptForReview, decision: str, reason: str, *, by: str, now: datetime) -> None:
    row.decision, row.because, row.decided_by, row.decided_at = decision, reason, by, now


def note(
    session: Session,
    act: str,
    done: Sequence[KeptForReview],
    detail: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """One event of the audit chain for all that one press did."""
    if not done:
        return
    thing = f"kept:{done[0].key}" if len(done) == 1 else f"kept:{len(done)}"
    keys = " ".join(sorted(str(row.key) for row in done))
    audit.record(session, actor=by, act=act, object=thing, now=now, detail=f"{detail} {keys}")


def _signer(session: Session, row: KeptForReview) -> Signer | None:
    """Who signed it, as it was then; a clock that was not told is taken as of no use."""
    device = None if row.device is None else session.get(Device, row.device)
    if device is None:
        return None
    skew = 2 * SANE if row.skew is None else timedelta(seconds=row.skew)
    return Signer(device.id, device.counter_id, "", skew, False)


def exported(row: KeptForReview) -> dict[str, Any]:
    """As a line of JSON."""
    plain = {"key": str(row.key), "id": None if row.id is None else str(row.id)}
    names = ("round", "device", "seq", "reason", "decision", "because", "body")
    return {**plain, "day": str(row.day), **{name: getattr(row, name) for name in names}}


def forget_until(session: Session, *, decided: datetime, waiting: date) -> int:
    """Delete what was decided before, and what waits since before; how many. The caller commits.

    What waits with a day before its round began came while our own clock was wrong, or far too
    early: its age is not known, so it waits until somebody decides.
    """
    too_early = exists().where(Round.code == KeptForReview.round, Round.opens > KeptForReview.day)
    gone = session.scalars(
        select(KeptForReview).where(
            (KeptForReview.decided_at < decided)
            | (KeptForReview.decision.is_(None) & (KeptForReview.day < waiting) & ~too_early)
        )
    ).all()
    for row in gone:
        session.delete(row)
    return len(gone)
