"""Compares what clients were told with what the database holds.

    python -m tests.faults.checker HISTORY… --database URL --data FOLDER

A submission must be stored exactly once when it was acknowledged, at most once when nobody can say,
and never when it was refused or not sent; totals must be the rows, and `sipas check` find nothing.
Responses carry no id of a submission, so that of what is released only numbers can be compared.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.cli.health import look
from survey.config import Settings
from survey.crypto import keyed_hash
from survey.database import Database
from survey.fieldwork.progress import round_counts
from survey.respond.intake import receipt_key
from survey.respond.tables import Intake, Receipt, Response, Traffic
from tests.faults.history import Told, read_history, told

HEALTH = ("schema", "durability", "integrity", "keys", "forms", "responses", "receipts", "audit")


@dataclass
class Verdict:
    """What was found. faults: a sentence for each thing that must not be."""

    acknowledged: int = 0
    undecided: int = 0  # of these `found` are stored
    found: int = 0
    lost: int = 0
    doubled: int = 0
    invented: int = 0
    altered: int = 0
    faults: list[str] = field(default_factory=list)

    def blame(self, kind: str, n: int, sentence: str) -> None:
        if n:
            setattr(self, kind, getattr(self, kind) + n)
            self.faults.append(f"{n} {sentence}")


@dataclass(frozen=True)
class Kept:
    """The rows. receipts: keyed hash by id."""

    receipts: dict[str, str]
    waiting: frozenset[str]
    released: int
    finished: dict[str, int]  # by round, as counted
    counted: dict[str, int]  # by round, rows with or without their counter


def examine(database: Database, *histories: Path, now: datetime) -> Verdict:
    """The verdict on one installation and the histories of all its clients."""
    sent = told(read_history(*histories))
    with database.read() as session:
        kept = _kept(session)
    verdict = Verdict()
    _each(verdict, sent, kept, receipt_key(database.settings))
    _numbers(verdict, kept)
    verdict.faults += _unhealthy(database, now)
    return verdict


def _kept(session: Session) -> Kept:
    receipts = {str(id): hash for id, hash in session.execute(select(Receipt.id, Receipt.hash))}
    waiting = frozenset(str(id) for id in session.scalars(select(Intake.id)))
    released = session.scalar(select(func.count()).select_from(Response)) or 0
    sums = select(Traffic.round, func.sum(Traffic.finished)).group_by(Traffic.round)
    finished = {code: int(n) for code, n in session.execute(sums)}
    counted = {code: round_counts(session, code).received for code in finished}
    return Kept(receipts, waiting, released, finished, counted)


def _each(verdict: Verdict, sent: dict[str, dict[str, Told]], kept: Kept, key: bytes) -> None:
    """One by one: acknowledged, refused, undecided, never sent."""
    tally: Counter[str] = Counter()
    for id, bodies in sent.items():
        stored = kept.receipts.get(id)
        hashes = {sha: keyed_hash(key, bytes.fromhex(sha)) for sha in bodies}
        acknowledged = [sha for sha, one in bodies.items() if one.ok]
        tally["acknowledged"] += bool(acknowledged)
        tally["twice"] += len(acknowledged) > 1
        if stored is None:
            tally["lost"] += bool(acknowledged)
        elif stored not in hashes.values() or any(hashes[sha] != stored for sha in acknowledged):
            tally["altered"] += 1
        elif not acknowledged:
            (one,) = (bodies[sha] for sha, hash in hashes.items() if hash == stored)
            tally["found"] += one.info > 0 or one.invoke > one.fail
            tally["refused"] += one.info == 0 and one.invoke == one.fail
        tally["undecided"] += not acknowledged and any(o.invoke > o.fail for o in bodies.values())
    verdict.acknowledged, verdict.undecided = tally["acknowledged"], tally["undecided"]
    verdict.found = tally["found"]
    verdict.blame("lost", tally["lost"], "acknowledged and not stored")
    verdict.blame("altered", tally["altered"], "stored with other bytes than acknowledged")
    verdict.blame("altered", tally["twice"], "acknowledged with two bodies")
    verdict.blame("invented", tally["refused"], "refused and stored all the same")
    unknown = len(kept.receipts.keys() - sent.keys())
    verdict.blame("invented", unknown, "stored and never sent")


def _numbers(verdict: Verdict, kept: Kept) -> None:
    """Receipts, rows and totals agree; what is released has only a number."""
    gone = len(kept.receipts.keys() - kept.waiting)
    verdict.blame("doubled", max(0, kept.released - gone), "responses more than receipts")
    verdict.blame("lost", max(0, gone - kept.released), "receipts whose answer is gone")
    unsigned = len(kept.waiting - kept.receipts.keys())
    verdict.blame("invented", unsigned, "answers without their receipt")
    for code, finished in kept.finished.items():
        rows = kept.counted[code]
        if finished != rows:
            verdict.faults.append(f"{code}: {finished} counted as finished, {rows} rows")


def _unhealthy(database: Database, now: datetime) -> Iterator[str]:
    """What `sipas check` says of the database itself."""
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
    for finding in look(database, now=now, progress=lambda _: None):
        if finding.check in HEALTH and not finding.ok:
            yield f"{finding.check}: {finding.detail}"


def main() -> None:
    """Print the verdict; exit 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="Compare histories with a database.")
    parser.add_argument("histories", nargs="+", type=Path)
    parser.add_argument("--database", required=True, help="as SIPAS_DATABASE")
    parser.add_argument("--data", required=True, type=Path, help="as SIPAS_DATA")
    given = parser.parse_args()
    database = Database(Settings(given.database, given.data, given.data / "secret"))
    verdict = examine(database, *given.histories, now=clock())
    database.close()
    for name, value in vars(verdict).items():
        if name != "faults":
            print(f"{name}: {value}")
    for sentence in verdict.faults:
        print(f"WRONG {sentence}")
    sys.exit(1 if verdict.faults else 0)


if __name__ == "__main__":
    main()
