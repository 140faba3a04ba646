"""sipas estimate"""

from pathlib import Path

import click

from survey.cli.of_plan import FILE, check_out, data_of, on_data
from survey.cli.quiet import end_quietly
from survey.lazy import load


@click.command("estimate")
@on_data
@click.option("--publish", "minimum", type=click.IntRange(1), help="Hide fewer answers than this.")
@click.option("--flags", type=click.Choice(["nchs"]), help="Add what this standard says of shares.")
@click.option("--cv", is_flag=True, help="Add the coefficient of variation, se over value.")
@click.option("--keep", type=FILE, help="Keep the totals here (Parquet), to take as --data later.")
def command(
    plan: Path,
    data: str,
    engine: str,
    master: str | None,
    out: Path | None,
    kind: str | None,
    minimum: int | None,
    flags: str | None,
    cv: bool,
    keep: Path | None,
) -> None:
    """Estimate what PLAN asks from a data file, with standard errors and intervals."""
    check_out(out, kind)
    if keep is not None and keep.suffix.lower() not in (".parquet", ".pq"):
        raise click.UsageError("--keep needs a file ending in .parquet")
    end_quietly()
    numbers = load("survey.reports.numbers")
    given = data_of(numbers, data, engine, master)
    text = numbers.estimate_file(plan, given, out, kind, minimum, flags, cv, keep)
    click.echo(text, nl=False)
