"""Following feedback with its code: what one sees, what one may do, and what nobody else can."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.feedback import contacts, erasing, texts
from survey.feedback.cases import find
from survey.feedback.desk.history import history
from survey.feedback.erasing import KeptByLaw
from survey.feedback.events import events_of
from survey.feedback.following import held_back
from survey.feedback.rebuild import broken, differences
from survey.feedback.tables import Case, CaseContact, CasePicture, CaseText, Event
from tests.feedback.conftest import MONDAY
from tests.feedback.sender import WORDS, Sender, noisy, original, picture, rows, shown, written

DAY = timedelta(days=1)
NAMES = ("Người lan", "Người ha", "Người minh", "Người tam")


def state(inbox):
    return rows(inbox.database, Case)[0].state


def events(inbox):
    return [event.act for event in rows(inbox.database, Event)]


# ---- what one sees


def test_each_step_is_told_in_plain_words_and_never_who_took_it(left, office, inbox):
    office("accept", now=MONDAY + DAY)
    office("note", words="Gọi anh Tuấn phòng địa chính.", role="note")
    office("assign", "ha", "head", data={"unit": inbox.province.hung, "officer": 1})
    office("begin", now=MONDAY + 2 * DAY)
    office("draft", words="Bản thảo", role="reply")
    page = shown(left.follow())
    for words in ("Đã tiếp nhận", "08:00 07/7/2026", "Cán bộ bắt đầu xử lý", "đang được kiểm tra"):
        assert words in page
    for secret in (*NAMES, "Tuấn", "Bản thảo", "staff:"):
        assert secret not in page


def test_what_was_undone_never_happened(left, office):
    office("refuse", words="Không rõ.", role="reason")
    assert "Không rõ." in shown(left.follow())
    office("undo", now=MONDAY + timedelta(minutes=3))
    page = shown(left.follow())
    assert "Không rõ." not in page and "Không tiếp nhận" not in page


def test_a_question_is_answered_once_however_often_the_button_is_pressed(left, office, inbox):
    office("accept")
    office("ask", words="Ông/Bà nộp ngày nào?", role="question")
    page = left.follow()
    assert "Ông/Bà nộp ngày nào?" in shown(page) and 'value="answer"' in page.text
    done = [left.follow("answer", answer_words="Ngày 02/3.") for _ in range(3)]
    assert [page.status_code for page in done] == [200] * 3
    assert events(inbox).count("answer") == 1 and state(inbox) == "in-work"
    assert original(inbox.database, "answer") == ["Ngày 02/3."]
    office("ask", words="Buổi nào?", role="question")
    assert left.follow("answer", answer_words="Ngày 02/3.").status_code == 200
    assert events(inbox).count("answer") == 2, "the same words may answer another question"


def test_a_page_loaded_again_much_later_acts_no_second_time(left, office, inbox):
    office("accept")
    office("ask", words="Ngày nào?", role="question")
    left.follow("answer", answer_words="Ngày 02/3.")
    office("draft", words="Đã có.", role="reply")
    office("release", "ha", "second")
    again = left.follow("answer", answer_words="Ngày 02/3.")
    assert again.status_code == 200 and "Đã có." in shown(again)
    assert events(inbox).count("answer") == 1


def test_an_answer_without_words_or_with_too_many_comes_back(left, office, inbox):
    office("accept")
    office("ask", words="Ngày nào?", role="question")
    assert left.follow("answer", answer_words=" ").status_code == 422
    long = left.follow("answer", answer_words="a" * 6000)
    assert long.status_code == 422 and "a" * 6000 in long.text
    assert state(inbox) == "waiting-sender"


def test_an_act_that_came_too_late_keeps_what_was_typed(left, office, inbox):
    office("accept")
    office("ask", words="Ngày nào?", role="question")
    office("resume")
    page = left.follow("answer", answer_words="Ngày 02/3.")
    assert page.status_code == 409 and events(inbox).count("answer") == 0
    assert "Ngày 02/3." in shown(page)


def test_words_are_added_while_it_is_open(left, office, inbox):
    assert left.follow("add", add_words="Số hồ sơ 123.").status_code == 200
    assert original(inbox.database, "comment") == ["Số hồ sơ 123."]
    office("accept")
    office.answer()
    assert left.follow("add", add_words="Muộn.").status_code == 409


def test_the_reply_is_read_and_rated_and_the_last_word_counts(left, office, inbox):
    office("accept")
    office.answer()
    page = shown(left.follow())
    assert "Hồ sơ đã có kết quả." in page and "Hai câu hỏi" in page
    assert left.follow("rate", answered="maybe", satisfied="9").status_code == 422
    assert left.follow("rate", answered="partly", satisfied="2").status_code == 200
    assert left.follow("rate", answered="yes", satisfied="4").status_code == 200
    (case,) = rows(inbox.database, Case)
    assert case.satisfied == 4 and "đã trả lời hai câu hỏi" in shown(left.follow())


def test_it_is_opened_again_once_and_goes_to_another(left, office, inbox):
    office("accept")
    office.answer()
    page = left.follow("reopen", reopen_words="Chưa trả lời câu hỏi của tôi.")
    assert page.status_code == 200 and state(inbox) == "reopened"
    assert original(inbox.database, "reason") == ["Chưa trả lời câu hỏi của tôi."]
    office.answer("Đã giải quyết xong.", officer="minh")
    page = left.follow()
    assert "Đã giải quyết xong." in shown(page) and 'value="reopen"' not in page.text
    assert left.follow("reopen", reopen_words="Nữa.").status_code == 409


def test_a_case_merged_with_another_shows_the_others_reply_as_it_is_masked(left, office, inbox):
    with inbox.database.write() as session:
        other = inbox.send(session)
        (case,) = session.scalars(select(Case).where(Case.id != other.id))
        inbox.act(session, case, "merge", data={"into": other.id})
        inbox.act(session, other, "accept")
        inbox.act(session, other, "begin")
        inbox.act(session, other, "draft", words="Trả cho chị Hoa 0912345678.", role="reply")
        inbox.act(session, other, "release", by="ha", who="second")
        reply = session.scalars(select(CaseText).where(CaseText.role == "reply")).one()
        reply.shown = "Trả cho chị ████ ████."
    page = shown(left.follow())
    assert "Trả cho chị" not in page and "Đã có câu trả lời" in page, "nobody has confirmed it"
    with inbox.database.write() as session:
        assert held_back(session, session.get_one(Case, reply.case_id))
        session.scalars(
            select(CaseText).where(CaseText.role == "reply")
        ).one().confirmed_at = MONDAY
    page = shown(left.follow())
    assert "Trả cho chị ████ ████." in page and "0912345678" not in page
    assert WORDS in page
    with inbox.database.read() as session:
        assert not held_back(session, session.get_one(Case, reply.case_id))


def test_a_reply_that_was_taken_back_is_not_the_one_released(left, office, inbox):
    office("accept")
    office("begin")
    office("draft", words="Lời đúng.", role="reply")
    office("draft", words="Lời viết nhầm phiếu.", role="reply")
    office("undo")
    office("release", "ha", "second")
    page = shown(left.follow())
    assert "Lời đúng." in page and "nhầm phiếu" not in page
    (case,) = rows(inbox.database, Case)
    with inbox.database.read() as session:
        past = events_of(session, [case.id])[case.id]
        lines = history(session, session.get_one(Case, case.id), past, behind=False)
    assert [(line.words, line.told) for line in lines if line.act == "draft"] == [
        ("Lời đúng.", True),
        ("Lời viết nhầm phiếu.", False),
    ]


# ---- what one may take back


def test_it_is_withdrawn(left, office, inbox):
    assert left.follow("withdraw").status_code == 200 and state(inbox) == "withdrawn"
    assert left.follow("withdraw").status_code == 200, "pressed twice"
    assert events(inbox) == ["receive", "withdraw"]


def test_contact_is_given_later_masked_and_taken_back(left, inbox):
    assert left.follow("contact", phone="0912 345 678").status_code == 422
    page = left.follow("contact", phone="0912 345 678", email="hoa@example.vn", consent="y")
    assert page.status_code == 200
    assert "…678" in shown(page) and "h…@example.vn" in shown(page)
    assert "0912" not in page.text.replace("0912 345 678, ", "") and "hoa@" not in page.text
    (row,) = rows(inbox.database, CaseContact)
    assert row.notice == "2026-01"
    assert left.follow("no-contact").status_code == 200
    assert left.follow("no-contact").status_code == 200
    assert rows(inbox.database, CaseContact) == []
    assert events(inbox) == ["receive", "consent", "consent"]
    assert left.follow("contact", consent="y").status_code == 422


def test_everything_is_erased_and_a_tombstone_stays(app, at, place, office, inbox):
    sender = Sender(app)
    sender.leave(place=place, phone="0912345678", consent="y", pictures=picture(written(noisy())))
    office("accept")
    office("ask", words="Số điện thoại 0912345678 đúng không?", role="question")
    asked = sender.follow("ask-erase")
    assert "Xóa toàn bộ nội dung?" in shown(asked) and len(events(inbox)) == 4
    page = sender.follow("erase")
    assert page.status_code == 200 and state(inbox) == "withdrawn"
    assert WORDS not in page.text and "Toàn bộ nội dung đã được xóa" in shown(page)
    assert all(
        (text.sealed, text.shown, text.salt) == ("", "", "") and text.erased_at
        for text in rows(inbox.database, CaseText)
    )
    assert [row.sealed for row in rows(inbox.database, CasePicture)] == [None]
    assert rows(inbox.database, CaseContact) == []
    assert events(inbox) == ["receive", "consent", "accept", "ask", "withdraw", "erase"]
    with inbox.database.read() as session:
        assert (broken(session), differences(session)) == ([], [])
    again = sender.follow("erase")
    assert again.status_code == 200 and events(inbox).count("erase") == 1


def test_a_denunciation_is_kept_for_its_receiver(left, office, inbox):
    office("seal", data={"receiver": inbox.staff["tam"]})
    page = left.follow()
    assert 'value="ask-erase"' not in page.text and "niêm phong" in shown(page)
    assert left.follow("erase").status_code == 409
    with inbox.database.write() as session, pytest.raises(KeptByLaw):
        erasing.erase(session, find(session, 1), by="sender", now=MONDAY)
    assert original(inbox.database) == [WORDS]


@pytest.mark.parametrize("act", ["", "release", "assign", "unmask", "note", "../x", "show"])
def test_an_act_that_is_not_the_senders_shows_the_case(left, inbox, act):
    assert left.follow(act).status_code == 200 and events(inbox) == ["receive"]


def test_contact_of_a_case_that_has_none_is_nothing(left, inbox):
    with inbox.database.read() as session:
        assert not contacts.contact_of(session, 1)
        assert texts.texts_of(session, 1)
