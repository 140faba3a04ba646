"""sipas sample"""

from pathlib import Path
from types import ModuleType

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load

FILE = click.Path(path_type=Path, dir_okay=False)
PLAN = click.argument("plan", type=FILE)
FRAME = click.option("--frame", type=FILE, required=True, help="CSV or Parquet, one row a unit.")
OUT = click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending.")
FORMAT = click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"]))


@click.group("sample")
def command() -> None:
    """Size, allocate and draw samples as the [sample] of a plan says."""


def numbers(out: Path | None, kind: str | None) -> ModuleType:
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
    end_quietly()
    return load("survey.fieldwork.numbers")


@command.command("size")
@PLAN
@FRAME
@OUT
@FORMAT
def size(plan: Path, frame: Path, out: Path | None, kind: str | None) -> None:
    """How many answers each [[sample.sizes]] of PLAN needs, and how many people to ask."""
    click.echo(numbers(out, kind).size_file(plan, frame, out, kind), nl=False)


@command.command("allocate")
@PLAN
@FRAME
@OUT
@FORMAT
def allocate(plan: Path, frame: Path, out: Path | None, kind: str | None) -> None:
    """How many units each stratum gets by the [sample.allocation] of PLAN."""
    text, lines = numbers(out, kind).allocate_file(plan, frame, out, kind)
    for line in lines:
        click.echo(line, err=True)
    click.echo(text, nl=False)


@command.command("draw")
@PLAN
@FRAME
@OUT
@FORMAT
@click.option("--pairs", type=FILE, help="Joint probabilities of the first-stage units drawn.")
@click.option("--verify", type=FILE, help="Draw again and compare with this file; write nothing.")
def draw(
    plan: Path,
    frame: Path,
    out: Path | None,
    kind: str | None,
    pairs: Path | None,
    verify: Path | None,
) -> None:
    """Draw the sample and its reserve by the [[sample.selection]] of PLAN.

    Beside --out FILE stands FILE.record.json: hashes of plan, frame and rows, the seed, and the
    [design] to estimate with. Exit code 1 when --verify finds another sample.
    """
    if (out is None) == (verify is None):
        raise click.UsageError("give --out FILE to draw, or --verify FILE to check a sample")
    if pairs is not None and out is None:
        raise click.UsageError("--pairs goes with --out FILE")
    own = numbers(out or verify, kind)
    if out is not None:
        own.draw_file(plan, frame, out, kind, pairs, lambda line: click.echo(line, err=True))
        return
    found = own.verify_file(plan, frame, verify)
    for line in found:
        click.echo(line, err=True)
    if found:
        raise click.ClickException(f"{verify} is not verified")
    click.echo(f"{verify} is the sample that the plan draws from this frame")
