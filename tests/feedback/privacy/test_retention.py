"""What is kept for a time only is destroyed on its date, and its events stay."""

from datetime import timedelta

from sqlalchemy import select

from survey.feedback import contacts, pictures, texts
from survey.feedback.contacts import Contact
from survey.feedback.events import events_of
from survey.feedback.pictures import Picture
from survey.feedback.privacy import retention
from survey.feedback.privacy.retention import RETENTION, destroy_due, destroyed_from
from survey.feedback.rebuild import broken, differences
from survey.feedback.tables import Case, CaseContact
from tests.feedback.conftest import MONDAY
from tests.feedback.test_cases import to_released


def ended(inbox, session, *, sealed=False):
    """A case with a contact and a picture that is over."""
    case = inbox.send(session, words="Bà Canary chờ lâu.")
    agreed = contacts.consent("vi", organiser="", contact="", day=MONDAY.date())
    contacts.put(session, case.id, Contact("Lan", "0912345678"), agreed, now=MONDAY)
    pictures.put(session, case.id, Picture(b"points", 1, 1), now=MONDAY)
    if sealed:
        inbox.act(session, case, "seal", data={"receiver": inbox.staff["tam"]})
        return case.id
    to_released(inbox, session, case)
    inbox.act(session, case, "close", by="system", who="system")
    return case.id


def kept(inbox, case_id):
    """Whether contact, picture and original are there."""
    with inbox.database.read() as session:
        (picture,) = pictures.pictures_of(session, case_id)
        text = texts.texts_of(session, case_id)[0]
        contact = session.get(CaseContact, case_id)
        return contact is not None, picture.sealed is not None, bool(text.sealed)


def test_contact_goes_first_then_pictures_then_originals(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case_id = ended(inbox, session)
        case = session.get_one(Case, case_id)
        assert destroyed_from(case, "contact") == MONDAY + timedelta(days=90)
    stages = {
        "before": (RETENTION["contact"], (True, True, True)),
        "contact": (RETENTION["contact"] + 1, (False, True, True)),
        "pictures": (RETENTION["pictures"] + 1, (False, False, True)),
        "originals": (RETENTION["originals"] + 1, (False, False, False)),
    }
    for days, left in stages.values():
        destroy_due(inbox.database, MONDAY + timedelta(days=days))
        assert kept(inbox, case_id) == left
    with inbox.database.read() as session:
        what = [e.data["what"] for e in events_of(session, [case_id])[case_id] if e.act == "forget"]
        assert what == ["contact", "pictures", "originals"]
        assert (broken(session), differences(session)) == ([], [])


def test_masked_words_that_somebody_confirmed_stay_and_others_go(inbox):
    with inbox.database.write() as session:
        case_id = ended(inbox, session)
        original, *_others = texts.texts_of(session, case_id)
        original.shown, original.confirmed_at = "Bà [tên] chờ lâu.", MONDAY
    destroy_due(inbox.database, MONDAY + timedelta(days=800))
    with inbox.database.read() as session:
        first, *others = texts.texts_of(session, case_id)
        assert (texts.readable(session, first), first.salt) == ("Bà [tên] chờ lâu.", "")
        assert {text.shown for text in others} == {""}


def test_what_is_open_and_what_is_sealed_by_law_is_kept(inbox):
    with inbox.database.write() as session:
        sealed = ended(inbox, session, sealed=True)
        reopened = ended(inbox, session)
        inbox.act(session, session.get_one(Case, reopened), "reopen", by="sender", who="sender")
        assert destroyed_from(session.get_one(Case, sealed), "contact") is None
        assert destroyed_from(session.get_one(Case, reopened), "contact") is None
    destroy_due(inbox.database, MONDAY + timedelta(days=4000))
    assert kept(inbox, sealed) == kept(inbox, reopened) == (True, True, True)


def test_very_many_are_destroyed_a_few_at_a_time_and_once(inbox, monkeypatch):
    monkeypatch.setattr(retention, "MOST", 2)
    with inbox.database.write() as session:
        for _ in range(5):
            ended(inbox, session)
    later = MONDAY + timedelta(days=4000)
    assert "5 cases without contact" in destroy_due(inbox.database, later)
    assert "0 cases without contact" in destroy_due(inbox.database, later)
    with inbox.database.read() as session:
        assert session.scalars(select(CaseContact)).all() == []
