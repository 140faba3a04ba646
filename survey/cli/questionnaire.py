"""`sipas questionnaire`: check, print, compare, convert and publish questionnaires."""

import json
import sys
from pathlib import Path

import click

from questionnaires import (
    Question,
    Questionnaire,
    QuestionnaireError,
    canonical,
    load,
    sha256,
    shipped,
)
from questionnaires.lint import ERROR, Finding, lint_file
from survey.cli import LateGroup

PROBLEMS = 1
FORMATS = click.Choice(["text", "json"])


LATE = {
    "convert": ("survey.cli.convert", "Write a questionnaire in another format."),
    "diff": ("survey.cli.questionnaire_diff", "Say what changed from one to another."),
    "media": ("survey.cli.questionnaire_media", "Check the pictures and sounds that one names."),
    "publish": ("survey.cli.questionnaire_publish", "Make questionnaires those of record."),
}


@click.group("questionnaire", cls=LateGroup, late=LATE)
def command() -> None:
    """Check, print, compare, convert and publish questionnaires."""


@command.command("lint", short_help="Check files by every rule.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--format", "form", type=FORMATS, default="text", show_default=True)
def lint(files: tuple[str, ...], strict: bool, form: str) -> None:
    """Check FILES by every rule of docs/questionnaire-rules.md.

    Prints FILE:LINE question rule: what — remedy, errors first and warnings after them. Exit code
    0 when there is no error (with --strict, no warning either), 1 when there is, 2 for wrong use.
    """
    found = [finding for file in files for finding in lint_file(file)]
    errors = [finding for finding in found if finding.severity == ERROR]
    warnings = [finding for finding in found if finding.severity != ERROR]
    if form == "json":
        told = [plain(finding) for finding in [*errors, *warnings]]
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in [
            *headed("Errors", errors),
            *headed("Warnings", warnings),
            *sound(files, errors),
        ]:
            click.echo(line)
    sys.exit(PROBLEMS if errors or (strict and warnings) else 0)


def headed(title: str, findings: list[Finding]) -> list[str]:
    """The findings as lines below their number; nothing when there are none."""
    return [f"{title}: {len(findings)}", *map(str, findings), ""] if findings else []


def plain(finding: Finding) -> dict[str, object]:
    """A finding as a program reads it."""
    return {
        "file": finding.file,
        "line": finding.line,
        "question": finding.question,
        "severity": finding.severity,
        "rule": finding.rule.id,
        "what": finding.what,
        "remedy": finding.remedy,
    }


def sound(files: tuple[str, ...], errors: list[Finding]) -> list[str]:
    """A line on each file without an error."""
    broken = {finding.file for finding in errors}
    return [f"{file}: {summary(load(Path(file)))}" for file in files if file not in broken]


@command.command("show", short_help="Print a questionnaire.")
@click.argument("name", metavar="FILE|ID")
@click.option("--language", default="vi", show_default=True, help="Language of the wordings.")
@click.option("--format", "form", type=FORMATS, default="text", show_default=True)
def show(name: str, language: str, form: str) -> None:
    """Print a questionnaire: a FILE, or the ID of a shipped one such as one-stop-ward@1.

    With --format json, its canonical text: what is stored and hashed when it is published.
    """
    if name not in shipped() and not Path(name).is_file():
        known = ", ".join(shipped())
        raise click.UsageError(f"There is no file or form “{name}”. The forms are: {known}.")
    try:
        questionnaire = load(name)
    except QuestionnaireError as error:
        raise click.ClickException(str(error)) from error
    if language not in questionnaire.languages:
        known = ", ".join(questionnaire.languages)
        raise click.UsageError(f"The form has no wording in “{language}”. It has: {known}.")
    if form == "json":
        click.echo(canonical(questionnaire))
        return
    for line in pages(questionnaire, language):
        click.echo(line)


def summary(questionnaire: Questionnaire) -> str:
    """One line: name, number of items and factors, and whether the wording was compared."""
    compared = "compared" if questionnaire.wording_compared else "not compared with its decision"
    return (
        f"{questionnaire.name}, {len(questionnaire.items)} items, {len(questionnaire.rated)} rated "
        f"in {len(questionnaire.leaves)} factors, {questionnaire.status}, wording {compared}"
    )


def pages(questionnaire: Questionnaire, language: str) -> list[str]:
    """The questionnaire as lines of text."""
    lines = [questionnaire.title[language], summary(questionnaire)]
    lines += [f"sha256 {sha256(questionnaire)}"]
    if questionnaire.remark:
        lines += [questionnaire.remark[language]]
    for screen in questionnaire.screens:
        lines += ["", f"## {screen.title[language]}"]
        for question in screen.questions:
            lines += asked(question, language)
    return lines


def asked(question: Question, language: str) -> list[str]:
    """One question as lines: its id and text, its rows, then the options with their codes."""
    must = ", required" if question.required else ""
    lines = [f"{question.id} [{question.kind}{must}, {question.mark}] {question.text[language]}"]
    if question.rows:
        lines += [f"    {item.id}  {item.label[language]}" for item in question.items]
    options = [f"{option.code} {option.text[language]}" for option in question.options]
    return [*lines, "    " + " | ".join(options)] if options else lines
