"""Letters to somebody who asks about what is kept of them: begun here, finished by an officer."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from survey.feedback.privacy.tables import PrivacyRequest
from survey.i18n import day
from survey.text import normal

DATA: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "privacy.toml").read_text(encoding="utf-8")
)
ACTS: Final = tuple(DATA["letter"])  # reply, extend, done, refused
BLANK: Final = re.compile(r"\[[^\[\]\n]+\]")


def begun(
    request: PrivacyRequest,
    act: str,
    *,
    later: datetime,
    organiser: str,
    contact: str,
    language: str,
) -> str:
    """The words to begin with; what stands in brackets is for the officer to write.

    later : when it would be due after an extension.
    """
    words: str = DATA["letter"][act][language]
    return normal(words).format(
        number=request.number,
        what=DATA["what"][request.kind][language],
        due=day(request.due_at, language),
        later=day(later, language),
        organiser=organiser or "…",
        contact=contact or "…",
    )


def left_open(words: str) -> list[str]:
    """What stands in brackets still."""
    return BLANK.findall(words)
