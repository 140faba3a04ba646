"""What every command takes that turns a plan and data into a table."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click

FILE = click.Path(path_type=Path, dir_okay=False)
ON_DATA = (
    click.argument("plan", type=FILE),
    click.option("--data", required=True, help="CSV or Parquet, one row a response."),
    click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb"),
    click.option(
        "--master", help="The Spark cluster, such as spark://host:7077; else this machine."
    ),
    click.option("--out", type=FILE, help="CSV, JSON or Parquet by its ending; else the terminal."),
    click.option("--format", "kind", type=click.Choice(["csv", "json", "parquet"])),
)
LANGUAGE = click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
IN_WORDS = (
    click.option("--publish", "minimum", type=click.IntRange(1), help="Leave out fewer answers."),
    LANGUAGE,
)


def of_plan(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the arguments of `on_data`, minimum and language."""
    for take in reversed(IN_WORDS):
        command = take(command)
    return on_data(command)


def on_data(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the arguments plan, data, engine, master, out and kind."""
    for take in reversed(ON_DATA):
        command = take(command)
    return command


def check_out(out: Path | None, kind: str | None) -> None:
    """Raises click's UsageError for Parquet on the terminal."""
    if out is None and kind == "parquet":
        raise click.UsageError("--format parquet needs --out FILE")


def data_of(numbers: ModuleType, data: str, engine: str, master: str | None) -> Any:
    """The data for an engine. Raises click's UsageError where the engine is not installed."""
    if engine == "duckdb":
        if master is not None:
            raise click.UsageError("--master needs --engine spark")
        return Path(data)
    try:
        return numbers.in_spark(data, master or "local[*]")
    except numbers.EngineMissing as error:
        raise click.UsageError(str(error)) from error
