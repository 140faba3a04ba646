"""sipas drivers"""

from pathlib import Path

import click

from survey.cli.of_plan import LANGUAGE, check_out, data_of, on_data
from survey.cli.quiet import end_quietly
from survey.lazy import load


@click.command("drivers")
@on_data
@click.option(
    "--model",
    type=click.Choice(["importance", "logit"]),
    default="importance",
    help="Parts of R² beside the shares (default), or an ordinal logit.",
)
@LANGUAGE
def command(
    plan: Path,
    data: str,
    engine: str,
    master: str | None,
    out: Path | None,
    kind: str | None,
    model: str,
    language: str,
) -> None:
    """Tell which factors and items overall satisfaction goes with, and where to act first.

    [drivers] in PLAN names the overall question and the factors; complete cases and those left
    out are told on stderr, and whether effects are the same at every cut of the logit.
    """
    check_out(out, kind)
    end_quietly()
    numbers = load("survey.reports.numbers")
    given = data_of(numbers, data, engine, master)
    text, lines = numbers.drivers_file(plan, given, out, kind, model=model, language=language)
    for line in lines:
        click.echo(line, err=True)
    click.echo(text, nl=False)
