"""The parts of a draft that have a page of their own, each as a block with what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.walk import item_ids
from survey.errors import NotFound
from survey.fieldwork.editor.layout import Block, Layout

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A part: where it stands among its kind, from 1 (a scale: its name), and what it says."""

    place: str
    block: Block
    table: Table

    @property
    def id(self) -> str:
        return text_in(self.table, "id")


def text_in(table: Table, key: str) -> str:
    """A text of a table that may hold anything; "" where there is none."""
    found = table.get(key, "")
    return found if isinstance(found, str) else ""


def words_in(table: Table, key: str) -> dict[str, str]:
    """A wording of a table that may hold anything; what is no text is left out."""
    found = table.get(key)
    if isinstance(found, str):
        return {"vi": found}
    if not isinstance(found, Mapping):
        return {}
    return {str(language): words for language, words in found.items() if isinstance(words, str)}


def tables_in(table: Table, key: str) -> list[Table]:
    found = table.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def texts_in(table: Table, key: str) -> list[str]:
    found = table.get(key)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def languages_in(table: Table) -> list[str]:
    """The languages of a draft; Vietnamese and English are always among them."""
    return list(dict.fromkeys([*texts_in(table, "languages"), "vi", "en"]))


def parts(layout: Layout, kind: str) -> list[Part]:
    """All screens, questions, scales or factors, in file order."""
    if kind == "scale":
        told = layout.table.get("scales", {})
        return [Part(name, block, told[name]) for name, block in layout.scales.items()]
    blocks = {
        "screen": layout.screens,
        "question": [block for _screen, block in layout.questions],
        "factor": layout.factors,
    }[kind]
    tables = {"screen": _screens, "question": _questions, "factor": _factors}[kind](layout.table)
    pairs = zip(blocks, tables, strict=True)
    return [Part(str(place), *pair) for place, pair in enumerate(pairs, 1)]


def part(layout: Layout, kind: str, place: str) -> Part:
    """The part at a place. Raises NotFound."""
    for found in parts(layout, kind):
        if found.place == place:
            return found
    raise NotFound


def _screens(table: Table) -> list[Table]:
    return tables_in(table, "screens")


def _questions(table: Table) -> list[Table]:
    return [one for screen in _screens(table) for one in tables_in(screen, "questions")]


def _factors(table: Table) -> list[Table]:
    def below(tables: list[Table]) -> Iterator[Table]:
        for one in tables:
            yield one
            yield from below(tables_in(one, "children"))

    return list(below(tables_in(table, "factors")))


def items_of(question: Table) -> list[str]:
    """The items that a question makes; none while it is not whole."""
    try:
        return [str(item) for item in item_ids(dict(question))]
    except (KeyError, TypeError, AttributeError):
        return []


def rates(layout: Layout, question: Table) -> bool:
    """Whether its items are rated: its scale says which codes are satisfied."""
    scale = layout.table.get("scales", {}).get(text_in(question, "scale"))
    rated = isinstance(scale, Mapping) and bool(scale.get("satisfied"))
    return rated and question.get("kind") in ("rating", "grid")


def leaves(layout: Layout) -> list[Part]:
    """The factors that can hold items: those without factors inside."""
    return [one for one in parts(layout, "factor") if not one.block.of("children")]


def factors_of(layout: Layout, items: list[str]) -> list[Part]:
    """The factors that hold any of these items."""
    return [one for one in leaves(layout) if set(items) & set(texts_in(one.table, "items"))]


def fresh_id(used: set[str], like: str) -> str:
    """An id that is not used yet: `q3` leads to `q4`, or the next that is free; `sex` to `sex2`."""
    stem = like.rstrip("0123456789") or "q"
    digits = like[len(stem) :]
    number = int(digits) + 1 if digits else 2
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def used_ids(layout: Layout) -> set[str]:
    """Every id that a new part must not have."""
    kinds = ("screen", "question", "factor")
    found = {one.id for kind in kinds for one in parts(layout, kind)}
    return found | {item for one in parts(layout, "question") for item in items_of(one.table)}


def earlier(layout: Layout, found: Part | None, screen: str, most: int = 300) -> list[Part]:
    """The questions with answers that stand before a question, or before the end of a screen."""
    asked = parts(layout, "question")
    if found is not None:
        asked = asked[: int(found.place) - 1]
    elif screen.isdecimal():
        kept = {id(b) for one in layout.screens[: int(screen)] for b in one.inside}
        asked = [one for one in asked if id(one.block) in kept]
    return [one for one in asked if items_of(one.table)][-most:]
