"""Cases alike are suggested, and nobody is shown what they may not see."""

from datetime import timedelta

import pytest

from survey.calendar import clock
from survey.feedback.desk.similar import shared, similar_to, suggested
from survey.feedback.search import refresh
from survey.feedback.tables import Case
from tests.feedback.conftest import MONDAY, inbox_in
from tests.feedback.test_case_page import Page, part
from tests.feedback.test_notices import signed_in

LATE = "Hồ sơ đất đai của tôi trễ hẹn hai tuần ở quầy số 3."
AGAIN = "Tôi nộp hồ sơ đất đai ở quầy số 3, trễ hẹn đã hai tuần!"
OTHER = "Nhân viên rất tận tình, cảm ơn Trung tâm."
NOW = MONDAY + timedelta(days=3)


def numbers(session, inbox, case, login="lan", now=NOW):
    session.flush()
    found = similar_to(session, case, signed_in(session, inbox, login), now=now)
    return [one.row.case.id for one in found]


def test_the_most_alike_stand_first_and_what_is_about_something_else_does_not(both):
    inbox = inbox_in(both)
    with both.write() as session:
        case = inbox.send(session, words=LATE)
        again = inbox.send(session, words=AGAIN)
        plain = inbox.send(session, words="Ho so dat dai tre hen o quay so 3")
        inbox.send(session, words=OTHER)
        assert set(numbers(session, inbox, case)) == {again.id, plain.id}
        assert numbers(session, inbox, again)[0] in (case.id, plain.id)
        erased = inbox.send(session, words="!!!")
        assert numbers(session, inbox, erased) == []


def test_at_most_five_are_shown_and_none_that_is_older_than_180_days(both):
    inbox = inbox_in(both)
    with both.write() as session:
        old = inbox.send(session, words=LATE, now=NOW - timedelta(days=181))
        case = inbox.send(session, words=LATE)
        ids = {inbox.send(session, words=AGAIN).id for _ in range(7)}
        found = numbers(session, inbox, case)
        assert len(found) == 5 and set(found) < ids and old.id not in found


def test_of_another_unit_of_one_not_shown_yet_and_of_a_sealed_one_nothing_is_told(both):
    inbox = inbox_in(both)
    with both.write() as session:
        case = inbox.send(session, words=LATE)
        inbox.send(session, words=AGAIN, area_id=inbox.province.son)
        fresh = inbox.send(session, words=AGAIN, now=NOW)
        sealed = inbox.send(session, words=AGAIN)
        sealed.sealed, sealed.officer_id = True, inbox.staff["lan"]
        refresh(session, [sealed.id])
        assert numbers(session, inbox, case) == []
        assert numbers(session, inbox, case, "tam") == [fresh.id]
        assert numbers(session, inbox, sealed) == []


def test_who_says_the_contrary_is_warned_of(inbox):
    with inbox.database.write() as session:
        case = inbox.send(session, words="Quầy 3 thu phí sai quy định.")
        inbox.send(session, words="Quầy 3 thu phí đúng quy định.")
        session.flush()
        found = similar_to(session, case, signed_in(session, inbox, "lan"), now=NOW)
        assert [one.opposed for one in found] == [True]


def test_shared_words_are_marked_whatever_their_accents_and_dull_ones_are_not():
    pieces = shared("Hồ sơ của tôi trễ hẹn, đã hai tuần", "ho so bạn TRỄ hẹn")
    assert [piece.words for piece in pieces if piece.marked] == ["Hồ sơ", "trễ hẹn"]
    assert "".join(piece.words for piece in pieces) == "Hồ sơ của tôi trễ hẹn, đã hai tuần"


@pytest.fixture
def pair(inbox):
    """Two cases alike of a while ago, and one of the neighbour."""
    then = clock() - timedelta(days=3)
    with inbox.database.write() as session:
        one = inbox.send(session, words=LATE, now=then)
        other = inbox.send(session, words=AGAIN + " Gọi tôi số 0912 345 678.", now=then)
        far = inbox.send(session, words=AGAIN, now=then, area_id=inbox.province.son)
        return one.id, other.id, far.id


def beside(browser, one, other):
    return browser.client.get(f"/desk/feedback/{one}/beside/{other}")


def test_both_stand_side_by_side_masked_with_what_they_share_marked(inbox, desk, pair):
    one, other, far = pair
    browser = desk("lan")
    section = part(Page(inbox, browser, one).text, "similar")
    assert f"/desk/feedback/{one}/beside/{other}" in section and f"/{far}" not in section
    text = beside(browser, one, other).get_data(as_text=True)
    assert "<mark>trễ hẹn</mark>" in text and "0912" not in text
    assert f"/desk/feedback/{one}/merge" in text and f"/desk/feedback/{other}/merge" in text
    for address in ((one, far), (one, one), (one, 999)):
        assert beside(browser, *address).status_code == 404
    assert beside(desk("son"), one, other).status_code in (403, 404)


def test_one_is_merged_into_the_other_at_the_version_that_was_seen(inbox, desk, pair):
    one, other, _far = pair
    lan = Page(inbox, desk("lan"), other)
    old = lan.version
    Page(inbox, desk("minh"), other).done("note", words="Đã gọi.")
    answer = lan.do("merge", version=old, into=f"PA-{one:06d}")
    assert answer.status_code == 409 and f"PA-{one:06d}" in answer.get_data(as_text=True)
    lan.done("merge", into=f"PA-{one:06d}")
    with inbox.database.read() as session:
        assert session.get_one(Case, other).merged_into == one
    text = beside(lan.browser, one, other).get_data(as_text=True)
    assert "/merge" not in text


def test_a_topic_is_suggested_and_taken_at_one_press(inbox, desk, pair):
    one = pair[0]
    lan = Page(inbox, desk("lan"), one)
    assert 'name="classify-topic" value="late"' in lan.text
    lan.done("classify", topic="late")
    with inbox.database.read() as session:
        case = session.get_one(Case, one)
        assert (case.topic, case.kind, case.severity) == ("late", "report", "normal")
        assert suggested(case, LATE) is None and suggested(case, "") is None
    assert 'name="classify-topic" value="late"' not in lan.text
    assert lan.do("classify", topic="moon").status_code == 422
