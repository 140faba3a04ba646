"""sipas feedback: looking after the cases of the inbox."""

import click

from survey.calendar import clock, local_day
from survey.cli.common import installation
from survey.errors import SurveyError
from survey.feedback import confirming, contacts, search
from survey.feedback.open311 import keys
from survey.feedback.rebuild import broken, differences
from survey.units.areas import area_at, area_of

BY = "command"
LEVELS = ("commune", "province")


@click.group("feedback")
def command() -> None:
    """Cases of feedback: check their events, make derived columns again, keys of other systems."""


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
        if not check and (hashed := contacts.hash_missing(session)):
            click.echo(f"{hashed} contacts can be found now")
        if altered or (check and found):
            raise SystemExit(1)


@command.command("reindex")
def reindex() -> None:
    """Make the index of the words of all cases again, which the search of the inbox reads."""
    with installation() as database, database.write() as session:
        told = search.reindex(session, told=lambda done: click.echo(f"{done} …", err=True))
        click.echo(f"{told} cases can be found by their words")


@command.command("mask")
def mask() -> None:
    """Mask again, with the lists of today, the words that nobody has confirmed yet."""
    with installation() as database, database.write() as session:
        click.echo(f"{confirming.mask_again(session)} texts are masked otherwise now")


class UnitUnknown(SurveyError):
    """No commune, ward or province of today has the code."""

    title = "There is no such unit"


@command.group("key")
def key() -> None:
    """Keys with which other systems send feedback and ask for it (Open311)."""


@key.command("make")
@click.argument("name")
@click.option("--unit", "code", help="Code of the commune, ward or province; without it: any.")
def make_key(name: str, code: str | None) -> None:
    """Make a key for the system NAME and print it: it is not shown again."""
    with installation() as database, database.write() as session:
        now, area_id = clock(), None
        if code is not None:
            found = (area_at(session, level, code, local_day(now)) for level in LEVELS)
            area = next((one for one in found if one is not None), None)
            if area is None:
                raise UnitUnknown(code)
            area_id = area.id
        made, secret = keys.make(session, name=name, area_id=area_id, by=BY, now=now)
        click.echo(f"key {made.id} of {name}", err=True)
        click.echo(secret)


@key.command("list")
def list_keys() -> None:
    """Every key: its number, what it is for, and whether it ended."""
    with installation() as database, database.read() as session:
        for one in keys.keys(session):
            unit = "any unit" if one.area_id is None else area_of(session, one.area_id).name
            until = f"ended {local_day(one.ended_at)}" if one.ended_at else "in use"
            click.echo(f"{one.id}\t{one.name}\t{unit}\t{until}")


@key.command("end")
@click.argument("number", type=int)
def end_key(number: int) -> None:
    """End the key NUMBER: what it sends or asks is refused from now on."""
    with installation() as database, database.write() as session:
        one = keys.end(session, number, by=BY, now=clock())
        click.echo(f"key {one.id} of {one.name} ended")
