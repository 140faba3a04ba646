"""Words that say what the number after them is: a telephone, a card, an account, a file."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from survey.feedback.text.lists import phrases, table
from survey.feedback.text.seen import Seen

FAR: Final = 45  # characters between such words and their number
NEAR: Final = 14
WORDS: Final = {
    name: [" ".join(words) for words in phrases(text)]
    for name, text in table("numbers.toml").items()
}
SAID: Final = re.compile(
    "(?<![^\\W_])(?:"
    + "|".join(
        f"(?P<{name}>{'|'.join(sorted(words, key=lambda one: (-len(one), one)))})"
        for name, words in WORDS.items()
    )
    + ")(?![^\\W\\d_])"
)
STOP: Final = re.compile("[\x00!?;]|\\.\\s|\n\n")
DIRECT: Final = ("stk", "so tk", "sotk", "so tai khoan", "so the")


@dataclass(frozen=True)
class Said:
    """What was announced, in which words, and how far before the number."""

    what: str
    words: str
    far: int


class Announced:
    """Finds what stands before or after a place of a text."""

    def __init__(self, seen: Seen) -> None:
        self.text = seen.folded
        self.found = [(m.end(), m.lastgroup or "", m.group()) for m in SAID.finditer(seen.folded)]
        self.ends = [end for end, _, _ in self.found]

    def before(self, at: int) -> Said | None:
        """The nearest words before `at` with no end of a sentence and no number between."""
        index = bisect_right(self.ends, at) - 1
        if index < 0:
            return None
        end, what, words = self.found[index]
        gap = self.text[end:at]
        if len(gap) > FAR or STOP.search(gap) or any(c.isdigit() for c in gap):
            return None
        if what == "bank" and index > 0:  # "stk Agribank 123": the words before the bank say more
            other, kind, said = self.found[index - 1]
            if kind == "account" and at - other <= FAR and not STOP.search(self.text[other:at]):
                return Said(kind, said, len(gap))
        return Said(what, words, len(gap))

    def after(self, at: int) -> str | None:
        """What is said just behind a number: a bank, or that it is a card of identity."""
        for match in SAID.finditer(self.text, at, at + 34):
            between = self.text[at : match.start()]
            if len(between) > NEAR or STOP.search(between) or any(c.isdigit() for c in between):
                return None
            return match.lastgroup
        return None
