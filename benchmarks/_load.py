"""A load generator on loopback: prepared requests, latencies from the moment each was due."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import random
from uuid import uuid4

from tests.faults.citizens import item

HEAD = (
    b"POST /api/v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)
POINTS = (50, 90, 95, 99, 99.9)


@dataclass
class Load:
    """What one run did. waited: seconds of each acknowledged request."""

    began: float
    seconds: float = 0.0
    stored: int = 0
    waited: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def pace(self) -> float:
        return self.stored / self.seconds

    def percentile(self, p: float) -> float:
        """Milliseconds that p percent of the acknowledged requests did not exceed."""
        ordered = sorted(self.waited)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))]

    def cells(self) -> list[str]:
        """p50, p90, p95, p99, p99.9 in ms; submissions; failures; a second."""
        times = [f"{self.percentile(p):.0f}" for p in POINTS] if self.waited else ["–"] * 5
        failed = sum(self.failures.values())
        return [*times, f"{self.stored:,}", f"{failed:,}", f"{self.pace:.0f}"]


COLUMNS = [*(f"p{p} ms" for p in POINTS), "submissions", "failures", "a second"]


def bodies() -> Iterator[tuple[bytes, str]]:
    """One submission after another, with its hash; only the id and an answer differ."""
    template = item(0)
    before, after = template.body.split(template.id.encode())
    while True:
        body = before + str(uuid4()).encode() + after
        yield body, sha256(body).hexdigest()


class Line:
    """A kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, body: bytes) -> tuple[int, bytes]:
        """Status and body. Raises OSError, IncompleteReadError."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(HEAD % len(body) + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await reader.readexactly(length)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def run(port: int, *, seconds: float, clients: int, pace: float = 0.0) -> Load:
    """Send for `seconds`. pace: submissions a second, due at even times whatever the server does;
    0: each client sends the next when the last is acknowledged."""
    load, made = Load(time.perf_counter()), bodies()
    end, due = load.began + seconds, load.began

    async def live() -> None:
        nonlocal due
        line = Line(port)
        while True:
            wanted = time.perf_counter()
            if pace:
                wanted, due = due, due + 1 / pace
                await asyncio.sleep(max(0.0, wanted - time.perf_counter()))
            if max(wanted, time.perf_counter()) >= end:
                break
            await _one(load, line, next(made), wanted)
        line.close()

    await asyncio.gather(*(live() for _ in range(clients)))
    load.seconds = time.perf_counter() - load.began
    return load


async def _one(load: Load, line: Line, made: tuple[bytes, str], due: float) -> None:
    body, sha = made
    try:
        status, told = await line.send(b"[" + body + b"]")
    except (OSError, asyncio.IncompleteReadError) as error:
        line.close()
        load.failures[type(error).__name__] += 1
        return
    if status == 200 and sha.encode() in told and b'"stored"' in told:
        load.stored += 1
        load.waited.append(time.perf_counter() - due)
    else:
        load.failures[str(status)] += 1


async def storm(port: int, *, kiosks: int, queued: int) -> Load:
    """Every kiosk comes back at once with its queue, as one batch, and tries until it is taken."""
    load, made = Load(time.perf_counter()), bodies()
    batches = [[next(made) for _ in range(queued)] for _ in range(kiosks)]

    async def flush(batch: list[tuple[bytes, str]]) -> None:
        line, tries = Line(port), 0
        text = b"[" + b",".join(body for body, _ in batch) + b"]"
        while True:
            try:
                status, told = await line.send(text)
            except (OSError, asyncio.IncompleteReadError) as error:
                status, told = 0, type(error).__name__.encode()
                line.close()
            if status == 200:
                break
            load.failures[str(status)] += 1
            tries += 1
            await asyncio.sleep(random() * min(5, 0.2 * 2**tries))
        hashes = {answer["sha256"] for answer in json.loads(told)}
        load.stored += len(hashes & {sha for _, sha in batch})
        load.waited.append(time.perf_counter() - load.began)
        line.close()

    await asyncio.gather(*(flush(batch) for batch in batches))
    load.seconds = time.perf_counter() - load.began
    return load
