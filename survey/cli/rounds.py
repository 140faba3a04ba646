"""sipas round"""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.cli.common import installation
from survey.errors import InputFault
from survey.fieldwork import rounds
from survey.fieldwork.places import PlaceRef, parse_place, places_of
from survey.fieldwork.plan import PlanFault, RoundPlan
from survey.fieldwork.tables import MODES, SAMPLES, Round
from survey.staff.accounts import by_login, grants_of
from survey.staff.roles import PERMISSIONS
from survey.staff.sessions import usable

FAULTS = 1
BY = "command"
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
COLUMNS = (
    "code",
    "title",
    "state",
    "opens",
    "closes",
    "year",
    "questionnaire",
    "method",
    "notice",
    "sample",
    "modes",
    "open_budget",
    "places",
    "simulated",
)


class PlaceType(click.ParamType[PlaceRef]):
    """`area:CODE`, `centre:CODE` or `counter:CODE`."""

    name = "place"

    def convert(self, value: Any, param: Any, ctx: Any) -> PlaceRef:
        if isinstance(value, PlaceRef):
            return value
        try:
            return parse_place(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@contextmanager
def told() -> Iterator[None]:
    """Faults of a plan or a questionnaire go to stderr, one a line; the command ends with 1."""
    try:
        yield
    except PlanFault as fault:
        for field, sentences in fault.fields.items():
            for sentence in sentences:
                click.echo(f"{field}: {sentence}", err=True)
        sys.exit(FAULTS)
    except InputFault as fault:
        for sentence in fault.faults:
            click.echo(sentence, err=True)
        sys.exit(FAULTS)


@click.group("round")
def command() -> None:
    """Create, copy, open, close and list rounds."""


@command.command("create")
@click.argument("code")
@click.option("--form", "questionnaire", required=True, help="Such as one-stop-ward@1.")
@click.option("--method", required=True, help="Such as counter-form.")
@click.option("--sample", type=click.Choice(SAMPLES), required=True)
@click.option("--mode", "modes", type=click.Choice(MODES), multiple=True, required=True)
@click.option("--opens", type=DAY, required=True, help="First day: 2026-07-01 or 01/7/2026.")
@click.option("--closes", type=DAY, required=True, help="Last day.")
@click.option("--title", required=True, help="In Vietnamese.")
@click.option("--title-en", default="", help="In English.")
@click.option("--notice", default="", help="Privacy notice; else the questionnaire's own.")
@click.option("--year", type=int, help="Year of the figures; else that of the first day.")
@click.option(
    "--open-budget",
    type=int,
    help="Answers by phone and web without a ticket for each counter and day; beyond: flagged.",
)
@click.option(
    "--place",
    "places",
    type=PlaceType(),
    multiple=True,
    help="area:CODE with all below it, centre:CODE or counter:CODE; may be repeated.",
)
def create(
    code: str, title: str, title_en: str, opens: datetime, closes: datetime, **rest: Any
) -> None:
    """Make round CODE as a draft.

    Exit code 0 when it was made, 1 when it cannot be, 2 when the command is not understood.
    """
    plan = RoundPlan(
        code=code,
        title={"vi": title, "en": title_en},
        opens=opens.date(),
        closes=closes.date(),
        **rest,
    )
    with told(), installation() as database, database.write() as session:
        round_ = rounds.create_round(session, plan, by=BY, now=clock())
        _say(round_)


@command.command("copy")
@click.argument("code")
@click.argument("new_code")
@click.option("--opens", type=DAY, required=True)
@click.option("--closes", type=DAY, required=True)
def copy(code: str, new_code: str, opens: datetime, closes: datetime) -> None:
    """Make draft NEW_CODE like round CODE, in another period."""
    first, last = opens.date(), closes.date()
    with told(), installation() as database, database.write() as session:
        _say(
            rounds.copy_round(session, code, new_code, opens=first, closes=last, by=BY, now=clock())
        )


@command.command("open")
@click.argument("code")
@click.option("--confirm-wording", is_flag=True, help="Allow wording not compared with the decree.")
@click.option("--by", "login", help="The administrator who allows it.")
def open_(code: str, confirm_wording: bool, login: str | None) -> None:
    """Open round CODE: citizens can answer from its first to its last day."""
    if confirm_wording and not login:
        raise click.UsageError("--confirm-wording needs --by LOGIN of an administrator.")
    now = clock()
    with told(), installation() as database, database.write() as session:
        by = _administrator(session, login, now) if login else BY
        _say(rounds.open_(session, code, by=by, now=now, confirmed=confirm_wording))


def _administrator(session: Session, login: str, now: datetime) -> str:
    """The actor of an administrator of the whole installation. Raises ClickException."""
    staff = by_login(session, login)
    if staff is None or not usable(staff, now):
        raise click.ClickException(f"There is no account “{login}” in use.")
    held = grants_of(session, staff.id).get(staff.id, [])
    roles = PERMISSIONS["site.edit"]
    if not any(grant.role in roles and grant.area_id is None for grant in held):
        raise click.ClickException(f"“{login}” is not an administrator of the installation.")
    return f"staff:{staff.id}"


@command.command("close")
@click.argument("code")
def close(code: str) -> None:
    """Close round CODE: nobody can answer any more, and what waits will be released."""
    with told(), installation() as database, database.write() as session:
        _say(rounds.close(session, code, by=BY, now=clock()))


@command.command("list")
@click.option("--state", type=click.Choice(["draft", "open", "closed"]))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
def list_(state: str | None, form: str) -> None:
    """Print the rounds, the latest first."""
    with installation() as database, database.read() as session:
        lines = [_line(session, round_) for round_ in rounds.list_rounds(session, state=state)]
    if form == "json":
        click.echo(json.dumps(lines, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for line in lines:
            flat = {key: _flat(value) for key, value in line.items()}
            writer.writerow({**flat, "title": line["title"].get("vi", "")})
    elif not lines:
        click.echo("There is no round yet. Make one by 'sipas round create'.", err=True)
    else:
        for line in lines:
            period = f"{line['opens']} – {line['closes']}"
            words = (line["code"], line["state"], period, line["sample"], line["title"]["vi"])
            click.echo("  ".join(words))


def _line(session: Session, round_: Round) -> dict[str, Any]:
    line = {name: getattr(round_, name) for name in COLUMNS if name != "places"}
    places = [str(place.ref) for place in places_of(session, round_.code)]
    days = {name: line[name].isoformat() for name in ("opens", "closes")}
    return {name: {**line, **days, "places": places}[name] for name in COLUMNS}


def _flat(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else value


def _say(round_: Round) -> None:
    click.echo(f"{round_.code}: {round_.state}, {_period(round_.opens, round_.closes)}.")


def _period(opens: date, closes: date) -> str:
    return f"{opens.isoformat()} – {closes.isoformat()}"
