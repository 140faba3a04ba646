"""One act on many cases: looked at first, done for those it is possible on, undone for minutes."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from survey.calendar import clock
from survey.feedback.cases import Act, do_all
from survey.feedback.events import broken_at, events_of
from survey.feedback.tables import Case, CaseText, Event
from tests.feedback.conftest import MONDAY

DONE = re.compile(r'name="done" value="([^"]+)"')
FEW = 60  # statements for 500 cases


class Bulk:
    """An officer with a list of cases before them."""

    def __init__(self, browser, token):
        self.browser, self.token = browser, token

    def send(self, cases, act, go="", **fields):
        data = {"csrf_token": self.token, "act": act, "cases": cases, "go": go, "template": ""}
        return self.browser.client.post("/desk/feedback/bulk", data={**data, **fields})

    def do(self, cases, act, **fields):
        """The page that tells what was done."""
        answer = self.send(cases, act, "do", **fields)
        page = html.unescape(answer.get_data(as_text=True))
        assert answer.status_code == 200, page
        return page

    def undo(self, done):
        data = {"csrf_token": self.token, "done": DONE.search(done)[1]}
        return self.browser.client.post("/desk/feedback/bulk/undo", data=data)


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


def seen(*ids, version=1):
    """As the boxes of the list send them."""
    return " ".join(f"{id}:{version}" for id in ids)


def states(inbox):
    with inbox.database.read() as session:
        return {case.id: case.state for case in session.scalars(select(Case))}


def acts(inbox, case_id):
    with inbox.database.read() as session:
        query = select(Event.act).where(Event.case_id == case_id).order_by(Event.seq)
        return session.scalars(query).all()


def test_the_ticked_cases_are_accepted_and_that_is_undone(inbox, at_desk, three):
    lan = at_desk("lan")
    first = lan.browser.client.post(
        "/desk/feedback/bulk",
        data={"csrf_token": lan.token, "act": "accept", "case": [f"{id}:1" for id in three[:2]]},
    )
    assert "2 phiếu" in first.get_data(as_text=True)
    assert set(states(inbox).values()) == {"new"}
    done = lan.do(seen(*three[:2]), "accept", language="vi")
    assert states(inbox) == {three[0]: "accepted", three[1]: "accepted", three[2]: "new"}
    assert lan.undo(done).status_code == 200
    assert set(states(inbox).values()) == {"new"}
    assert acts(inbox, three[0]) == ["receive", "accept", "undo"]


def test_all_that_a_view_shows_are_taken_together(inbox, at_desk, three):
    lan = at_desk("lan")
    page = lan.send("", "classify", which="all").get_data(as_text=True)
    assert seen(*three) in page
    lan.do(seen(*three), "classify", severity="urgent", kind="", field="")
    with inbox.database.read() as session:
        assert set(session.scalars(select(Case.severity))) == {"urgent"}


def test_one_looks_at_which_would_change_and_which_not_and_why(inbox, at_desk, three):
    with inbox.database.write() as session:
        inbox.act(session, session.get_one(Case, three[0]), "accept", now=clock())
        other = inbox.send(session, now=clock() - timedelta(2), language="en").id
        number = session.get_one(Case, three[0]).number
    answer = at_desk("lan").send(
        seen(*three[1:], other) + f" {three[0]}:2", "accept", "look", language="vi",
        words="Đã nhận {số}.",
    )  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "2 phiếu sẽ thay đổi" in page
    assert "ngôn ngữ khác" in page and number in page.split("không thay đổi")[1]
    assert "Đã nhận PA-" in page
    assert states(inbox)[three[1]] == "new"


def test_a_case_that_somebody_worked_on_since_is_left_as_it_is(inbox, at_desk, three):
    with inbox.database.write() as session:
        case = session.get_one(Case, three[0])
        inbox.act(session, case, "note", by="minh", words="Đã gọi.", now=clock())
    page = at_desk("lan").do(seen(*three), "accept", language="vi")
    assert "Người khác đã xử lý phiếu này" in page
    assert list(states(inbox).values()) == ["new", "accepted", "accepted"]


def test_cases_that_one_may_not_see_are_not_touched(inbox, at_desk, three):
    with inbox.database.write() as session:
        near = inbox.send(session, now=clock() - timedelta(2), area_id=inbox.province.son).id
    son = at_desk("son")
    page = son.do(seen(*three, near), "accept", language="vi")
    assert states(inbox) == {**dict.fromkeys(three, "new"), near: "accepted"}
    assert "PA-" not in page.split("<main")[1]  # not even named among those left
    answer = son.send(seen(*three), "accept", "do", language="vi")
    assert answer.status_code == 303 and set(states(inbox)) == {*three, near}


def test_an_officer_takes_cases_and_only_the_head_gives_them_to_others(inbox, at_desk, three):
    hung, minh, lan = inbox.province.hung, inbox.staff["minh"], inbox.staff["lan"]
    answer = at_desk("lan").send(seen(*three), "assign", "do", to=f"{hung}:{minh}")
    assert answer.status_code == 422
    at_desk("lan").do(seen(*three[:1]), "assign", to=f"{hung}:{lan}")
    at_desk("ha").do(seen(*three[1:]), "assign", to=f"{hung}:{minh}")
    with inbox.database.read() as session:
        assert session.scalars(select(Case.officer_id).order_by(Case.id)).all() == [lan, minh, minh]
    assert at_desk("ha").send(seen(three[0]), "assign", "do", to="999:").status_code == 422


def test_several_are_merged_into_one_of_them(inbox, at_desk, three):
    page = at_desk("lan").do(seen(*three), "merge", into=str(three[1]), number="")
    assert states(inbox) == {three[0]: "merged", three[1]: "new", three[2]: "merged"}
    assert "gộp vào" in page.split("<main")[1]
    assert at_desk("son").send(seen(*three), "merge", "do", into="1").status_code == 303


def test_nothing_is_merged_into_a_case_one_may_not_see(inbox, at_desk, three):
    with inbox.database.write() as session:
        far = inbox.send(session, now=clock() - timedelta(2), area_id=inbox.province.son).id
    answer = at_desk("lan").send(seen(*three), "merge", "do", into="", number=str(far))
    assert answer.status_code == 422 and set(states(inbox).values()) == {"new"}


def test_each_sender_reads_the_reason_with_the_number_of_their_own_case(inbox, at_desk, three):
    words = "Phiếu {số} thuộc thẩm quyền của Công an xã."
    at_desk("lan").do(seen(*three), "transfer", language="vi", words=words)
    with inbox.database.read() as session:
        told = session.scalars(select(CaseText.shown).where(CaseText.role == "reason")).all()
    assert len(set(told)) == 3 and all("Phiếu PA-" in one for one in told)


@pytest.mark.parametrize("words", ["", "Gửi {tên}.", "Vì [lý do]."])
def test_words_that_are_missing_or_left_open_are_sent_back(inbox, at_desk, three, words):
    answer = at_desk("lan").send(seen(*three), "refuse", "do", language="vi", words=words)
    assert answer.status_code == 422 and set(states(inbox).values()) == {"new"}


def test_undo_leaves_what_others_worked_on_since_and_is_oneself_s_alone(inbox, at_desk, three):
    lan = at_desk("lan")
    done = lan.do(seen(*three), "accept", language="vi")
    with inbox.database.write() as session:
        case = session.get_one(Case, three[0])
        inbox.act(session, case, "begin", by="minh", now=clock())
    assert at_desk("minh").undo(done).status_code == 200
    assert states(inbox)[three[1]] == "accepted"
    page = lan.undo(done).get_data(as_text=True)
    assert "2 phiếu" in page
    assert states(inbox) == {three[0]: "in-work", three[1]: "new", three[2]: "new"}
    wrong = lan.browser.client.post(
        "/desk/feedback/bulk/undo", data={"csrf_token": lan.token, "done": "e30.x"}
    )
    assert wrong.status_code == 409


def test_five_hundred_cases_take_few_statements(inbox, at_desk):
    with inbox.database.write() as session:
        ids = [inbox.send(session, now=clock() - timedelta(2)).id for _n in range(501)]
    ha = at_desk("ha")
    asked = []
    engine = ha.browser.app.extensions["sipas.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    to = f"{inbox.province.hung}:{inbox.staff['lan']}"
    page = ha.do(seen(*ids), "assign", to=to)
    assert "500 phiếu" in page
    assert len(asked) <= FEW, "\n".join(asked[:80])
    with inbox.database.read() as session:
        given = session.scalars(select(Case.officer_id)).all()
    assert (given.count(inbox.staff["lan"]), given.count(None)) == (500, 1)


def test_the_events_of_an_act_are_one_statement_and_hang_in_their_chains(inbox_on_both):
    inbox, asked = inbox_on_both, []
    engine = inbox.database.engine
    with inbox.database.write() as session:
        cases = [inbox.send(session) for _n in range(200)]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    note = Act("note", inbox.actor("lan"), "officer", words="Đã gọi.")
    with inbox.database.write() as session:
        cases = session.scalars(select(Case).order_by(Case.id.desc())).all()
        done = do_all(session, cases, note, now=MONDAY + timedelta(hours=1))
        assert [one.case_id for one in done] == [case.id for case in cases]
    written = [one for one in asked if one.startswith("INSERT INTO feedback_event")]
    assert len(written) == 1 and len(asked) < 30, "\n".join(asked)
    with inbox.database.read() as session:
        chains = events_of(session, [case.id for case in cases])
        assert all(one.id == chains[one.case_id][-1].id for one in done)
        assert {broken_at(chain) for chain in chains.values()} == {None}
        assert {len(chain) for chain in chains.values()} == {2}
