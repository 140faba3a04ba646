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
KIND_NAMES: Final[Mapping[str, Words]] = {
    "see": _l("See what is kept"),
    "correct": _l("Have it corrected"),
    "erase": _l("Have it erased"),
    "withdraw": _l("Withdraw the consent"),
}
ASK_NAMES: Final[Mapping[str, Words]] = {  # what is not had at once
    "correct": _l("Something that is kept of me is wrong"),
    "see": _l("See also what officers noted"),
    "erase": _l("Erase what is kept under seal"),
}
CHANNEL_NAMES: Final[Mapping[str, Words]] = {
    "code": _l("On the page of the case, with its code"),
    "phone": _l("By telephone"),
    "paper": _l("By letter or e-mail"),
    "person": _l("In person"),
}
PROOF_NAMES: Final[Mapping[str, Words]] = {
    "code": _l("The person has the code of the case"),
    "contact": _l("The person was called or written to at the contact they had left"),
    "shown": _l("The person showed identity papers; no copy was kept"),
}
ACT_NAMES: Final[Mapping[str, Words]] = {
    "receive": _l("Request received"),
    "link": _l("Case found"),
    "unlink": _l("Case taken out"),
    "reply": _l("Person told how it goes on"),
    "extend": _l("Extended"),
    "file": _l("File of the data made"),
    "erase": _l("Case erased"),
    "withdraw": _l("Consent withdrawn"),
    "correct": _l("Case corrected"),
    "done": _l("Ended as asked"),
    "refused": _l("Request refused"),
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
    "ACT_NAMES",
    "ASK_NAMES", "BY_WORDS", "CHANNEL_NAMES", "CHANNEL_WORDS", "DESTROYED_WORDS", "EVENT_WORDS",
    "KIND_NAMES", "KIND_WORDS", "PROOF_NAMES", "STATE_WORDS", "heading", "moment", "until",
]  # fmt: skip
