"""Clocks that are wrong: the device's own does not matter, the server's loses nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.calendar import clock, local_day
from survey.respond.tables import KeptForReview, Receipt
from tests.faults.citizens import item
from tests.faults.conftest import short_and_long
from tests.faults.crowd import Line
from tests.faults.table import not_run

TWO_YEARS = 2 * 365.25 * 86_400


def two_years_behind() -> dict[str, str]:
    """The environment in which a process sees another time; not_run without the library for it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        not_run("faketime is not installed")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": "-2y", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.parametrize("off", [-TWO_YEARS, TWO_YEARS], ids=["behind", "ahead"])
def test_a_device_whose_clock_is_two_years_off(served, figures, off):
    """It says so in its header; the answer keeps the day on which it came."""
    said = str(int((time.time() + off) * 1000))
    line = Line(served.running.host, served.running.port, **{"Sipas-Time": said})
    sent = [item(n) for n in range(20)]
    before = local_day(clock())
    for one in sent:
        served.history.add("late", one.id, one.sha256, "invoke")
        assert line.send(one).state == "stored"
        served.history.add("late", one.id, one.sha256, "ok")
    line.close()
    with served.database() as database, database.read() as session:
        days = {str(id): day for id, day in session.execute(select(Receipt.id, Receipt.day))}
    assert {days[one.id] for one in sent} <= {before, local_day(clock())}
    figures("device's clock two years off", served.kind, served.verdict(), acknowledged=20)


@short_and_long("many", 40, 1000)
def test_a_server_whose_clock_is_two_years_behind(embedded, figures, many):
    """The round has not begun for it: answers are kept for review, whole; then all goes on."""
    server = embedded.server(**two_years_behind())
    with server, embedded.crowd(server) as crowd:
        crowd.more(many)
    assert set(crowd.states) == {"kept-for-review"}
    with embedded.server() as right, embedded.crowd(right) as later:
        later.more(many)
    assert set(later.states) == {"stored"}
    with embedded.database() as database, database.read() as session:
        kept = set(session.scalars(select(KeptForReview.reason)))
    assert kept == {"round: was not open when this came"}
    figures(
        "server's clock two years behind", embedded.kind, embedded.verdict(),
        note=f"{len(crowd.acks)} kept for review meanwhile",
    )  # fmt: skip


def test_a_fake_clock_is_what_a_process_sees():
    told = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        capture_output=True, text=True, check=True,
        env={**os.environ, **two_years_behind()},
    )  # fmt: skip
    assert time.time() - float(told.stdout) == pytest.approx(TWO_YEARS, rel=0.01)
