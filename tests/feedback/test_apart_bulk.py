"""A sealed case takes part in nothing that is done or found, even for who sends its number."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.calendar import clock
from survey.feedback.desk.bulk_forms import FORMS
from survey.feedback.sealing import seal
from survey.feedback.tables import Case, Event
from tests.feedback.test_bulk import Bulk, seen, states

ACTS = sorted(FORMS)
DETAILS = {"language": "vi", "words": "Đã nhận.", "severity": "urgent", "kind": "", "field": ""}


@pytest.fixture
def at_desk(desk):
    def enter(login):
        browser = desk(login)
        return Bulk(browser, browser.token("/desk/feedback"))

    return enter


@pytest.fixture
def three(inbox):
    with inbox.database.write() as session:
        return [inbox.send(session, now=clock() - timedelta(2)).id for _n in range(3)]


def sealed(inbox, case_id):
    """Sealed by lan for tam; its number."""
    with inbox.database.write() as session:
        case = session.get_one(Case, case_id)
        tam = inbox.staff["tam"]
        seal(session, case, tam, "Đã chuyển.", by=inbox.actor("lan"), now=clock())
        return case.number


def traces(inbox, case_id):
    """All that an act would leave on a case."""
    with inbox.database.read() as session:
        case = session.get_one(Case, case_id)
        count = len(session.scalars(select(Event).where(Event.case_id == case_id)).all())
        return case.version, case.state, case.severity, case.officer_id, count


@pytest.mark.parametrize("login", ["lan", "tam"])
def test_no_act_on_many_takes_a_sealed_case_along(login, inbox, at_desk, three):
    number = sealed(inbox, three[0])
    before, one = traces(inbox, three[0]), at_desk(login)
    hidden = seen(three[0], version=before[0])
    fields = {**DETAILS, "into": str(three[1]), "number": "", "to": f"{inbox.province.hung}:"}
    for act in ACTS:
        for go in ("", "look", "do"):
            answer = one.send(f"{hidden} {seen(*three[1:])}", act, go, **fields)
            page = answer.get_data(as_text=True)
            assert answer.status_code in (200, 422), (act, go, page)
            assert number not in page and hidden not in page, (act, go)
            assert one.send(hidden, act, go, **fields).status_code == 303, (act, go)
    assert traces(inbox, three[0]) == before


@pytest.mark.parametrize("login", ["lan", "tam"])
def test_nothing_is_merged_into_a_sealed_case(login, inbox, at_desk, three):
    number, one = sealed(inbox, three[0]), at_desk(login)
    for into, typed in ((str(three[0]), ""), ("", number), ("", str(three[0]))):
        answer = one.send(seen(*three[1:]), "merge", "do", into=into, number=typed)
        assert answer.status_code == 422
    assert {states(inbox)[id] for id in three[1:]} == {"new"}


@pytest.mark.parametrize("view", ["all", "sealed"])
def test_all_that_a_view_shows_are_without_what_is_sealed(view, inbox, at_desk, three):
    number = sealed(inbox, three[0])
    before, tam = traces(inbox, three[0]), at_desk("tam")
    data = {"csrf_token": tam.token, "act": "classify", "cases": "", "go": "do", "which": "all"}
    path = f"/desk/feedback/bulk?view={view}"
    page = tam.browser.client.post(path, data={**data, **DETAILS}).get_data(as_text=True)
    assert number not in page and traces(inbox, three[0]) == before


def test_what_was_sealed_since_is_not_named_when_an_act_is_undone(inbox, at_desk, three):
    lan = at_desk("lan")
    done = lan.do(seen(*three), "accept", language="vi")
    number = sealed(inbox, three[0])
    before = traces(inbox, three[0])
    page = lan.undo(done).get_data(as_text=True)
    assert number not in page and traces(inbox, three[0]) == before
    assert {states(inbox)[id] for id in three[1:]} == {"new"}


@pytest.mark.parametrize("login", ["lan", "tam"])
def test_a_search_never_shows_a_sealed_case(login, inbox, at_desk, three):
    client = at_desk(login).browser.client
    number = sealed(inbox, three[0])
    for typed in ("đất đai", "dat dai", '"trễ hẹn"', "tu*", number, number[3:], str(three[0])):
        for view in ("", "all", "sealed"):
            asked = {"q": typed, "view": view}
            answer = client.get("/desk/feedback/search", query_string=asked)
            assert answer.status_code == 200
            assert f'/desk/feedback/{three[0]}"' not in answer.text, (typed, view)
        others = client.get("/desk/feedback/search", query_string={"q": "đất đai"}).text
        assert f"/desk/feedback/{three[1]}" in others
