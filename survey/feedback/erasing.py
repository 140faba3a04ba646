"""A case without what its sender gave: its events stay, as a tombstone, and say nothing of them."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from survey.errors import Conflict
from survey.feedback import contacts, pictures, texts, unsent
from survey.feedback.cases import Act, do
from survey.feedback.events import events_of
from survey.feedback.machine import possible
from survey.feedback.tables import Case


class KeptByLaw(Conflict):
    title = _l("This is kept for the procedure of a denunciation")
    remedy = _l("Its receiver decides by the Law on Denunciations; please ask there.")


def erase(session: Session, case: Case, *, by: str, now: datetime) -> None:
    """Every word, picture and contact of the case is gone; what is open is withdrawn first.

    Replies and notes go too, for they speak of the sender, and what was typed but not sent.
    Once is enough. Raises KeptByLaw. The caller commits.
    """
    if case.sealed:
        raise KeptByLaw
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
