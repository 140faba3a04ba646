"""sipas drivers"""

from pathlib import Path

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("drivers")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal.")
@click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))
@click.option(
    "--model",
    type=click.Choice(["importance", "logit"]),
    default="importance",
    help="Parts of R² beside the shares (default), or an ordinal logit.",
)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
def command(
    plan: Path, data: Path, out: Path | None, kind: str | None, model: str, language: str
) -> None:
    """Tell which factors and items overall satisfaction goes with, and where to act first.

    [drivers] in PLAN names the overall question and the factors; complete cases and those left
    out are told on stderr, and whether effects are the same at every cut of the logit.
    """
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
    end_quietly()
    numbers = load("survey.reports.numbers")
    text, lines = numbers.drivers_file(plan, data, out, kind, model=model, language=language)
    for line in lines:
        click.echo(line, err=True)
    click.echo(text, nl=False)
