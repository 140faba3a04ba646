"""A mark: a piece of a text that may point at somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KINDS: Final = ("phone", "id_number", "email", "plate", "account", "name", "address")


@dataclass(frozen=True, order=True)
class Mark:
    """Characters `start` to `end` of the text, what they seem to be, and whether there is doubt."""

    start: int
    end: int
    kind: str
    certain: bool


def apart(marks: Iterable[Mark]) -> list[Mark]:
    """Marks that do not overlap, in their order; of two that do, the earlier and longer stays."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, one.kind)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
