"""A case without what its sender gave: its events stay, as a tombstone, and say nothing of them."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback import contacts, pictures, splitting, texts, unsent
from survey.feedback.cases import Act, do
from survey.feedback.events import events_of
from survey.feedback.machine import possible
from survey.feedback.tables import Case


class KeptByLaw(Conflict):
    title = _l("This is kept for the procedure of a denunciation")
    remedy = _l("Its receiver decides by the Law on Denunciations; please ask there.")


def erase(session: Session, case: Case, *, by: str, now: datetime) -> None:
    """Every word, picture and contact of the case is gone; what is open is withdrawn first.

    What was split from it goes with it, for the words came from the same sender; so do replies and
    notes, for they speak of them, and what was typed but not sent. What is sealed stays. Once is
    enough. The caller commits. Raises KeptByLaw where all of it is sealed.
    """
    whole = [case, *splitting.parts_of(session, case)]
    if all(one.sealed for one in whole):
        raise KeptByLaw
    for one in whole:
        if not one.sealed:
            _erase(session, one, by=by, now=now)


def _erase(session: Session, case: Case, *, by: str, now: datetime) -> None:
    if any(event.act == "erase" for event in events_of(session, [case.id])[case.id]):
        return
    if "withdraw" in possible(case.state, "sender"):
        do(session, case, Act("withdraw", by, "sender"), now=now)
    for text in texts.texts_of(session, case.id):
        texts.erase(session, text, now=now)
    for picture in pictures.pictures_of(session, case.id):
        pictures.erase(picture, now=now)
    contacts.withdraw(session, case.id)
    unsent.erase(session, case.id)
    do(session, case, Act("erase", by, "sender"), now=now)
