"""House numbers, where somebody says that it is where he or she lives."""

import re
from collections.abc import Iterator
from typing import Final

from survey.feedback.text.marks import Mark
from survey.feedback.text.seen import Seen

HOME: Final = re.compile(
    "(?<![^\\W_])(?:nha (?:toi|tui|em|minh|chau|con|rieng)|toi (?:o|song|tru)|em o|minh o"
    "|thuong tru|tam tru|tru tai|cu tru|noi o|cho o|ho khau"
    "|dia chi(?: nha| cua toi| thuong tru| lien he)?)"
    "[ :]{1,3}(?:hien |dang |o |tai |nam |la ){0,3}"
    "(?P<house>(?:so nha |so )?(?P<number>\\d{1,4}[a-z]?(?:/\\d{1,4}[a-z]?){0,3}))[ ,]{1,2}"
    "(?P<road>(?:duong|pho|kiet|ngo|hem|ngach) )?"
)
WORD: Final = re.compile(r"[^\W\d_]{1,20}")
LONGEST: Final = 5  # words of the name of a street


def houses(seen: Seen) -> Iterator[Mark]:
    """`nhà tôi ở 45 Nguyễn Huệ`: never a street alone, nor the number of an office."""
    for match in HOME.finditer(seen.folded):
        end = _street(seen.clean, match.end())
        if end == match.end() and not match["road"]:
            continue
        yield Mark(match.start("house"), max(end, match.end("number")), "address", False)


def _street(clean: str, start: int) -> int:
    """Where the words with capitals behind a house number end."""
    end = start
    for _ in range(LONGEST):
        word = WORD.match(clean, end + (clean[end : end + 1] == " " and end > start))
        if word is None or not word.group()[0].isupper():
            break
        end = word.end()
    return end
