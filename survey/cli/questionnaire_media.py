"""`sipas questionnaire media`: a draft's pictures and sounds, before they are published."""

from pathlib import Path

import click

from questionnaires import Questionnaire, QuestionnaireError, load, shipped
from survey.config import settings
from survey.fieldwork import media
from survey.fieldwork.media_kinds import TYPES


@click.command("media")
@click.argument("name", metavar="FILE|ID")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where the files lie. [default: SIPAS_DATA/questionnaires/media/<form>@<version>]",
)
def command(name: str, folder: Path | None) -> None:
    """Check the pictures and sounds that a questionnaire names: a FILE, or the ID of a shipped one.

    Prints a line on each file that can be published, then what is wrong, and the pages whose
    pictures are heavy. Exit code 1 when a file is missing or cannot be used.
    """
    if name not in shipped() and not Path(name).is_file():
        raise click.UsageError(f"There is no file or form “{name}”.")
    try:
        questionnaire = load(name)
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error
    place = folder or media.folder(settings().data, questionnaire.name)
    files, faults = media.look(questionnaire, place)
    for line in [*told(questionnaire, files), *faults]:
        click.echo(line)
    for line in media.heavy_pages(questionnaire, files):
        click.echo(f"Warning: {line}", err=True)
    if faults:
        raise click.exceptions.Exit(1)


def told(questionnaire: Questionnaire, files: media.Files) -> list[str]:
    """A line on each file: its question, its name, what it is and how heavy it is."""
    named = media.uses(questionnaire)
    if not named:
        return [f"{questionnaire.name} names no pictures or sounds."]
    lines = []
    for use in named:
        if use.file in files:
            found = files[use.file]
            size = f", {found.size[0]} × {found.size[1]}" if found.size else ""
            weight = f"{len(found.content) / 1000:.1f} kB"
            lines.append(f"{use.question}: {use.file}, {TYPES[found.kind]}{size}, {weight}")
    return lines
