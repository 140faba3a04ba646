"""What somebody types to find cases: words that all must occur, phrases in quotes, beginnings.

`hồ sơ "trễ hẹn" 212*` asks for both words, the phrase, and something that begins with 212. Words
are compared folded; those with the accents as typed come first. Pure; knows no database.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from survey.text import fold, normal

LONGEST: Final = 60  # letters of a word that are compared
MOST: Final = 16  # words that are looked for
PARTS: Final = re.compile(r'["“”«»]([^"“”«»]*)(?:["“”«»]|$)|([^\s"“”«»]+)')
NUMBER: Final = re.compile(r"(?:pa[\s-]*)?0*([1-9][0-9]{0,8})", re.IGNORECASE)


class _Letters(dict[int, str]):
    """For str.translate: letters, marks and figures stay, everything else parts words."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = found = letter if unicodedata.category(letter)[0] in "LMN" else " "
        return found


LETTERS: Final = _Letters()


@dataclass(frozen=True)
class Term:
    """Words that follow one another; `open_end`: the last one may go on."""

    words: tuple[str, ...]
    open_end: bool = False

    def folded(self) -> "Term":
        return Term(tuple(fold(word) for word in self.words), self.open_end)


@dataclass(frozen=True)
class Looked:
    """What was asked for: every term must occur; `number`: of the case, if it can be one."""

    terms: tuple[Term, ...]
    number: int | None = None
    by_number: bool = False  # it can be nothing else

    def folded(self) -> tuple[Term, ...]:
        return tuple(term.folded() for term in self.terms)


def words_of(text: str) -> list[str]:
    """The words of a text in their one form, with their accents, without case."""
    plain = normal(normal(text).casefold()).translate(LETTERS)
    return [word[:LONGEST] for word in plain.split() if fold(word)]  # not marks alone


def looked_for(text: str) -> Looked | None:
    """What a person typed; None when it holds no word."""
    terms = tuple(_terms(normal(text)))
    number = NUMBER.fullmatch(normal(text))
    if not terms:
        return None
    named = text.strip()[:2].casefold() == "pa"
    return Looked(terms, int(number[1]) if number else None, number is not None and named)


def _terms(text: str) -> Iterator[Term]:
    left = MOST
    for found in PARTS.finditer(text):
        phrase, chunk = found[1], found[2]
        words = tuple(words_of(phrase if chunk is None else chunk))[:left]
        if words:
            left -= len(words)
            yield Term(words, chunk is not None and chunk.endswith("*"))
