"""What clients did, written down as it happened: one line an operation.

    t,client,id,sha256,op

t: seconds since the run began. sha256: of the bytes sent. op: `invoke` before they leave; then `ok`
(acknowledged as stored, by id and hash), `fail` (told that they are not stored), or `info` (nobody
can say: no answer, a strange one, or 503).
"""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import NamedTuple

OPS = ("invoke", "ok", "fail", "info")


class Event(NamedTuple):
    t: float
    client: str
    id: str
    sha256: str
    op: str


class History:
    """A history being written, by any number of threads."""

    def __init__(self, path: Path, began: float | None = None) -> None:
        self.path = path
        self._began = time.monotonic() if began is None else began
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = Lock()
        self.acknowledged = 0

    def add(self, client: str, id: str, sha256: str, op: str) -> None:
        with self._lock:
            t = time.monotonic() - self._began
            self._file.write(f"{t:.6f},{client},{id},{sha256},{op}\n")
            self.acknowledged += op == "ok"

    def __enter__(self) -> "History":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()


def read_history(*paths: Path) -> Iterator[Event]:
    """Every event of the files. Raises ValueError for a line that is none."""
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                if len(row) != len(Event._fields) or row[4] not in OPS:
                    raise ValueError(f"{path}, line {number}: write t,client,id,sha256,op")
                yield Event(float(row[0]), *row[1:])


@dataclass
class Told:
    """What happened to the bytes of one submission: how often each op was written of them."""

    invoke: int = 0
    ok: int = 0
    fail: int = 0
    info: int = 0


def told(events: Iterator[Event]) -> dict[str, dict[str, Told]]:
    """By id, then by hash: one id may have been sent with several bodies."""
    found: dict[str, dict[str, Told]] = {}
    for event in events:
        one = found.setdefault(event.id, {}).setdefault(event.sha256, Told())
        setattr(one, event.op, getattr(one, event.op) + 1)
    return found
