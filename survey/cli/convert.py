"""`sipas questionnaire convert`: forms from and to the formats of other tools."""

import json
from pathlib import Path

import click

from questionnaires import Questionnaire, load, shipped
from questionnaires.lint import ERROR, lint_file
from survey.errors import InputFault
from survey.exchange.fidelity import APPROXIMATED, DROPPED, KEPT, Report
from survey.exchange.formats import BY_ID, FORMATS, Format, format_of, read_form
from survey.exchange.wishes import Wishes

WRITTEN = [one.id for one in FORMATS if one.writes]
OURS = ("toml", "canonical")  # they keep all
SHOWN = 8  # places named after each line of the report


@click.command("convert")
@click.argument("source", metavar="FILE|ID")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="The file to write; its ending says the format.")  # fmt: skip
@click.option("--to", type=click.Choice(WRITTEN), help="The format, where the ending says none.")
@click.option("--language", default="vi", show_default=True, help="Of formats with one language.")
@click.option("--round", "round_code", default="", help="Code of the round on a paper form.")
@click.option("--report", "kept_in", type=click.Path(path_type=Path, dir_okay=False),
              help="Also write the report, as JSON, to this file.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="How the report is printed.")  # fmt: skip
def command(
    source: str,
    out: Path,
    to: str | None,
    language: str,
    round_code: str,
    kept_in: Path | None,
    form: str,
) -> None:
    """Write a questionnaire in another format, and print what was kept, approximated, dropped.

    FILE is a questionnaire of this platform or of another tool, by its ending; ID is a shipped one
    such as one-stop-ward@1. Exit code 0 when it was written, 1 when the file cannot be read, 2 for
    wrong use.
    """
    try:
        target = BY_ID[to] if to else format_of(out.name, writes=True)
        questionnaire, read = incoming(source)
        if language not in questionnaire.languages:
            known = ", ".join(questionnaire.languages)
            raise click.UsageError(f"The form has no wording in “{language}”. It has: {known}.")
        assert target.writes is not None
        written, wrote = target.writes(questionnaire, Wishes(language, round_code))
    except InputFault as fault:
        raise click.ClickException("\n".join(map(str, fault.faults))) from fault
    out.write_bytes(written)
    whole = read if read.notes and target.id in OURS else Report(read.notes + wrote.notes)
    if kept_in:
        kept_in.write_text(plain(whole), encoding="utf-8")
    if form == "json":
        click.echo(plain(whole))
        return
    for line in [f"{out}: {target.title}", *lines(whole), *checked(out, target)]:
        click.echo(line)


def incoming(source: str) -> tuple[Questionnaire, Report]:
    """The form of a file or a shipped id; of a form of ours there is nothing to report."""
    if source in shipped():
        return load(source), Report(())
    path = Path(source)
    if not path.is_file():
        known = ", ".join(shipped())
        raise click.UsageError(f"There is no file or form “{source}”. The forms are: {known}.")
    questionnaire, report = read_form(path.read_bytes(), path.name)
    ours = format_of(path.name, writes=False).id in OURS
    return questionnaire, Report(()) if ours else report


def plain(report: Report) -> str:
    told = {"counts": report.counts(), "notes": report.plain()}
    return json.dumps(told, ensure_ascii=False, indent=1)


def lines(report: Report) -> list[str]:
    """The report as text: what was dropped and approximated with its reason, then what was kept."""
    counts = report.counts()
    told = [", ".join(f"{number} {outcome}" for outcome, number in counts.items()) + "."]
    for outcome in (DROPPED, APPROXIMATED, KEPT):
        groups = report.grouped(outcome)
        if groups:
            told += ["", f"{outcome.capitalize()}:"]
        for feature, why, places in groups:
            more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
            reason = f" — {why}" if why else ""
            told.append(f"  {feature} ({', '.join(places[:SHOWN])}{more}){reason}")
    return told


def checked(out: Path, target: Format) -> list[str]:
    """What the linter says of a form of ours that was written."""
    if target.id != "toml":
        return []
    found = lint_file(out)
    errors = [one for one in found if one.severity == ERROR]
    told = [f"{len(errors)} errors, {len(found) - len(errors)} warnings by the linter."]
    return ["", *told, *map(str, errors)]
