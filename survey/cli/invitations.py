"""sipas invitation: single-use links for the persons of a sample, each with its cell."""

import csv
from pathlib import Path

import click

from survey.calendar import clock
from survey.cli.common import installation
from survey.cli.tickets import write_codes
from survey.errors import InputFault
from survey.fieldwork.tickets import make_invitations, spoken


@click.group("invitation")
def command() -> None:
    """Invitations: single-use links for sampled persons. The database never knows whose."""


@command.command("make")
@click.argument("round_", metavar="ROUND")
@click.option(
    "--persons",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="CSV with a column `cell`, one line a sampled person.",
)
@click.option("--url", required=True, help="Address of this installation, e.g. https://hoi.gov.vn")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def make(round_: str, persons: Path, url: str, out: Path) -> None:
    """Write the list of persons with a code and an address each to a CSV.

    What else the list says of a person is copied to the file and not stored here.
    """
    if out.exists():
        raise click.UsageError(f"{out} exists already; choose another name")
    head, lines, cells = _read(persons)
    with installation() as database, database.write() as session:
        codes = make_invitations(
            session, database.settings, round_, cells=[(cell, 1) for cell in cells],
            by="command", now=clock(),
        )  # fmt: skip
        rows = (
            [*line, spoken(code), f"{url.rstrip('/')}/i/{code}"]
            for line, code in zip(lines, codes, strict=True)
        )
        written = write_codes(out, [*head, "code", "address"], rows)
    click.echo(f"{out}: {written} invitations")


def _read(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Head, lines and the cell of each line. Raises InputFault with row and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *lines = list(csv.reader(file)) or [[]]
    except UnicodeDecodeError as error:
        raise InputFault([f"{path.name} is not UTF-8"]) from error
    if "cell" not in head:
        raise InputFault([f"{path.name}: there is no column cell"])
    at = head.index("cell")
    faults = [
        f"row {n}, column cell: write the number of a cell"
        for n, line in enumerate(lines, start=2)
        if len(line) != len(head) or not line[at].isdigit()
    ]
    if faults:
        raise InputFault(faults)
    return head, lines, [int(line[at]) for line in lines]
