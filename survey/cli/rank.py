"""sipas rank"""

from pathlib import Path

import click

from survey.cli.of_plan import check_out, data_of, of_plan
from survey.cli.quiet import end_quietly
from survey.lazy import load


@click.command("rank")
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
    """Rank the domains of one estimate of PLAN, each with its confidence set and a phrase.

    [rank] in PLAN says which estimate and how; domains left out are named on stderr.
    """
    check_out(out, kind)
    end_quietly()
    numbers = load("survey.reports.numbers")
    given = data_of(numbers, data, engine, master)
    text, lines = numbers.rank_file(plan, given, out, kind, minimum=minimum, language=language)
    for line in lines:
        click.echo(line, err=True)
    click.echo(text, nl=False)
