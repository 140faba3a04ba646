"""sipas snapshot"""

import json

import click

from survey.calendar import clock
from survey.cli.common import installation
from survey.jobs import alone
from survey.respond.snapshot import rounds_with_responses, take_snapshots
from survey.respond.weights import freeze_weights


@click.command("snapshot")
@click.argument("rounds", metavar="[ROUND]...", nargs=-1)
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
def command(rounds: tuple[str, ...], kind: str) -> None:
    """Freeze weights and write the released responses of ROUNDs, or of all, as Parquet.

    Only what is released is in it: run 'sipas work --once' first for the newest answers.
    """
    now = clock()
    with installation() as database, alone(database):
        with database.read() as session:
            codes = list(rounds) or rounds_with_responses(session)
        for code in codes:
            freeze_weights(database, code, now=now)
        for made in take_snapshots(database, codes, now=now) if codes else ():
            told = {
                "round": made.round,
                "rows": made.rows,
                "path": str(database.settings.data / made.path),
                "sha256": made.sha256,
            }
            if kind == "json":
                click.echo(json.dumps(told, ensure_ascii=False))
            else:
                click.echo(f"{made.round}: {made.rows} responses in {told['path']}")
