"""The `sipas` command: one thin file a command, loaded when it is called."""

import errno
from collections.abc import Mapping
from typing import Any

import click

from survey.errors import SurveyError
from survey.lazy import load

COMMANDS = {  # name: (module whose `command` it is, what the list of commands says of it)
    "backup": ("survey.cli.backup", "Copy the database and the secret into one file."),
    "certificate": ("survey.cli.certificate", "Make certificates for HTTPS on a local network."),
    "chart": ("survey.cli.chart", "Draw the trend of an estimate as SVG or PNG."),
    "check": ("survey.cli.check", "Look at the health of an installation."),
    "compare": ("survey.cli.compare", "Test changes and differences, and say what they are."),
    "demo": ("survey.cli.demo", "Build the simulated province of Quảng Trị."),
    "device": ("survey.cli.devices", "Enrol, list and revoke the devices of counters."),
    "drivers": ("survey.cli.drivers", "Tell what overall satisfaction goes with."),
    "estimate": ("survey.cli.estimate", "Estimate what a plan asks from a data file."),
    "export": ("survey.cli.export", "Write the responses of a round to a file."),
    "feedback": ("survey.cli.feedback", "Look after the cases of the inbox."),
    "invitation": ("survey.cli.invitations", "Make invitations for the persons of a sample."),
    "migrate": ("survey.cli.migrate", "Bring the database to the schema of this release."),
    "questionnaire": (
        "survey.cli.questionnaire",
        "Check, compare, convert, publish questionnaires.",
    ),
    "rank": ("survey.cli.rank", "Rank the domains of an estimate, with their uncertainty."),
    "restore": ("survey.cli.restore", "Put a backup in the place of the database."),
    "round": ("survey.cli.rounds", "Create, copy, open, close and list rounds."),
    "sample": ("survey.cli.sample", "Size, allocate and draw samples from a frame."),
    "serve": ("survey.cli.serve", "Serve the web pages."),
    "site": ("survey.cli.site", "Set what the installation says of itself."),
    "small-area": ("survey.cli.small_area", "Model areas with few answers, from all of them."),
    "snapshot": ("survey.cli.snapshot", "Write released responses as Parquet for analysis."),
    "staff": ("survey.cli.staff", "Add, list and disable accounts."),
    "ticket": ("survey.cli.tickets", "Make and withdraw tickets of counters."),
    "trend": ("survey.cli.trend", "Follow an estimate over its periods, with its changes."),
    "unit": ("survey.cli.units", "Import areas, agencies, centres, counters and fields."),
    "weight": ("survey.cli.weight", "Add weights to a data file as a plan says."),
    "work": ("survey.cli.work", "Run the jobs: release, snapshots, tidying."),
}


class LateGroup(click.Group):
    """A group some of whose commands are imported when asked for.

    late: by name the module whose `command` it is, and what the list of commands says of it.
    """

    def __init__(self, *given: Any, late: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.late, *self.commands})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.late:
            return super().get_command(ctx, name)
        found: click.Command = load(self.late[name][0]).command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, self.late[name][1] if name in self.late else self.commands[name].short_help)
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl([(name, words or "") for name, words in rows])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for word in args:
            if not _is_utf8(word):
                shown = word.encode(errors="backslashreplace").decode()
                raise click.UsageError(f"“{shown}” is not in UTF-8.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """The command; what it meets is told in a sentence, with exit code 1."""
        try:
            return super().invoke(ctx)
        except SurveyError as error:
            raise click.ClickException(f"{error.title}: {error}") from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # click ends quietly when nobody reads on
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from error


def _is_utf8(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


@click.group(cls=LateGroup, late=COMMANDS)
@click.version_option(package_name="sipas")
def cli() -> None:
    """sipas: from a citizen's answer to a percentage with its interval."""
