"""sipas demo"""

import click
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.cli import demo_cases
from survey.cli.common import installation
from survey.database import Database
from survey.database.migrate import current, upgrade
from survey.demo import accounts
from survey.errors import Conflict
from survey.fieldwork.tables import Round
from survey.lazy import load
from survey.respond.snapshot import take_snapshots
from survey.respond.weights import freeze_weights
from survey.staff.tables import Staff
from survey.units.tables import Area

MARKER = "sipas-2019"  # a round that only the demo has


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when the demo is there already.")
def command(if_empty: bool) -> None:
    """Build the simulated province of Quảng Trị 2019–2026 in an empty database.

    Everything in it is simulated and says so. Prints an account for each role at the end.
    """
    with installation(migrated=False) as database:
        if not current(database):
            upgrade(database)
    with installation() as database:
        if not (if_empty and _is_there(database)):
            _build(database)
        _tell(database)


def _is_there(database: Database) -> bool:
    with database.read() as session:
        return session.get(Round, MARKER) is not None


def _build(database: Database) -> None:
    console = Console(stderr=True)
    now = clock()
    with database.write() as session:
        _refuse_unless_empty(session)
        codes = load("survey.demo.build").build(session, now=now, progress=console.print)
        accounts.build(session, database.settings.secret(), now=now)
        console.print("Phiếu phản ánh, góp ý · simulated feedback")
        demo_cases.build(session, now=now)
    for code in codes:
        console.print(f"{code} · weights")
        freeze_weights(database, code, now=now)
    for made in take_snapshots(database, codes, now=now):
        console.print(f"{made.round} · snapshot of {made.rows} responses")


def _refuse_unless_empty(session: Session) -> None:
    for table, what in ((Area, "areas"), (Staff, "accounts"), (Round, "rounds")):
        if session.scalar(select(func.count()).select_from(table)):
            raise Conflict(
                f"the database already holds {what}: the demo needs one of its own "
                "(set SIPAS_DATA to an empty folder)"
            )


def _tell(database: Database) -> None:
    click.echo("Dữ liệu mô phỏng · simulated data. Sign in at /desk/ with one of:")
    for account in accounts.listed():
        click.echo(f"  {account.login:<14} {account.name}")
    click.echo(f"Password of each: {accounts.password(database.settings.secret())}")
