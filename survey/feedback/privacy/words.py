"""What pages about personal data say of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.errors import Words
from survey.feedback.privacy.retention import RETENTION
from survey.feedback.words import CHANNEL_WORDS, EVENT_WORDS, KIND_WORDS, STATE_WORDS
from survey.i18n import day

DESTROYED_WORDS: Final[Mapping[str, Words]] = {
    "contact": _l("Name, telephone and e-mail"),
    "pictures": _l("Pictures"),
    "originals": _l("Words as they were written"),
}
BY_WORDS: Final[Mapping[str, Words]] = {"sender": _l("You"), "office": _l("The office")}


def moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def heading(kept: Mapping[str, str]) -> str:
    return str(_("%(who)s: %(what)s", who=BY_WORDS[kept["by"]], what=EVENT_WORDS[kept["act"]]))


def until(dates: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Until when each is kept."""
    told = {
        kind: day(datetime.fromisoformat(date))
        if date
        else str(_("%(n)d days after the case has ended", n=RETENTION[kind]))
        for kind, date in dates.items()
    }
    return [(str(DESTROYED_WORDS[kind]), until) for kind, until in told.items()]


__all__ = [
    "BY_WORDS", "CHANNEL_WORDS", "DESTROYED_WORDS", "EVENT_WORDS", "KIND_WORDS", "STATE_WORDS",
    "heading", "moment", "until",
]  # fmt: skip
