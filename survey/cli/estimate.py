"""sipas estimate"""

from pathlib import Path

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("estimate")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal.")
@click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))
@click.option("--publish", "minimum", type=click.IntRange(1), help="Hide fewer answers than this.")
@click.option("--flags", type=click.Choice(["nchs"]), help="Add what this standard says of shares.")
@click.option("--cv", is_flag=True, help="Add the coefficient of variation, se over value.")
def command(
    plan: Path,
    data: Path,
    out: Path | None,
    kind: str | None,
    minimum: int | None,
    flags: str | None,
    cv: bool,
) -> None:
    """Estimate what PLAN asks from a data file, with standard errors and intervals."""
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
    end_quietly()
    numbers = load("survey.reports.numbers")
    text = numbers.estimate_file(plan, data, out, kind, minimum, flags, cv)
    click.echo(text, nl=False)
