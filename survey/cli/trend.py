"""sipas trend"""

from pathlib import Path

import click

from survey.cli.of_plan import check_out, data_of, of_plan
from survey.cli.quiet import end_quietly
from survey.lazy import load


@click.command("trend")
@of_plan
def command(
    plan: Path,
    data: str,
    engine: str,
    master: str | None,
    out: Path | None,
    kind: str | None,
    minimum: int | None,
    language: str,
) -> None:
    """Follow the estimate that [trend] of PLAN names: levels, changes, slopes, with sentences.

    Nothing is compared over a break of the series.
    """
    check_out(out, kind)
    end_quietly()
    numbers = load("survey.reports.numbers")
    given = data_of(numbers, data, engine, master)
    text = numbers.compare_file(
        plan, given, out, kind, minimum=minimum, language=language, over_time=True
    )
    click.echo(text, nl=False)
