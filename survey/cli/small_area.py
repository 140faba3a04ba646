"""sipas small-area"""

from pathlib import Path

import click

from survey.cli.of_plan import check_out
from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("small-area")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--areas", type=FILE, help="CSV or Parquet, one row an area, with the covariates.")
@click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal.")
@click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))
@click.option("--publish", "minimum", type=click.IntRange(1), help="Fewer answers: synthetic only.")
def command(
    plan: Path,
    data: Path,
    areas: Path | None,
    out: Path | None,
    kind: str | None,
    minimum: int | None,
) -> None:
    """Model areas with few answers: direct and composite estimates with their errors.

    [small_area] in PLAN names the estimate and the covariates; what the model rests on is told on
    stderr. Areas of the file that nobody answered in get what the model says of areas like them.
    """
    check_out(out, kind)
    end_quietly()
    numbers = load("survey.reports.numbers")
    text, lines = numbers.small_area_file(plan, data, out, kind, areas=areas, minimum=minimum)
    for line in lines:
        click.echo(line, err=True)
    click.echo(text, nl=False)
