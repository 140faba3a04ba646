"""sipas migrate"""

import click

from survey.cli.common import installation
from survey.database.migrate import current, head, upgrade
from survey.jobs import in_use


@click.command("migrate")
def command() -> None:
    """Bring the database to the schema of this release. Stop 'sipas serve' before."""
    with installation(migrated=False) as database:
        before, now = current(database), head()
        if before != now:
            with in_use(database):
                upgrade(database)
    if before == now:
        click.echo(f"Already at {now}.")
    else:
        click.echo(f"From {before or 'an empty database'} to {now}.")
