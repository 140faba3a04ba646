"""The words of a text, each with its shape and whether it touches the next."""

import re
from dataclasses import dataclass
from typing import Final

from survey.feedback.text.lists import Phrases, Words, lists
from survey.feedback.text.seen import Seen

WORD: Final = re.compile(r"(?<![\d_])[^\W\d_]{1,40}(?:'[^\W\d_]{1,40})?(?!\w)")
BETWEEN: Final = re.compile(r" {1,3}")
SYLLABLE: Final = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
SHOUTED, ENOUGH, FEW = 0.75, 4, 0.25
LONGEST_NAME: Final = 6


@dataclass(slots=True)
class Token:
    """A word: as written in small letters, folded, and what it looks like."""

    start: int
    end: int
    word: str
    folded: str
    capital: bool  # begins with a capital where capitals mean something
    joined: bool  # nothing but a space between it and the next
    first: bool  # begins a sentence
    plain: bool  # in a line without diacritics
    loud: bool  # all in capitals

    def among(self, words: Words) -> bool:
        """Whether it is one of some Words; by its folded form in a line without diacritics."""
        return self.folded in words.folded if self.plain else self.word in words.written

    @property
    def syllable(self) -> bool:
        return SYLLABLE.fullmatch(self.folded) is not None


def tokens(seen: Seen) -> list[Token]:
    made: list[Token] = []
    at = 0
    for line in seen.clean.split("\n"):
        made += _line(seen, at, at + len(line))
        at += len(line) + 1
    return made


def _line(seen: Seen, start: int, end: int) -> list[Token]:
    found = [(m.start(), m.end(), m.group()) for m in WORD.finditer(seen.clean, start, end)]
    if not found:
        return []
    spoken = [word for _, _, word in found if len(word) > 1]
    shouted = sum(word.isupper() for word in spoken) > SHOUTED * len(spoken)
    titled = _titled(seen.clean, found)
    cased = not (titled or (shouted and len(spoken) >= ENOUGH))
    usual = [span for span in found if not (cased and span[2][0].isupper())] or found
    accents = sum(word.lower() != seen.folded[left:right] for left, right, word in usual)
    plain = accents < FEW * len(usual)
    made = []
    for index, (left, right, word) in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else right
        gap = seen.clean[found[index - 1][1] : left] if index else "."
        made.append(
            Token(
                left,
                right,
                word.lower(),
                seen.folded[left:right],
                cased and word[0].isupper(),
                BETWEEN.fullmatch(seen.clean, right, after) is not None,
                not gap.strip(" \"'(*-+") or gap.strip()[-1:] in tuple(".!?:;")
                if gap.strip()
                else False,
                plain,
                len(word) > 1 and word.isupper(),
            )
        )
    return made


def _titled(text: str, found: list[tuple[int, int, str]]) -> bool:
    """Whether Every Word Of A Stretch Is Written Like This."""
    stretch = 0
    for index, (left, _, word) in enumerate(found):
        apart = index == 0 or text[found[index - 1][1] : left].strip(" ")
        stretch = 0 if not word[0].isupper() else 1 if apart else stretch + 1
        if stretch > LONGEST_NAME:
            return True
    return False


def said(words: list[Token], phrases: Phrases) -> bool:
    """Whether these words are one of the phrases; folded in a line without diacritics."""
    bare = len(words) > 1 and all(token.word == token.folded for token in words)
    if bare or words[0].plain:
        return tuple(token.folded for token in words) in phrases.folded
    return tuple(token.word for token in words) in phrases.written


def middle(token: Token) -> bool:
    """Thị or Văn, which stand in a name and seldom elsewhere."""
    return (token.folded if token.plain else token.word) in ("thị", "văn", "thi", "van")


def common(token: Token) -> bool:
    """A word that is no name; without accents only the most common, for many look like one."""
    return token.among(lists().hard if token.plain else lists().never)


def pair(one: Token, other: Token) -> bool:
    """Two words that belong together and name nobody: `hồ sơ`, `hướng dẫn`."""
    return one.joined and (one.folded, other.folded) in lists().pairs
