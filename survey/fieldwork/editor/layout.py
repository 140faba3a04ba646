"""A draft's text as the blocks it is written in, so that one can be changed and all else stays.

A block is a table with its header, the comments right above it, and the blocks inside it: a screen
with its questions, a question with its options. Only the usual layout has blocks: everything opened
by a header of its own, as docs/questionnaire-format.md writes it.
"""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

HEADER = re.compile(
    r"^\s*\[{1,2}\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*\]{1,2}\s*(?:#.*)?$"
)
KNOWN = re.compile(
    r"scales\.[\w-]+(\.options)?|screens(\.questions(\.(options|rows|check))?)?|factors(\.children)*"
)
LISTED = re.compile(r"\s*\[\[")
Path = tuple[str, ...]
SCREEN: Path = ("screens",)
QUESTION: Path = ("screens", "questions")


class Unusual(Exception):
    """The text is TOML, and not in the usual layout: pages cannot change a part of it."""


@dataclass
class Block:
    """A table of the text. `own` are its lines with its header, `inside` the blocks below it.

    fresh: it was put here, so that an empty line must stand around it.
    """

    path: Path
    own: str
    inside: list["Block"] = field(default_factory=list)
    fresh: bool = False

    @property
    def text(self) -> str:
        return self.own + "".join(block.text for block in self.inside)

    @property
    def mark(self) -> str:
        """What tells whether somebody changed it."""
        return mark_of(self.text)

    def of(self, key: str) -> list["Block"]:
        """The blocks right inside it under `key`."""
        return [block for block in self.inside if block.path == (*self.path, key)]

    def pieces(self, fresh: bool = False) -> Iterator[tuple[str, bool]]:
        """Its lines and those of all below it, each with whether it was put there."""
        fresh = fresh or self.fresh
        yield self.own, fresh
        for block in self.inside:
            yield from block.pieces(fresh)

    def copy(self) -> "Block":
        return Block(self.path, self.own, [block.copy() for block in self.inside], fresh=True)


def mark_of(text: str) -> str:
    return sha256(text.strip().encode()).hexdigest()[:16]


@dataclass
class Layout:
    """A whole draft: the lines before the first header, then its blocks in file order."""

    head: str
    blocks: list[Block]
    table: dict[str, Any]  # what the text says, as it was read

    @property
    def text(self) -> str:
        """The text with all changes; blocks that were put somewhere stand apart."""
        pieces = [(self.head, False)]
        for block in self.blocks:
            pieces += block.pieces()
        made = ""
        before = False
        for own, fresh in pieces:
            if made and own and (fresh or before) and not made.endswith("\n\n"):
                made = made.rstrip("\n") + "\n\n"
            made += own
            before = fresh
        return made.rstrip("\n") + "\n"

    @property
    def screens(self) -> list[Block]:
        return [block for block in self.blocks if block.path == SCREEN]

    @property
    def questions(self) -> list[tuple[Block, Block]]:
        """Each question with its screen before it, in file order."""
        return [(screen, one) for screen in self.screens for one in screen.of("questions")]

    @property
    def scales(self) -> dict[str, Block]:
        return {b.path[1]: b for b in self.blocks if b.path[0] == "scales"}

    @property
    def factors(self) -> list[Block]:
        """All factors, outer before inner, in file order."""
        found: list[Block] = []
        waiting = [block for block in self.blocks if block.path == ("factors",)]
        while waiting:
            block = waiting.pop(0)
            found.append(block)
            waiting = block.of("children") + waiting
        return found

    def holder(self, block: Block) -> list[Block]:
        """The list in which a block stands. Raises ValueError when it stands in none."""
        waiting = [self.blocks]
        while waiting:
            held = waiting.pop()
            if any(one is block for one in held):
                return held
            waiting += [one.inside for one in held]
        raise ValueError(block.path)


def place_in(held: list[Block], block: Block) -> int:
    return next(place for place, one in enumerate(held) if one is block)


