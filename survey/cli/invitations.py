"""sipas invitation: single-use links for the persons of a sample, each with its cell."""

from pathlib import Path

import click

from survey.calendar import clock
from survey.cli.common import installation
from survey.cli.tickets import write_codes
from survey.fieldwork.invitations import with_codes
from survey.fieldwork.persons import read_persons


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
    listed = read_persons(persons.read_bytes(), persons.name)
    with installation() as database, database.write() as session:
        head, *rows = with_codes(
            session, database.settings, round_, listed, root=f"{url.rstrip('/')}/",
            by="command", now=clock(),
        )  # fmt: skip
        written = write_codes(out, head, rows)
    click.echo(f"{out}: {written} invitations")
