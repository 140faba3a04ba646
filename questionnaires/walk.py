"""Ways through the document of a form, before it is a model."""

from collections.abc import Iterator
from typing import Any

from questionnaires.problems import Path
from questionnaires.shapes import Table


def questions(document: Table) -> Iterator[tuple[Path, Table]]:
    """Each question with the path that leads to it."""
    for s, screen in enumerate(document["screens"]):
        for q, question in enumerate(screen["questions"]):
            yield ("screens", s, "questions", q), question


def numbered(rows: list[Any]) -> list[int]:
    """The numbers of a grid's rows: their own, or their place counted from 1."""
    return [row.get("number", place) for place, row in enumerate(rows, 1)]


def item_ids(question: Table) -> list[str]:
    """What the answers to a question are stored under."""
    match question["kind"]:
        case "note" | "text":
            return []
        case "grid":
            return [f"{question['id']}_{number}" for number in numbered(question["rows"])]
        case "multiple":
            return [f"{question['id']}_{option['code']}" for option in question["options"]]
    return [question["id"]]


def factors(document: Table) -> Iterator[tuple[Path, Table]]:
    """Each factor, outer before inner, with the path that leads to it."""

    def below(tables: list[Any], path: Path) -> Iterator[tuple[Path, Table]]:
        for index, factor in enumerate(tables):
            yield (*path, index), factor
            yield from below(factor.get("children", []), (*path, index, "children"))

    yield from below(document.get("factors", []), ("factors",))
