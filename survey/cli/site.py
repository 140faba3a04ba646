"""sipas site"""

import json

import click

from survey.calendar import clock
from survey.cli.common import installation
from survey.respond.health import metrics_token
from survey.respond.served.door import served_token
from survey.respond.ticket_door import tickets_token
from survey.site import DEFAULTS, set_site_value, site_values
from survey.staff.audit import record
from survey.text import normal

SIMULATED = ("yes", "")


@click.group("site")
def command() -> None:
    """Set what the installation says of itself: organiser, contact, simulated."""


@command.command("set")
@click.argument("name", type=click.Choice(list(DEFAULTS)))
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Store VALUE under NAME; an empty VALUE takes it away.

    NAME simulated: "yes" puts "Dữ liệu mô phỏng" on every page, "" takes it away.
    """
    value = normal(value)
    if name == "simulated" and value not in SIMULATED:
        raise click.UsageError('simulated is "yes" or empty ("").')
    with installation() as database, database.write() as session:
        set_site_value(session, name, value)
        record(
            session, actor="command", act="site.set", object=f"site:{name}", now=clock(),
            detail=value,
        )  # fmt: skip
    click.echo(f"{name}: {value or '(empty)'}")


@command.command("show")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show(form: str) -> None:
    """Print what the installation says of itself."""
    with installation() as database, database.read() as session:
        values = site_values(session)
    if form == "json":
        click.echo(json.dumps(values, ensure_ascii=False, indent=1))
    else:
        for name, value in values.items():
            click.echo(f"{name}: {value or '(empty)'}")


@command.command("served-token")
def served_token_() -> None:
    """Print the bearer token with which another system tells how many people were served."""
    with installation() as database:
        click.echo(served_token(database.settings))


@command.command("tickets-token")
def tickets_token_() -> None:
    """Print the bearer token with which a queue system asks for tickets for its receipts."""
    with installation() as database:
        click.echo(tickets_token(database.settings))


@command.command("token")
def token() -> None:
    """Print the bearer token that opens /metrics from another machine."""
    with installation() as database:
        click.echo(metrics_token(database.settings))
