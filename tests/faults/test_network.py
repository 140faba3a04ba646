"""Bad lines: replies are lost, a stranger answers, the network comes and goes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.conftest import short_and_long
from tests.faults.proxy import Proxy
from tests.faults.serving import ROOT
from tests.faults.table import not_run

ON, OFF = 3.0, 7.0  # seconds with and without a network


@short_and_long("many", 150, 3000)
def test_a_reply_lost_after_the_commit(served, figures, many):
    with Proxy(served.running.port) as line, served.crowd(line) as crowd:
        line.lose = 0.3
        crowd.more(many)
        line.lose = 0.0
    assert line.lost >= crowd.states["already"] > 0
    figures(
        "reply lost after the commit", served.kind, served.verdict(), crowd=crowd,
        note=f"{line.lost} replies lost; {crowd.states['already']} acknowledged by a resend",
    )  # fmt: skip


@short_and_long("many", 60, 2000)
def test_a_captive_portal_that_answers_200(served, figures, many):
    """Nothing is taken for an acknowledgement that does not carry the id and the hash."""
    with Proxy(served.running.port) as line, served.crowd(line) as crowd:
        crowd.more(20)
        line.portal = True
        crowd.settle()
        acknowledged = len(crowd.acks)
        crowd.unheard(many)
        assert len(crowd.acks) == acknowledged
        line.portal = False
        since = time.monotonic()
        back = crowd.back(since)
        crowd.more(20)
    figures(
        "captive portal answers 200", served.kind, served.verdict(), crowd=crowd, back=[back],
        note=f"{crowd.statuses[200] - crowd.states.total()} answers of the portal",
    )  # fmt: skip


def ip(*words: str) -> None:
    """Raises CalledProcessError with what it said."""
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextmanager
def behind_a_cable() -> Iterator[tuple[str, str, str]]:
    """A network of its own: its name, our end of the cable, our address on it."""
    number = os.getpid() % 60_000
    space, here, there = f"sipas{number}", f"sipa{number}", f"sipb{number}"
    net = f"10.{200 + number // 16_384}.{number // 64 % 256}"
    ours, theirs = f"{net}.{number % 64 * 4 + 1}", f"{net}.{number % 64 * 4 + 2}"
    try:
        ip("netns", "add", space)
    except (OSError, subprocess.CalledProcessError) as error:
        not_run(f"network namespaces: {getattr(error, 'stderr', '') or error}".strip())
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", space)
        ip("addr", "add", f"{ours}/30", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", space, "addr", "add", f"{theirs}/30", "dev", there)
        ip("-n", space, "link", "set", there, "up")
        yield space, here, ours
    except subprocess.CalledProcessError as error:
        not_run(f"network namespaces: {error.stderr.strip()}")
    finally:
        ip("netns", "del", space)


@short_and_long("seconds", 10, 600)
def test_the_network_flaps(embedded, figures, seconds):
    """Kiosks in a network of their own, whose cable is in for 3 seconds and out for 7."""
    apart, rounds = embedded.folder / "apart.csv", 0
    with (
        behind_a_cable() as (space, cable, ours),
        embedded.server(host=ours) as server,
    ):
        words = ["ip", "netns", "exec", space, sys.executable, "-m", "tests.faults.crowd", ours]
        words += [str(server.port), str(apart), "--seconds", str(seconds), "--patience", "60"]
        kiosks = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                wait(kiosks, ON)
                ip("link", "set", cable, "down")
                rounds += 1
                wait(kiosks, OFF)
                ip("link", "set", cable, "up")
            told = json.loads(kiosks.communicate(timeout=120)[0])
        finally:
            kiosks.kill()
            kiosks.wait()
    verdict = embedded.verdict(apart)
    assert told["acknowledged"] == verdict.acknowledged and verdict.undecided == 0
    figures(
        "network flaps, 3 s on, 7 s off", embedded.kind, verdict, rounds=rounds,
        note=f"all delivered {told['delivered_after']:.1f} s after the end; "
        f"{told['statuses'].get('0', 0)} sendings without an answer",
    )  # fmt: skip


def wait(process: subprocess.Popen, seconds: float) -> None:
    """Let the network be as it is for a while, or less when the process ends."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
