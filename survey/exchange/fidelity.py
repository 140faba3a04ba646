"""What became of each thing a form says when it goes to or comes from another format.

Going out, `used` lists everything that a form uses, key by key of its document, and every writer
names a fate for every key: what it forgets to name is an error, not a silence. Coming in, a
`Ledger` holds every cell or element of the file; what its reader did not account for is reported
as dropped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from questionnaires.document import document
from questionnaires.model import Questionnaire

KEPT, APPROXIMATED, DROPPED = OUTCOMES = ("kept", "approximated", "dropped")
INNER = {  # the key that holds tables, and what one of them is called
    "scales": "scale",
    "screens": "screen",
    "questions": "question",
    "options": "option",
    "rows": "row",
    "check": "check",
    "factors": "factor",
    "children": "factor",
}
UNUSED: tuple[Any, ...] = (False, [], "", "none")


def N_(message: str) -> str:  # noqa: N802 - the name by which catalogs are made
    """Marks a sentence for the catalogs; it is translated where it is shown."""
    return message


@dataclass(frozen=True)
class Used:
    """One thing that a form uses: `question.show_when`, where, and its value in the document.

    holder: the table that holds it, so that a fate can look beside it.
    """

    feature: str
    place: str
    value: Any
    holder: Mapping[str, Any] = field(hash=False, default_factory=dict)


@dataclass(frozen=True)
class Note:
    """What became of one thing. why: an English sentence with %(names)s for `values`; "" if kept
    as it is."""

    outcome: str
    feature: str
    place: str
    why: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def said(self) -> str:
        """The reason in the language of the page."""
        return str(_(self.why, **self.values)) if self.why else ""


@dataclass(frozen=True)
class Fate:
    """What a writer does with a feature."""

    outcome: str
    why: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)


Fates = Mapping[str, Fate | Callable[[Used], Fate]]
AS_IS = Fate(KEPT)


class Unaccounted(Exception):
    """A writer that names no fate for something a form uses: a fault of ours."""


@dataclass(frozen=True)
class Report:
    """The notes of one conversion, in the order of the form or the file."""

    notes: tuple[Note, ...]

    def of(self, outcome: str) -> list[Note]:
        return [note for note in self.notes if note.outcome == outcome]

    def counts(self) -> dict[str, int]:
        """How many things were kept, approximated and dropped."""
        return {outcome: len(self.of(outcome)) for outcome in OUTCOMES}

    def grouped(self, outcome: str) -> list[tuple[str, str, list[str]]]:
        """Feature, reason and places of one outcome; each feature and reason once."""
        found: dict[tuple[str, str], list[str]] = {}
        for note in self.of(outcome):
            found.setdefault((note.feature, note.said), []).append(note.place)
        return [(feature, why, places) for (feature, why), places in found.items()]

    def plain(self) -> list[dict[str, str]]:
        """As a program reads it: every single thing."""
        return [
            {"outcome": n.outcome, "feature": n.feature, "place": n.place, "why": n.said}
            for n in self.notes
        ]


def used(form: Questionnaire) -> list[Used]:
    """Everything that the form says, but for what stands at its default."""
    return list(_used("form", form.name, document(form)))


def _used(shape: str, place: str, table: Mapping[str, Any]) -> Iterator[Used]:
    for key, value in table.items():
        if key in INNER and value:
            inner = INNER[key]
            named = value.items() if isinstance(value, dict) else enumerate(value, 1)
            for name, one in named:
                yield from _used(inner, _place(inner, place, name, one), one)
        elif not any(value is default or value == default for default in UNUSED):
            yield Used(f"{shape}.{key}", place, value, table)


def _place(shape: str, outer: str, name: str | int, table: Mapping[str, Any]) -> str:
    match shape:
        case "scale":
            return f"scale {name}"
        case "screen" | "factor":
            return f"{shape} {table['id']}"
        case "question":
            return str(table["id"])
    return f"{outer}, {shape} {table.get('code', table.get('number', name))}"


def account(form: Questionnaire, fates: Fates) -> Report:
    """The report of a writer. Raises Unaccounted when it has no fate for something used."""
    notes = []
    for one in used(form):
        if one.feature not in fates:
            raise Unaccounted(one.feature)
        fate = fates[one.feature]
        fate = fate if isinstance(fate, Fate) else fate(one)
        notes.append(Note(fate.outcome, one.feature, one.place, fate.why, fate.values))
    return Report(tuple(notes))


class Ledger:
    """Every part of a file that is read; each is accounted for once, or reported as dropped.

    parts: place in the file (`survey!D12`) to what it is there (`constraint`).
    """

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._parts = dict(parts)
        self._notes: dict[str, Note] = {}
        self._beside: list[Note] = []

    def kept(self, place: str) -> None:
        self._note(place, KEPT, "", {})

    def approximated(self, place: str, why: str, **values: str) -> None:
        self._note(place, APPROXIMATED, why, values)

    def dropped(self, place: str, why: str, **values: str) -> None:
        self._note(place, DROPPED, why, values)

    def unsaid(self, place: str, why: str, **values: str) -> None:
        """Dropped, unless something was said of it before."""
        if place not in self._notes:
            self._note(place, DROPPED, why, values)

    def added(self, feature: str, place: str, why: str, **values: str) -> None:
        """Something that the file does not say and the form needs."""
        self._beside.append(Note(APPROXIMATED, feature, place, why, values))

    def _note(self, place: str, outcome: str, why: str, values: Mapping[str, str]) -> None:
        """A part that is told twice keeps the worse outcome."""
        if place not in self._parts:
            raise Unaccounted(place)
        told = self._notes.get(place)
        if told is None or OUTCOMES.index(outcome) > OUTCOMES.index(told.outcome):
            self._notes[place] = Note(outcome, self._parts[place], place, why, values)

    def report(self) -> Report:
        """A note on every part, in the order of the file, then what was added."""
        silent = N_("Nothing in a questionnaire of this platform says this.")
        notes = [
            self._notes.get(place) or Note(DROPPED, feature, place, silent)
            for place, feature in self._parts.items()
        ]
        return Report((*notes, *self._beside))
