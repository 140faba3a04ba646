"""`sipas questionnaire publish`: questionnaires become those of record in this installation."""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, sha256, shipped
from survey.calendar import clock
from survey.cli.common import installation
from survey.config import settings
from survey.errors import Conflict, InputFault
from survey.fieldwork import catalogue, media
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import PublishedForm

BY = "command"
REFUSED = 1


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `state`: published, already published, refused; or, when another
    file was refused, not published. Empty where the file makes no questionnaire."""

    file: str
    state: str
    name: str = ""
    sha256: str = ""
    published_at: str = ""
    wording_compared: bool = False
    confirmed_by: str = ""
    problems: tuple[str, ...] = ()


@click.command("publish")
@click.argument("files", nargs=-1, required=True, metavar="FILE|ID…")
@click.option("--confirm", is_flag=True, help="Allow wording not compared with the decree.")
@click.option("--media", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Where pictures and sounds lie. "
                   "[default: SIPAS_DATA/questionnaires/media/<form>@<version>]")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True)  # fmt: skip
def command(files: tuple[str, ...], confirm: bool, folder: Path | None, form: str) -> None:
    """Make questionnaires those of record: FILEs, or IDs of shipped ones such as one-stop-ward@1.

    Each is checked by every rule first. What is published is stored with its hash and never
    edited; publishing the same again changes nothing. All are published, or none.

    Exit code 0 when all are published now, 1 when one is refused, 2 for wrong use.
    """
    paths = {name: _path(name) for name in files}
    with installation() as database, database.write() as session:
        now = clock()
        told = [_publish(session, name, paths[name], confirm, folder, now) for name in paths]
        refused = any(one.problems for one in told)
        if refused:
            session.rollback()
            told = [one if one.problems else Outcome(one.file, "not published") for one in told]
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in told], ensure_ascii=False, indent=1))
    else:
        for one in told:
            for line in lines(one):
                click.echo(line, err=bool(one.problems))
    sys.exit(REFUSED if refused else 0)


def _path(name: str) -> Path:
    path = Path(name) if Path(name).is_file() else shipped().get(name)
    if path is None:
        known = ", ".join(shipped())
        raise click.UsageError(f"There is no file or form “{name}”. The forms are: {known}.")
    return path


def _publish(
    session: Session, name: str, path: Path, confirm: bool, folder: Path | None, now: datetime
) -> Outcome:
    """Publish one file, or say why it is refused; the caller undoes all when one is."""
    try:
        questionnaire = catalogue.vetted(path)
        before = session.get(PublishedForm, questionnaire.name)
        refuse_another_shipped(questionnaire)
        place = folder or media.folder(settings().data, questionnaire.name)
        files, _faults = media.look(questionnaire, place) if before else (
            media.gather(questionnaire, place), [])  # fmt: skip
        kept = publish(session, questionnaire, by=BY, now=now, confirmed=confirm, files=files)
    except InputFault as error:
        return Outcome(name, "refused", problems=tuple(map(str, error.faults)))
    except Conflict as error:
        return Outcome(name, "refused", problems=(f"{path}: {error}",))
    return Outcome(
        name,
        "already published" if before else "published",
        kept.name,
        kept.sha256,
        kept.published_at.isoformat(timespec="seconds"),
        kept.wording_checked,
        kept.confirmed_by or "",
    )


def refuse_another_shipped(questionnaire: Questionnaire) -> None:
    """Raises Conflict when the platform has another content under this name."""
    name = questionnaire.name
    if name in shipped() and sha256(catalogue.shipped_form(name)) != sha256(questionnaire):
        raise Conflict(
            f"{name} comes with the platform, with another content. Give yours another version."
        )


def lines(one: Outcome) -> list[str]:
    """An outcome as text."""
    if one.problems:
        return [f"{one.file}: {one.state}", *(f"  {problem}" for problem in one.problems)]
    if not one.name:
        return [f"{one.file}: {one.state}"]
    told = [f"{one.name} {one.sha256} {one.state}"]
    if not one.wording_compared and not one.confirmed_by:
        told.append(
            "  Its wording is not compared with the decree: before a round of real answers opens, "
            "allow it by --confirm."
        )
    return told
