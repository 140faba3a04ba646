"""Every way out of the house, and none of them tells words that nobody has confirmed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from survey.calendar import clock
from survey.feedback.following import standing_of
from survey.feedback.hooks.outbox import payload
from survey.feedback.open311 import keys
from survey.feedback.public.published import publish
from survey.feedback.refs import ref
from survey.feedback.tables import Case, CaseText, Event
from tests.feedback.conftest import inbox_in

ASKED = "Chờ lâu ở quầy số ba suốt buổi sáng."
REPLY = "Quầy số ba đã có thêm người làm."
CHANGED = "Mở thêm quầy số bốn."
OUT = (ASKED, REPLY, CHANGED)


@pytest.fixture
def ways(app, kept):
    """What each way out tells of a published case and of one merged with it, by its name."""
    inbox, now = inbox_in(kept), clock()
    with kept.write() as session:
        case = inbox.send(session, words=ASKED, now=now - timedelta(days=3))
        other = inbox.send(session, words="Tôi cũng chờ lâu.", now=now - timedelta(days=3))
        inbox.act(session, other, "merge", data={"into": case.id})
        for act in ("accept", "begin"):
            inbox.act(session, case, act)
        inbox.act(session, case, "draft", words=REPLY, role="reply")
        inbox.act(session, case, "release", by="ha", who="second")
        publish(session, case, CHANGED, by=inbox.actor("ha"), now=now)
        _row, key = keys.make(session, name="1022", area_id=None, by="command", now=now)
        number, other_id, case_id = ref(session, case.id), other.id, case.id

    def told():
        browser = app.test_client()
        found = {"published answers": browser.get("/f/answers").text}
        for name, args in (("Open311", {}), ("Open311 with a key", {"api_key": key})):
            for ending in ("json", "xml"):
                for path in ("requests", f"requests/{number}"):
                    answer = browser.get(f"/open311/v2/{path}.{ending}", query_string=args)
                    assert answer.status_code == 200
                    told = json.dumps(answer.json, ensure_ascii=False) if answer.json else ""
                    found[f"{name}: {path} {ending}"] = told or answer.text
        with kept.read() as session:
            events = select(Event).where(Event.case_id == case_id)
            sent = [payload(session, session.get_one(Case, case_id), e) for e in
                    session.scalars(events)]  # fmt: skip
            found["webhooks"] = json.dumps(sent, ensure_ascii=False)
            now_told = standing_of(session, session.get_one(Case, other_id), now=clock())
            found["page of another sender"] = now_told.reply
        return found

    return told


def test_confirmed_words_are_told_where_they_are_meant_to_be(ways):
    told = ways()
    assert all(words in told["published answers"] for words in OUT)
    assert all(words in told["Open311: requests json"] for words in OUT)
    assert told["page of another sender"] == REPLY


def test_no_way_out_tells_words_that_nobody_has_confirmed(ways, kept):
    with kept.write() as session:
        session.execute(update(CaseText).values(confirmed_at=None, confirmed_by=None))
    for way, told in ways().items():
        assert not [words for words in OUT if words in told], way
