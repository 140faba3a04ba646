"""sipas ticket: one-time codes for receipts, which carry only counter, field and day."""

import csv
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from survey.calendar import clock, local_day
from survey.cli.common import installation
from survey.fieldwork.tickets import make_tickets, spoken, withdraw

MOST = 10_000


def write_codes(out: Path, head: list[str], rows: Iterable[list[str]]) -> int:
    """A CSV for its owner alone: who holds a code may answer with it. The number of rows."""
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        kept = list(rows)
        writer.writerows(kept)
    return len(kept)


@click.group("ticket")
def command() -> None:
    """Tickets: one-time codes on receipts that carry only counter, field and day."""


@command.command("make")
@click.argument("round_", metavar="ROUND")
@click.option("--counter", required=True, help="Code of the counter that gives them out.")
@click.option("--n", type=click.IntRange(1, MOST), required=True, help="How many.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Of the visit; by default today.")
@click.option("--field", help="Code of the field, where the counter does not tell which.")
@click.option("--url", required=True, help="Address of this installation, e.g. https://hoi.gov.vn")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def make(
    round_: str, counter: str, n: int, day: datetime | None, field: str | None, url: str, out: Path
) -> None:
    """Write N new tickets of a counter's day to a CSV: code, address, counter, field, day.

    The file is the only place where the codes stand: the database holds hashes.
    """
    if out.exists():
        raise click.UsageError(f"{out} exists already; choose another name")
    with installation() as database, database.write() as session:
        now = clock()
        of = day.date() if day else local_day(now)
        codes = make_tickets(
            session, database.settings, round_, counter=counter, n=n, day=of, field=field,
            by="command", now=now,
        )  # fmt: skip
        head = ["code", "address", "counter", "field", "day"]
        rows = (
            [spoken(code), f"{url.rstrip('/')}/i/{code}", counter, field or "", str(of)]
            for code in codes
        )
        written = write_codes(out, head, rows)
    click.echo(f"{out}: {written} tickets")


@command.command("withdraw")
@click.argument("code")
def take_back(code: str) -> None:
    """Take a ticket or an invitation back: it explains that it was replaced."""
    with installation() as database, database.write() as session:
        withdraw(session, database.settings, code, by="command", now=clock())
    click.echo("Withdrawn.")
