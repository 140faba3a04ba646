"""A form file as the linter reads it: its table, its wordings, and the form when it is one."""

from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.lint.known import methods_of
from questionnaires.lint.worlds import Worlds
from questionnaires.methods import Method
from questionnaires.model import Item, Option, Question, Questionnaire, Scale
from questionnaires.problems import Lines, Path
from questionnaires.shapes import Table

PARTS = {"questions": "question", "options": "option", "rows": "row"}
FILES = (("audio",), ("picture",))  # names of files, no words
LANGUAGES = ("vi", "en")
LONGEST = 4000  # letters of a wording


@dataclass(frozen=True)
class Wording:
    """A text in its languages, and where it stands.

    part: question, option or row; else the name of its key: title, introduction, hint, label.
    question: id of the question it belongs to; kind: of that question; both may be empty.
    """

    path: Path
    words: Mapping[str, str]
    part: str
    question: str
    kind: str


@dataclass(frozen=True)
class Said:
    """One wording in one language."""

    text: str
    language: str
    wording: Wording

    @property
    def vietnamese(self) -> bool:
        return self.language == "vi"


@dataclass(frozen=True)
class Asked:
    """A question of a sound form: where it stands, its table, and what became of it."""

    path: Path
    table: Table
    question: Question

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def options(self) -> Path:
        return (*self.path, "options")


class Source:
    """One file. `form` is None when the loader does not take it; `table` may then be anything."""

    def __init__(self, file: str, lines: Lines, table: Table, form: Questionnaire | None) -> None:
        self.file = file
        self.table = table
        self.form = form
        self.lines = lines

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """What the file says of its languages, as far as it is a list of names, with vi and en."""
        told = self.table.get("languages")
        names = [name for name in told if isinstance(name, str)] if isinstance(told, list) else []
        return tuple(dict.fromkeys([*LANGUAGES, *names]))

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Every table whose keys are languages and whose values are texts, in file order.

        Without those that are too long to be a wording.
        """
        return tuple(one for one in self._every if _longest(one) <= LONGEST)

    @cached_property
    def enormous(self) -> tuple[Wording, ...]:
        """The wordings that are too long to be looked at."""
        return tuple(one for one in self._every if _longest(one) > LONGEST)

    @cached_property
    def _every(self) -> tuple[Wording, ...]:
        return tuple(self._wordings(self.table, (), "", ""))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(
            Said(text, language, wording)
            for wording in self.wordings
            for language, text in wording.words.items()
        )

    def _wordings(self, value: Any, path: Path, question: str, kind: str) -> Iterator[Wording]:
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self._wordings(one, (*path, index), question, kind)
        if not isinstance(value, dict) or not value or path[-1:] in FILES:
            return
        if all(key in self.languages and isinstance(value[key], str) for key in value):
            yield Wording(path, value, _part(path), question, kind)
            return
        if path[-2:-1] == ("questions",):
            question, kind = _text(value.get("id")), _text(value.get("kind"))
        for key, one in value.items():
            yield from self._wordings(one, (*path, key), question, kind)

    def question_at(self, line: int) -> str:
        """The id of the question whose table holds a line; "" when none does."""
        place = bisect(self._starts, line, key=lambda start: start[0])
        return self._starts[place - 1][1] if place else ""

    @cached_property
    def _starts(self) -> list[tuple[int, str]]:
        """The lines where questions and what is no question begin, with the questions' ids."""
        found: list[tuple[int, str]] = []
        for name in ("scales", "screens", "factors"):
            for key, part in held(self.table.get(name)):
                found.append((self.lines.of((name, key)) or 1, ""))
                inside = part.get("questions") if isinstance(part, dict) else None
                for place, one in held(inside):
                    id = _text(one.get("id")) if isinstance(one, dict) else ""
                    line = self.lines.of((name, key, "questions", place))
                    found.append((line or 1, id))
        return sorted(found, key=lambda start: start[0])

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The questions of a sound form, in file order; none of another file."""
        if self.form is None:
            return ()
        by_id = {question.id: question for question in self.form.questions}
        return tuple(
            Asked(("screens", s, "questions", q), table, by_id[table["id"]])
            for s, screen in enumerate(self.table["screens"])
            for q, table in enumerate(screen["questions"])
        )

    @cached_property
    def method(self) -> Method | None:
        """The method made for the form; None when no method names it."""
        return methods_of().get(self.form.form) if self.form else None

    @cached_property
    def worlds(self) -> Worlds | None:
        """What can be answered, for conditions to be tried on; None of a form that is not sound."""
        return Worlds(self.form) if self.form else None

    @cached_property
    def scales(self) -> tuple[tuple[Path, Scale], ...]:
        """The scales of a sound form with their paths, in file order."""
        by_id = {scale.id: scale for scale in self.form.scales} if self.form else {}
        return tuple((("scales", name), by_id[name]) for name in self.table.get("scales", {}))

    @cached_property
    def lists(self) -> tuple[tuple[Path, str, tuple[Option, ...]], ...]:
        """Every list of options of a sound form: path, id of its question or "", options."""
        scales = [((*path, "options"), "", scale.options) for path, scale in self.scales]
        own = [a for a in self.asked if "options" in a.table]
        return (*scales, *((a.options, a.id, a.question.options) for a in own))

    @cached_property
    def rated(self) -> tuple[tuple[Path, Item], ...]:
        """The rated items of a sound form with the path of the question or row that asks them."""
        found: list[tuple[Path, Item]] = []
        for asked in self.asked:
            rows = bool(asked.question.rows)
            for place, item in enumerate(asked.question.items):
                if item.rated:
                    found.append(((*asked.path, "rows", place) if rows else asked.path, item))
        return tuple(found)


def _longest(wording: Wording) -> int:
    return max(map(len, wording.words.values()))


def _part(path: Path) -> str:
    last = path[-1] if path else ""
    held = path[-3] if len(path) > 2 else ""
    return PARTS.get(str(held), str(last)) if last == "text" else str(last)


def held(value: Any) -> list[tuple[str | int, Any]]:
    """The keys or places of a table or a list with what they hold; nothing of anything else."""
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
