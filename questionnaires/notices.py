"""The privacy notice that opens a form, by version; a response keeps the version it met."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from questionnaires.loader import FOLDER, read, tables
from questionnaires.model import Words
from questionnaires.problems import Faults, Lines, Problem, QuestionnaireError
from questionnaires.shapes import Key, ShapeCheck, Shapes

SHAPES: Shapes = {
    "notice": {
        "version": Key("text", required=True),
        "valid_from": Key("date", required=True),
        "title": Key("words", required=True),
        "summary": Key("words", required=True),
        "sections": Key("tables", required=True, of="section"),
    },
    "section": {
        "heading": Key("words", required=True),
        "text": Key("words", required=True),
    },
}


@dataclass(frozen=True)
class Section:
    heading: Words = field(hash=False)
    text: Words = field(hash=False)


@dataclass(frozen=True)
class Notice:
    """`summary` fits a kiosk's first screen; `sections` say the rest, as questions and answers.

    The wordings hold {organiser} and {contact} until `filled`.
    """

    version: str
    valid_from: date
    title: Words = field(hash=False)
    summary: Words = field(hash=False)
    sections: tuple[Section, ...]

    def filled(self, *, organiser: str, contact: str) -> "Notice":
        """The same notice with the names of who asks and whom to ask put in."""

        def fill(words: Words) -> Words:
            return {
                language: text.replace("{organiser}", organiser).replace("{contact}", contact)
                for language, text in words.items()
            }

        sections = tuple(Section(fill(one.heading), fill(one.text)) for one in self.sections)
        return Notice(self.version, self.valid_from, fill(self.title), fill(self.summary), sections)


def notices() -> dict[str, Path]:
    """The notices that come with the platform: version to file. Reads none."""
    return {path.stem: path for path in sorted((FOLDER / "notices").glob("*.toml"))}


def notice(version: str) -> Notice:
    """The notice of a version. Raises QuestionnaireError when there is none, or it is not sound."""
    known = notices()
    if version not in known:
        remedy = f"Use one of: {', '.join(known)}."
        raise QuestionnaireError([Problem(version, None, "", "no such notice.", remedy)])
    path = known[version]
    text = read(path, known)
    table = tables(text, path.name)
    faults = Faults(path.name, Lines(text))
    ShapeCheck(SHAPES, ("vi", "en"), faults).table("notice", table)
    faults.stop()
    return Notice(
        table["version"],
        table["valid_from"],
        table["title"],
        table["summary"],
        tuple(Section(**section) for section in table["sections"]),
    )
