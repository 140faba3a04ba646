"""Words that look like names of people and are names of streets, schools and offices."""

import re
from functools import cache
from typing import Final

from survey.feedback.text.lists import Phrases, both, lists
from survey.feedback.text.seen import Seen
from survey.feedback.text.tokens import Token, said
from survey.text import normal
from survey.units.shipped import FOLDER

LONGEST: Final = 5
KINDS: Final = ("thành phố", "thị trấn", "thị xã", "đặc khu")  # kinds of area of two words
LISTED: Final = re.compile(r"\s{0,2}(?:,|-|/|va|voi|den|giao|noi|hoac)\s{0,2}")
NUMBERED: Final = re.compile(
    r"(?:so(?: nha)?|kiet|ngo|hem|o|tai|dia chi|nha)\s{1,2}\d{1,4}[a-z]?(?:/\d{1,4})?[ ]{1,2}$"
)


@cache
def area_names() -> Phrases:
    """Areas that are shipped, by the words of their own names."""
    rows = (FOLDER / "areas.csv").read_text(encoding="utf-8").splitlines()[1:]
    named = set()
    for row in rows:
        words = normal(row.split(",")[3]).lower().split()
        named.add(" ".join(words[2 if " ".join(words[:2]) in KINDS else 1 :]))
    return both(";".join(named))


def begins_place(words: list[Token], at: int) -> int:
    """How many words from here are the name of a place or an office; 0 if none."""
    first = words[at].folded
    known, remembered, areas = lists().places, lists().remembered, area_names()
    if not any(first in phrases.firsts for phrases in (known, remembered, areas)):
        return 0
    for count in range(min(LONGEST, len(words) - at), 0, -1):
        run = words[at : at + count]
        if all(token.joined for token in run[:-1]) and (
            said(run, known) or said(run, remembered) or (count > 1 and said(run, areas))
        ):
            return count
    return 0


def after_place_word(seen: Seen, words: list[Token], at: int) -> bool:
    """Whether words just before say that a place or a thing is named."""
    before = lists().before_places
    beside = at > 0 and words[at - 1].folded in before.lasts
    for count in (1, 2, 3) if beside else ():
        if at < count or not words[at - count].joined:
            break
        if count == 1 and words[at - 1].plain and words[at - 1].among(lists().unclear):
            continue
        if said(words[at - count : at], before) and not _person(words, at - count):
            return True
    return NUMBERED.search(seen.folded[max(0, words[at].start - 24) : words[at].start]) is not None


def _person(words: list[Token], at: int) -> bool:
    """`chị Đội`, `ông Hội`: a place word with a capital after a way of addressing is a name."""
    return words[at].capital and at > 0 and said([words[at - 1]], lists().announcing["address"])


def listed(seen: Seen, end: int, start: int) -> bool:
    """`đường A, B và C`: what follows a place after a comma or `và` is one as well."""
    return LISTED.fullmatch(seen.folded[end:start]) is not None
