"""sipas migrate"""

import click

from survey.cli.common import installation
from survey.database.migrate import current, head, upgrade


@click.command("migrate")
def command() -> None:
    """Bring the database to the schema of this release."""
    with installation(migrated=False) as database:
        before = current(database)
        upgrade(database)
        now = head()
    if before == now:
        click.echo(f"Already at {now}.")
    else:
        click.echo(f"From {before or 'an empty database'} to {now}.")
