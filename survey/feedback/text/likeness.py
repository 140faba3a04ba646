"""Texts that are like others, and themes of many texts. Suggestions: a person confirms.

`Thu phí sai quy định` and `Thu phí đúng quy định` have nearly all words in common: a likeness says
as well when a word that turns the meaning stands in one text alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from survey.feedback.text.lists import folded, table
from survey.feedback.text.topics import NOT, OTHER, clauses, suggested_topics
from survey.text import fold, normal

OPPOSED: Final = tuple(sorted(folded(table("likeness.toml")["opposed"])))
FEWEST: Final = 3  # texts that make a theme
MOST_THEMES: Final = 20
SAME: Final = 0.8  # of two phrases in nearly the same texts one is enough
DULL: Final = frozenset(word for (word,) in folded(table("likeness.toml")["dull"]))


@dataclass(frozen=True)
class Like:
    """Another text: its place among those given, how like it is (0 to 100), and whether turned."""

    index: int
    score: float
    opposed: bool  # a word that denies or turns the meaning stands in one of the two alone


@dataclass(frozen=True)
class Theme:
    """Texts that speak of one thing: a topic's code, or two words as most texts write them."""

    topic: str | None
    words: str | None
    texts: tuple[int, ...]  # places among the texts given


def similar(text: str, others: Sequence[str], *, limit: int, least: float = 60) -> list[Like]:
    """The most alike of the others, at most `limit`, none below `least`.

    Compared without accents and case, by the words in common whatever their order (rapidfuzz
    token_set_ratio). Equal scores come in the order given.
    """
    wanted = fold(text)
    if not wanted.strip():
        return []
    scored = process.extract(
        wanted,
        [fold(other) for other in others],
        scorer=fuzz.token_set_ratio,
        limit=limit,
        score_cutoff=least,
    )
    found = [Like(index, score, opposed(text, others[index])) for _, score, index in scored]
    return sorted(found, key=lambda one: (-one.score, one.index))


def opposed(one: str, other: str) -> bool:
    """Whether one text denies, or says the contrary word, where the other does not."""
    mine, theirs = _words(one), _words(other)
    if bool(mine & NOT) != bool(theirs & NOT):
        return True
    apart, apart_too = mine - theirs, theirs - mine
    return any(
        (first in apart and second in apart_too) or (second in apart and first in apart_too)
        for first, second in OPPOSED
    )


def _words(text: str) -> set[str]:
    return {word for clause in clauses(text) for word in clause}


def themes(texts: Sequence[str], *, most: int = MOST_THEMES) -> list[Theme]:
    """Topics of the lexicon and pairs of words that several texts have, the most frequent first.

    A text may have several themes or none. The same texts give the same themes.
    """
    found = [theme for theme in (*_topics(texts), *_pairs(texts)) if len(theme.texts) >= FEWEST]
    found.sort(
        key=lambda theme: (-len(theme.texts), theme.topic is None, theme.topic or theme.words)
    )
    kept: list[Theme] = []
    for theme in found:
        if theme.topic or not any(_same(theme, other) for other in kept if other.words):
            kept.append(theme)
        if len(kept) == most:
            break
    return kept


def _same(one: Theme, other: Theme) -> bool:
    mine, theirs = set(one.texts), set(other.texts)
    return len(mine & theirs) >= SAME * len(mine | theirs)


def _topics(texts: Sequence[str]) -> Iterator[Theme]:
    members: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        for suggestion in suggested_topics(text):
            if suggestion.code != OTHER:
                members.setdefault(suggestion.code, []).append(index)
    yield from (Theme(code, None, tuple(where)) for code, where in members.items())


def _pairs(texts: Sequence[str]) -> Iterator[Theme]:
    """Two words side by side, neither of them dull, with the spelling that most texts have."""
    members: dict[tuple[str, str], list[int]] = {}
    spelled: dict[tuple[str, str], Counter[str]] = {}
    for index, text in enumerate(texts):
        for pair, written in sorted(set(_written_pairs(text))):
            spelled.setdefault(pair, Counter())[written] += 1
            where = members.setdefault(pair, [])
            if where[-1:] != [index]:
                where.append(index)
    for pair, where in members.items():
        words = min(spelled[pair].items(), key=lambda item: (-item[1], item[0]))[0]
        yield Theme(None, words, tuple(where))


def _written_pairs(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    for line in clauses_as_written(text):
        for one, other in pairwise(line):
            pair = (fold(one), fold(other))
            if not any(word in DULL or len(word) < 2 or word.isdigit() for word in pair):
                yield pair, f"{one} {other}"


def clauses_as_written(text: str) -> list[list[str]]:
    """The words of a text in small letters with their accents, clause by clause."""
    return [clause.split() for clause in _apart(normal(text).lower())]


def _apart(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == " " else "\n" for c in text).split("\n")
