"""sipas check: what is wrong with an installation, in sentences."""

import json

import click
from rich.console import Console

from survey.calendar import clock
from survey.cli.common import installation
from survey.cli.health import look


@click.command("check")
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
def command(kind: str) -> None:
    """Look at the health of an installation. Exit 1 when something is wrong.

    Integrity, durability, schema, version of SQLite, disk, orphans, pictures and sounds, audit
    chain, weights, snapshots, kiosks with what did not arrive of them, sealing keys, jobs.
    """
    progress = Console(stderr=True)
    with installation(migrated=False) as database:
        findings = list(look(database, now=clock(), progress=progress.print))
    if kind == "json":
        told = [{"check": f.check, "ok": f.ok, "detail": f.detail} for f in findings]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for found in findings:
            click.echo(f"{'ok   ' if found.ok else 'WRONG'} {found.check}: {found.detail}")
    if not all(found.ok for found in findings):
        raise click.exceptions.Exit(1)
