"""You said, we did: what was looked through is public, and nothing of a few."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from benchmarks.feedback_data import fill
from survey.calendar import clock
from survey.feedback import erasing
from survey.feedback.numbers import public
from survey.feedback.public.figures import taken_together
from survey.feedback.public.published import NothingToPublish, newest, publish, unpublish
from survey.feedback.rebuild import differences
from survey.feedback.reports.cohort import cohort
from survey.feedback.reports.periods import between, read
from survey.feedback.tables import Case, CaseText
from survey.site import set_site_value
from survey.staff.tables import Staff
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.sender import shown
from tests.feedback.test_cases import to_released
from tests.staff.conftest import Desk


def told(session):
    return newest(session, unit_id=None, topic=None, start=0, most=10)[0]


def test_what_somebody_looked_through_is_public_as_it_is_masked(inbox_on_both):
    inbox = inbox_on_both
    with inbox.database.write() as session:
        case = inbox.send(session, words="Bà Canary chờ lâu.")
        to_released(inbox, session, case)
        session.scalars(select(CaseText).where(CaseText.role == "original")).one().shown = "Bà […]"
        assert told(session) == []
        publish(session, case, "Mở thêm quầy.", by=inbox.actor("ha"), now=MONDAY)
        (answer,) = told(session)
        assert (answer.asked, answer.reply) == ("Bà […]", "Hồ sơ đã trả ngày 10.")
        assert answer.changed == "Mở thêm quầy."
        assert differences(session) == []
        unpublish(session, case, by=inbox.actor("ha"), now=MONDAY)
        assert told(session) == []


def test_what_is_not_answered_or_is_erased_cannot_be_published(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        with pytest.raises(NothingToPublish):
            publish(session, case, "", by=inbox.actor("ha"), now=MONDAY)
        to_released(inbox, session, case)
        publish(session, case, "", by=inbox.actor("ha"), now=MONDAY)
        erasing.erase(session, case, by="sender", now=MONDAY)
        assert (case.published_at, told(session)) == (None, [])
        with pytest.raises(NothingToPublish):
            publish(session, case, "", by=inbox.actor("ha"), now=MONDAY)


def test_words_that_are_masked_anew_and_not_confirmed_are_not_shown(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        publish(session, case, "", by=inbox.actor("ha"), now=MONDAY)
        text = session.scalars(select(CaseText).where(CaseText.role == "reply")).one()
        text.confirmed_at = None
        assert told(session) == []


def test_a_case_opened_again_is_public_no_longer(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session)
        to_released(inbox, session, case)
        publish(session, case, "", by=inbox.actor("ha"), now=MONDAY)
        inbox.act(session, case, "reopen", by="sender", who="sender")
        assert (case.published_at, told(session)) == (None, [])


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(1, 40)))
def test_no_group_below_ten_follows_from_what_is_published(sizes):
    few = taken_together(sizes)
    assert all(size >= 10 for name, size in sizes.items() if name not in few)
    if any(size < 10 for size in sizes.values()) and sum(sizes.values()) >= 20 and len(sizes) > 1:
        assert len(few) >= 2 and sum(sizes[name] for name in few) >= 10
    if all(size >= 10 for size in sizes.values()):
        assert few == set()


def test_figures_of_everybody_add_up_and_hide_what_is_small(kept):
    fill(kept, 900, seed=3)
    with kept.read() as session:
        found = cohort(session, read("2026-q2"), None, now=clock())
        whole, lines = public(found, found.unit)
        sizes = Counter(map(str, found.unit))
        assert whole.received == len(found) == sum(line.received for line in lines)
        assert all(line.received >= 10 for line in lines)
        for line in lines:
            if line.key:
                assert sizes[line.key] == line.received
            assert line.answered.value is None or line.answered.n >= 10
            assert line.satisfied.value is None or line.satisfied.low <= line.satisfied.value
        assert public(cohort(session, read("2020-q1"), None, now=clock()), ()) == (None, [])


def test_the_page_is_for_caches_and_shows_what_is_published(app, kept):
    now = clock()
    inbox = inbox_in(kept)
    with kept.write() as session:
        case = inbox.send(session, now=now - timedelta(days=200))
        to_released(inbox, session, case)
        publish(session, case, "Mở thêm quầy.", by=inbox.actor("ha"), now=now)
        quarter = between(case.received_at.date(), now.date(), "quarter")[-1]
    client = app.test_client()
    page = client.get("/f/answers")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in page.headers
    assert "Hồ sơ đất đai trễ hẹn hai tuần." in shown(page) and "Mở thêm quầy." in shown(page)
    assert "ít hơn 10" in shown(client.get(f"/f/answers?period={quarter.key}"))
    assert "Chưa" in shown(client.get("/f/answers?topic=fees"))
    odd = client.get("/f/answers?period=2026&unit=x&topic=<b>&page=999999")
    assert odd.status_code == 200 and "<b>" not in odd.text
    assert "public" not in client.get("/f/answers?lang=en").headers["Cache-Control"]


def test_a_head_publishes_after_reading_and_ticking_and_takes_it_back(app, kept):
    inbox = inbox_in(kept)
    with kept.write() as session:
        set_site_value(session, "simulated", "yes")
        case = inbox.send(session, now=clock() - timedelta(days=9))
        to_released(inbox, session, case)
        case_id = case.id
        head = session.get_one(Staff, inbox.staff["ha"])
        officer = session.get_one(Staff, inbox.staff["lan"])
    desk = Desk(app, kept).enter(head, second_factor=True)
    path = f"/desk/feedback/{case_id}/publish"
    assert "Hồ sơ đã trả ngày 10." in desk.client.get(path).text
    assert desk.post(path).status_code == 422
    typed = "Đã nhắc ông Nguyễn Văn Cường.\r\nMở thêm quầy."
    unseen = desk.post(path, checked="y", changed=typed)
    assert unseen.status_code == 422 and "Đã nhắc ông [họ tên]." in shown(unseen)
    assert "Mở thêm quầy" not in app.test_client().get("/f/answers").text
    seen = re.search(r'name="seen" value="([^"]+)"', unseen.text)[1]
    assert desk.post(path, checked="y", changed=typed + " Thêm.", seen=seen).status_code == 422
    assert desk.post(path, checked="y", changed=typed, seen=seen).status_code == 303
    assert "Đã nhắc ông [họ tên]." in app.test_client().get("/f/answers").text
    assert desk.post(f"/desk/feedback/{case_id}/unpublish", path).status_code == 303
    assert desk.post(path, checked="y", changed="Mở thêm quầy.").status_code == 303
    assert "Mở thêm quầy." in app.test_client().get("/f/answers").text
    assert desk.post(f"/desk/feedback/{case_id}/unpublish", path).status_code == 303
    with kept.read() as session:
        assert session.get_one(Case, case_id).published_at is None
    other = Desk(app, kept).enter(officer, second_factor=True)
    assert other.client.get(path).status_code == 403
