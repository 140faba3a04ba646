"""What strangers, broken devices and impatient fingers send."""

import http.client
import json
import time
from collections import Counter
from itertools import cycle
from statistics import quantiles
from threading import Event, Thread

from sqlalchemy import func, select

from survey.respond.tables import KeptForReview
from tests.faults.citizens import item
from tests.faults.conftest import short_and_long
from tests.faults.crowd import ADDRESS


def kept_rows(installed) -> int:
    with installed.database() as database, database.read() as session:
        return session.scalar(select(func.count()).select_from(KeptForReview)) or 0


@short_and_long("many", 10, 300)
def test_the_same_id_with_another_body(served, figures, many):
    """The first is stored, the second kept for review, and neither changes the other."""
    before = kept_rows(served)
    firsts = [item(n) for n in range(many)]
    seconds = [item(n + 1, id=first.id) for n, first in enumerate(firsts)]
    with served.crowd(served.running, items=iter(firsts)) as crowd:
        crowd.reach(many)
    with served.crowd(served.running, items=iter(seconds)) as others:
        others.reach(many)
    with served.crowd(served.running, items=iter(firsts + firsts)) as again:
        again.reach(2 * many)
    assert (crowd.states["stored"], others.states["kept-for-review"]) == (many, many)
    assert again.states == {"already": 2 * many}
    assert kept_rows(served) == before + many
    figures(
        "same id, another body", served.kind, served.verdict(), crowd=crowd,
        note=f"{many} kept for review",
    )  # fmt: skip


@short_and_long("many", 200, 1000)
def test_duplicates_at_once(served, figures, many):
    one = item(7)
    with served.crowd(served.running, 50, items=iter([one] * many)) as crowd:
        crowd.reach(many)
    assert crowd.states == {"stored": 1, "already": many - 1}
    figures(
        "the same answer many times at once", served.kind, served.verdict(), rounds=many,
        crowd=crowd, acknowledged=1,
    )  # fmt: skip


JUNK: tuple[tuple[bytes, str], ...] = (
    (b"hello", "application/json"),
    (b"[]]", "application/json"),
    (b"a=1", "application/x-www-form-urlencoded"),
    (b"[" * 20_000, "application/json"),
    (b'[{"id": 1}]', "application/json"),
    (b'[{"id": "x", "round": "faults", "answers": {"q1": 99}}]', "application/json"),
    (json.dumps([{"round": "faults", "note": "spam " * 2_000}]).encode(), "application/json"),
    (b"[null]", "application/json"),
    (b"[%b]" % (b'"' + b"x" * 70_000 + b'"'), "application/json"),
)
A_MINUTE = 10_000


class Spammer:
    """Junk at a steady pace, whatever becomes of it."""

    def __init__(self, host: str, port: int, hands: int = 8) -> None:
        self._to = (host, port)
        self._stop, self.statuses = Event(), Counter()
        self._threads = [Thread(target=self._send, args=(hands, n)) for n in range(hands)]

    def __enter__(self) -> "Spammer":
        self.began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def _send(self, hands: int, number: int) -> None:
        line = http.client.HTTPConnection(*self._to, timeout=30)
        due, kinds = self.began, cycle(JUNK[number % len(JUNK) :] + JUNK[: number % len(JUNK)])
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += hands * 60 / A_MINUTE
            body, kind = next(kinds)
            try:
                line.request("POST", ADDRESS, body, {"Content-Type": kind})
                answer = line.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, http.client.HTTPException):
                self.statuses[0] += 1
                line.close()
        line.close()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.pace = sum(self.statuses.values()) / (time.monotonic() - self.began) * 60


@short_and_long("many", 60, 3000)
def test_honest_answers_among_junk(served, figures, many):
    """10,000 junk posts a minute; citizens are answered all the same."""
    to = served.running
    with served.crowd(to, 4, pace=0.1) as alone:
        alone.reach(many)
    before = kept_rows(served)
    with Spammer(to.host, to.port) as junk, served.crowd(to, 4, pace=0.1) as crowd:
        crowd.reach(many)
    assert set(crowd.statuses) == {200} and set(crowd.states) == {"stored"}
    assert set(junk.statuses) <= {0, 200, 400, 413, 415, 429}  # 0: cut off
    figures(
        "junk posts", served.kind, served.verdict(), crowd=crowd,
        note=f"{junk.pace:,.0f} a minute, {kept_rows(served) - before:,} kept for review; median "
        f"answer {half(crowd)} ms, {half(alone)} ms without junk",
    )  # fmt: skip


def half(crowd) -> str:
    """The median time of an answer, in milliseconds."""
    return f"{quantiles([ack.waited for ack in crowd.acks], n=2)[0] * 1000:.0f}"
