"""`sipas questionnaire diff`: what changed between two questionnaires, and what it does."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from questionnaires import (
    Change,
    Comparison,
    Questionnaire,
    QuestionnaireError,
    indicators,
    load,
)
from questionnaires.facts import EFFECTS
from survey.cli.common import installation
from survey.config import settings
from survey.errors import InputFault, NotFound
from survey.fieldwork import catalogue, comparing
from survey.fieldwork.measured import measured

BROKEN = 1
SHORT = 60  # letters of a wording on a line
FEW = 8  # items named on a line


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--strict", is_flag=True, help="End with 1 when comparability breaks.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True)  # fmt: skip
def command(before: str, after: str, strict: bool, form: str) -> None:
    """Say what changed from A to B, and whether figures can still be compared.

    A and B are files, or names such as one-stop-ward@1: of what was published in this
    installation, of what comes with the platform, of a draft; draft:, published: or shipped:
    before the name says which. Items of two forms are paired by what they measure, else by id.

    Exit code 0; with --strict 1 when comparability breaks; 2 for wrong use.
    """
    with _stored() as session:
        data = settings().data
        old, new = (_form(session, data, name) for name in (before, after))
        known = measured(session, data).indicators if session else indicators()
        found = comparing.comparison(known, old, new)
    if form == "json":
        click.echo(json.dumps(plain(found), ensure_ascii=False, indent=1))
    else:
        for line in lines(found):
            click.echo(line)
    sys.exit(BROKEN if strict and found.breaks else 0)


@contextmanager
def _stored() -> Iterator[Session | None]:
    """A reading session of the installation; None where none was made yet."""
    own = settings()
    if own.is_sqlite and not Path(own.database.removeprefix("sqlite:///")).exists():
        yield None
        return
    with installation() as database, database.read() as session:
        yield session


def _form(session: Session | None, data: Path, name: str) -> Questionnaire:
    """The questionnaire of a file or a name; UsageError with what is wrong with it."""
    try:
        if Path(name).is_file():
            return load(Path(name))
        if session is not None:
            return comparing.form_named(session, data, name)
        return catalogue.shipped_form(name.removeprefix("shipped:"))
    except QuestionnaireError as error:
        raise click.UsageError(str(error)) from error
    except InputFault as error:
        raise click.UsageError("\n".join(error.faults)) from error
    except (NotFound, KeyError) as error:
        raise click.UsageError(f"There is no file or questionnaire “{name}”.") from error


def plain(found: Comparison) -> dict[str, object]:
    """A comparison as a program reads it."""
    return {
        "before": found.before,
        "after": found.after,
        "grade": found.grade,
        "breaks": found.breaks,
        "index": found.index,
        "factors": [asdict(one) for one in found.factors],
        "items": [asdict(one) for one in found.items],
        "changes": [asdict(one) for one in found.changes],
    }


def lines(found: Comparison) -> list[str]:
    """A comparison as text: the verdict, then the changes, those that break most first."""
    made = [f"{found.before} → {found.after}", comparing.sentence(found)]
    if found.changes:
        made += ["", f"Index: {comparing.GRADE_NAMES[found.index]}."]
        made += _graded("Factors", [(one.after or one.before, one.grade) for one in found.factors])
        made += _graded("Items", [(_pair(one.before, one.after), one.grade) for one in found.items])
    for effect in reversed(EFFECTS):
        own = [change for change in found.changes if change.effect == effect]
        if own:
            made += ["", f"{comparing.EFFECT_NAMES[effect]}: {len(own)}", *map(_line, own)]
    return made


def _graded(title: str, graded: list[tuple[str, str]]) -> list[str]:
    """A line on each grade that occurs: how many have it, and which where they are few."""
    made = []
    for grade, words in comparing.GRADE_NAMES.items():
        names = [name for name, own in graded if own == grade]
        if names:
            made.append(f"{title}: {len(names)} {str(words).lower()}: {_few(names)}.")
    return made


def _pair(before: str, after: str) -> str:
    return f"{before} → {after}" if before and after and before != after else after or before


def _line(change: Change) -> str:
    where = _few(list(change.items)) or change.where
    about = f"{where}: " if where else ""
    language = f" ({change.language})" if change.language else ""
    told = f"  {about}{comparing.part(change)}{language}"
    return f"{told}: {_said(change.before)} → {_said(change.after)}"


def _said(text: str) -> str:
    if not text:
        return "nothing"
    return f"“{text}”" if len(text) <= SHORT else f"“{text[:SHORT]}…”"


def _few(names: list[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more
