"""Whether a reply is a template word for word: only its variables were filled in."""

import re
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.letters.filling import BRACES
from survey.feedback.letters.store import SHIPPED
from survey.feedback.letters.tables import Template
from survey.text import normal

REPLIES = "draft"  # templates of this act are replies
LONGEST = 300  # characters that stand for a variable


def as_template(words: str, bodies: Sequence[str]) -> bool:
    """Whether nothing of `words` was written for this case: they are one of the bodies, filled."""
    words = _plain(words)
    return any(pattern(body).fullmatch(words) for body in bodies)


def bodies(session: Session) -> list[str]:
    """Those of every template of a reply, archived ones too."""
    shipped = [
        one.body for languages in SHIPPED.values() for one in languages.values()
        if one.act == REPLIES
    ]  # fmt: skip
    own = session.scalars(select(Template.body).where(Template.act == REPLIES).distinct())
    return [*shipped, *own]


@lru_cache(maxsize=512)
def pattern(body: str) -> re.Pattern[str]:
    """The body with anything, on one line, in place of each variable."""
    parts = (re.escape(part) for part in BRACES.split(_plain(body))[::2])
    return re.compile(rf"[^\n]{{0,{LONGEST}}}?".join(parts))


def _plain(words: str) -> str:
    """Spaces and ends of lines do not tell replies apart."""
    return "\n".join(" ".join(line.split()) for line in normal(words).splitlines() if line.strip())
