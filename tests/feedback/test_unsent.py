"""Words typed on a case are kept for who typed them, and colleagues are told who is on its page."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from survey.calendar import clock
from survey.crypto import SealError
from survey.feedback import erasing, presence, unsent
from survey.feedback.desk_tables import Presence, Unsent
from survey.feedback.privacy.retention import RETENTION, destroy_due
from survey.feedback.tables import Case, Event
from survey.staff.tables import StaffSession
from tests.feedback.conftest import MONDAY
from tests.feedback.privacy.test_retention import ended
from tests.feedback.test_case_page import Page

WORDS = "Bà Canary ở số 5 gọi 0912 345 678."


def rows(inbox, table=Unsent):
    with inbox.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def case_id(inbox):
    with inbox.database.write() as session:
        return inbox.send(session, words="Chờ hai giờ.", now=clock() - timedelta(2)).id


@pytest.fixture
def page(inbox, desk, case_id):
    return lambda login: Page(inbox, desk(login), case_id)


def keep(page, act, words, *, version=None, **fields):
    sent = {f"{act}-words": words, "version": page.version if version is None else version}
    return page.browser.post(f"{page.path}/{act}/keep", page=page.path, **sent, **fields)


# ---- the store, on both databases


def test_words_are_kept_sealed_for_one_person_and_act(inbox_on_both):
    inbox, (lan, minh) = inbox_on_both, (inbox_on_both.staff[login] for login in ("lan", "minh"))
    with inbox.database.write() as session:
        case_id = inbox.send(session).id
        unsent.keep(session, case_id, lan, "draft", "Lần đầu.", now=MONDAY)
        unsent.keep(session, case_id, lan, "draft", WORDS, now=MONDAY + timedelta(hours=1))
        unsent.keep(session, case_id, lan, "note", "Gọi lại.", now=MONDAY)
        unsent.keep(session, case_id, minh, "draft", "Của Minh.", now=MONDAY)
    with inbox.database.read() as session:
        own = unsent.kept(session, case_id, lan)
        assert {act: one.words for act, one in own.items()} == {"note": "Gọi lại.", "draft": WORDS}
        assert own["draft"].saved_at == MONDAY + timedelta(hours=1)
        assert [one.words for one in unsent.kept(session, case_id, minh).values()] == ["Của Minh."]
        assert WORDS not in repr(own) and "Canary" not in str(session.execute(
            text("SELECT sealed FROM feedback_unsent")).all())  # fmt: skip
    with inbox.database.write() as session:
        unsent.drop(session, case_id, lan, "draft")
        unsent.keep(session, case_id, lan, "note", "", now=MONDAY)
    assert rows(inbox) == 1


def test_a_row_that_is_passed_off_as_ones_own_is_not_opened(inbox):
    with inbox.database.write() as session:
        case_id = inbox.send(session).id
        unsent.keep(session, case_id, inbox.staff["lan"], "note", WORDS, now=MONDAY)
        session.execute(
            text("UPDATE feedback_unsent SET staff_id = :id"), {"id": inbox.staff["ha"]}
        )
        with pytest.raises(SealError):
            unsent.kept(session, case_id, inbox.staff["ha"])


def test_they_go_with_the_case_with_its_originals_and_after_their_days(inbox_on_both):
    inbox = inbox_on_both
    lan, over = inbox.staff["lan"], MONDAY + timedelta(days=RETENTION["originals"] + 1)
    with inbox.database.write() as session:
        cases = [inbox.send(session).id, ended(inbox, session), inbox.send(session).id]
        for case_id, saved_at in zip(cases, (MONDAY, over, MONDAY), strict=True):
            unsent.keep(session, case_id, lan, "note", WORDS, now=saved_at)
        case = session.get_one(Case, cases[0])
        erasing.erase(session, case, by="sender", now=MONDAY)
    assert rows(inbox) == 2
    assert "0 texts not sent" in destroy_due(inbox.database, MONDAY + unsent.KEPT)
    assert "1 texts not sent" in destroy_due(inbox.database, MONDAY + timedelta(days=31))
    assert "0 texts not sent" in destroy_due(inbox.database, over)
    assert rows(inbox) == 0


def test_who_is_on_a_page_is_told_to_others_and_forgotten_within_seconds(inbox_on_both):
    inbox = inbox_on_both
    lan, ha = inbox.staff["lan"], inbox.staff["ha"]
    later = MONDAY + timedelta(seconds=60)
    with inbox.database.write() as session:
        case_id, other = inbox.send(session).id, inbox.send(session).id
        presence.here(session, case_id, lan, writing=False, now=MONDAY)
        presence.here(session, case_id, lan, writing=True, now=later)
        presence.here(session, other, ha, writing=False, now=later)
        assert presence.others(session, case_id, lan, now=later) == []
        (seen,) = presence.others(session, case_id, ha, now=later)
        assert (seen.name, seen.since, seen.writing) == ("Người lan", MONDAY, True)
        assert presence.LIVES.total_seconds() <= 90 and presence.EVERY <= 30
        gone = later + presence.LIVES + timedelta(seconds=1)
        assert presence.others(session, case_id, ha, now=gone) == []
        presence.here(session, other, ha, writing=False, now=gone)
        assert session.scalars(select(Presence.since)).all() == [gone]


# ---- the page of a case


def test_what_was_typed_is_there_again_for_nobody_else_until_it_is_sent(inbox, page):
    lan = page("lan")
    told = keep(lan, "note", WORDS)
    assert told.status_code == 303 and told.location.endswith("?act=note#act-note")
    text = lan.text
    assert f"{WORDS}</textarea>" in text and "Ông/Bà đã gõ nội dung này và chưa gửi" in text
    for other in ("minh", "ha", "tam"):
        assert "Canary" not in page(other).text
    page("minh").done("accept")
    assert f"{WORDS}</textarea>" in lan.text  # the case went on: nothing is lost
    lan.done("note", words=WORDS)
    assert rows(inbox) == 0 and f"{WORDS}</textarea>" not in lan.text
    with inbox.database.read() as session:
        assert session.scalars(select(Event.act)).all() == ["receive", "accept", "note"]


def test_a_script_is_told_when_it_was_saved_and_that_it_was_not(inbox, page):
    lan, script = page("lan"), {"Accept": "application/json"}
    token, path = lan.browser.token(lan.path), f"{lan.path}/note/keep"

    def sent(words, version=lan.version):
        form = {"csrf_token": token, "note-words": words, "version": version}
        return lan.browser.client.post(path, data=form, headers=script)

    answer = sent(WORDS)
    assert (answer.status_code, answer.json["kept"]) == (200, True)
    assert len(answer.json["at"]) == 5 and answer.headers["Cache-Control"] == "no-store"
    assert sent("x" * (unsent.LONGEST + 1)).status_code == 409
    assert sent(" ").json["kept"] is False and rows(inbox) == 0
    lan.done("note", words=WORDS)
    assert sent(WORDS).status_code == 409 and rows(inbox) == 0  # came late, after the act
    assert sent("Lời khác.", lan.version).status_code == 200
    assert lan.browser.client.post(path, data={"note-words": "x"}).status_code == 400


def test_it_is_discarded_and_one_case_or_act_is_not_another(inbox, page):
    lan = page("lan")
    keep(lan, "note", WORDS)
    for act in ("accept", "nothing"):
        assert keep(lan, act, WORDS).status_code == 404
    away = lan.browser.post(f"{lan.path}/note/discard", page=lan.path)
    assert away.status_code == 303 and rows(inbox) == 0 and "Canary" not in lan.text
    son = page("son").browser
    for path in ("note/keep", "note/discard", "beat"):
        assert son.post(f"{lan.path}/{path}", page="/desk/account").status_code == 404
    assert son.client.get(f"{lan.path}/refuse/template/refuse").status_code == 404


def test_what_was_typed_for_an_act_that_is_gone_is_shown_all_the_same(inbox, page):
    lan = page("lan")
    keep(lan, "refuse", WORDS)
    page("minh").done("refuse", words="Không thuộc thẩm quyền.")
    text = lan.text
    assert "Canary" in text and "Phiếu đã sang bước khác" in text
    assert f"{lan.path}/refuse/discard" in text and "Canary" not in page("minh").text


def test_a_refused_act_shows_what_was_sent_with_it(page):
    lan = page("lan")
    keep(lan, "note", "Lần trước.")
    old = lan.version
    page("minh").done("accept")
    shown = lan.do("note", version=old, words="Lần này.").get_data(as_text=True)
    assert "Lần này.</textarea>" in shown and "Lần trước." not in shown
    assert "Lần trước.</textarea>" in lan.text


# ---- templates


def test_a_template_goes_after_what_is_there_and_its_blanks_are_not_sent(inbox, page):
    lan = page("lan")
    kept = keep(lan, "refuse", "Lời của Lan.", **{"refuse-template": "refuse"})
    assert kept.location.endswith("?act=refuse&template=refuse#act-refuse")
    with lan.browser.client as client:
        text = client.get(kept.location).get_data(as_text=True)
    number = f"PA-{lan.case_id:06d}"
    assert "Lời của Lan.\n\n" in text and number in text.split('id="refuse-words"')[1]
    assert '<details class="govuk-details" open>' in text.split('id="act-refuse"')[1][:200]
    words = lan.browser.client.get(f"{lan.path}/refuse/template/refuse").json["words"]
    assert number in words and "{" not in words and "[" in words
    refused = lan.do("refuse", words=words)
    assert refused.status_code == 422
    blank = words[words.index("[") : words.index("]") + 1]
    assert f"{blank}.</p>" in refused.get_data(as_text=True)
    for blank in ("{ngày trả}", "{số}"):
        told = lan.do("refuse", words=f"Trả lời ngày {blank}.")
        assert told.status_code == 422 and blank in told.get_data(as_text=True)
    lan.done("note", words="Nội bộ thì [được] {viết}.")
    assert lan.browser.client.get(f"{lan.path}?act=refuse&template=none").status_code == 404
    assert rows(inbox) == 1


# ---- presence


def test_colleagues_are_told_and_a_page_that_is_opened_writes_nothing(inbox, page):
    lan, minh = page("lan"), page("minh")
    assert "đang mở phiếu này" not in lan.text and "Người minh" not in lan.text
    assert rows(inbox, Presence) == 0

    def beat(one, **fields):
        return one.browser.post(f"{one.path}/beat", page=one.path, **fields)

    assert beat(minh).json == {"here": []}
    assert "Người minh đang mở phiếu này" in lan.text
    assert beat(minh, writing="y").json == {"here": []}
    (told,) = beat(lan).json["here"]
    assert told.startswith("Người minh đang viết ở phiếu này") and told in lan.text
    assert "Người minh" not in minh.text.split("data-beat")[1].split("</div>")[0]
    with inbox.database.read() as session:
        assert session.scalars(select(Event.act)).all() == ["receive"]


def test_a_page_that_is_left_open_keeps_nobody_signed_in(inbox, page):
    lan = page("lan")
    token, before = lan.browser.token(lan.path), clock() - timedelta(minutes=20)

    def seen(change=None):
        with inbox.database.write() as session:
            row = session.scalars(select(StaffSession)).one()
            row.seen_at = change or row.seen_at
            return row.seen_at

    seen(before)
    beat = lan.browser.client.post(f"{lan.path}/beat", data={"csrf_token": token})
    assert beat.status_code == 200 and seen() == before
    assert "Canary" not in lan.text and seen() > before
