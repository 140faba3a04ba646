"""Somebody asks what is kept of them, or wants it corrected or gone: clocks, acts, and a log."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from survey.calendar import ZONE, clock
from survey.feedback import contacts, texts
from survey.feedback.contacts import Contact
from survey.feedback.privacy import requests
from survey.feedback.privacy.requests import AlreadyEnded, Asked, ExtendedAlready
from survey.feedback.privacy.retention import destroy_due
from survey.feedback.privacy.tables import PrivacyAct, PrivacyRequest
from survey.feedback.tables import Case, CaseContact, CaseText, Event
from survey.site import set_site_value
from survey.staff.audit import verify
from survey.staff.tables import AuditEvent, Staff
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.sender import WORDS, shown
from tests.staff.conftest import Desk, person

FRIDAY = datetime(2026, 7, 10, 16, 0, tzinfo=ZONE)


def at(day, hour, minute=0):
    return datetime(2026, 7, day, hour, minute, tzinfo=ZONE)


def asked(session, inbox, kind="see", now=FRIDAY, **more):
    made = Asked(kind, "phone", "shown", inbox.province.new, **more)
    return requests.receive(session, made, by="staff:1", now=now)


@pytest.mark.parametrize(
    ("kind", "processor", "due"),
    [
        ("see", False, at(20, 17)),
        ("correct", False, at(20, 17)),
        ("erase", True, at(20, 17)),
        ("withdraw", False, at(27, 17)),  # the 25th is a Saturday
        ("withdraw", True, at(30, 17)),
    ],
)
def test_a_request_has_two_clocks(inbox_on_both, kind, processor, due):
    with inbox_on_both.database.write() as session:
        made = asked(session, inbox_on_both, kind, processor=processor)
        assert (made.reply_due_at, made.due_at) == (at(14, 17), due)


def test_it_is_extended_once_and_ends_once(inbox):
    with inbox.database.write() as session:
        made = asked(session, inbox)
        requests.reply(session, made, "Đã nhận.", by="staff:1", now=FRIDAY)
        requests.extend(session, made, "Nhiều phiếu.", by="staff:1", now=FRIDAY)
        assert (made.replied_at, made.due_at) == (FRIDAY, at(30, 17))
        with pytest.raises(ExtendedAlready):
            requests.extend(session, made, "Nữa.", by="staff:1", now=FRIDAY)
        requests.end(session, made, "done", "Đã xong.", by="staff:1", now=FRIDAY)
        for act in (requests.reply, requests.extend):
            with pytest.raises(AlreadyEnded):
                act(session, made, "x", by="staff:1", now=FRIDAY)
        assert [act.act for act in requests.acts_of(session, made)] == [
            "receive", "reply", "extend", "done",
        ]  # fmt: skip
        assert verify(session) is None


def test_the_audit_chain_and_the_tables_hold_no_person_and_no_words(inbox):
    with inbox.database.write() as session:
        who = {"name": "Nguyễn Thị Canary", "phone": "0912345678", "email": ""}
        made = asked(session, inbox, person=who, words="Lời canary")
        requests.reply(session, made, "Gửi bà Canary", by="staff:1", now=FRIDAY)
        assert requests.told_of(session, made)["name"] == "Nguyễn Thị Canary"
        stored = [
            vars(row)
            for kind in (PrivacyRequest, PrivacyAct, AuditEvent)
            for row in session.scalars(select(kind))
        ]
    assert "anary" not in str(stored) and "0912" not in str(stored)


def test_who_asked_is_destroyed_some_time_after_the_end(inbox):
    with inbox.database.write() as session:
        made = asked(session, inbox, words="Lời")
        requests.end(session, made, "refused", "Không được vì luật.", by="staff:1", now=FRIDAY)
        waiting = asked(session, inbox, words="Lời khác")
    told = destroy_due(inbox.database, FRIDAY + timedelta(days=731))
    assert "1 requests without persons" in told
    with inbox.database.read() as session:
        assert requests.told_of(session, session.get_one(PrivacyRequest, made.id)) == {}
        assert requests.told_of(session, session.get_one(PrivacyRequest, waiting.id))
        assert {act.sealed for act in requests.acts_of(session, made)} == {""}


@pytest.fixture
def desk(app, kept):
    """The supervisor of the province, and a case with a contact in a commune."""
    inbox = inbox_in(kept)
    with kept.write() as session:
        set_site_value(session, "simulated", "yes")
        set_site_value(session, "organiser", "Sở Nội vụ")
        case = inbox.send(session, now=clock() - timedelta(days=3))
        agreed = contacts.consent("vi", organiser="", contact="", day=MONDAY.date())
        left = Contact("Nguyễn Thị Lan", "0912345678")
        contacts.put(session, case.id, left, agreed, now=MONDAY)
        inbox.case = case.id
        below = person(session, "tong", ("supervisor", inbox.province.hung))
        staff = session.get_one(Staff, inbox.staff["tam"])
    opened = Desk(app, kept).enter(staff)
    opened.inbox, opened.below = inbox, below
    return opened


def entered(desk, kind="erase"):
    answer = desk.post(
        "/desk/privacy/new", kind=kind, channel="phone", proof="contact",
        name="Nguyễn Thị Lan", phone="0912 345 678", words="Xin giải quyết giúp.",
    )  # fmt: skip
    assert answer.status_code == 303
    return answer.location


def test_a_request_is_entered_its_cases_found_by_contact_and_erased(desk):
    page = entered(desk)
    assert "DL-00001" in desk.client.get("/desk/privacy").text
    found = desk.post(f"{page}/find", page, typed="+84 912 345 678")
    assert "PA-000001" in found.text
    assert desk.post(f"{page}/cases/1/link", page).status_code == 303
    assert desk.post(f"{page}/cases/1/erase", page).status_code == 303
    with desk.database.read() as session:
        assert session.scalars(select(CaseContact)).all() == []
        assert {text.shown for text in session.scalars(select(CaseText))} == {""}
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (last.act, last.actor) == ("erase", f"staff:{desk.inbox.staff['tam']}")
    done = desk.post(f"{page}/done", page, **{"done-words": "Đã xóa phiếu của Ông/Bà."})
    assert done.status_code == 303
    assert "Đã xóa phiếu" in desk.client.get(page).text
    assert "DL-00001" in desk.client.get("/desk/privacy?ended=1").text
    assert desk.post(f"{page}/cases/1/erase", "/desk/privacy/new").status_code == 409


@pytest.mark.parametrize("typed", ["PA-000001", "0912.345.678", "pa-1"])
def test_a_case_is_found_by_number_and_contact(desk, typed):
    page = entered(desk)
    assert "PA-000001" in shown(desk.post(f"{page}/find", page, typed=typed))


@pytest.mark.parametrize("typed", ["0900000000", "PA-x", "K7P2M-9XQ4TB-3RW6HA", "nobody@x.vn"])
def test_what_leads_to_no_case_says_so(desk, typed):
    page = entered(desk)
    answer = desk.post(f"{page}/find", page, typed=typed)
    assert answer.status_code == 200 and "Không tìm thấy" in shown(answer)


def test_the_unit_it_is_about_is_never_given_the_contact(desk):
    below = Desk(desk.app, desk.database).enter(desk.below)
    page = entered(below, "see")
    for typed in ("0912345678", "PA-000001"):
        assert "Không tìm thấy" in below.post(f"{page}/find", page, typed=typed).text
    for act in ("link", "erase", "withdraw", "file", "correct"):
        assert below.post(f"{page}/cases/1/{act}", page).status_code == 404
    upper = entered(desk, "see")
    desk.post(f"{upper}/cases/1/link", upper)
    assert below.client.get(upper).status_code == 404


def test_the_file_for_the_person_is_whole_and_its_making_is_logged(desk):
    page = entered(desk, "see")
    desk.post(f"{page}/cases/1/link", page)
    file = desk.post(f"{page}/cases/1/file", page)
    assert "0912345678" in file.text and WORDS in file.text
    with desk.database.read() as session:
        event = session.scalars(select(Event).where(Event.act == "unmask")).one()
        assert event.data == {"request": 1}
        assert [act.act for act in session.scalars(select(PrivacyAct))][-1] == "file"


def test_a_contact_is_corrected_under_the_consent_there_is_and_words_are_added(desk):
    page = entered(desk, "correct")
    desk.post(f"{page}/cases/1/link", page)
    empty = desk.post(f"{page}/cases/1/correct", page)
    assert empty.status_code == 422
    fixed = {"c1-phone": "0987 654 321", "c1-words": "Ngày đúng là 12/7."}
    assert desk.post(f"{page}/cases/1/correct", page, **fixed).status_code == 303
    with desk.database.read() as session:
        assert contacts.contact_of(session, 1).phone == "0987654321"
        assert contacts.cases_of(session, "0987654321") == [1]
        added = session.scalars(select(CaseText).where(CaseText.role == "comment")).one()
        assert texts.original(session, added) == "Ngày đúng là 12/7."
        assert texts.original(session, texts.texts_of(session, 1)[0]) == WORDS


def test_consent_is_withdrawn(desk):
    page = entered(desk, "withdraw")
    desk.post(f"{page}/cases/1/link", page)
    desk.post(f"{page}/cases/1/withdraw", page)
    with desk.database.read() as session:
        assert not contacts.contact_of(session, 1)
        assert session.get_one(Case, 1).state == "new"


def test_a_letter_begins_with_its_words_and_no_bracket_goes_out(desk):
    page = entered(desk, "see")
    begun = shown(desk.client.get(page))
    assert "Sở Nội vụ đã nhận yêu cầu số DL-00001" in begun and "[lý do]" in begun
    open_ = desk.post(f"{page}/extend", page, **{"extend-words": "Cần thêm vì [lý do]."})
    assert open_.status_code == 422 and "trong ngoặc" in open_.text
    assert desk.post(f"{page}/reply", page, **{"reply-words": ""}).status_code == 422
    assert desk.post(f"{page}/reply", page, **{"reply-words": "Đã nhận."}).status_code == 303
    with desk.database.read() as session:
        assert session.get_one(PrivacyRequest, 1).replied_at is not None


def test_a_request_that_is_not_complete_comes_back(desk):
    answer = desk.post("/desk/privacy/new", kind="see", phone="12", words="Lời tôi")
    assert answer.status_code == 422 and "Lời tôi" in answer.text
    with desk.database.read() as session:
        assert session.scalars(select(PrivacyRequest)).all() == []


def test_a_sender_asks_by_the_code_and_reads_the_reply_there(left, inbox):
    page = left.follow("my-request", kind="correct", words="Tên quầy sai.")
    assert page.status_code == 200 and "DL-00001" in page.text
    left.follow("my-request", kind="correct", words="Tên quầy sai.")
    assert left.follow("my-request", kind="erase", words="Xóa đi").status_code == 422
    assert left.follow("my-request", kind="see").status_code == 422
    with inbox.database.write() as session:
        (made,) = session.scalars(select(PrivacyRequest)).all()
        assert (made.area_id, made.channel) == (inbox.province.new, "code")
        assert [case.id for case in requests.cases_of(session, made)] == [1]
        requests.reply(session, made, "Đã sửa tên quầy.", by="staff:4", now=clock())
    told = left.follow("my-data").text
    assert "Đã sửa tên quầy." in told and re.search(r"chậm nhất ngày", told)


def test_what_is_sealed_may_be_asked_to_be_erased(left, office):
    office("seal", data={"receiver": office.inbox.staff["tam"]})
    assert "niêm phong" in left.follow("my-data").text
    assert left.follow("my-request", kind="erase", words="Xin xóa.").status_code == 200
