"""sipas feedback: looking after the cases of the inbox."""

import click

from survey.cli.common import installation
from survey.feedback.rebuild import broken, differences


@click.group("feedback")
def command() -> None:
    """Cases of feedback: check their events, make derived columns again."""


@command.command("rebuild")
@click.option("--check", is_flag=True, help="Only tell what differs; exit code 1 if anything does.")
def rebuild(check: bool) -> None:
    """Make state, deadline and the other derived columns of every case again from its events."""
    with installation() as database, database.write() as session:
        altered = broken(session)
        for number, seq in altered:
            click.echo(f"{number}: event {seq} was altered or is missing", err=True)
        found = differences(session, mend=not check)
        for one in found:
            click.echo(f"{one.number}: {one.column} was {one.stored}, is {one.right}")
        click.echo(f"{len(found)} columns differ" + ("" if check else " and were mended"))
        if altered or (check and found):
            raise SystemExit(1)
