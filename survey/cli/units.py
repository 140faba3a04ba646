"""sipas unit"""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from survey.addresses import GREATEST
from survey.calendar import clock, local_day
from survey.cli.common import installation
from survey.errors import InputFault
from survey.staff import audit
from survey.units import areas, places
from survey.units.files import FileFault, read
from survey.units.imports import bring, plan
from survey.units.kinds import KINDS
from survey.units.shipped import bring_shipped
from survey.units.tables import LEVELS, Area, UnitImport
from survey.units.undoing import imports, undo

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
BY = "command"


@click.group("unit")
def command() -> None:
    """Import areas, agencies, centres, counters and fields."""


@command.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the file holds.")
@click.option("--shipped", is_flag=True, help="Import the units that come with sipas.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@FORMAT
def import_(file: Path | None, kind: str | None, shipped: bool, dry_run: bool, form: str) -> None:
    """Import units from a CSV FILE; nothing is written when a line has a fault."""
    if shipped:
        if file is not None or kind is not None or dry_run:
            raise click.UsageError("--shipped takes no file, kind or --dry-run.")
        with installation() as database, database.write() as session:
            found = bring_shipped(session, by=BY, now=clock())
            for one in found:
                _note(session, "unit.import", one)
            done = [_summary(one) for one in found]
        _tell(done, form)
        return
    if file is None or kind is None:
        raise click.UsageError("Name a FILE and its --kind, or give --shipped.")
    try:
        rows = read(file.read_bytes(), kind)
        with installation() as database:
            if dry_run:
                with database.read() as session:
                    ready = plan(session, kind, rows, day=local_day(clock()))
                if ready.faults:
                    raise FileFault(ready.faults)
                n = {"added": len(ready.added), "changed": len(ready.changed)}
                _tell([{"import": None, "kind": kind, "file": file.name, **n}], form)
                return
            with database.write() as session:
                made = bring(session, kind, rows, file_name=file.name, by=BY, now=clock())
                if made is not None:
                    _note(session, "unit.import", made)
    except FileFault as error:
        raise _complaint(error, form) from error
    _tell([_summary(made)] if made else [], form)


@command.command("list")
@click.argument("kind", type=click.Choice([*KINDS, "imports"]), default="area")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day; default today.")
@click.option("--level", type=click.Choice(LEVELS), help="Areas of this level only.")
@click.option("--search", default="", help="Part of an area's name, with or without accents.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
def list_(kind: str, day: Any, level: str | None, search: str, form: str) -> None:
    """List units of a KIND (default: areas) or the imports."""
    when = day.date() if day else local_day(clock())
    with installation() as database, database.read() as session:
        if kind == "imports":
            made = [_summary(one) for one in imports(session)]
            show = _show if form == "csv" else _tell
            show(made, form)
        elif kind == "area":
            _show([_area(a) for a in areas.search(session, search, when, level=level)], form)
        elif kind == "area_link":
            raise click.UsageError("Links are shown with their areas on the desk.")
        elif kind == "field":
            _show([{"code": f.code, "name": f.name} for f in places.fields(session)], form)
        else:
            found: dict[str, Any] = {
                "agency": places.agencies,
                "centre": places.centres,
                "counter": places.counters,
            }
            rows = found[kind](session, day=when)
            _show([{"code": row.code, "name": row.name} for row in rows], form)


@command.command("undo")
@click.argument("number", type=click.IntRange(1, GREATEST))
@FORMAT
def undo_(number: int, form: str) -> None:
    """Take import NUMBER back (see: sipas unit list imports)."""
    with installation() as database, database.write() as session:
        made = undo(session, number, now=clock())
        _note(session, "unit.undo", made)
        done = _summary(made)
    _tell([done], form)


def _note(session: Session, act: str, made: UnitImport) -> None:
    audit.record(session, actor=BY, act=act, object=f"import:{made.id}", now=clock())


def _area(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "from": area.valid_from.isoformat(),
        "to": area.valid_to.isoformat() if area.valid_to else "",
    }


def _summary(made: UnitImport) -> dict[str, Any]:
    return {
        "import": made.id,
        "kind": made.kind,
        "file": made.file_name,
        "added": made.added,
        "changed": made.changed,
        "undone": made.undone_at is not None,
    }


def _show(rows: Sequence[dict[str, Any]], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if form == "csv" and rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    for row in rows:
        click.echo("\t".join(str(value) for value in row.values()).rstrip())


def _tell(summaries: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(summaries, ensure_ascii=False, indent=1))
        return
    for one in summaries:
        name = f"Import {one['import']}" if one["import"] else "Would import"
        undone = " (undone)" if one.get("undone") else ""
        click.echo(
            f"{name}: {one['kind']} from {one['file']}, "
            f"{one['added']} added, {one['changed']} changed{undone}"
        )
    if not summaries:
        click.echo("Nothing to change.")


def _complaint(error: InputFault, form: str) -> click.ClickException:
    """The faults on stdout as JSON or on stderr as lines; the exit code is 1 either way."""
    if form == "json" and isinstance(error, FileFault):
        faults = [{"row": f.row, "column": f.column, "fault": str(f.words)} for f in error.list]
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False, indent=1))
    else:
        for sentence in error.faults:
            click.echo(sentence, err=True)
    number = "1 fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
    return click.ClickException(f"{number}; nothing was imported.")
