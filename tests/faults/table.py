"""The table of faults: gathered from the tests, printed at their end, written where told.

A test adds its row by the fixture `figures`. What this machine refuses is skipped by `not_run` and
stands in the table as "not run: reason"; the long table then ends with exit code 9.
"""

import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.faults.checker import Verdict
from tests.faults.crowd import Crowd

NOT_RUN = "not run: "
INCOMPLETE = 9  # exit code: nothing failed, and something could not be looked at
HEADS = ("fault", "database", "rounds", "acknowledged", "lost", "doubled", "invented")
HEADS += ("back, median s", "back, max s", "note")
KEY = "fault-row"


@dataclass(frozen=True)
class Row:
    """One line. back: seconds without service of each round."""

    fault: str
    database: str
    rounds: int
    acknowledged: int
    lost: int
    doubled: int
    invented: int
    back: tuple[float, ...] = ()
    note: str = ""

    def cells(self) -> list[str]:
        counts = (self.rounds, self.acknowledged, self.lost, self.doubled, self.invented)
        times = ("–", "–")
        if self.back:
            times = (f"{median(self.back):.2f}", f"{max(self.back):.2f}")
        return [self.fault, self.database, *(f"{n:,}" for n in counts), *times, self.note]


Figures = Callable[..., None]


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """figures(fault, database, verdict, crowd=, rounds=, back=, note=) adds a row, then asserts
    that nothing was lost, doubled, invented or otherwise wrong. crowd: whose acknowledgements the
    row counts; without it, all of the installation. bites: the opposite, of a fault against which
    nothing was done, to show that a loss would be seen."""

    def add(
        fault: str,
        database: str,
        verdict: Verdict,
        *,
        crowd: Crowd | None = None,
        acknowledged: int | None = None,
        rounds: int = 1,
        back: tuple[float, ...] | list[float] = (),
        note: str = "",
        bites: bool = False,
    ) -> None:
        if acknowledged is None:
            acknowledged = verdict.acknowledged if crowd is None else len(crowd.acks)
        row = Row(
            fault, database, rounds, acknowledged, verdict.lost,
            verdict.doubled, verdict.invented, tuple(back), note,
        )  # fmt: skip
        record_property(KEY, asdict(row))
        if bites:
            assert verdict.lost > 0
        else:
            assert verdict.faults == []

    return add


def not_run(reason: str) -> None:
    """This machine cannot make the fault happen."""
    pytest.skip(NOT_RUN + reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults-report", type=Path, help="Write the table of faults to this file.")


def _reason(report: pytest.TestReport) -> str:
    """Why a test was not run; empty for one that was."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    return told.removeprefix("Skipped: ") if report.skipped and NOT_RUN in told else ""


class Table:
    """Rows as they come, from this process or from those of xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: list[Row] = []
        self._refused: list[tuple[str, str]] = []
        self._failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "tests/faults/" not in report.nodeid and KEY not in dict(report.user_properties):
            return
        name = report.nodeid.partition("::")[2]
        if reason := _reason(report):
            self._refused.append((name, reason))
        elif report.failed:
            self._failed.append(name)
        if report.when == "call":
            found: Any = dict(report.user_properties).get(KEY)
            if found:
                self._rows.append(Row(**{**found, "back": tuple(found["back"])}))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        long = self._config.option.markexpr == "faults"
        if long and self._refused and session.exitstatus == 0:
            session.exitstatus = INCOMPLETE

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = self._lines()
        if not lines:
            return
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
        path = self._config.option.faults_report
        if path:
            path.write_text("\n".join([*HEADING, *lines, ""]) + self._where(), encoding="utf-8")

    def _lines(self) -> list[str]:
        cells = [row.cells() for row in sorted(self._rows, key=lambda r: (r.fault, r.database))]
        cells += [[name, *["–"] * 8, reason] for name, reason in self._refused]
        cells += [[name, *["–"] * 8, "FAILED"] for name in self._failed]
        if not cells:
            return []
        return [_line(HEADS), _line(["---"] * len(HEADS)), *map(_line, cells)]

    def _where(self) -> str:
        return (
            f"\n{date.today()}, {os.cpu_count()} cores, {platform.system()} "
            f"{platform.release()}, Python {platform.python_version()}.\n"
        )


HEADING = """# Faults

Printed by `./test faults`, and written here by `./test faults --faults-report=docs/faults.md`.
Each line is one fault made to happen to a real `sipas serve` while clients send answers and try
again until they are acknowledged. A history of what each client sent and was told is compared
with the database (`tests/faults/checker.py`); the lines of browsers, and of a phone and a kiosk
without a network, are of a real Chromium (`tests/browser/test_offline.py`). *Back* is the time
from the fault, or from its end, to the next answer that was sent and acknowledged, the start of
Python included; times are printed and not asserted. The one line that loses, a power cut with
`synchronous=NORMAL`, is of `./test` and does so on purpose: it shows that a loss would be seen.
“not run” is what this machine refuses: it is not passed, and the command ends with 9.
""".splitlines()


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Table(config), "table of faults")
