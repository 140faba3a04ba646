"""sipas staff add | list | disable"""

import csv
import json
import sys
from datetime import datetime

import click
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.cli.common import installation
from survey.errors import InputFault
from survey.staff import accounts, passwords, sessions
from survey.staff.names import area_from
from survey.staff.roles import ROLES
from survey.staff.tables import Grant
from survey.units.areas import area_of

COLUMNS = ("login", "name", "roles", "state", "second_factor", "expires_at")


@click.group("staff")
def command() -> None:
    """Add, list and disable accounts."""


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--area", default="", help="Code of the area of the role; the whole installation.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the account.")
@click.option("--password-stdin", is_flag=True, help="Read the person's own password from stdin.")
def add(
    login: str, name: str, role: str, area: str, last_day: datetime | None, password_stdin: bool
) -> None:
    """Add the account LOGIN with a role.

    Without --password-stdin a password is made, printed once on stdout, and must be changed at the
    first sign-in.
    """
    if not accounts.LOGIN.match(accounts.clean_login(login)):
        raise click.BadParameter("3 to 80 of: a-z, digits, full stop, _ @ -", param_hint="LOGIN")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else passwords.first_password()
    now = clock()
    with installation() as database, database.write() as session:
        words = accounts.context_words(session, login=login, name=name)
        if password_stdin and (faults := passwords.faults(password, words)):
            raise InputFault(faults)
        staff = accounts.add(
            session,
            login=login,
            name=name,
            password=password,
            by="command",
            now=now,
            expires_at=accounts.end_of(last_day.date() if last_day else None),
            must_change=not password_stdin,
        )
        area_id = area_from(session, area, local_day(now))
        accounts.grant(session, staff, role, area_id, by="command", now=now)
    if not password_stdin:
        click.echo(password)
    click.echo(f"Added {staff.login}: {role}.", err=True)


@command.command("list")
@click.option("--format", "form", type=click.Choice(("text", "json", "csv")), default="text")
def list_(form: str) -> None:
    """List accounts with their roles and areas."""
    with installation() as database, database.read() as session:
        rows = _rows(session, clock())
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "roles": " ".join(row["roles"])} for row in rows)
    else:
        for row in rows:
            click.echo(f"{row['login']}\t{row['name']}\t{' '.join(row['roles'])}\t{row['state']}")


def _rows(session: Session, now: datetime) -> list[dict[str, str | list[str]]]:
    """One mapping an account with the keys of COLUMNS; roles as `role` or `role@area code`."""
    grants = accounts.grants_of(session)
    return [
        {
            "login": staff.login,
            "name": staff.name,
            "roles": [_role(session, grant) for grant in grants.get(staff.id, [])],
            "state": "in use" if sessions.usable(staff, now) else "closed",
            "second_factor": "yes" if staff.totp_sealed else "no",
            "expires_at": staff.expires_at.isoformat() if staff.expires_at else "",
        }
        for staff in accounts.accounts(session)
    ]


def _role(session: Session, grant: Grant) -> str:
    if grant.area_id is None:
        return grant.role
    return f"{grant.role}@{area_of(session, grant.area_id).code}"


@command.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Close the account LOGIN and end its sessions."""
    with installation() as database, database.write() as session:
        staff = accounts.by_login(session, login)
        if staff is None:
            raise click.ClickException(f"There is no account {login}.")
        accounts.disable(session, staff, by="command", now=clock())
    click.echo(f"Closed {staff.login}.", err=True)
