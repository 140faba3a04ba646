"""Topics that the words of a text speak for, and signs that another law holds for it.

Suggestions by lists of words (`survey/feedback/data/topics.toml`): a person decides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from survey.feedback.text.lists import folded, table
from survey.text import fold

OTHER: Final = "other"
TOKEN: Final = re.compile(r"\w{1,60}|[.,;:!?\n]")
CLAUSE: Final = frozenset(".,;:!?\n")
NOT: Final = frozenset(
    ("khong", "ko", "k", "chua", "chang", "hong", "dau", "khoi", "khg", "hok", "het")
)
# `không những tận tình mà còn …` denies nothing.
STILL: Final = frozenset(("nhung", "chi"))
REACH: Final = 4  # words from a negation to what it denies
LONGEST: Final = 6  # words of a phrase


@dataclass(frozen=True)
class Suggestion:
    """A topic, its share of what was found (0 to 1), and the words that spoke for it."""

    code: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """What is said of a topic in `topics.toml`: its names, and phrases as folded words."""

    code: str
    names: Mapping[str, str]
    words: frozenset[tuple[str, ...]]
    turned: frozenset[tuple[str, ...]]


@cache
def topics() -> tuple[Topic, ...]:
    """The topics in the order of their file."""
    return _read("topic")


@cache
def _read(kind: str) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            one["code"],
            {"vi": one["vi"], "en": one["en"]},
            folded(one["words"]),
            folded(one.get("turned", "")),
        )
        for one in table("topics.toml")[kind]
    )


def suggested_topics(text: str) -> list[Suggestion]:
    """Topics by what speaks for them, the strongest first; `other` alone when nothing does."""
    return _suggested(text, "topic") or ([Suggestion(OTHER, 0.0, ())] if text.strip() else [])


def sensitive(text: str) -> list[Suggestion]:
    """Signs of a khiếu nại or a tố cáo, the strongest first; empty when there is none."""
    return _suggested(text, "sensitive")


def clauses(text: str) -> list[list[str]]:
    """The folded words of a text, clause by clause."""
    made: list[list[str]] = [[]]
    for match in TOKEN.finditer(fold(text)):
        if match.group() in CLAUSE:
            made.append([])
        else:
            made[-1].append(match.group())
    return [clause for clause in made if clause]


def _suggested(text: str, kind: str) -> list[Suggestion]:
    known = _read(kind)
    spoken: dict[str, dict[str, int]] = {}
    for clause in clauses(text):
        for phrase, denied in _phrases(clause, kind):
            for topic in known:
                if phrase in (topic.turned if denied else topic.words):
                    weight = len(phrase) + denied
                    spoken.setdefault(topic.code, {})[" ".join(phrase)] = weight
    total = sum(sum(words.values()) for words in spoken.values())
    order = {topic.code: place for place, topic in enumerate(known)}
    found = [
        Suggestion(code, sum(words.values()) / total, tuple(sorted(words)))
        for code, words in spoken.items()
    ]
    return sorted(found, key=lambda one: (-one.score, order[one.code]))


@cache
def _vocabulary(kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset().union(*(topic.words | topic.turned for topic in _read(kind)))


def _phrases(clause: Sequence[str], kind: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Phrases of the lists in a clause, the longest at each place, and whether each is denied."""
    known = _vocabulary(kind)
    at = 0
    while at < len(clause):
        for count in range(min(LONGEST, len(clause) - at), 0, -1):
            phrase = tuple(clause[at : at + count])
            if phrase in known:
                yield phrase, _denied(clause, at)
                at += count - 1
                break
        at += 1


def _denied(clause: Sequence[str], at: int) -> bool:
    """Whether a negation stands within reach before a phrase; two of them deny nothing."""
    before = clause[max(0, at - REACH) : at]
    denials = sum(
        word in NOT and clause[at - len(before) + index + 1] not in STILL
        for index, word in enumerate(before)
    )
    return denials % 2 == 1
