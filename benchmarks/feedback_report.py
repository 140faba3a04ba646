"""The monthly report of an inbox of 200,000 cases: the scan of one table and the figures from it.

    python -m benchmarks.feedback_report [--cases 200000]

Cases and events are simulated (`benchmarks.feedback_data`), on the embedded database.
"""

import click

from benchmarks._measured import Target, in_turns, judged, scratch
from benchmarks.feedback_data import UNTIL, fill
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.feedback.hours import hours_of_units
from survey.feedback.numbers import report
from survey.feedback.reports.cohort import cohort
from survey.feedback.reports.periods import Period, read

LIMIT = 2.0  # seconds
PERIODS = {"month": "2026-07", "quarter": "2026-q2", "year": "2025"}


def made(database: Database, period: Period) -> int:
    """Every figure of the period by unit; how many cases they are of."""
    with database.read() as session:
        found = cohort(session, period, None, now=UNTIL)
        hours = hours_of_units(session, found.unit)
        whole, _lines = report(found, hours, "unit", first=period.first, now=UNTIL, minimum=5)
    return whole.received


@click.command()
@click.option("--cases", default=200_000, show_default=True)
def main(cases: int) -> None:
    with scratch() as folder:
        database = Database(Settings(f"sqlite:///{folder / 'sipas.db'}", folder, folder / "secret"))
        upgrade(database)
        events = fill(database, cases, seed=1)
        click.echo(f"{cases:,} cases, {events:,} events")
        periods = {name: read(key) for name, key in PERIODS.items()}
        known = {name: period for name, period in periods.items() if period is not None}
        tasks = {
            name: (lambda period=period: made(database, period)) for name, period in known.items()
        }
        times = in_turns(tasks)
        for name, period in known.items():
            click.echo(f"{name}: {made(database, period):,} cases, {times[name]:.2f} s")
        database.close()
    judged([Target("monthly report by unit", times["month"], LIMIT, " s")])


if __name__ == "__main__":
    main()
