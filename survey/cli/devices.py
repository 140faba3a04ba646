"""sipas device enrol | revoke | list | gaps | rotate-key"""

import csv
import json
import sys
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.cli.common import installation
from survey.fieldwork.devices import enrolment, store
from survey.fieldwork.devices.gaps import gaps_of, missing
from survey.respond.sealing import rotate
from survey.units.places import counter_by_code

BY = "command"
COLUMNS = (
    "id", "name", "counter", "centre", "state", "enrolled_at", "contact_at", "queued", "oldest_at",
    "missing", "skew", "persisted", "battery", "version",
)  # fmt: skip
GAP_COLUMNS = ("device", "name", "counter", "first", "last", "count", "after", "before")
FORMAT = click.option(
    "--format", "form", type=click.Choice(("text", "json", "csv")), default="text"
)


@click.group("device")
def command() -> None:
    """Enrol, list and revoke the devices of counters."""


@command.command("enrol")
@click.argument("counter")
@click.option("--name", required=True, help="What staff call it.")
def enrol(counter: str, name: str) -> None:
    """Print a one-time code that enrols a device at COUNTER within ten minutes.

    Type it at the address /k of the installation, on the device itself.
    """
    with installation() as database, database.write() as session:
        found = counter_by_code(session, counter)
        if found is None:
            raise click.ClickException(f"There is no counter {counter}.")
        code = enrolment.make_code(session, found, name, by=BY, now=clock())
    click.echo(f"{code[: enrolment.HALF]}-{code[enrolment.HALF :]}")
    click.echo("Open /k on the device and type the code within ten minutes.", err=True)


@command.command("revoke")
@click.argument("id")
@click.option("--reason", required=True, help="Why, for the audit chain and the device's page.")
def revoke(id: str, reason: str) -> None:
    """Trust the device ID no more; what it still sends is kept for review."""
    with installation() as database, database.write() as session:
        line = store.find_device(session, id)
        store.revoke(session, line.device, reason[:200], by=BY, now=clock())
    click.echo(f"Revoked {id}.", err=True)


@command.command("list")
@FORMAT
def list_(form: str) -> None:
    """List devices with how they were when they last called."""
    with installation() as database, database.read() as session:
        rows = _rows(session)
    shown = ("id", "name", "counter", "state", "contact_at", "queued", "missing")
    _print(rows, COLUMNS, shown, form)


def _rows(session: Session) -> list[dict[str, Any]]:
    lines = store.devices(session)
    gaps = gaps_of(session, [line.device for line in lines])
    return [
        {
            **{name: getattr(line.device, name, None) for name in COLUMNS},
            "counter": line.counter.code,
            "centre": line.centre.code,
            "state": "revoked" if line.device.revoked_at else "in use",
            "missing": missing(gaps[line.device.id]),
        }
        for line in lines
    ]


@command.command("gaps")
@FORMAT
def gaps_(form: str) -> None:
    """List the numbers of answers that devices gave and that never arrived.

    One line a gap: first to last are missing; after is the day of the number before, before that
    of the number behind (empty: nothing came since). Exit code 1 when there is any.
    """
    with installation() as database, database.read() as session:
        lines = store.devices(session)
        found = gaps_of(session, [line.device for line in lines])
        rows = [
            {
                "device": line.device.id,
                "name": line.device.name,
                "counter": line.counter.code,
                "first": gap.first,
                "last": gap.last,
                "count": gap.count,
                "after": gap.after,
                "before": gap.before,
            }
            for line in lines
            for gap in found[line.device.id]
        ]
    _print(rows, GAP_COLUMNS, GAP_COLUMNS, form)
    if rows:
        raise click.exceptions.Exit(1)


@command.command("rotate-key")
def rotate_key() -> None:
    """Make a new key to which devices seal answers; the one before opens for 180 days more."""
    with installation() as database:
        made = rotate(database, by=BY, now=clock())
    click.echo(made.id)


def _print(
    rows: list[dict[str, Any]], columns: tuple[str, ...], shown: tuple[str, ...], form: str
) -> None:
    plain = [{name: _plain(row[name]) for name in columns} for row in rows]
    if form == "json":
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(plain)
    else:
        for row in plain:
            click.echo("\t".join("" if row[n] is None else str(row[n]) for n in shown))


def _plain(value: Any) -> Any:
    """As JSON has it: moments and days as text."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value if value is None or isinstance(value, bool | int | float) else str(value)
