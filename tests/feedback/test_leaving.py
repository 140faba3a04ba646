"""Leaving feedback: once however often it is sent, with whatever people type, and nothing lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey.feedback import codes, contacts, leaving
from survey.feedback.cases import Incoming
from survey.feedback.code import read
from survey.feedback.leaving import Handed, Left
from survey.feedback.proving import hashed
from survey.feedback.tables import Case, CaseCode, CaseContact, CasePicture, Event
from survey.staff.tables import Staff
from survey.units.tables import Counter
from tests.feedback.conftest import MONDAY
from tests.feedback.sender import (
    CODE,
    WORDS,
    Sender,
    noisy,
    original,
    picture,
    rows,
    shown,
    written,
)
from tests.staff.conftest import Desk

PHONE = "0912345678"


# ---- what arrives


def test_somebody_leaves_feedback_without_a_name_and_gets_a_code(sender, place, inbox):
    page = sender.leave(place=place, field="dat-dai")
    assert page.status_code == 200 and "Xin giữ kỹ mã này" in shown(page)
    (case,) = rows(inbox.database, Case)
    assert (case.kind, case.channel, case.state, case.anonymous) == ("report", "web", "new", True)
    assert (case.area_id, case.field) == (inbox.province.hung, "dat-dai")
    assert original(inbox.database) == [WORDS]
    assert rows(inbox.database, CaseContact) == [] and rows(inbox.database, CasePicture) == []
    (row,) = rows(inbox.database, CaseCode)
    code = read(sender.code)
    assert (row.selector, row.case_id) == (code.selector, case.id)
    assert code.verifier not in row.verifier_hash and row.verifier_hash.startswith("$argon2id$")


def test_the_page_says_who_reads_it_and_where_complaints_and_denunciations_go(sender):
    told = shown(sender.client.get("/f"))
    for words in ("Người đọc là cán bộ", "02/2011/QH13", "25/2018/QH14", "trụ sở tiếp công dân"):
        assert words in told
    assert told.index("Luật Tố cáo") < told.index("Gửi phiếu")


def test_opening_the_page_writes_nothing_and_sets_no_cookie(sender, inbox):
    with inbox.database.engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        page = sender.client.get("/f")
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before
    assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "no-store"


def test_the_code_is_in_no_address_and_its_picture_leads_to_the_page_that_follows(sender, place):
    page = sender.leave(place=place)
    assert sender.code not in re.sub(r'(app-slip__code">|value=")' + sender.code, "", page.text)
    assert "data:image/svg+xml" in page.text and page.headers["Cache-Control"] == "no-store"


def test_from_the_poster_of_a_counter_the_place_is_known(app, at, place, inbox):
    sender = Sender(app, f"/f?at={inbox.poster}")
    opened = sender.client.get(sender.address)
    assert "Quầy 1, Trung tâm Hưng Thịnh" in shown(opened)
    assert '<option selected value="dat-dai">' in opened.text
    assert sender.leave().status_code == 200
    (case,) = rows(inbox.database, Case)
    (counter,) = rows(inbox.database, Counter)
    assert (case.channel, case.counter_id, case.centre_id) == ("qr", counter.id, counter.centre_id)


@pytest.mark.parametrize("at_code", ["NOSUCH22", "", "x" * 500, "%00"])
def test_a_poster_that_is_not_known_asks_for_the_place(app, at, place, at_code):
    page = Sender(app).client.get(f"/f?at={at_code}")
    assert page.status_code == 200 and "Chọn địa điểm" in shown(page)


@pytest.mark.parametrize("via", ["survey", "kiosk"])
def test_where_it_came_from_is_kept(app, at, place, inbox, via):
    assert Sender(app, f"/f?via={via}").leave(place=place).status_code == 200
    assert [case.channel for case in rows(inbox.database, Case)] == [via]


def test_a_commune_without_a_centre_may_be_chosen(sender, inbox):
    assert sender.leave(place=f"area:{inbox.province.son}").status_code == 200
    (case,) = rows(inbox.database, Case)
    assert (case.area_id, case.centre_id) == (inbox.province.son, None)


def test_communes_of_another_time_or_province_are_not_offered(sender, inbox):
    for strange in (inbox.province.old_hung, inbox.province.other, 99_999):
        page = sender.leave(place=f"area:{strange}")
        assert page.status_code == 422 and "Xin Ông/Bà chọn địa điểm" in shown(page)
    assert rows(inbox.database, Case) == []


def test_without_any_place_the_page_says_so(app):
    assert "chưa khai báo địa điểm" in shown(app.test_client().get("/f"))


# ---- sent twice


def test_a_form_sent_twice_is_one_case_with_one_code(sender, place, inbox):
    form = sender.filled(place=place)
    answers = [sender.post(form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({shown(answer) for answer in answers}) == 1
    assert (len(rows(inbox.database, Case)), len(rows(inbox.database, CaseCode))) == (1, 1)
    assert len(rows(inbox.database, Event)) == 1


def test_who_goes_back_and_writes_more_has_it_added(sender, place, inbox):
    form = sender.filled(place=place)
    sender.post(form)
    first = sender.code
    form["words"] = "Thêm: hồ sơ số 000.12.34.H57-250101-0001."
    told = sender.post(form)
    assert "đã được bổ sung" in shown(told) and sender.code == first
    sender.post(form)
    assert original(inbox.database, "comment") == [form["words"]]
    assert [event.act for event in rows(inbox.database, Event)] == ["receive", "add"]


def test_words_that_come_too_late_for_a_case_are_told_so(sender, place, inbox):
    form = sender.filled(place=place)
    sender.post(form)
    with inbox.database.write() as session:
        (case,) = session.scalars(select(Case))
        inbox.act(session, case, "refuse", words="Không rõ nội dung.", role="reason")
    form["words"] = "Còn nữa."
    assert "chưa được bổ sung" in shown(sender.post(form))
    assert original(inbox.database, "comment") == []


def test_two_browsers_that_send_one_form_at_once_make_one_case(inbox_on_both):
    database = inbox_on_both.database
    sent = Incoming(uuid4(), "report", WORDS, inbox_on_both.province.hung, "web", "vi")
    with database.read() as session:
        first = codes.drawn(session, sent.form_id)

    def send() -> Left:
        return database.writer.submit(
            lambda session: leaving.leave(session, Handed(sent), first, now=MONDAY)
        )

    with ThreadPoolExecutor(4) as pool:
        left = [future.result() for future in [pool.submit(send) for _ in range(4)]]
    assert sorted(one.state for one in left) == ["already"] * 3 + ["new"]
    assert len({one.code for one in left}) == 1
    assert len(rows(database, Case)) == 1


def test_a_selector_that_another_case_has_is_not_given_twice(inbox):
    """Of a million cases one in 24 meets this: the form's second code is its own."""
    form = uuid4()
    with inbox.database.write() as session:
        other, case = inbox.send(session), inbox.send(session)
        first = codes.drawn(session, form)
        session.add(
            CaseCode(
                selector=first.code.selector, verifier_hash=hashed("another"), case_id=other.id
            )
        )
        given = codes.give(session, case, form, first)
        assert given.selector != first.code.selector
        assert codes.again(session, case, form) == given
        assert codes.opened(session, given).id == case.id
        assert codes.opened(session, first.code) is None


