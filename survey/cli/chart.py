"""sipas chart"""

from pathlib import Path

import click

from survey.cli.quiet import end_quietly
from survey.lazy import load
from survey.reports.chart_words import MERGER, METHOD_BREAK, chart_words

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("chart")
@click.argument("plan", type=FILE)
@click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response.")
@click.option("--out", type=FILE, required=True, help="An .svg or .png file.")
@click.option("--block", type=click.IntRange(0), default=0, help="Which [[estimate]], from 0.")
@click.option("--x", default="year", help="The domain column along the axis.")
@click.option("--series", help="The domain column that makes one line a value.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
@click.option("--minimum", type=click.IntRange(1), default=10, help="Fewer answers are not drawn.")
@click.option("--break", "breaks", type=float, multiple=True, help="Last x before a break.")
@click.option("--simulated", is_flag=True, help="Print on the chart that the data are simulated.")
def command(
    plan: Path,
    data: Path,
    out: Path,
    block: int,
    x: str,
    series: str | None,
    language: str,
    minimum: int,
    breaks: tuple[float, ...],
    simulated: bool,
) -> None:
    """Draw the trend of one estimate of PLAN: lines with intervals, broken where they break.

    With --x year the lines break after 2021 (method) and 2024 (provinces), unless --break is said.
    """
    if out.suffix.lower() not in (".svg", ".png"):
        raise click.UsageError(f"--out must end in .svg or .png, not {out.name}")
    if not breaks and x == "year":
        breaks = (METHOD_BREAK, MERGER)
    end_quietly()
    load("survey.reports.numbers").chart_file(
        plan,
        data,
        out,
        block=block,
        x=x,
        series=series,
        minimum=minimum,
        breaks=breaks,
        simulated=simulated,
        words=lambda level: chart_words(language, level),
    )
    click.echo(f"{out}", err=True)
