"""Why a case was found: some words around the first that was looked for, and which they are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from survey.feedback.looking import LETTERS, Looked
from survey.text import fold

AROUND: Final = 80  # characters on each side
WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True)
class Piece:
    """Some characters of a text; `marked`: they are what was looked for."""

    words: str
    marked: bool = False


def snippet(texts: Iterable[str], wanted: "LookedFor") -> list[Piece]:
    """From the first text in which most of the words occur; empty when none does."""
    best: tuple[int, str, list[tuple[int, int]]] = (0, "", [])
    for text in texts:
        line = " ".join(text.split())
        spans = [(start, end) for start, end, word in words_at(line) if wanted.has(word)]
        kinds = len({fold(line[start:end]) for start, end in spans})
        if kinds > best[0]:
            best = (kinds, line, spans)
    _kinds, line, spans = best
    return _cut(line, spans) if spans else []


class LookedFor:
    """The words looked for, folded, and the beginnings; what it was asked once it knows."""

    def __init__(self, looked: Looked) -> None:
        self._known: dict[str, bool] = {}
        terms = looked.folded()
        self._starts = tuple(term.words[-1] for term in terms if term.open_end)
        ended = [term.words[:-1] if term.open_end else term.words for term in terms]
        self._words = {word for words in ended for word in words}

    def has(self, word: str) -> bool:
        if word not in self._known:
            folded = fold(word)
            begins = bool(self._starts) and folded.startswith(self._starts)
            self._known[word] = folded in self._words or begins
        return self._known[word]


def words_at(line: str) -> Iterator[tuple[int, int, str]]:
    """Words as the index has them, with their places; the line is in NFC."""
    for found in WORD.finditer(line.translate(LETTERS)):
        yield found.start(), found.end(), found[0]


def _cut(line: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    begin = _edge(line, max(0, spans[0][0] - AROUND), forward=True)
    end = _edge(line, min(len(line), spans[0][1] + AROUND), forward=False)
    pieces, at = [], begin
    for start, stop in spans:
        if stop <= end:
            pieces += [Piece(line[at:start]), Piece(line[start:stop], marked=True)]
            at = stop
    pieces.append(Piece(line[at:end]))
    before, behind = "… " if begin else "", " …" if end < len(line) else ""
    return [Piece(before), *(piece for piece in pieces if piece.words), Piece(behind)]


def _edge(line: str, at: int, *, forward: bool) -> int:
    """The nearest place between two words; a word longer than what is shown is cut."""
    if at in (0, len(line)):
        return at
    found = line.find(" ", at) + 1 if forward else line.rfind(" ", 0, at)
    return found if abs(found - at) < AROUND and found > 0 else at
