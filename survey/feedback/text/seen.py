"""A text as its reader sees it, each character knowing where it stands in the text given.

Composed, without what has no width, with digits and letters of full width made plain. The folded
form has the same length, so that a place in one is a place in the other.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from survey.text import fold

DASHES: Final = "‐‑‒–—―−﹣－"
# One character is read as one other, so these change no place.
PLAIN: Final[dict[int, str]] = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000\t", " "),
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
        **dict.fromkeys("’‘ʼ`´", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)
UNSEEN: Final = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Mn", "Me"})
KEPT: Final = frozenset("\n")


class _Folder(dict[int, str]):
    """How each character folds, remembered when first asked; always to one character."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


class _Digits(dict[int, str]):
    """Digits of every script as 0 to 9."""

    def __missing__(self, code: int) -> str:
        value = unicodedata.digit(chr(code), None)
        self[code] = chr(code) if value is None else str(value)
        return self[code]


FOLDED: Final = _Folder()
DIGITS: Final = _Digits()
STRANGE: Final = re.compile(
    "[^\x20-\x7e\n\r\t\u00a0-\u00ac\u00ae-\u024f\u1ea0-\u1ef9\u2010-\u201f\u2026\u202f\uff01-\uff5e]"
)


@dataclass(frozen=True)
class Seen:
    """What is seen: `clean` and `folded`, and the places of each character in the text given."""

    clean: str
    folded: str
    starts: tuple[int, ...] | None  # None: every character is seen, where it stands
    ends: tuple[int, ...] | None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of what is seen stands in the text given."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def seen(text: str) -> Seen:
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    if STRANGE.search(text) or not unicodedata.is_normalized("NFC", text):
        text, starts, ends = _composed(text)
    clean = text.translate(PLAIN)
    if not clean.isascii():
        clean = clean.translate(DIGITS)
    return Seen(clean, clean.translate(FOLDED), starts, ends)


def _composed(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The text letter by letter in NFC; each letter begins and ends where its parts do."""
    made: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, character in enumerate(text):
        if made and unicodedata.combining(character):
            whole = unicodedata.normalize("NFC", made[-1] + character)
            if len(whole) == 1:
                made[-1] = whole
            ends[-1] = at + 1
        elif unicodedata.category(character) not in UNSEEN or character in KEPT:
            for one in unicodedata.normalize("NFC", character):
                made.append(one)
                starts.append(at)
                ends.append(at + 1)
    return "".join(made), tuple(starts), tuple(ends)
