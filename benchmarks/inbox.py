"""The inbox of 200,000 cases as officers open it: pages, search, one act on 500 cases.

    python -m benchmarks.inbox [--cases 200000] [--database sqlite|postgresql|both] [--rounds 100]

Cases and events are simulated (`benchmarks.feedback_data`). Pages are asked for in this process,
from the address to the last byte; statements are counted at the driver.
"""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import click
import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from benchmarks._measured import Target, judged, scratch, seconds
from benchmarks.feedback_data import fill
from survey.app import create_app
from survey.calendar import clock
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.feedback.cases import Act, do_all
from survey.feedback.machine import OPEN
from survey.feedback.tables import Case
from survey.site import set_site_value
from survey.staff import sessions
from survey.staff.tables import Grant, Staff
from survey.units.tables import Area
from tests.postgres import Cluster

PAGE_MS, STATEMENTS, CASE_MS, SEARCH_MS, BULK_S = 200, 12, 200, 100, 3
BULK = 500  # cases of one act
CASES = 20  # of a kind, whose pages are opened in turns
VIEWS = ("queue", "mine", "unit", "overdue")
SEARCHES = {
    "common word": "hồ sơ",
    "common word without accents": "ho so",
    "three words without accents": "giay khai sinh",
    "rare words": "hồ sơ 54321",
    "rare words without accents": "vay von bien lai",
    "in no case": "kangaroo",
    "number of a case": "PA-012345",
}


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one page asked for many times, and its statements, the most of them."""

    times: list[float]
    statements: int

    def at(self, share: float) -> float:
        return float(np.quantile(self.times, share))


class Browser:
    """Somebody at the desk, signed in."""

    def __init__(self, app: Flask, database: Database, staff_id: int) -> None:
        self.client: FlaskClient = app.test_client()
        with database.write() as session:
            token = sessions.start(session, staff_id, browser="", second_factor=False, now=clock())
        with self.client.session_transaction("/desk/") as cookie:
            cookie["_user_id"] = token
        self.asked = 0
        engine = app.extensions["sipas.database"].engine
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_given: object) -> None:
        self.asked += 1

    def open(self, path: str) -> None:
        answer = self.client.get(path)
        if answer.status_code not in (200, 303):
            raise click.ClickException(f"{path}: {answer.status_code}")

    def timed(self, addresses: Sequence[str], rounds: int) -> Timed:
        """One address or several in turns."""
        self.open(addresses[0])  # warms up
        times, most = [], 0
        for path in islice(cycle(addresses), rounds):
            before = self.asked
            times.append(1000 * seconds(partial(self.open, path)))
            most = max(most, self.asked - before)
        return Timed(times, most)


def people(session: Session) -> dict[str, int]:
    """Ids of accounts: an officer of the busiest unit, who supervises its province, or all."""
    busiest = select(Case.unit_id).group_by(Case.unit_id).order_by(func.count().desc()).limit(1)
    unit = session.get_one(Area, session.scalar(busiest))
    granted = select(Grant.staff_id).where(Grant.area_id == unit.id, Grant.role == "officer")
    found = {"officer": session.scalars(granted.limit(1)).one()}
    for name, area_id in (("province", unit.parent_id), ("everywhere", None)):
        staff = Staff(
            login=f"bench.{name}", name=name, password_hash="!", must_change=False,
            made_at=clock() - timedelta(days=1),
        )  # fmt: skip
        session.add(staff)
        session.flush()
        session.add(Grant(staff_id=staff.id, role="supervisor", area_id=area_id))
        found[name] = staff.id
    return found


def bulk(database: Database, staff_id: int) -> float:
    """Seconds of one act with words on the cases that have waited longest, commit included."""
    still = (Case.answered_at.is_(None), Case.closed_at.is_(None), ~Case.sealed)
    act = Act("note", f"staff:{staff_id}", "officer", words="Đã nhắc bộ phận một cửa kiểm tra.")
    with database.write() as session:
        chosen = session.scalars(select(Case).where(*still).order_by(Case.id).limit(BULK)).all()
        if len(chosen) < BULK:
            raise click.ClickException(f"only {len(chosen)} cases are open: ask for more --cases")
        started = time.perf_counter()
        do_all(session, chosen, act, now=clock())
        session.commit()
        return time.perf_counter() - started


def measured(kind: str, settings: Settings, cases: int, rounds: int) -> list[Target]:
    """Prints what each page took on this database; the targets."""
    database = Database(settings)
    upgrade(database)
    started = time.perf_counter()
    events = fill(database, cases, seed=1, until=clock())
    with database.write() as session:
        set_site_value(session, "simulated", "yes")
        known = people(session)
    click.echo(f"\n{kind}: {cases:,} cases, {events:,} events, made in "
               f"{time.perf_counter() - started:,.0f} s\n")  # fmt: skip
    app = create_app(settings)
    gc.freeze()
    click.echo("| page | who | p50, ms | p95, ms | statements |\n|---|---|---|---|---|")
    found: dict[str, list[Timed]] = {"page": [], "search": [], "case": []}
    for who, staff_id in known.items():
        browser = Browser(app, database, staff_id)
        for name, addresses, what in opened(database):
            timed = browser.timed(addresses, rounds)
            found[what].append(timed)
            click.echo(f"| {name} | {who} | {timed.at(0.5):.1f} | {timed.at(0.95):.1f} | "
                       f"{timed.statements} |")  # fmt: skip
    acts = sorted(bulk(database, known["province"]) for _ in range(3))
    database.close()
    app.extensions["sipas.database"].close()
    return [
        Target(f"{kind}: inbox page, p95 of the slowest", worst(found["page"]), PAGE_MS, " ms"),
        Target(f"{kind}: statements of a page", most(found["page"]), STATEMENTS, ""),
        Target(
            f"{kind}: page of one case, p95 of the slowest", worst(found["case"]), CASE_MS, " ms"
        ),
        Target(f"{kind}: search, p95 of the slowest", worst(found["search"]), SEARCH_MS, " ms"),
        Target(f"{kind}: one act on {BULK} cases", acts[1], BULK_S, " s"),
    ]


def opened(database: Database) -> Iterator[tuple[str, Sequence[str], str]]:
    """What is opened: its name, its addresses, whether a page of the inbox, a search or a case."""
    for view in VIEWS:
        yield view, [f"/desk/feedback?view={view}"], "page"
    for name, words in SEARCHES.items():
        yield f"search: {name}", [f"/desk/feedback/search?q={words}"], "search"
    for name, ids in some_cases(database).items():
        yield f"case: {name}", [f"/desk/feedback/{id}" for id in ids], "case"


def some_cases(database: Database) -> dict[str, Sequence[int]]:
    """Ids in the busiest unit: the newest open cases, answered ones, those with most acts."""
    busiest = select(Case.unit_id).group_by(Case.unit_id).order_by(func.count().desc()).limit(1)
    theirs = select(Case.id).where(
        Case.unit_id == busiest.scalar_subquery(), ~Case.sealed, Case.shown_at <= clock()
    )
    newest = Case.received_at.desc()
    wanted = {
        "open": theirs.where(Case.state.in_(OPEN)).order_by(newest),
        "answered": theirs.where(Case.state == "released").order_by(newest),
        "of many acts": theirs.order_by(Case.version.desc(), newest),
    }
    with database.read() as session:
        return {name: session.scalars(one.limit(CASES)).all() for name, one in wanted.items()}


def worst(timed: list[Timed]) -> float:
    return max(one.at(0.95) for one in timed)


def most(timed: list[Timed]) -> int:
    return max(one.statements for one in timed)


@click.command()
@click.option("--cases", default=200_000, show_default=True)
@click.option(
    "--database", default="both", show_default=True,
    type=click.Choice(["sqlite", "postgresql", "both"]),
)  # fmt: skip
@click.option("--rounds", default=100, show_default=True, help="Times that a page is opened.")
def main(cases: int, database: str, rounds: int) -> None:
    targets: list[Target] = []
    if database != "postgresql":
        with scratch() as folder:
            targets += measured("sqlite", in_folder(folder), cases, rounds)
    if database != "sqlite":
        with scratch() as folder, Cluster() as cluster:
            chosen = in_folder(folder, cluster.new_database())
            targets += measured("postgresql", chosen, cases, rounds)
    judged(targets)


def in_folder(folder: Path, url: str = "") -> Settings:
    return Settings(url or f"sqlite:///{folder / 'sipas.db'}", folder, folder / "secret")


if __name__ == "__main__":
    main()
