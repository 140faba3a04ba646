"""The word lists of redaction, read from survey/feedback/data once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from survey.text import fold, normal

FOLDER: Final = Path(__file__).parent.parent / "data"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(text).lower().split())


def phrases(text: str) -> frozenset[tuple[str, ...]]:
    """Phrases of a list, one a line or between semicolons, as words."""
    parts = normal(text).lower().replace("/", " ").replace("\n", ";").split(";")
    return frozenset(tuple(part.split()) for part in parts if part.strip())


def folded(text: str) -> frozenset[tuple[str, ...]]:
    return phrases(fold(text))


@dataclass(frozen=True)
class Phrases:
    """Phrases of one kind: as written, and folded; their first and last words, folded."""

    written: frozenset[tuple[str, ...]]
    folded: frozenset[tuple[str, ...]]
    firsts: frozenset[str]
    lasts: frozenset[str]


def both(text: str) -> Phrases:
    plain = folded(text)
    firsts, lasts = ({phrase[end] for phrase in plain} for end in (0, -1))
    return Phrases(phrases(text), plain, frozenset(firsts), frozenset(lasts))


@dataclass(frozen=True)
class Words:
    """Words of one kind: as written, and folded."""

    written: frozenset[str]
    folded: frozenset[str]


@dataclass(frozen=True)
class Lists:
    """What announces a name, what makes one up, and what only looks like one."""

    surnames: Words
    middles: Words
    given: Words
    never: Words
    seldom: Words
    hard: Words
    after: Words
    announcing: dict[str, Phrases]  # address, roles, telling, being
    pairs: frozenset[tuple[str, ...]]
    before_places: Phrases
    offices: Words
    unclear: Words
    places: Phrases
    remembered: Phrases


@cache
def lists() -> Lists:
    names, common, places = table("names.toml"), table("words.toml"), table("places.toml")
    words = {
        name: Words(_words(text), frozenset(map(fold, _words(text))))
        for name, text in (
            names | common | {"offices": places["words"], "unclear": places["unclear"]}
        ).items()
        if name
        in (
            "surnames",
            "middles",
            "given",
            "never",
            "hard",
            "seldom",
            "after",
            "offices",
            "unclear",
        )
    }
    return Lists(
        **words,
        announcing={name: both(names[name]) for name in ("address", "roles", "telling", "being")},
        pairs=folded(common["pairs"]),
        before_places=both(places["before"]),
        places=both(places["names"]),
        remembered=both(places["remembered"]),
    )


@cache
def labels(language: str) -> dict[str, str]:
    """The words that stand for each kind of mark, in a language that `labels.toml` has."""
    return {kind: words[language] for kind, words in table("labels.toml").items()}


@cache
def all_labels() -> tuple[str, ...]:
    return tuple(word for words in table("labels.toml").values() for word in words.values())
