"""What is masked in words: suggested when they come, then added to and taken from by people."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from survey.feedback.text.lists import labels
from survey.feedback.text.marks import Mark, apart
from survey.feedback.text.redaction import found, redacted
from survey.text import normal

LANGUAGES: Final = ("vi", "en")  # that have labels
GAP: Final = "\x00"  # stands for each character that is masked


def suggested(words: str) -> list[Mark]:
    """What seems to point at somebody."""
    return found(words)


def masked(words: str, marks: Iterable[Mark], language: str) -> str:
    """The words with labels in place of what is marked."""
    return redacted(words, marks, labels(language if language in LANGUAGES else "vi"))


def stored(marks: Iterable[Mark]) -> list[list[Any]]:
    return [[mark.start, mark.end, mark.kind] for mark in marks]


def marks_of(rows: Sequence[Sequence[Any]]) -> list[Mark]:
    """Marks as they are stored with a text."""
    return [Mark(start, end, kind, certain=True) for start, end, kind in rows]


def place(mark: Mark) -> str:
    """Where a mark stands, as a form sends it."""
    return f"{mark.start}-{mark.end}"


def without(marks: Sequence[Mark], taken: Collection[str]) -> list[Mark]:
    """The marks but those at these places."""
    return [mark for mark in marks if place(mark) not in taken]


def more(
    words: str, marks: Sequence[Mark], pieces: Iterable[str], kind: str
) -> tuple[list[Mark], list[str]]:
    """`marks` and every place of each piece that is not masked yet; the pieces not found.

    What is masked is never compared: nobody learns it by guessing.
    """
    open_words = list(words)
    for mark in marks:
        open_words[mark.start : mark.end] = GAP * (mark.end - mark.start)
    seen, added, missing = "".join(open_words), list(marks), []
    for piece in pieces:
        places = [m.span() for m in re.finditer(re.escape(normal(piece)), seen, re.IGNORECASE)]
        added += [Mark(start, end, kind, certain=True) for start, end in places]
        if not places:
            missing.append(piece)
    return _joined(added), missing


def _joined(marks: Iterable[Mark]) -> list[Mark]:
    """Marks that overlap made one, so that nothing of either is left."""
    joined: list[Mark] = []
    for mark in sorted(marks):
        if joined and mark.start < joined[-1].end:
            last = joined.pop()
            mark = Mark(last.start, max(last.end, mark.end), last.kind, certain=True)
        joined.append(mark)
    return apart(joined)
