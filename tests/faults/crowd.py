"""Clients that send answers and try again until they are acknowledged, as kiosks do.

As a program it is a crowd behind a network of its own:

    python -m tests.faults.crowd HOST PORT HISTORY --seconds S --patience P
"""

import argparse
import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Condition, Event, Thread
from typing import NamedTuple

from tests.faults.citizens import Item, item
from tests.faults.history import History

ADDRESS = "/api/v1/responses"
STATES = {"stored": "ok", "already": "ok", "kept-for-review": "kept", "refused": "fail"}


class Reply(NamedTuple):
    """op: ok, kept, fail or info; status 0 without an answer."""

    op: str
    status: int
    state: str = ""
    reason: str = ""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str


class Line:
    """A connection that is made again when it broke."""

    def __init__(self, host: str, port: int, timeout: float = 40, **headers: str) -> None:
        self._to, self._timeout = (host, port), timeout
        self._headers = {"Content-Type": "application/json", **headers}
        self._open: http.client.HTTPConnection | None = None

    def send(self, one: Item) -> Reply:
        """What the answer says; only the id and the hash that were sent make it an `ok`."""
        try:
            answer = self.raw(b"[" + one.body + b"]")
        except (OSError, http.client.HTTPException):
            self.close()
            return Reply("info", 0)
        return self._read(one, answer.status, answer.text)

    def raw(self, body: bytes) -> Answer:
        """The answer as it comes. Raises OSError, HTTPException."""
        if self._open is None:
            self._open = http.client.HTTPConnection(*self._to, timeout=self._timeout)
        self._open.request("POST", ADDRESS, body, self._headers)
        answer = self._open.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))

    @staticmethod
    def _read(one: Item, status: int, body: str) -> Reply:
        try:
            (told,) = json.loads(body)
            state, mine = told["state"], (told.get("id"), told.get("sha256"))
        except (ValueError, TypeError, KeyError, AttributeError):
            return Reply("info", status)
        if status != 200 or (mine != (one.id, one.sha256) and state != "refused"):
            return Reply("info", status)
        return Reply(STATES.get(state, "info"), status, state, told.get("reason", ""))

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class Ack(NamedTuple):
    began: float  # of the attempt that was acknowledged
    ended: float
    waited: float  # since the first attempt


class Crowd:
    """Clients in threads. They stop when told to, after the answer in their hands is acknowledged.

    pace: seconds between two answers of one client. items: what is sent; by default citizens.
    """

    def __init__(
        self,
        host: str,
        port: int,
        history: History,
        clients: int = 8,
        *,
        pace: float = 0.0,
        timeout: float = 40,
        items: Iterator[Item] | None = None,
        most_wait: float = 0.3,
        name: str = "",
    ) -> None:
        self._to, self.history, self._pace = (host, port), history, pace
        self._timeout, self._most_wait = timeout, most_wait
        self._items = items or (item(n) for n in count())
        self._news = Condition()
        self._stop, self._give_up = Event(), Event()
        self.acks: list[Ack] = []
        self._began = dict.fromkeys((f"{name}{n}" for n in range(clients)), 0.0)
        self.states: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self._threads = [
            Thread(target=self._live, args=(f"{name}{n}",), name=f"client {name}{n}")
            for n in range(clients)
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def _live(self, client: str) -> None:
        line = Line(*self._to, self._timeout)
        while not self._stop.is_set():
            with self._news:
                one = next(self._items, None)
            if one is None:
                break
            self._deliver(client, line, one)
            self._stop.wait(self._pace * 2 * random.random())
        line.close()

    def _deliver(self, client: str, line: Line, one: Item) -> None:
        first = time.monotonic()
        for attempt in count():
            began = time.monotonic()
            self.history.add(client, one.id, one.sha256, "invoke")
            reply = line.send(one)
            op = "fail" if reply.op == "kept" else reply.op
            self.history.add(client, one.id, one.sha256, op)
            with self._news:
                self.statuses[reply.status] += 1
                self._began[client] = began
                self._news.notify_all()
                if reply.op != "info":
                    self.states[reply.state] += 1
                    self.acks.append(Ack(began, time.monotonic(), time.monotonic() - first))
                    return
            longest = min(self._most_wait, 0.02 * 2 ** min(attempt, 10))
            if self._give_up.wait(random.random() * longest):
                return

    def wait(
        self, reached: Callable[[list[Ack]], object], what: str, patience: float = 120
    ) -> None:
        """Until `reached` of the acknowledgements so far. Raises AssertionError."""
        with self._news:
            assert self._news.wait_for(lambda: reached(self.acks), patience), f"no {what}"

    def reach(self, n: int, patience: float = 120) -> None:
        """Until n are acknowledged in all."""
        self.wait(lambda acks: len(acks) >= n, f"{n} acknowledgements", patience)

    def more(self, n: int, patience: float = 120) -> None:
        """Until n more are acknowledged."""
        before = len(self.acks)
        self.wait(lambda acks: len(acks) >= before + n, f"{n} acknowledgements", patience)

    def unheard(self, n: int, patience: float = 120) -> None:
        """Until n more sendings were not acknowledged."""
        with self._news:
            goal = self._missed() + n
            assert self._news.wait_for(lambda: self._missed() >= goal, patience)

    def _missed(self) -> int:
        return self.statuses.total() - len(self.acks)

    def settle(self, patience: float = 120) -> None:
        """Until every client has heard something it sent after now."""
        now = time.monotonic()
        with self._news:
            heard = lambda: all(began > now for began in self._began.values())  # noqa: E731
            assert self._news.wait_for(heard, patience)

    def back(self, since: float, patience: float = 120) -> float:
        """Seconds from `since` to the first answer that was both sent and acknowledged later."""
        start = len(self.acks)
        self.wait(
            lambda acks: any(a.began >= since for a in acks[start:]), "service again", patience
        )
        return min(a.ended for a in self.acks[start:] if a.began >= since) - since

    def __exit__(self, *_: object) -> None:
        self.end(60)

    def end(self, patience: float) -> None:
        """Send no more; give up what is not acknowledged after `patience` seconds."""
        self._stop.set()
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._give_up.set()
        for thread in self._threads:
            thread.join()

    def p99(self) -> float:
        """Seconds from the first attempt to the acknowledgement."""
        waited = [ack.waited for ack in self.acks]
        return quantiles(waited, n=100)[98] if len(waited) > 1 else 0.0


def main() -> None:
    """Send for some seconds, then deliver what is in hand; prints what happened as JSON."""
    parser = argparse.ArgumentParser(description="A crowd of clients.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("history", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pace", type=float, default=0.1)
    parser.add_argument("--timeout", type=float, default=3)
    given = parser.parse_args()
    with History(given.history) as history:
        crowd = Crowd(
            given.host, given.port, history, given.clients, pace=given.pace, timeout=given.timeout
        )
        with crowd:
            Event().wait(given.seconds)
            ended = time.monotonic()
            crowd.end(given.patience)
        told = {
            "acknowledged": len(crowd.acks),
            "statuses": crowd.statuses,
            "delivered_after": time.monotonic() - ended,
            "longest": max((ack.waited for ack in crowd.acks), default=0.0),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