# ---- contact and its consent


def test_contact_is_kept_only_with_consent_and_its_very_words(sender, place, inbox):
    opened = sender.client.get("/f")
    assert not re.search(r'name="consent"[^>]*checked', opened.text)
    refused = sender.leave(place=place, phone=PHONE)
    assert refused.status_code == 422 and "đánh dấu vào ô đồng ý" in shown(refused)
    assert rows(inbox.database, Case) == []
    sender.leave(place=place, name="Lê Thị Hồng Nhung", phone="0912 345.678", consent="y")
    (row,) = rows(inbox.database, CaseContact)
    words = contacts.consent(
        "vi", organiser="Sở Nội vụ tỉnh Quảng Trị", contact="0233 123 456", day=MONDAY.date()
    )
    assert words.text in shown(opened)
    assert row.notice_digest == sha256(words.text.encode()).hexdigest()
    assert (row.notice, row.consented_at) == ("2026-01", MONDAY)
    assert PHONE not in row.sealed and "Nhung" not in row.sealed
    with inbox.database.read() as session:
        kept = contacts.contact_of(session, row.case_id)
    assert (kept.name, kept.phone, kept.email) == ("Lê Thị Hồng Nhung", PHONE, "")
    (case,) = rows(inbox.database, Case)
    assert not case.anonymous
    agreed = next(event for event in rows(inbox.database, Event) if event.act == "consent")
    assert agreed.data == {"given": True, "notice": row.notice, "digest": row.notice_digest}


def test_consent_to_nothing_is_nothing(sender, place, inbox):
    assert sender.leave(place=place, consent="y").status_code == 200
    assert rows(inbox.database, CaseContact) == [] and rows(inbox.database, Case)[0].anonymous


@pytest.mark.parametrize(
    ("typed", "told"),
    [({"phone": "12"}, "từ 8 đến 15 chữ số"), ({"email": "khong"}, "ten@example.com"),
     ({"name": "x" * 300}, "tối đa 200 ký tự")],
)  # fmt: skip
def test_contact_that_cannot_be_one_is_told(sender, place, inbox, typed, told):
    page = sender.leave(place=place, consent="y", **typed)
    assert page.status_code == 422 and told in shown(page)
    assert WORDS in page.text and rows(inbox.database, Case) == []


# ---- entered by staff


@pytest.fixture
def desk(app, inbox, place, at):
    with inbox.database.read() as session:
        staff = session.get(Staff, inbox.staff["lan"])
    return Desk(app, inbox.database).enter(staff)


def test_an_officer_enters_what_somebody_says_and_hands_over_the_slip(desk, inbox, place):
    typed = {"kind": "petition", "words": WORDS, "place": place, "channel": "phone"}
    page = desk.post("/desk/feedback/new", **typed, phone=PHONE, consent="y")
    assert page.status_code == 200
    code = read(CODE.search(page.text)[1])
    (case,) = rows(inbox.database, Case)
    assert (case.channel, case.kind) == ("phone", "petition")
    received, agreed = rows(inbox.database, Event)
    assert received.actor == agreed.actor == f"staff:{inbox.staff['lan']}"
    with inbox.database.read() as session:
        assert codes.opened(session, code).id == case.id
    assert code.verifier.encode() not in Path(inbox.database.engine.url.database).read_bytes()


def test_an_officer_says_how_it_came(desk, inbox, place):
    page = desk.post("/desk/feedback/new", kind="report", words=WORDS, place=place, channel="web")
    assert page.status_code == 422 and rows(inbox.database, Case) == []


def test_a_photograph_of_a_letter_is_entered_too(desk, inbox, place):
    page = desk.client.post(
        "/desk/feedback/new",
        data={
            "csrf_token": desk.token("/desk/feedback/new"), "kind": "report", "words": WORDS,
            "place": place, "channel": "paper", "pictures": picture(written(noisy())),
        },
        content_type="multipart/form-data",
    )  # fmt: skip
    assert page.status_code == 200 and len(rows(inbox.database, CasePicture)) == 1
