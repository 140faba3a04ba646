"""What tells who somebody is stays masked, and the unit that it is about never looks behind it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.feedback import confirming, contacts, masking, texts
from survey.feedback.contacts import Contact, consent
from survey.feedback.following import standing_of
from survey.feedback.public import published
from survey.feedback.tables import Case, CaseText, Event

WORDS = "Tôi tên là Nguyễn Văn Cường, điện thoại 0912 345 678, nhà cạnh ao làng. Chờ hai giờ."
MASKED = ("Nguyễn Văn Cường", "0912 345 678")


@pytest.fixture
def case_id(inbox):
    with inbox.database.write() as session:
        then = clock() - timedelta(2)
        case = inbox.send(session, words=WORDS, anonymous=False, now=then)
        agreed = consent("vi", organiser="Sở Nội vụ", contact="0233", day=then.date())
        contacts.put(session, case.id, Contact("Cường", "0912345678", ""), agreed, now=then)
        return case.id


@pytest.fixture
def path(case_id):
    return f"/desk/feedback/{case_id}"


def stored(inbox, case_id, role="original"):
    with inbox.database.read() as session:
        found = select(CaseText).where(CaseText.case_id == case_id, CaseText.role == role)
        return session.scalars(found).one()


def events(inbox, case_id):
    with inbox.database.read() as session:
        found = select(Event).where(Event.case_id == case_id).order_by(Event.seq)
        return [(one.act, one.data) for one in session.scalars(found)]


def places(inbox, case_id):
    return [masking.place(mark) for mark in masking.marks_of(stored(inbox, case_id).marks)]


def confirmed(inbox, desk, case_id, login="lan", **fields):
    text = stored(inbox, case_id)
    path = f"/desk/feedback/{case_id}/masks"
    with inbox.database.read() as session:
        version = str(session.get_one(Case, case_id).version)
    words = {f"m{text.id}-{name}": fields.pop(name) for name in ("words", "kind") if name in fields}
    words.setdefault(f"m{text.id}-kind", "name")
    sent = {"of": str(text.id), "version": version, **words, **fields}
    return desk(login).post(path, **sent)


def test_words_are_masked_as_they_come_and_the_original_is_sealed(inbox, desk, path, case_id):
    text = stored(inbox, case_id)
    assert not any(one in text.shown or one in text.sealed for one in MASKED)
    assert "[họ tên]" in text.shown and "[số điện thoại]" in text.shown
    with inbox.database.read() as session:
        assert texts.original(session, text) == WORDS
    for page in (path, f"{path}/masks", "/desk/feedback", "/desk/feedback/search?q=Chờ"):
        answer = desk("lan").client.get(page)
        assert answer.status_code in (200, 302)
        assert not any(one in answer.text for one in MASKED)


def test_an_officer_masks_more_and_confirms(inbox, desk, case_id):
    assert (
        confirmed(inbox, desk, case_id, words="nhà cạnh AO làng", kind="address").status_code == 303
    )
    text = stored(inbox, case_id)
    assert "ao làng" not in text.shown and "[số nhà]. Chờ hai giờ." in text.shown
    assert text.confirmed_by == inbox.actor("lan") and text.confirmed_at
    assert events(inbox, case_id)[-1] == ("confirm", {"of": str(text.id)})


def test_what_is_masked_is_not_found_by_guessing(inbox, desk, case_id):
    for guess in ("Nguyễn Văn Cường", "0912", "không có ở đây"):
        answer = confirmed(inbox, desk, case_id, words=guess)
        assert answer.status_code == 422 and "Không tìm thấy" in answer.text
    assert stored(inbox, case_id).confirmed_at is None


def test_an_officer_of_the_unit_takes_no_mark_away(inbox, desk, case_id):
    refused = confirmed(inbox, desk, case_id, offered=places(inbox, case_id), words="ao làng")
    assert refused.status_code == 409 and "ao làng</textarea>" in refused.text
    assert confirmed(inbox, desk, case_id).status_code == 303
    assert not any(one in stored(inbox, case_id).shown for one in MASKED)


def test_who_may_read_the_original_takes_a_wrong_mark_away(inbox, desk, path, case_id):
    read = desk("tam").post(f"{path}/original", why="Xem lại phần che.")
    assert read.status_code == 200 and WORDS in read.text
    assert read.headers["Cache-Control"] == "no-store"
    act, data = events(inbox, case_id)[-1]
    assert act == "read" and set(data) == {"text", "digest"}
    marks = masking.marks_of(stored(inbox, case_id).marks)
    keep = next(masking.place(mark) for mark in marks if mark.kind == "phone")
    ticks = {"offered": places(inbox, case_id), "keep": keep}
    missed = confirmed(inbox, desk, case_id, "tam", words="không có ở đây", **ticks)
    assert missed.status_code == 422 and missed.text.count(" checked>") == 1
    assert f'value="{keep}" id="keep-1-2" checked>' in missed.text
    assert confirmed(inbox, desk, case_id, "tam", **ticks).status_code == 303
    shown = stored(inbox, case_id).shown
    assert "Nguyễn Văn Cường" in shown and "0912" not in shown
    assert "Xem lại phần che." in desk("lan").client.get(path).text


def test_nobody_takes_a_mark_away_unread(inbox, desk, path, case_id):
    desk("vien").post(f"{path}/original", why="Người khác đã đọc.")
    refused = confirmed(inbox, desk, case_id, "tam", offered=places(inbox, case_id))
    assert refused.status_code == 409 and "đã đọc" in refused.text
    assert 'name="keep"' in refused.text and " checked>" not in refused.text
    assert stored(inbox, case_id).confirmed_at is None
    assert not any(one in refused.text for one in MASKED)


def test_a_note_and_a_reason_are_masked_for_who_may_not_look_behind(inbox, desk, path, case_id):
    desk("tam").post(f"{path}/contact", why="Gọi ông Nguyễn Văn Cường, 0912 345 678.")
    with inbox.database.write() as session:
        case, now = session.get_one(Case, case_id), clock()
        inbox.act(session, case, "note", words="Cô Trần Thị Mai đã gọi 0987 654 321.", now=now)
    hidden = (*MASKED, "Trần Thị Mai", "0987 654 321")
    for login in ("lan", "minh", "ha"):
        page = desk(login).client.get(path).text
        assert not any(one in page for one in hidden) and "đã gọi [số điện thoại]" in page
    page = desk("tam").client.get(path).text
    assert "Trần Thị Mai" in page and "Gọi ông Nguyễn Văn Cường" in page


@pytest.mark.parametrize("page", ["original", "contact"])
def test_the_unit_that_it_is_about_looks_behind_nothing(inbox, desk, path, case_id, page):
    before = len(events(inbox, case_id))
    for login in ("lan", "ha"):
        assert f"{path}/{page}" not in desk(login).client.get(path).text
        assert desk(login).client.get(f"{path}/{page}").status_code == 409
        sent = desk(login).post(f"{path}/{page}", page=path, why="Tôi muốn biết.")
        assert sent.status_code == 409 and not any(one in sent.text for one in MASKED)
    assert len(events(inbox, case_id)) == before


def test_the_contact_is_seen_once_and_with_a_reason(inbox, desk, path, case_id):
    tam = desk("tam")
    assert "0912345678" not in tam.client.get(f"{path}/contact").text
    assert tam.post(f"{path}/contact", why="  ").status_code == 422
    assert events(inbox, case_id)[-1][0] == "receive"
    seen = tam.post(f"{path}/contact", why="Gọi lại để hỏi ngày nộp hồ sơ.")
    assert "0912345678" in seen.text and events(inbox, case_id)[-1][0] == "unmask"
    assert "0912345678" not in tam.client.get(f"{path}/contact").text


def test_a_colleagues_act_meanwhile_confirms_nothing(inbox, desk, path, case_id):
    old = confirmed(inbox, desk, case_id, version="0", words="ao làng")
    assert old.status_code == 409 and "ao làng</textarea>" in old.text
    assert stored(inbox, case_id).confirmed_at is None
    assert confirmed(inbox, desk, case_id, of="no-such").status_code == 422


def test_a_reply_reaches_its_sender_as_written_and_everybody_else_masked(inbox, office, case_id):
    reply = "Mời ông Nguyễn Văn Cường nhận kết quả."
    office("accept")
    office.answer(reply)
    with inbox.database.write() as session:
        case = session.get_one(Case, case_id)
        assert standing_of(session, case, now=clock()).reply == reply
        published.publish(session, case, "", by=inbox.actor("ha"), now=clock())
        found, _count = published.newest(session, unit_id=None, topic=None, start=0, most=9)
        assert not any(one in found[0].asked + found[0].reply for one in MASKED)


def test_old_words_are_masked_again_unless_somebody_confirmed_them(inbox, case_id):
    with inbox.database.write() as session:
        second = inbox.send(session, words=WORDS)
        for text in session.scalars(select(CaseText)):
            text.shown, text.marks = WORDS, []
            if text.case_id == second.id:
                text.confirmed_at = clock()
        session.flush()
        assert confirming.mask_again(session) == 1
        assert confirming.mask_again(session) == 0
    assert not any(one in stored(inbox, case_id).shown for one in MASKED)
    assert stored(inbox, second.id).shown == WORDS
