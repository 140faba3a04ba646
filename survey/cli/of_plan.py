"""What every command takes that turns a plan and data into a table with sentences."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path, dir_okay=False)
TAKEN = (
    click.argument("plan", type=FILE),
    click.option("--data", type=FILE, required=True, help="CSV or Parquet, one row a response."),
    click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal."),
    click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"])),
    click.option("--publish", "minimum", type=click.IntRange(1), help="Leave out fewer answers."),
    click.option("--language", type=click.Choice(["vi", "en"]), default="vi"),
)


def of_plan(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the arguments plan, data, out, kind, minimum and language."""
    for take in reversed(TAKEN):
        command = take(command)
    return command


def check_out(out: Path | None, kind: str | None) -> None:
    """Raises click's UsageError for Parquet on the terminal."""
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")
