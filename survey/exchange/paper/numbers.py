"""The number that a paper form prints before each question."""

import re
from collections.abc import Mapping
from string import ascii_uppercase

from questionnaires.model import Questionnaire

_OWN = re.compile(r"\s*(?:(?:Câu|Question)\s+)?[0-9]+\s*[.:)]", re.IGNORECASE)


def labels(form: Questionnaire) -> Mapping[str, str]:
    """Question id to its number: 1, 2, 3 through the form, or A1, A2, B1 by part where a wording
    begins with a number of its own ("Câu 1."). Notes have none."""
    lettered = any(_OWN.match(text) for q in form.questions for text in q.text.values())
    found: dict[str, str] = {}
    for part, screen in enumerate(form.screens):
        number = 0
        for question in screen.questions:
            if question.kind == "note":
                continue
            number += 1
            found[question.id] = f"{letters(part)}{number}" if lettered else str(len(found) + 1)
    return found


def letters(place: int) -> str:
    """A to Z, then AA, AB…"""
    head = letters(place // 26 - 1) if place >= 26 else ""
    return head + ascii_uppercase[place % 26]
