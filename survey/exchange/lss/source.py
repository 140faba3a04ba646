"""A `.lss` file as groups, questions, rows and answers with their words, whatever its age.

Every field that says something is a part of the file, named so that its author finds it again:
`Q01 relevance`, `Q01/SQ001 question (en)`, `group 2 description (vi)`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey.exchange.lss.structure import FRAME, NOTHING, SILENT, SOMETHING, UNTOUCHED, Row, Tables

WORDED = {  # fields with words, which stand once for each language
    "groups": ("group_name", "description"),
    "questions": ("question", "help", "script"),
    "answers": ("answer",),
}


@dataclass(frozen=True)
class Cell:
    """What a field says, and the part of the file that it is."""

    text: str
    place: str


@dataclass
class Thing:
    """A group, a question, a row of a question or an answer.

    place: the part that it is as a whole. fields: those that say something. words: of each field
    with words, by language.
    """

    key: str
    name: str
    place: str
    row: Row
    fields: dict[str, Cell] = field(default_factory=dict)
    words: dict[str, dict[str, Cell]] = field(default_factory=dict)
    attributes: dict[str, dict[str, Cell]] = field(default_factory=dict)
    rows: "list[Thing]" = field(default_factory=list)
    answers: "list[Thing]" = field(default_factory=list)
    questions: "list[Thing]" = field(default_factory=list)

    def attribute(self, name: str) -> Cell | None:
        """An attribute that is the same in every language."""
        return next(iter(self.attributes.get(name, {}).values()), None)


class Parts:
    """The parts of a file by their names, each of which is there once."""

    def __init__(self) -> None:
        self.all: dict[str, str] = {}

    def add(self, place: str, feature: str) -> str:
        found, number = place, 2
        while found in self.all:
            found = f"{place} #{number}"
            number += 1
        self.all[found] = feature
        return found


@dataclass
class Source:
    """The whole file. base: the language it was written in first. others: fields and tables that
    belong to no question; their places by table and field."""

    base: str
    languages: list[str]
    settings: Row
    words: dict[str, dict[str, Cell]]
    others: list[tuple[str, str, Cell]]
    groups: list[Thing]
    orphans: list[str]
    conditions: list[tuple[Row, str]]
    parts: Parts


def source_of(tables: Tables) -> Source:
    """The survey in the tables of a file."""
    return _Gatherer(tables).whole()


class _Gatherer:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.parts = Parts()
        self.orphans: list[str] = []
        self.nobodys: dict[int, tuple[str, str]] = {}  # rows of words that belong to no other row

    def whole(self) -> Source:
        settings = self.tables["surveys"][0]
        base, languages = self._languages(settings)
        words, others = self._settings(settings, languages)
        groups = self._groups()
        asked = self._questions("questions", groups)
        mains = [one for one in asked if one.row.get("parent_qid", "0") in ("", "0")]
        subs = [one for one in asked if one.row.get("parent_qid", "0") not in ("", "0")]
        self._put(mains, {g.key: g.questions for g in groups}, "gid", "question_order")
        subs += self._questions("subquestions", groups, {q.key: q for q in mains})
        by_id = {q.key: q for q in mains}
        self._put(subs, {q.key: q.rows for q in mains}, "parent_qid", "question_order")
        self._answers(by_id)
        self._attributes(by_id, {one.key: one for one in subs})
        conditions = [
            (
                row,
                self.parts.add(f"{_named(by_id, row)} condition {row.get('cid', n)}", "condition"),
            )
            for n, row in enumerate(self.tables.get("conditions", ()), 1)
        ]
        others += self._other_tables()
        self.orphans += [self.parts.add(*one) for one in self.nobodys.values()]
        return Source(base, languages, settings, words, others, groups, self.orphans, conditions,
                      self.parts)  # fmt: skip

    def _languages(self, settings: Row) -> tuple[str, list[str]]:
        told = [row["language"] for row in self.tables.get("languages", ())]
        base = settings.get("language") or (told[0] if told else "en")
        more = settings.get("additional_languages", "").split()
        return base, list(dict.fromkeys(one.strip() for one in (base, *more, *told) if one.strip()))

    def _settings(
        self, settings: Row, languages: Sequence[str]
    ) -> tuple[dict[str, dict[str, Cell]], list[tuple[str, str, Cell]]]:
        others: list[tuple[str, str, Cell]] = []
        for key, cell in self._fields("surveys", settings, "survey").items():
            others.append(("surveys", key, cell))
        words: dict[str, dict[str, Cell]] = {}
        for row in self.tables.get("surveys_languagesettings", ()):
            language = row.get("surveyls_language", "")
            for key, text in row.items():
                if key in FRAME["surveys_languagesettings"] or not text.strip():
                    continue
                place = self.parts.add(f"survey {key} ({language})", f"survey.{key}")
                if language in languages:
                    words.setdefault(key, {})[language] = Cell(text, place)
                else:
                    self.orphans.append(place)
        return words, others

    def _fields(self, table: str, row: Row, name: str) -> dict[str, Cell]:
        """The fields of a row that say something; words are none of them."""
        shape = table.removesuffix("s")
        silent = SILENT[table]
        return {
            key: Cell(text, self.parts.add(f"{name} {key}", f"{shape}.{key}"))
            for key, text in row.items()
            if key not in FRAME[table] and key not in WORDED.get(table, ())
            if (key, text.strip()) not in NOTHING
            if text.strip() not in silent or (key, text.strip()) in SOMETHING
        }

    def _thing(self, table: str, key: str, name: str, row: Row) -> Thing:
        place = self.parts.add(name, table.removesuffix("s"))
        return Thing(key, name, place, row, self._fields(table, row, name))

    def _say(self, table: str, thing: Thing, row: Row) -> None:
        language = row.get("language", "")
        for key in WORDED[table]:
            if row.get(key, "").strip():
                place = self.parts.add(f"{thing.name} {key} ({language})", f"{table[:-1]}.{key}")
                thing.words.setdefault(key, {})[language] = Cell(row[key], place)

    def _gathered(self, table: str, rows: Iterable[Row], key_of: Any, name_of: Any) -> list[Thing]:
        """One thing for the rows with the same key, which differ by their language."""
        found: dict[str, Thing] = {}
        seen: set[tuple[str, str]] = set()
        for row in rows:
            key, language = key_of(row), row.get("language", "")
            if (key, language) in seen:
                self.orphans.append(self.parts.add(name_of(row), table.removesuffix("s")))
                continue
            seen.add((key, language))
            if key not in found:
                found[key] = self._thing(table, key, name_of(row), row)
            if language:
                self._say(table, found[key], row)
        return list(found.values())

    def _worded(self, table: str, l10n: str, key: str, things: Iterable[Thing]) -> None:
        known = {row.get(key) for one in (table, f"sub{table}") for row in self.tables.get(one, ())}
        by_key = {one.key: one for one in things}
        for row in self.tables.get(l10n, ()):
            thing = by_key.get(row.get(key, ""))
            if thing:
                self._say(table, thing, row)
            elif row.get(key) not in known and any(row.get(one) for one in WORDED[table]):
                place = f"{l10n} {row.get(key, '')} ({row.get('language', '')})"
                self.nobodys[id(row)] = (place, l10n)

    def _groups(self) -> list[Thing]:
        rows = sorted(self.tables["groups"], key=lambda row: _number(row.get("group_order")))
        numbers: dict[str, int] = {}
        for row in rows:
            numbers.setdefault(row.get("gid", ""), len(numbers) + 1)
        groups = self._gathered(
            "groups", rows, lambda row: row.get("gid", ""),
            lambda row: f"group {numbers[row.get('gid', '')]}",
        )  # fmt: skip
        self._worded("groups", "group_l10ns", "gid", groups)
        return groups

    def _questions(
        self, table: str, groups: Sequence[Thing], of: Mapping[str, Thing] | None = None
    ) -> list[Thing]:
        def name(row: Row) -> str:
            parent = (of or {}).get(row.get("parent_qid", ""))
            own = row.get("title") or row.get("qid", "")
            return f"{parent.name}/{own}" if parent else own

        rows = self.tables.get(table, ())
        found = self._gathered("questions", rows, lambda row: row.get("qid", ""), name)
        self._worded("questions", "question_l10ns", "qid", found)
        return found

    def _put(self, things: Iterable[Thing], lists: Mapping[str, list[Thing]], key: str,
             order: str) -> None:  # fmt: skip
        for thing in things:
            into = lists.get(thing.row.get(key, ""))
            if into is None:
                self.orphans += all_places(thing)
            else:
                into.append(thing)
        for into in lists.values():
            into.sort(key=lambda one: _number(one.row.get(order)))

    def _answers(self, by_id: Mapping[str, Thing]) -> None:
        answers = self._gathered(
            "answers",
            self.tables.get("answers", ()),
            lambda row: row.get("aid") or "/".join(
                row.get(key, "") for key in ("qid", "code", "scale_id")
            ),
            lambda row: f"{_named(by_id, row)} answer {row.get('code', '')}",
        )  # fmt: skip
        self._worded("answers", "answer_l10ns", "aid", answers)
        self._put(answers, {q.key: q.answers for q in by_id.values()}, "qid", "sortorder")

    def _attributes(self, mains: Mapping[str, Thing], subs: Mapping[str, Thing]) -> None:
        for row in self.tables.get("question_attributes", ()):
            name, value = row.get("attribute", ""), row.get("value", "")
            if not value.strip() or (name, value.strip()) in UNTOUCHED:
                continue
            language = row.get("language", "")
            thing = mains.get(row.get("qid", "")) or subs.get(row.get("qid", ""))
            of = thing.name if thing else row.get("qid", "")
            told = f" ({language})" if language else ""
            place = self.parts.add(f"{of} {name}{told}", f"attribute.{name}")
            if thing:
                thing.attributes.setdefault(name, {})[language] = Cell(value, place)
            else:
                self.orphans.append(place)

    def _other_tables(self) -> list[tuple[str, str, Cell]]:
        read = {"surveys", "surveys_languagesettings", "groups", "group_l10ns", "questions",
                "subquestions", "question_l10ns", "answers", "answer_l10ns", "question_attributes",
                "conditions", "languages"}  # fmt: skip
        return [
            (table, "", Cell("", self.parts.add(f"{table} {number}", table)))
            for table, rows in self.tables.items()
            if table not in read
            for number, row in enumerate(rows, 1)
            if any(text.strip() for text in row.values())
        ]


def all_places(thing: Thing) -> list[str]:
    """The parts that a thing and everything in it are."""
    cells = [
        cell
        for words in (thing.fields, *thing.words.values(), *thing.attributes.values())
        for cell in words.values()
    ]
    inner = [*thing.rows, *thing.answers, *thing.questions]
    below = [place for one in inner for place in all_places(one)]
    return [thing.place, *(cell.place for cell in cells), *below]


def _named(by_id: Mapping[str, Thing], row: Row) -> str:
    thing = by_id.get(row.get("qid", ""))
    return thing.name if thing else row.get("qid", "")


def _number(text: str | None) -> int:
    """The place in an order; what is no number stands first."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