def layout_of(text: str) -> Layout:
    """The blocks of a text, to be changed freely. Raises Unusual; ValueError when it is no TOML."""
    head, blocks, table = _split(text)
    return Layout(head, [_own_copy(block) for block in blocks], deepcopy(table))


def _own_copy(block: Block) -> Block:
    return Block(block.path, block.own, [_own_copy(one) for one in block.inside])


@lru_cache(maxsize=8)
def _split(text: str) -> tuple[str, list[Block], dict[str, Any]]:
    table = tomllib.loads(text)
    head, *rest = _pieces(text)
    blocks: list[Block] = []
    for path, own in rest:
        block = Block(path, own)
        above = _above(blocks, path)
        (above.inside if above else blocks).append(block)
    if not _agrees(table, blocks):
        raise Unusual
    return head[1], blocks, table


def _above(blocks: list[Block], path: Path) -> Block | None:
    """The last block that holds a table of this path."""
    found = None
    while blocks and path[: len(blocks[-1].path)] == blocks[-1].path != path:
        found = blocks[-1]
        blocks = found.inside
    return found


def _pieces(text: str) -> list[tuple[Path, str]]:
    """The text cut before each header and the comments right above it. Raises Unusual."""
    pieces: list[tuple[Path, list[str]]] = [((), [])]
    closing = ""
    for line in text.splitlines(keepends=True):
        if not closing and (header := HEADER.match(line)):
            name = re.sub(r"\s", "", header[1])
            if not KNOWN.fullmatch(name) or _listed(name) != bool(LISTED.match(line)):
                raise Unusual
            pieces.append((tuple(name.split(".")), [*_comments(pieces[-1][1]), line]))
            continue
        pieces[-1][1].append(line)
        closing = _open_after(line, closing)
    return [(path, "".join(lines)) for path, lines in pieces]


def _listed(name: str) -> bool:
    return not name.startswith("scales.") or name.endswith(".options")


def _comments(lines: list[str]) -> list[str]:
    """Takes the comments at the end of a block away from it: they speak of the next."""
    taken: list[str] = []
    while lines and lines[-1].lstrip().startswith("#"):
        taken.insert(0, lines.pop())
    return taken


def _open_after(line: str, closing: str) -> str:
    """The quotes of several lines that are still open after a line."""
    for quotes in ('"""', "'''"):
        if closing in ("", quotes) and line.count(quotes) % 2:
            closing = "" if closing else quotes
    return closing


def _agrees(table: dict[str, Any], blocks: list[Block]) -> bool:
    """Whether the blocks are all that the text has: nothing of it stands within a line."""
    screens = [block for block in blocks if block.path == SCREEN]
    scales = [block.path[1] for block in blocks if block.path[0] == "scales"]
    factors = [block for block in blocks if block.path == ("factors",)]
    return (
        list(map(_count, _list(table, "screens"))) == [len(s.of("questions")) for s in screens]
        and list(table.get("scales", {})) == scales
        and _alike(_list(table, "factors"), factors)
        and all(_whole(*pair) for pair in _pairs(table, screens))
    )


def _pairs(table: dict[str, Any], screens: list[Block]) -> Iterator[tuple[dict[str, Any], Block]]:
    for told, screen in zip(_list(table, "screens"), screens, strict=True):
        yield from zip(_list(told, "questions"), screen.of("questions"), strict=True)


def _whole(told: dict[str, Any], block: Block) -> bool:
    """Options and the like stand in blocks of their own, or all of them within a line."""
    return all(
        len(block.of(key)) in (0, len(_list(told, key))) for key in ("options", "rows", "check")
    )


def _alike(told: list[Any], blocks: list[Block]) -> bool:
    return len(told) == len(blocks) and all(
        _alike(_list(factor, "children"), block.of("children"))
        for factor, block in zip(told, blocks, strict=True)
    )


def _count(screen: Any) -> int:
    return len(_list(screen, "questions"))


def _list(table: Any, key: str) -> list[Any]:
    found = table.get(key, []) if isinstance(table, dict) else []
    return found if isinstance(found, list) else []
