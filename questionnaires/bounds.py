"""What is too large or too deep to be read: told before it costs time or memory."""

import re
from pathlib import Path
from typing import Any

from questionnaires.problems import Problem, QuestionnaireError

MOST_BYTES = 4_000_000  # of a file; 2,000 questions in two languages are about 1 MB
MOST_LINES = 100_000
MOST_SIGNS = 250_000  # of those that part values and tables
MOST_DOTS = 80_000  # in keys and headers: the reader keeps more than 1 kB a part
MOST_DIGITS = 100_000
DEEPEST = 40
_GAP = r"[ \t]*"
_PART = rf"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*'){_GAP}"
_LONG_KEY = re.compile(
    rf"(?:^{_GAP}\[{{0,2}}|[{{,]){_GAP}{_PART}(?:\.{_GAP}{_PART}){{{DEEPEST}}}", re.MULTILINE
)
_LONG_NUMBER = re.compile(rf"[0-9_]{{{MOST_DIGITS}}}")
_OPENING = re.compile(r"[\[{]\s*" * DEEPEST)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises OSError; QuestionnaireError when it is too large."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _too_large(str(path), f"more than {MOST_BYTES // 1_000_000} MB")
    return content


def check_text(text: str, source: str) -> None:
    """Raises QuestionnaireError for a text whose reading would cost more than a form is worth."""
    if len(text) > MOST_BYTES:
        raise _too_large(source, f"more than {MOST_BYTES // 1_000_000} MB")
    if text.count("\n") > MOST_LINES:
        raise _too_large(source, f"more than {MOST_LINES} lines")
    dots = sum(line.partition("=")[0].count(".") for line in text.split("\n"))
    if dots > MOST_DOTS or sum(map(text.count, ",[{=")) > MOST_SIGNS:
        raise _too_large(source, "too many keys and values")
    if _LONG_NUMBER.search(text):
        raise _too_large(source, f"a number of more than {MOST_DIGITS} digits")
    for pattern in (_LONG_KEY, _OPENING):  # memory grows with the square of a key's parts
        if found := pattern.search(text):
            raise _too_deep(source, text.count("\n", 0, found.end()) + 1)


def check_depth(table: Any, source: str) -> None:
    """Raises QuestionnaireError when tables and lists hold each other deeper than a form needs."""
    level: list[Any] = [table]
    for _ in range(DEEPEST):
        level = [
            one
            for held in level
            if isinstance(held, dict | list)
            for one in (held.values() if isinstance(held, dict) else held)
        ]
        if not level:
            return
    raise _too_deep(source, 1)


def _too_large(source: str, what: str) -> QuestionnaireError:
    remedy = "A form of 2,000 questions is smaller: ask less, or write shorter."
    return QuestionnaireError([Problem(source, 1, "", f"it is too large: {what}.", remedy)])


def _too_deep(source: str, line: int) -> QuestionnaireError:
    what = f"tables stand inside each other more than {DEEPEST} deep."
    remedy = "Write the tables of the format only."
    return QuestionnaireError([Problem(source, line, "", what, remedy)])
