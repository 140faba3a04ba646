"""Personal data in a text: where they seem to be, and the text without them.

Always a suggestion: somebody looks at the marks before anyone else sees the text, adds what is
missing and removes what is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from survey.feedback.text.houses import houses
from survey.feedback.text.lists import all_labels
from survey.feedback.text.marks import Mark, apart
from survey.feedback.text.names import names
from survey.feedback.text.numbers import numbers
from survey.feedback.text.seen import FOLDED, Seen, seen
from survey.feedback.text.spelled import emails, plates, spelled

ROUNDS: Final = 8
LABEL: Final = re.compile(
    "|".join(f"\\[{re.escape(word.translate(FOLDED))}\\]" for word in all_labels())
)


def found(text: str) -> list[Mark]:
    """What may point at somebody, in the order of the text; marks do not overlap.

    What a mark hides may have kept something else from being seen, so the text is read again
    without it until nothing is found: what is left when marks are replaced holds no more of them.
    """
    reading = seen(text)
    reading = _hidden(reading, [m.span() for m in LABEL.finditer(reading.folded)])
    kept: list[Mark] = []
    for _ in range(ROUNDS):
        marks = _once(reading)
        if not marks:
            break
        kept += marks
        reading = _hidden(reading, [(mark.start, mark.end) for mark in marks])
    return [_given(reading, mark) for mark in apart(kept)]


def redacted(text: str, marks: Iterable[Mark], labels: Mapping[str, str]) -> str:
    """The text with each mark replaced by the label of its kind, in brackets."""
    pieces: list[str] = []
    at = 0
    for mark in apart(marks):
        pieces += text[at : mark.start], f"[{labels[mark.kind]}]"
        at = mark.end
    return "".join([*pieces, text[at:]])


def _once(reading: Seen) -> list[Mark]:
    sure = apart([*emails(reading), *plates(reading), *spelled(reading)])
    rest = _hidden(reading, [(mark.start, mark.end) for mark in sure])
    found = apart([*sure, *numbers(rest), *houses(rest)])
    return apart([*found, *names(reading, found)])


def _hidden(reading: Seen, spans: Iterable[tuple[int, int]]) -> Seen:
    clean, folded = list(reading.clean), list(reading.folded)
    for start, end in spans:
        clean[start:end] = folded[start:end] = ["\x00"] * (end - start)
    return replace(reading, clean="".join(clean), folded="".join(folded))


def _given(reading: Seen, mark: Mark) -> Mark:
    start, end = reading.place(mark.start, mark.end)
    return replace(mark, start=start, end=end)
