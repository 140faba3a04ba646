"""A file that arrives: what is read of it, looked at before anything is kept."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError

from questionnaires.document import document
from questionnaires.written import as_toml
from survey.exchange.fidelity import OUTCOMES, Report
from survey.exchange.formats import format_of, own_text, read_form
from survey.exchange.forms import LATEST

SHOWN = 12  # places named after each line of a report
_TABLE = re.compile(r"^(?=[ \t]*\[)", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """A line of a report: what became of a thing, why, and where; `more` places are not named."""

    outcome: str
    feature: str
    why: str
    places: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Arrival:
    """What is read of a file called `file`: the questionnaire as TOML, its name and version."""

    file: str
    text: str
    form: str
    version: int
    counts: dict[str, int]
    told: tuple[Told, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def again(plain: Any) -> Arrival:
    """The arrival that `plain` was made of."""
    told = tuple(Told(**{**one, "places": tuple(one["places"])}) for one in plain["told"])
    return Arrival(**{**plain, "told": told})


def read(data: bytes, file: str) -> Arrival:
    """What a file holds. Raises FileRefused with every reason, in the page's language."""
    form, report = read_form(data, file)
    ours = format_of(file, writes=False).id == "toml"
    text = own_text(data, file) if ours else as_toml(document(form))
    return Arrival(file, text, form.form, form.version, report.counts(), lines(report))


def lines(report: Report) -> tuple[Told, ...]:
    """A report as a page shows it: the worst first, each reason once."""
    return tuple(
        Told(outcome, feature, why, tuple(places[:SHOWN]), max(0, len(places) - SHOWN))
        for outcome in reversed(OUTCOMES)
        for feature, why, places in report.grouped(outcome)
    )


def free_version(form: str, version: int, taken: Iterable[str]) -> int | None:
    """The version asked for, or when it is taken the one after the last; None: all are taken."""
    names = set(taken)
    if f"{form}@{version}" not in names:
        return version
    last = max(int(name.partition("@")[2]) for name in names if name.startswith(f"{form}@"))
    return last + 1 if last < LATEST else None


def named(text: str, form: str, version: int) -> str:
    """The text of a questionnaire under another name; all else in it stays as it was written."""
    head, rest = (*_TABLE.split(text, maxsplit=1), "")[:2]
    try:
        table = tomlkit.parse(head)
    except ParseError:  # what looked like the first table stands inside a text
        table, rest = tomlkit.parse(text), ""
    table["form"], table["version"] = form, version
    return tomlkit.dumps(table) + rest
