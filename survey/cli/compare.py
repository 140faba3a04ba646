"""sipas compare"""

from pathlib import Path

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("compare")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal.")
@click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))
@click.option("--publish", "minimum", type=click.IntRange(1), help="Leave out fewer answers.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
def command(
    plan: Path, data: Path, out: Path | None, kind: str | None, minimum: int | None, language: str
) -> None:
    """Test what the [[compare]] of PLAN ask: changes, differences, tables, each with a sentence.

    Every [[compare]] is one family, adjusted together. Self-selected rounds are refused.
    """
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
    end_quietly()
    numbers = load("survey.reports.numbers")
    text = numbers.compare_file(plan, data, out, kind, minimum=minimum, language=language)
    click.echo(text, nl=False)
