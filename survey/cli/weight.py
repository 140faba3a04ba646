"""sipas weight"""

from pathlib import Path

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("weight")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal.")
@click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))
def command(plan: Path, data: Path, out: Path | None, kind: str | None) -> None:
    """Add a column `weight` to a data file as PLAN says, and print what the weights look like.

    Without --out the data go to the terminal and the diagnostics to stderr. With --format json the
    diagnostics are JSON; --out may then end in .csv or .parquet. Files of margins are looked for
    beside PLAN.
    """
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
    end_quietly()
    text, lines = load("survey.reports.numbers").weigh_file(plan, data, out, kind)
    for line in lines:
        click.echo(line, err=out is None)
    click.echo(text, nl=False)
